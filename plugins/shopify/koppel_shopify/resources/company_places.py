"""The main place of a company: its addresses, its VAT number and its payment terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from koppel import MappingError

from koppel_shopify.answers import accepted, payload_of
from koppel_shopify.client import AdminApi, dig, nodes
from koppel_shopify.firms import main_place

Row = Mapping[str, Any]
_ADDRESS = ("recipient", "address1", "address2", "zip", "city", "countryCode", "phone")
_KINDS = {"billingAddress": "BILLING", "shippingAddress": "SHIPPING"}


def address_of(given: Any) -> dict[str, Any]:
    """An address as a company's place takes it; nothing where there is no street and no town."""
    row = given if isinstance(given, Mapping) else {}
    named = f"{row.get('firstName') or ''} {row.get('lastName') or ''}".strip()
    made = {name: row.get(name) for name in _ADDRESS} | {"recipient": row.get("recipient") or named}
    return {name: value for name, value in made.items() if value} if row.get("address1") or row.get("city") else {}


def first_place(api: AdminApi, fields: Row) -> dict[str, Any]:
    """The place of a new company."""
    billing, shipping = address_of(fields.get("address")), address_of(fields.get("shipping"))
    made: dict[str, Any] = {}
    if billing and (not shipping or shipping == billing):
        made |= {"shippingAddress": billing, "billingSameAsShipping": True}
    else:
        made |= {"billingAddress": billing} if billing else {}
        made |= {"shippingAddress": shipping} if shipping else {}
    for name, source in (("taxRegistrationId", "taxRegistrationId"), ("phone", "phone"), ("locale", "locale")):
        if fields.get(source):
            made[name] = fields[source]
    terms = _template(api, str(fields.get("paymentTerms") or ""))
    return {**made, "buyerExperienceConfiguration": {"paymentTermsTemplateId": terms}} if terms else made


def _template(api: AdminApi, name: str) -> str:
    """The id of the payment terms with this name or id. MappingError for one that Shopify does not have."""
    if not name:
        return ""
    rows = nodes(api.ask("payment_terms").get("paymentTermsTemplates"))
    found = next((str(row["id"]) for row in rows if name.casefold() in (str(row["id"]).casefold(), str(row["name"]).casefold())), "")
    if not found:
        raise MappingError(
            f"Shopify has no payment terms “{name}”.",
            field="paymentTerms",
            cause="payment_term.unknown",
            resolution=f"Choose one of {', '.join(str(row['name']) for row in rows)} in the table of payment terms.",
        )
    return found


def put_place(api: AdminApi, fields: Row, company: Row) -> bool:
    """Bring the main place in step; whether something had to be written. Payment terms of one that is there stay."""
    place = main_place(company)
    label = str(fields.get("companyName") or "the company")
    if not place:
        given = {"name": company.get("name"), **first_place(api, fields)}
        data = api.ask("create_company_place", {"company": company["id"], "input": given})
        accepted(payload_of(data, "companyLocationCreate"), label)
        return True
    changed = [_addresses(api, fields, place, label), _vat_number(api, fields, place, label), _phone(api, fields, place, label)]
    return any(changed)


def _addresses(api: AdminApi, fields: Row, place: Row, label: str) -> bool:
    """A parcel goes where the bill goes, unless the books or a person in the shop know another address for it."""
    wanted = {"billingAddress": address_of(fields.get("address")), "shippingAddress": address_of(fields.get("shipping"))}
    together = _shown(place.get("shippingAddress")) == _shown(place.get("billingAddress"))
    if not wanted["shippingAddress"] and together:
        wanted["shippingAddress"] = wanted["billingAddress"]
    stale = [name for name, given in wanted.items() if given and not _holds(place.get(name), given)]
    both = len(stale) == 2 and wanted["billingAddress"] == wanted["shippingAddress"]
    for names in ([stale] if both else [[one] for one in stale]):
        data = api.ask("set_company_address", {"id": place["id"], "address": wanted[names[0]], "kinds": [_KINDS[one] for one in names]})
        accepted(payload_of(data, "companyLocationAssignAddress"), label)
    return bool(stale)


def _shown(address: Any) -> dict[str, Any]:
    row = address if isinstance(address, Mapping) else {}
    return {name: row[name] for name in _ADDRESS if row.get(name)}


def _holds(address: Any, given: Row) -> bool:
    """Whether the address says all that is given."""
    row = address if isinstance(address, Mapping) else {}
    return all(str(row.get(name) or "") == str(value) for name, value in given.items())


def _vat_number(api: AdminApi, fields: Row, place: Row, label: str) -> bool:
    number = str(fields.get("taxRegistrationId") or "")
    if not number or number == dig(place, ("taxSettings",)).get("taxRegistrationId"):
        return False
    data = api.ask("set_company_vat", {"id": place["id"], "number": number})
    accepted(payload_of(data, "companyLocationTaxSettingsUpdate"), label)
    return True


def _phone(api: AdminApi, fields: Row, place: Row, label: str) -> bool:
    phone = str(fields.get("phone") or "")
    if not phone or phone == place.get("phone"):
        return False
    data = api.ask("update_company_place", {"id": place["id"], "input": {"phone": phone}})
    accepted(payload_of(data, "companyLocationUpdate"), label)
    return True
