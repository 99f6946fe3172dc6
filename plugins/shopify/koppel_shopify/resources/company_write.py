"""Debtors that are companies, as companies of the shop: made once with place and contact, or changed where they differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from koppel import ConflictError, Receipt, TransientError, Write

from koppel_shopify.answers import accepted, payload_of, refusal
from koppel_shopify.client import AdminApi, dig
from koppel_shopify.firms import email_of_contact, people_of
from koppel_shopify.resources.companies import companies_by
from koppel_shopify.resources.company_people import add_person, persons_of, put_people, wanted_name
from koppel_shopify.resources.company_places import first_place, put_place

Row = Mapping[str, Any]
SETTLE = 30
"""Seconds after which a search surely finds what was just made (reference: Ids, scalars, paging: about 12)."""


def write_company(api: AdminApi, write: Write, held: Row | None) -> Receipt:
    """Bring this debtor into the shop; `held` is the company that it is there, where that is known."""
    known = held or _known(api, write.draft.fields)
    if known is None:
        return _create(api, write)
    changed = [_own(api, write, known), put_place(api, write.draft.fields, known), put_people(api, write.draft.fields, known)]
    return _receipt(write, str(known["id"]), "updated" if any(changed) else "unchanged")


def _receipt(write: Write, gid: str, action: Any) -> Receipt:
    fields = write.draft.fields
    return Receipt(write.key, gid, str(fields.get("externalId") or label_of(fields)), action)


def label_of(fields: Row) -> str:
    """What people call the debtor."""
    return str(fields.get("companyName") or fields.get("email") or "the company")


def _known(api: AdminApi, fields: Row) -> Row | None:
    """The company that is this debtor already: by its number in the books; else by its name, where it has no other
    number and is the only one. ConflictError where several could be meant."""
    number, name = str(fields.get("externalId") or ""), str(fields.get("companyName") or "")
    if number:
        found = companies_by(api, "code", [number]).get(number)
        if found:
            return _single(found, f"number {number}")
    same = companies_by(api, "name", [name]).get(name, []) if name else []
    free = [one for one in same if not number or not one.get("externalId")]
    return _single(free, f"name {name}") if free else None


def _single(found: list[Any], what: str) -> Row:
    if len(found) > 1:
        raise ConflictError(
            f"{len(found)} companies in Shopify have the {what}.",
            cause="match.several.customer",
            resolution="Give the right one the debtor number as its ID in Shopify, or join them there; then retry.",
        )
    row: Row = found[0]
    return row


def _create(api: AdminApi, write: Write) -> Receipt:
    """A new company with its place, and its contact at once where that person has no account yet."""
    fields = write.draft.fields
    company = {"name": fields.get("companyName"), "externalId": fields.get("externalId"), "note": fields.get("note")}
    given: dict[str, Any] = {"company": {name: value for name, value in company.items() if value}}
    place = first_place(api, fields)
    if place:
        given["companyLocation"] = place
    fresh = next((one for one in persons_of(fields)[:1] if _account(api, one["email"]) is None), None)
    if fresh is not None:
        given["companyContact"] = {**wanted_name(fresh), "email": fresh["email"], **_locale(fields)}
    made = _made(api, given, label_of(fields))
    put_people(api, fields, made)
    return _receipt(write, str(made["id"]), "created")


def _locale(fields: Row) -> dict[str, str]:
    return {"locale": str(fields["locale"])} if fields.get("locale") else {}


def _account(api: AdminApi, email: str) -> Row | None:
    row = api.ask("customer_by_email", {"email": email}).get("customerByIdentifier")
    return row if isinstance(row, Mapping) else None


def _made(api: AdminApi, given: Row, label: str) -> Row:
    """The company as it was made. A number that is taken belongs to one that no search finds yet: TransientError."""
    answer = payload_of(api.ask("create_company", {"input": given}), "companyCreate")
    errors = [row for row in answer.get("userErrors") or () if isinstance(row, Mapping)]
    if any(row.get("code") == "TAKEN" and "externalId" in (row.get("field") or ()) for row in errors):
        raise TransientError(
            f"{label} is in Shopify already, but its search does not find it yet.", cause="search.behind", retry_after=SETTLE
        )
    if errors:
        raise refusal(errors[0], label)
    made: Row = answer["company"]
    return made


def _own(api: AdminApi, write: Write, known: Row) -> bool:
    """Bring name and number in step. A number that somebody else gave the company stays."""
    fields, last = write.draft.fields, write.last or {}
    changed: dict[str, str] = {}
    if fields.get("companyName") and fields["companyName"] != known.get("name"):
        changed["name"] = str(fields["companyName"])
    number, held = str(fields.get("externalId") or ""), str(known.get("externalId") or "")
    if number and number != held and held in ("", str(last.get("externalId") or "")):
        changed["externalId"] = number
    if changed:
        data = api.ask("update_company", {"id": known["id"], "input": changed})
        accepted(payload_of(data, "companyUpdate"), label_of(fields))
    return bool(changed)


def become_company(api: AdminApi, write: Write, customer: Row) -> Receipt:
    """A debtor that was a customer of the shop before: its company, of which that customer is a contact."""
    receipt = write_company(api, write, None)
    profiles = [dig(one, ("company",)).get("id") for one in customer.get("companyContactProfiles") or ()]
    email = str(dig(customer, ("defaultEmailAddress",)).get("emailAddress") or "").lower()
    written = {one["email"] for one in persons_of(write.draft.fields)}
    if receipt.id not in profiles and email and email not in written:
        (company,) = [row for data in api.by_ids("companies_by_id", [receipt.id], 1) for row in data.get("nodes") or ()]
        if email not in {email_of_contact(one) for one in people_of(company)}:
            add_person(api, company, {"email": email}, label_of(write.draft.fields))
    return receipt
