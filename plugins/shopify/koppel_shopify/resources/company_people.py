"""The contacts of a company: made, joined and named as the books say; those that only the shop knows stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from koppel_shopify.answers import accepted, payload_of, refusal
from koppel_shopify.client import AdminApi, dig, nodes
from koppel_shopify.firms import email_of_contact, main_place, people_of

Row = Mapping[str, Any]
_HAS_ROLE = "LIMIT_REACHED"
_NOT_HIS = ("TAKEN", "INVALID")


def persons_of(fields: Row) -> list[dict[str, str]]:
    """The people to be contacts, the one with the debtor's own e-mail address first. A contact must have an address
    (recorded: “Either the attribute email or customer_id must be provided”), so one without is left out."""
    rows = [{name: str(value or "").strip() for name, value in one.items()} for one in fields.get("contacts") or ()]
    named = [{**one, "email": one["email"].lower()} for one in rows if one.get("email")]
    own = str(fields.get("email") or "").strip().lower()
    if own and all(one["email"] != own for one in named):
        nameless = next((one for one in rows if not one.get("email")), {}) if not named else {}
        named.insert(0, {**nameless, "email": own})
    named.sort(key=lambda one: one["email"] != own)
    return list({one["email"]: one for one in reversed(named)}.values())[::-1]


def wanted_name(person: Row) -> dict[str, str]:
    """First and last name as far as the books know them."""
    return {name: person[name] for name in ("firstName", "lastName") if person.get(name)}


def put_people(api: AdminApi, fields: Row, company: Row) -> bool:
    """Bring the contacts in step; whether something had to be written."""
    held = {email_of_contact(one): one for one in people_of(company)}
    changed = False
    for person in persons_of(fields):
        known = held.get(person["email"])
        if known is None:
            put_phone(api, person, add_person(api, company, person, person["email"]))
            changed = True
        else:
            changed |= _name(api, person, known) | _may_order(api, company, known) | put_phone(api, person, known)
    return changed


def _name(api: AdminApi, person: Row, known: Row) -> bool:
    customer = dig(known, ("customer",))
    differs = {name: value for name, value in wanted_name(person).items() if str(customer.get(name) or "") != value}
    if differs:
        data = api.ask("update_company_contact", {"id": known["id"], "input": differs})
        accepted(payload_of(data, "companyContactUpdate"), str(person["email"]))
    return bool(differs)


def put_phone(api: AdminApi, person: Row, known: Row) -> bool:
    """Bring a contact's phone number in step; whether something was written. One that Shopify refuses, as another
    customer has it or no phone has it, is left out: it stands in the way of nothing else."""
    wanted, held = str(person.get("phone") or ""), dig(known, ("customer", "defaultPhoneNumber")).get("phoneNumber")
    if not wanted or wanted == held:
        return False
    payload = payload_of(api.ask("update_company_contact", {"id": known["id"], "input": {"phone": wanted}}), "companyContactUpdate")
    errors = payload.get("userErrors") or ()
    if errors and "phone" in (errors[0].get("field") or ()) and errors[0].get("code") in _NOT_HIS:
        return False
    accepted(payload, str(person["email"]))
    return True


def add_person(api: AdminApi, company: Row, person: Row, label: str) -> Row:
    """One more contact: the customer with this e-mail address, else a new one; the first becomes the main contact."""
    row = api.ask("customer_by_email", {"email": person["email"]}).get("customerByIdentifier")
    if isinstance(row, Mapping):
        data = api.ask("join_company", {"company": company["id"], "customer": row["id"]})
        made = accepted(payload_of(data, "companyAssignCustomerAsContact"), label)["companyContact"]
    else:
        given = {"email": person["email"], **wanted_name(person)}
        data = api.ask("create_company_contact", {"company": company["id"], "input": given})
        made = accepted(payload_of(data, "companyContactCreate"), label)["companyContact"]
    if not any(one.get("isMainContact") for one in people_of(company)) and not made.get("isMainContact"):
        data = api.ask("set_main_contact", {"company": company["id"], "contact": made["id"]})
        accepted(payload_of(data, "companyAssignMainContact"), label)
    _may_order(api, company, made)
    added: Row = made
    return added


def _may_order(api: AdminApi, company: Row, contact: Row) -> bool:
    """Give a contact without any role the usual one at the main place, as Shopify does for the first contact; without
    a role nobody can order for the company. Whether something had to be written."""
    role, place = dig(company, ("defaultRole",)).get("id"), main_place(company).get("id")
    if nodes(contact.get("roleAssignments")) or not role or not place:
        return False
    data = api.ask("set_contact_role", {"contact": contact["id"], "role": role, "place": place})
    errors = payload_of(data, "companyContactAssignRole").get("userErrors") or ()
    if errors and errors[0].get("code") != _HAS_ROLE:
        raise refusal(errors[0], "the contact")
    return True
