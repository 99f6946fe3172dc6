"""Who an order is booked on."""

import pytest
from koppel.documents import Party
from koppel.documents.party import Address
from koppel.runner.customers import whole_party
from koppel.store.models import DebtorRule
from support.pair import an_order


@pytest.fixture
def orders(pair):
    pair.ledger.add("product", sku="ROOS-1")
    return pair


def rule(pair, **fields):
    connection = pair.site.connection("ledger")
    with pair.site.db.write() as session:
        session.add(DebtorRule(connection_id=connection.id, **fields))


def test_a_company_name_makes_a_company_with_its_contact():
    party = whole_party(Party(first_name="Emma", last_name="de Vries", email="e@x.nl", billing=Address(company="Bloem BV")))
    assert (party.kind, party.name) == ("company", "Bloem BV")
    assert [(one.first_name, one.last_name, one.email) for one in party.contacts] == [("Emma", "de Vries", "e@x.nl")]


def test_without_a_company_name_it_is_a_person():
    party = whole_party(Party(first_name="Emma", last_name="de Vries"))
    assert (party.kind, party.name, party.contacts) == ("person", "Emma de Vries", [])


def test_a_default_debtor_takes_all_orders(orders):
    debtor = orders.ledger.add("customer", email="winkel@x.nl", code="99999")
    rule(orders, debtor="99999")
    orders.shop.add("sales_order", **an_order(1))
    orders.run(orders.flow("sales_order"))
    assert orders.ledger.all("sales_order")[0]["customer"]["external_id"] == debtor
    assert len(orders.ledger.all("customer")) == 1


def test_the_first_rule_that_fits_decides(orders):
    belgium = orders.ledger.add("customer", email="be@x.nl", code="BE")
    guests = orders.ledger.add("customer", email="guest@x.nl", code="GAST")
    rule(orders, debtor="BE", country="be", position=1)
    rule(orders, debtor="GAST", customer="guest", position=2)
    first, second, third = an_order(1), an_order(2), an_order(3)
    first["customer"]["billing"]["country"] = "BE"
    second["customer"]["guest"] = True
    for order in (first, second, third):
        orders.shop.add("sales_order", **order)
    orders.run(orders.flow("sales_order"))
    ids = [row["customer"]["external_id"] for row in orders.ledger.all("sales_order")]
    assert ids[:2] == [belgium, guests]
    assert ids[2] not in (belgium, guests)


def test_a_condition_decides_what_columns_cannot(orders):
    big = orders.ledger.add("customer", email="big@x.nl", code="GROOT")
    rule(orders, debtor="GROOT", condition="record.total > 100")
    orders.shop.add("sales_order", **an_order(1, total="250.00"))
    orders.shop.add("sales_order", **an_order(2, total="25.00"))
    orders.run(orders.flow("sales_order"))
    ids = [row["customer"]["external_id"] for row in orders.ledger.all("sales_order")]
    assert ids[0] == big
    assert ids[1] != big


def test_a_default_debtor_that_does_not_exist_is_named(orders):
    rule(orders, debtor="12345")
    orders.shop.add("sales_order", **an_order(1))
    orders.run(orders.flow("sales_order"))
    assert orders.rows()[0].reason == "The default debtor 12345 does not exist in Ledger."


def test_a_known_customer_is_left_alone_when_the_setting_says_so(orders):
    orders.ledger.add("customer", email="c1@example.nl", name="Oude naam")
    orders.shop.add("sales_order", **an_order(1))
    orders.run(orders.flow("sales_order", customer_update=False))
    assert orders.ledger.all("customer")[0]["name"] == "Oude naam"
    assert len(orders.ledger.all("sales_order")) == 1


def test_a_known_customer_is_updated_by_default(orders):
    orders.ledger.add("customer", email="c1@example.nl", name="Oude naam")
    orders.shop.add("sales_order", **an_order(1))
    orders.run(orders.flow("sales_order"))
    assert orders.ledger.all("customer")[0]["name"] == "Klant 1"


def test_two_debtors_with_one_address_are_a_question_for_a_person(orders):
    for _ in range(2):
        orders.ledger.add("customer", email="c1@example.nl")
    orders.shop.add("sales_order", **an_order(1))
    orders.run(orders.flow("sales_order"))
    reason = orders.rows()[0].reason
    assert "2 customer records in Ledger have email c1@example.nl" in reason
    assert orders.ledger.all("sales_order") == []
