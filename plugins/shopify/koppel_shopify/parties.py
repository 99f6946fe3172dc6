"""Who bought: a company with a contact, or a person, from the several places where an order or customer says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from koppel.mapping.transforms import TRANSFORMS

from koppel_shopify.client import dig, nodes

_VAT_KEY = re.compile(r"\b(vat|btw|tva|ust|mwst)(number|nummer|nr|no|id|idnr)?\b")
_VAT_VALUE = re.compile(r"[A-Z]{2}[0-9A-Z+*]{5,13}")
Row = Mapping[str, Any]


def shopify_kind(record: Any) -> str:
    """company or person."""
    return "company" if company_name(record) else "person"


def shopify_name(record: Any) -> str:
    """The company's name, else the person's; empty when the app may not see it."""
    first, last = person(record)
    return company_name(record) or f"{first} {last}".strip()


def shopify_first_name(record: Any) -> str:
    """The person's first name."""
    return person(record)[0]


def shopify_last_name(record: Any) -> str:
    """The person's last name."""
    return person(record)[1]


def shopify_email(record: Any) -> str:
    """The e-mail address of the account, else the one given with the order."""
    for row in (dig(record, ("customer",)), dig(record, ())):
        found = dig(row, ("defaultEmailAddress",)).get("emailAddress") or row.get("email")
        if found:
            return str(found).strip().lower()
    return ""


def shopify_phone(record: Any) -> str:
    """The phone number of the account, else of the order, else of an address."""
    rows = [dig(record, ("customer",)), dig(record, ())]
    for row in rows:
        found = dig(row, ("defaultPhoneNumber",)).get("phoneNumber") or row.get("phone")
        if found:
            return str(found)
    return next((str(row["phone"]) for row in _addresses(record) if row.get("phone")), "")


def shopify_phone_out(party: Any) -> str:
    """A phone number in international form, as the service wants it; nothing when it cannot be made so."""
    return _international(party, party.get("phone"))


def shopify_contacts_out(party: Any) -> list[dict[str, Any]]:
    """The contacts of a debtor, each phone number in international form; empty when it cannot be made so."""
    return [{**one, "phone": _international(party, one.get("phone"))} for one in nodes(dig(party, ()).get("contacts"))]


def _international(party: Any, phone: Any) -> str:
    country = str(dig(party, ("billing",)).get("country") or "NL")
    made = str(TRANSFORMS["phone"](phone or "", country=country))
    return made if re.fullmatch(r"\+\d{8,15}", made) else ""


def shopify_contacts(record: Any) -> list[dict[str, str]]:
    """The contacts of a company, else the person who bought for one; none for a person."""
    first, last = person(record)
    known = nodes(dig(record, ()).get("contacts"))
    if known:
        names = {"firstName": "first_name", "lastName": "last_name", "email": "email", "phone": "phone", "id": "external_id"}
        return [{ours: str(one.get(theirs) or "") for theirs, ours in names.items()} for one in known]
    if not company_name(record) or not (first or last):
        return []
    return [{"first_name": first, "last_name": last, "email": shopify_email(record), "phone": shopify_phone(record)}]


def shopify_vat_number(record: Any) -> str:
    """The VAT number: of the company's location or the customer, else of an order attribute such as "VAT number"."""
    given = [
        dig(record, ("purchasingEntity", "location", "taxSettings")).get("taxRegistrationId"),
        dig(record, ("taxSettings",)).get("taxId"),
        dig(record, ("customer", "taxSettings")).get("taxId"),
    ]
    rows = nodes(dig(record, ()).get("customAttributes"))
    given += [row.get("value") for row in rows if _VAT_KEY.search(_words(row.get("key")))]
    numbers = (re.sub(r"[\s.\-/]", "", str(value or "")).upper() for value in given)
    return next((number for number in numbers if _VAT_VALUE.fullmatch(number)), "")


def _words(key: Any) -> str:
    return re.sub(r"[^a-z]+", " ", str(key or "").lower())


def company_name(record: Any) -> str:
    """The company that bought; empty for a person."""
    profiles = nodes(dig(record, ()).get("companyContactProfiles"))
    names = [
        dig(record, ("purchasingEntity", "company")).get("name"),
        *(dig(profile, ("company",)).get("name") for profile in profiles),
        dig(next(_addresses(record), {}), ()).get("company"),
        dig(record, ("customer", "defaultAddress")).get("company"),
    ]
    return next((str(name).strip() for name in names if name and str(name).strip()), "")


def person(record: Any) -> tuple[str, str]:
    """First and last name of who bought."""
    for row in (dig(record, ("customer",)), dig(record, ()), *_addresses(record)):
        first, last = (str(row.get(name) or "").strip() for name in ("firstName", "lastName"))
        if first or last:
            return first, last
    return "", ""


def _addresses(record: Any) -> Iterator[Row]:
    paths = (("billingAddress",), ("shippingAddress",), ("customer", "defaultAddress"), ("defaultAddress",))
    return (row for row in (dig(record, path) for path in paths) if row)
