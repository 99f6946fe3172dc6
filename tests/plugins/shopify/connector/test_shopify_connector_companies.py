"""Companies of the shop as debtors, both ways, over HTTP: with contacts, addresses, VAT number and payment terms."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from koppel import Batch, ConfigurationError, ConflictError, Draft, Lookup, Query, Write
from koppel.documents import Address, Contact, Party
from koppel_shopify.resources import companies

DOMAIN_ADDRESS = {"line": "Kwekerijweg 1", "postcode": "1431 AA", "city": "Aalsmeer", "country": "NL"}
FIRM = {
    "kind": "company", "code": "10001", "name": "Hotel De Korenbeurs", "email": "inkoop@korenbeurs.example", "vat_number": "NL800000008B01",
    "billing": Address(**DOMAIN_ADDRESS), "contacts": [Contact(first_name="Jan", last_name="Bos", email="jan@korenbeurs.example")],
}  # fmt: skip


def firm(**more: Any) -> Party:
    """A company of the books."""
    return Party(**{**FIRM, **more})


@pytest.fixture
def office(empty_shop: Callable[..., Any], make_out: Callable[..., Any]) -> Callable[..., SimpleNamespace]:
    """A shop that keeps companies as companies; `send(party, id, last)` writes one and gives its receipt."""

    def make(settings: Any = None, **options: Any) -> SimpleNamespace:
        served = empty_shop(**options)
        connector = served.connect(**{"companies": "company", **(settings or {})})

        def send(party: Party, gid: str | None = None, last: Any = None) -> Any:
            draft = Draft("customer", make_out("customer", party))
            return connector.upsert(Batch("customer", (Write("k", draft, gid, last=last),))).items[0]

        def read(cursor: str | None = None, **more: Any) -> tuple[list[Any], str]:
            rows, turn = [], connector.fetch(Query("customer", cursor, **more))
            rows += turn.records
            while turn.more:
                turn = connector.fetch(Query("customer", turn.cursor, **more))
                rows += turn.records
            return rows, str(turn.cursor)

        return SimpleNamespace(connector=connector, send=send, read=read, served=served, ask=connector.api.ask)

    return make


def company(office: SimpleNamespace, gid: str) -> Any:
    """A company as the shop holds it."""
    (row,) = office.ask("companies_by_id", {"ids": [gid]})["nodes"]
    return row


def test_a_company_is_made_with_its_contacts_its_place_and_its_vat_number(office: Any) -> None:
    shop = office()
    receipt = shop.send(firm())
    assert (receipt.error, receipt.action, receipt.number) == (None, "created", "10001")
    made = company(shop, receipt.id)
    (place,) = made["locations"]["nodes"]
    assert (made["name"], made["externalId"]) == ("Hotel De Korenbeurs", "10001")
    assert place["taxSettings"]["taxRegistrationId"] == "NL800000008B01"
    for kind in ("billingAddress", "shippingAddress"):
        assert (place[kind]["address1"], place[kind]["zip"], place[kind]["countryCode"]) == ("Kwekerijweg 1", "1431 AA", "NL")
    people = {one["customer"]["defaultEmailAddress"]["emailAddress"]: one for one in made["contacts"]["nodes"]}
    assert set(people) == {"inkoop@korenbeurs.example", "jan@korenbeurs.example"}
    assert people["jan@korenbeurs.example"]["customer"]["lastName"] == "Bos"
    assert [one["isMainContact"] for one in people.values()].count(True) == 1
    assert all(one["roleAssignments"]["nodes"] for one in people.values())


def test_sending_it_again_changes_nothing_also_when_nobody_remembers_it(office: Any) -> None:
    shop = office()
    first = shop.send(firm())
    again, forgotten = shop.send(firm(), first.id), shop.send(firm())
    assert [(one.id, one.action) for one in (again, forgotten)] == [(first.id, "unchanged")] * 2
    assert shop.ask("companies", {"first": 10})["companies"]["nodes"][1:] == []


def test_what_changed_in_the_books_is_changed_and_what_a_person_added_stays(office: Any) -> None:
    shop = office()
    gid = shop.send(firm()).id
    shop.ask("create_company_contact", {"company": gid, "input": {"email": "els@korenbeurs.example", "firstName": "Els"}})
    moved = firm(
        name="De Korenbeurs BV", vat_number="NL123456782B90", billing=Address(**{**DOMAIN_ADDRESS, "line": "Marktplein 9"}),
        contacts=[Contact(first_name="Johan", last_name="Bos", email="jan@korenbeurs.example")],
    )  # fmt: skip
    assert shop.send(moved, gid).action == "updated"
    row = company(shop, gid)
    (place,) = row["locations"]["nodes"]
    assert row["name"] == "De Korenbeurs BV"
    assert {place["billingAddress"]["address1"], place["shippingAddress"]["address1"]} == {"Marktplein 9"}
    assert place["taxSettings"]["taxRegistrationId"] == "NL123456782B90"
    names = {one["customer"]["defaultEmailAddress"]["emailAddress"]: one["customer"]["firstName"] for one in row["contacts"]["nodes"]}
    assert (names["jan@korenbeurs.example"], names["els@korenbeurs.example"]) == ("Johan", "Els")
    assert shop.send(moved, gid).action == "unchanged"


def test_an_address_for_parcels_that_only_the_shop_knows_stays(office: Any) -> None:
    shop = office()
    gid = shop.send(firm()).id
    place = company(shop, gid)["locations"]["nodes"][0]["id"]
    own = {"address1": "Magazijnstraat 5", "zip": "1000 AA", "city": "Amsterdam", "countryCode": "NL"}
    shop.ask("set_company_address", {"id": place, "address": own, "kinds": ["SHIPPING"]})
    shop.send(firm(billing=Address(**{**DOMAIN_ADDRESS, "line": "Marktplein 9"})), gid)
    (held,) = company(shop, gid)["locations"]["nodes"]
    assert (held["billingAddress"]["address1"], held["shippingAddress"]["address1"]) == ("Marktplein 9", "Magazijnstraat 5")


def test_a_person_who_has_an_account_already_is_joined_and_not_made_twice(office: Any) -> None:
    shop = office(contact_taken="refuse")
    made = shop.ask("create_customer", {"input": {"email": "inkoop@korenbeurs.example", "lastName": "Inkoop"}})["customerCreate"]["customer"]
    receipt = shop.send(firm(contacts=[]))
    (contact,) = company(shop, receipt.id)["contacts"]["nodes"]
    assert (contact["customer"]["id"], contact["isMainContact"]) == (made["id"], True)
    assert contact["roleAssignments"]["nodes"]


def test_a_company_without_a_number_is_recognised_by_name_and_gets_its_number(office: Any) -> None:
    shop = office()
    made = shop.ask("create_company", {"input": {"company": {"name": "Hotel De Korenbeurs"}}})["companyCreate"]["company"]
    receipt = shop.send(firm())
    assert (receipt.id, company(shop, made["id"])["externalId"]) == (made["id"], "10001")


def test_a_namesake_with_another_number_is_another_company(office: Any) -> None:
    shop = office()
    other = shop.send(firm(code="20002", email="b@b.example", contacts=[])).id
    assert shop.send(firm()).id != other


def test_two_companies_of_one_name_are_not_guessed_between(office: Any) -> None:
    shop = office()
    for _ in range(2):
        shop.ask("create_company", {"input": {"company": {"name": "Hotel De Korenbeurs"}}})
    error = shop.send(firm()).error
    assert isinstance(error, ConflictError)
    assert "2 companies in Shopify have the name Hotel De Korenbeurs" in error.message


def test_a_number_that_the_search_does_not_find_yet_is_waited_for(office: Any) -> None:
    shop = office(search_lag=60)
    shop.ask("create_company", {"input": {"company": {"name": "X", "externalId": "10001"}}})
    with pytest.raises(Exception, match="its search does not find it yet"):
        shop.send(firm())


def test_a_debtor_that_was_a_customer_becomes_a_company_with_that_customer_as_contact(office: Any) -> None:
    shop = office()
    made = shop.ask("create_customer", {"input": {"email": "oud@korenbeurs.example", "lastName": "Oud"}})["customerCreate"]["customer"]
    receipt = shop.send(firm(contacts=[]), made["id"])
    people = company(shop, receipt.id)["contacts"]["nodes"]
    assert made["id"] in {one["customer"]["id"] for one in people}
    assert shop.send(firm(contacts=[]), receipt.id).action == "unchanged"


def test_a_person_stays_a_customer_and_a_person_who_is_a_contact_is_told_so(office: Any) -> None:
    shop = office()
    person = Party(kind="person", first_name="Els", last_name="Smit", email="els@example.nl")
    assert "/Customer/" in shop.send(person).id
    gid = shop.send(firm()).id
    error = shop.send(Party(kind="person", last_name="Bos", email="jan@korenbeurs.example"), gid).error
    assert isinstance(error, ConflictError)
    assert "a contact of the company Hotel De Korenbeurs" in error.message


def test_as_today_a_company_is_a_customer_with_a_company_name(office: Any) -> None:
    shop = office({"companies": "customer"})
    receipt = shop.send(firm())
    assert "/Customer/" in receipt.id
    assert shop.ask("companies", {"first": 10})["companies"]["nodes"] == []


def test_payment_terms_are_set_by_name_and_an_unknown_one_is_told(office: Any, make_out: Any) -> None:
    shop = office()
    draft = {**make_out("customer", firm()), "paymentTerms": "Net 30"}
    receipt = shop.connector.upsert(Batch("customer", (Write("k", Draft("customer", draft)),))).items[0]
    place = company(shop, receipt.id)["locations"]["nodes"][0]
    assert place["buyerExperienceConfiguration"]["paymentTermsTemplate"]["name"] == "Net 30"
    wrong = Write("k", Draft("customer", {**draft, "externalId": "2", "companyName": "Y", "paymentTerms": "30 dagen"}))
    error = shop.connector.upsert(Batch("customer", (wrong,))).items[0].error
    assert "no payment terms “30 dagen”" in error.message
    assert "Net 30" in error.resolution


def test_companies_are_found_by_number_by_name_and_by_the_e_mail_of_a_contact(office: Any) -> None:
    shop = office()
    gid = shop.send(firm()).id
    asked = {"code": "10001", "name": "hotel de korenbeurs", "email": "Jan@korenbeurs.example"}
    for key, value in asked.items():
        (match,) = shop.connector.find(Lookup("customer", key, (value,))).matches[value]
        assert (match.id, match.number) == (gid, "10001")


def test_the_shops_company_is_read_as_a_debtor_with_contacts_and_addresses(office: Any, read_in: Any) -> None:
    shop = office()
    shop.send(firm(shipping=Address(line="Magazijnstraat 5", postcode="1000 AA", city="Amsterdam", country="NL"), phone="0201234567"))
    shop.ask("create_customer", {"input": {"email": "els@example.nl", "lastName": "Smit"}})
    records, _ = shop.read()
    papers = {one.code or one.email: one for one in (read_in("customer", record.data) for record in records)}
    assert set(papers) == {"10001", "els@example.nl"}
    debtor = papers["10001"]
    assert (debtor.kind, debtor.name, debtor.vat_number, debtor.email) == (
        "company", "Hotel De Korenbeurs", "NL800000008B01", "inkoop@korenbeurs.example",
    )  # fmt: skip
    assert [(one.name, one.email) for one in debtor.contacts if one.name] == [("Jan Bos", "jan@korenbeurs.example")]
    assert (debtor.billing.street, debtor.billing.house_number, debtor.billing.company) == ("Kwekerijweg", "1", "Hotel De Korenbeurs")
    assert debtor.shipping is not None
    assert (debtor.shipping.line, debtor.shipping.city) == ("Magazijnstraat 5", "Amsterdam")


@pytest.mark.parametrize("touch", ["own", "whole"])
def test_what_changes_at_a_place_or_of_a_contact_brings_the_company_again(office: Any, touch: str) -> None:
    shop = office(company_touch=touch)
    gid = shop.send(firm()).id
    _, cursor = shop.read()
    place = company(shop, gid)["locations"]["nodes"][0]["id"]
    person = company(shop, gid)["contacts"]["nodes"][0]["id"]
    shop.ask("set_company_vat", {"id": place, "number": "BE0123456749"})
    records, cursor = shop.read(cursor)
    assert {one.data["taxSettings"]["taxId"] for one in records} == {"BE0123456749"}
    shop.ask("update_company_contact", {"id": person, "input": {"firstName": "Truus"}})
    records, cursor = shop.read(cursor)
    assert "Truus" in {one["firstName"] for record in records for one in record.data["contacts"]}


def test_companies_are_left_out_by_a_filter_that_they_have_no_field_for(office: Any) -> None:
    shop = office()
    shop.send(firm())
    assert shop.read(filters={"tag": "zakelijk"})[0] == []


def test_the_setting_may_be_switched_while_reading_goes_on(office: Any) -> None:
    shop = office()
    shop.send(firm())
    _, cursor = shop.read()
    plain = shop.served.connect(companies="customer")
    page = plain.fetch(Query("customer", cursor))
    assert all("/Customer/" in one.id for one in page.records)
    records, _ = shop.read(page.cursor)
    assert any("/Company/" in one.id for one in records)


def test_a_company_is_read_by_its_id_and_a_contact_brings_its_company(office: Any) -> None:
    shop = office()
    gid = shop.send(firm()).id
    person = company(shop, gid)["contacts"]["nodes"][0]["customer"]["id"]
    assert [one.id for one in shop.connector.fetch(Query("customer", ids=(gid,))).records] == [gid]
    assert [one.id for one in shop.connector.fetch(Query("customer", ids=(person,))).records] == [gid]


def test_a_shop_whose_plan_has_no_companies_says_so_and_what_to_do(office: Any) -> None:
    shop = office(b2b="off")
    for attempt in (shop.connector.check, lambda: shop.read(), lambda: shop.send(firm())):
        with pytest.raises(ConfigurationError) as caught:
            attempt()
        assert (caught.value.cause, caught.value.field) == ("companies", "companies")
        assert "This shop has no companies" in caught.value.message
        assert "keep companies as customers" in caught.value.resolution


def test_an_app_without_the_scope_is_told_which_one(office: Any) -> None:
    shop = office(scopes="read_products")
    with pytest.raises(ConfigurationError, match="lacks read_companies"):
        companies.prove(shop.connector.api)


def phones(office: SimpleNamespace, gid: str) -> dict[str, str | None]:
    """The phone number of each contact, by e-mail address."""
    customers = [one["customer"] for one in company(office, gid)["contacts"]["nodes"]]
    return {one["defaultEmailAddress"]["emailAddress"].partition("@")[0]: (one["defaultPhoneNumber"] or {}).get("phoneNumber") for one in customers}


def test_the_phone_numbers_of_contacts_are_kept_in_step_in_international_form(office: Any) -> None:
    def people(**numbers: str) -> Party:
        return firm(contacts=[Contact(last_name=name, email=f"{name}@korenbeurs.example", phone=phone) for name, phone in numbers.items()])

    shop = office()
    gid = shop.send(people(jan="06 1234 5678", els="+32 470 12 34 56", piet="toestel 12")).id
    assert phones(shop, gid) == {"inkoop": None, "jan": "+31612345678", "els": "+32470123456", "piet": None}
    assert shop.send(people(jan="0612345678", els="+32470123456", piet="12"), gid).action == "unchanged"
    assert shop.send(people(jan="06 87 65 43 21", els=""), gid).action == "updated"
    assert phones(shop, gid) == {"inkoop": None, "jan": "+31687654321", "els": "+32470123456", "piet": None}


def test_a_phone_number_that_somebody_else_has_in_the_shop_stands_in_the_way_of_nothing(office: Any) -> None:
    shop = office()
    shop.ask("create_customer", {"input": {"email": "other@example.nl", "phone": "+31612345678"}})
    contacts = [Contact(first_name="Jan", last_name="Bos", email="jan@korenbeurs.example", phone="0612345678")]
    receipt = shop.send(firm(contacts=contacts))
    assert (receipt.error, receipt.action) == (None, "created")
    assert phones(shop, receipt.id)["jan"] is None
    renamed = [contacts[0].model_copy(update={"first_name": "Johan"})]
    assert shop.send(firm(contacts=renamed), receipt.id).action == "updated"
    assert "Johan" in {one["customer"]["firstName"] for one in company(shop, receipt.id)["contacts"]["nodes"]}
