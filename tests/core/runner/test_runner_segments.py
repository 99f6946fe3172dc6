"""What recognises a company, what a person, and who goes to a debtor of the counter or of a segment."""

import pytest
import sqlalchemy as sa
from koppel.store.models import DebtorRule, Rule
from support.pair import an_order, make_pair


@pytest.fixture
def orders(tmp_path):
    pair = make_pair(tmp_path)
    pair.ledger.add("product", sku="ROOS-1")
    with pair.site.db.write() as session:
        for name in ("customer.group", "customer.coc_number"):
            session.add(Rule(system="shop", direction="inbound", resource="sales_order", target=name, position=90, spec={"from": name}))
    yield pair
    pair.site.close()


def firm(number, **customer):
    order = an_order(number)
    order["customer"] |= {"billing": {"country": "NL", "company": f"Bloem {number} BV"}, **customer}
    return order


def debtors(pair):
    return [one["customer"]["external_id"] for one in pair.ledger.all("sales_order")]


def test_cus_02_a_company_is_recognised_by_its_vat_number_and_a_person_by_the_address(orders):
    bloem = orders.ledger.add("customer", email="boekhouding@bloem.nl", vat_number="NL004495445B01")
    klant = orders.ledger.add("customer", email="c2@example.nl")
    orders.shop.add("sales_order", **firm(1, vat_number="NL004495445B01"))
    orders.shop.add("sales_order", **an_order(2))
    assert orders.run(orders.flow("sales_order", company_match_keys="vat_number coc_number")).summary.created == 2
    assert debtors(orders) == [bloem, klant]


def test_cus_02_the_next_key_is_asked_where_the_first_finds_nobody_and_the_usual_one_is_left(orders):
    by_number = orders.ledger.add("customer", email="x@bloem.nl", coc_number="12345678")
    by_mail = orders.ledger.add("customer", email="c2@example.nl")
    orders.shop.add("sales_order", **firm(1, vat_number="NL004495445B01", coc_number="12345678"))
    orders.shop.add("sales_order", **firm(2))
    assert orders.run(orders.flow("sales_order", company_match_keys="vat_number coc_number")).summary.created == 2
    assert debtors(orders) == [by_number, by_mail]


def test_cus_04_the_counter_and_a_segment_have_debtors_of_their_own(orders):
    counter = orders.ledger.add("customer", email="balie@x.nl", code="BALIE")
    wholesale = orders.ledger.add("customer", email="groot@x.nl", code="GROOT")
    connection = orders.site.connection("ledger")
    with orders.site.db.write() as session:
        session.add(DebtorRule(connection_id=connection.id, debtor="BALIE", channel="pos", position=1))
        condition = "record.customer.group == 'wholesale'"
        session.add(DebtorRule(connection_id=connection.id, debtor="GROOT", condition=condition, position=2))
        assert session.scalar(sa.select(sa.func.count(DebtorRule.id))) == 2
    orders.shop.add("sales_order", **an_order(1, channel="pos"))
    second = an_order(2)
    second["customer"]["group"] = "wholesale"
    orders.shop.add("sales_order", **second)
    assert orders.run(orders.flow("sales_order")).summary.created == 2
    assert debtors(orders) == [counter, wholesale]
