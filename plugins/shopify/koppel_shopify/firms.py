"""A company as the shop keeps it for business customers, told in the words of a customer, so that one mapping reads both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from koppel_shopify.client import dig, nodes

Row = Mapping[str, Any]


def main_place(company: Row) -> dict[str, Any]:
    """The place that stands for the company: the first it had."""
    rows = nodes(company.get("locations"))
    return dict(rows[0]) if rows else {}


def people_of(company: Row) -> list[Row]:
    """Its contacts, the main one first."""
    return sorted(nodes(company.get("contacts")), key=lambda one: not one.get("isMainContact"))


def email_of_contact(contact: Row) -> str:
    """The contact's e-mail address in small letters."""
    return str(dig(contact, ("customer", "defaultEmailAddress")).get("emailAddress") or "").strip().lower()


def as_customer(company: Row) -> dict[str, Any]:
    """The company with the fields of a customer: names and e-mail address of its main contact, the address of its main
    place, its VAT number. `companyNumber` is the number it has in the books, `companyTerms` its payment terms."""
    place, people = main_place(company), people_of(company)
    customer = dig(people[0] if people else {}, ("customer",))
    billing = place.get("billingAddress") or place.get("shippingAddress")
    return {
        **{name: company.get(name) for name in ("id", "name", "note", "createdAt", "updatedAt", "shop")},
        **{name: customer.get(name) for name in ("firstName", "lastName", "defaultEmailAddress", "defaultPhoneNumber")},
        "locale": customer.get("locale") or place.get("locale"),
        "phone": place.get("phone"),
        "companyContactProfiles": [{"company": {"id": company.get("id"), "name": company.get("name")}}],
        "contacts": [_person(one) for one in people],
        "defaultAddress": _address(billing, company),
        "shippingAddress": _address(place.get("shippingAddress"), company),
        "taxSettings": {"taxId": dig(place, ("taxSettings",)).get("taxRegistrationId")},
        "companyNumber": company.get("externalId"),
        "companyTerms": dig(place, ("buyerExperienceConfiguration", "paymentTermsTemplate")).get("name"),
        "locations": nodes(company.get("locations")),
    }


def _person(contact: Row) -> dict[str, Any]:
    customer = dig(contact, ("customer",))
    phone = dig(customer, ("defaultPhoneNumber",)).get("phoneNumber")
    named = {"firstName": customer.get("firstName"), "lastName": customer.get("lastName")}
    return {**named, "email": email_of_contact(contact), "phone": phone, "id": contact.get("id")}


def _address(address: Any, company: Row) -> dict[str, Any] | None:
    """The address in the words of a customer's; it bears the company's name."""
    if not isinstance(address, Mapping):
        return None
    kept = {name: address.get(name) for name in ("id", "address1", "address2", "zip", "city", "province", "phone")}
    person = f"{address.get('firstName') or ''} {address.get('lastName') or ''}".strip()
    name = address.get("recipient") or person or None
    return {**kept, "name": name, "company": company.get("name"), "countryCodeV2": address.get("countryCode")}


def company_ids(customers: Iterable[Row]) -> list[str]:
    """The companies that these customers are contacts of."""
    rows = (dig(profile, ("company",)) for one in customers for profile in nodes(one.get("companyContactProfiles")))
    return list(dict.fromkeys(str(row["id"]) for row in rows if row.get("id")))
