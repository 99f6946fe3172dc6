"""Who bought: company or person, with account or without, and also when the app may not see who it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from koppel_shopify import parties

Read = Callable[[str, Any], Any]
MONEY = {"shopMoney": {"amount": "0.0", "currencyCode": "EUR"}}
EMMA = {
    "name": "Emma de Vries",
    "firstName": "Emma",
    "lastName": "de Vries",
    "company": None,
    "address1": "Dorpsstraat 12a",
    "address2": "2e etage",
    "zip": "1012 AB",
    "city": "Amsterdam",
    "province": None,
    "countryCodeV2": "NL",
    "phone": "+31612345678",
}
ACCOUNT = {
    "id": "gid://shopify/Customer/7",
    "firstName": "Emma",
    "lastName": "de Vries",
    "locale": "nl",
    "defaultEmailAddress": {"emailAddress": "Emma@Example.nl"},
    "defaultPhoneNumber": {"phoneNumber": "+31600000000"},
    "defaultAddress": EMMA,
}


def order(**more: Any) -> dict[str, Any]:
    """An order without lines."""
    return {"name": "#1", "taxesIncluded": True, "totalPriceSet": MONEY, "lineItems": {"nodes": []}, **more}


def test_a_person_with_an_account(read_in: Read) -> None:
    paper = read_in(
        "sales_order", order(customer=ACCOUNT, billingAddress=EMMA, shippingAddress=EMMA, email="other@example.nl")
    )
    buyer = paper.customer
    assert (buyer.kind, buyer.name, buyer.email, buyer.guest) == ("person", "Emma de Vries", "emma@example.nl", False)
    assert (buyer.source_id, buyer.phone, buyer.language) == ("gid://shopify/Customer/7", "+31600000000", "nl")
    assert (buyer.billing.street, buyer.billing.house_number, buyer.billing.addition) == ("Dorpsstraat", "12", "a")
    assert (buyer.billing.line, buyer.billing.line2, buyer.billing.postcode) == (
        "Dorpsstraat 12a",
        "2e etage",
        "1012 AB",
    )
    assert (paper.delivery.city, paper.destination, buyer.contacts) == ("Amsterdam", "NL", [])


def test_a_guest_is_known_by_the_address_and_the_orders_email(read_in: Read) -> None:
    buyer = read_in("sales_order", order(customer=None, shippingAddress=EMMA, email="gast@example.nl")).customer
    assert (buyer.guest, buyer.name, buyer.email, buyer.source_id) == (True, "Emma de Vries", "gast@example.nl", "")
    assert buyer.billing.city == "Amsterdam"


def test_a_company_name_makes_a_company_with_a_contact(read_in: Read) -> None:
    firm = {**EMMA, "company": "Bloem & Blad BV"}
    buyer = read_in("sales_order", order(customer=ACCOUNT, billingAddress=firm)).customer
    assert (buyer.kind, buyer.name) == ("company", "Bloem & Blad BV")
    contact = buyer.contacts[0]
    assert (contact.first_name, contact.last_name, contact.email) == ("Emma", "de Vries", "emma@example.nl")


def test_the_company_of_the_default_address_counts_too(read_in: Read) -> None:
    account = {**ACCOUNT, "defaultAddress": {**EMMA, "company": "Hotel De Korenbeurs"}}
    assert read_in("sales_order", order(customer=account, billingAddress=EMMA)).customer.name == "Hotel De Korenbeurs"


def test_a_company_account_goes_before_the_addresses(read_in: Read) -> None:
    entity = {
        "__typename": "PurchasingCompany",
        "company": {"id": "gid://shopify/Company/1", "name": "Gartenbau Schröder GmbH"},
        "location": {"taxSettings": {"taxRegistrationId": "DE 136695976"}},
    }
    firm = {**EMMA, "company": "Werkplaats"}
    buyer = read_in("sales_order", order(customer=ACCOUNT, billingAddress=firm, purchasingEntity=entity)).customer
    assert (buyer.name, buyer.vat_number) == ("Gartenbau Schröder GmbH", "DE136695976")


def test_no_access_to_personal_data_gives_a_party_without_a_name(read_in: Read) -> None:
    paper = read_in("sales_order", order(customer=None, email=None, billingAddress=None, shippingAddress=None))
    assert (paper.customer.name, paper.customer.email, paper.delivery) == ("", "", None)


@pytest.mark.parametrize(
    ("key", "value", "number"),
    [
        ("VAT number", "NL 8000.00.008.B01", "NL800000008B01"),
        ("btw-nummer", "be 0123.456.789", "BE0123456789"),
        ("USt-IdNr.", "DE136695976", "DE136695976"),
        ("Numéro TVA", "FR40303265045", "FR40303265045"),
        ("VAT number", "n.v.t.", ""),
        ("Gift message", "NL800000008B01", ""),
        ("private note", "NL800000008B01", ""),
    ],
)
def test_a_vat_number_among_the_orders_attributes_is_found(read_in: Read, key: str, value: str, number: str) -> None:
    raw = order(customAttributes=[{"key": "gift", "value": None}, {"key": key, "value": value}])
    assert read_in("sales_order", raw).customer.vat_number == number


def test_a_customer_record_becomes_a_party(read_in: Read) -> None:
    raw = {**ACCOUNT, "note": "Belt altijd", "taxSettings": {"taxId": "NL800000008B01"}}
    raw["defaultAddress"] = {**EMMA, "company": "Studio Bries"}
    party = read_in("customer", raw)
    assert (party.kind, party.name, party.email, party.vat_number) == (
        "company",
        "Studio Bries",
        "emma@example.nl",
        "NL800000008B01",
    )
    assert (party.first_name, party.contacts[0].name, party.billing.country) == ("Emma", "Emma de Vries", "NL")
    assert (party.note, party.language) == ("Belt altijd", "nl")


def test_a_customer_with_nothing_but_an_id(read_in: Read) -> None:
    party = read_in("customer", {"id": "gid://shopify/Customer/1", "defaultAddress": None, "firstName": None})
    assert (party.kind, party.name, party.email) == ("person", "", "")


wild = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "customer",
                    "billingAddress",
                    "company",
                    "name",
                    "firstName",
                    "phone",
                    "customAttributes",
                    "key",
                    "value",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(wild)
def test_whatever_shape_the_record_has_the_buyer_is_text(record: Any) -> None:
    for function in (
        parties.shopify_kind,
        parties.shopify_name,
        parties.shopify_email,
        parties.shopify_phone,
        parties.shopify_vat_number,
    ):
        assert isinstance(function(record), str)
    assert isinstance(parties.shopify_contacts(record), list)
