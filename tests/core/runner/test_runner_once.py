"""A document is written once, whatever goes wrong between the two systems."""

import pytest
from koppel.actions.records import retry
from koppel.store.models import Delivery, Link
from support.pair import an_order, make_pair


@pytest.fixture
def orders(pair):
    pair.ledger.add("product", sku="ROOS-1")
    pair.name = pair.flow("sales_order")
    return pair


def test_an_order_is_made_once_with_its_customer(orders):
    orders.shop.add("sales_order", **an_order(1))
    first = orders.run(orders.name).summary
    again = orders.run(orders.name).summary
    assert (first.seen, first.created, first.parked) == (1, 1, 0)
    assert (again.created, again.updated, again.skipped) == (0, 0, 0)
    assert [row["reference"] for row in orders.ledger.all("sales_order")] == ["#1"]
    customer = orders.ledger.all("customer")[0]
    assert customer["email"] == "c1@example.nl"
    assert orders.ledger.all("sales_order")[0]["customer"]["external_id"] == customer["id"]


def test_a_lost_answer_is_looked_up_before_anything_is_sent_again(orders):
    orders.shop.add("sales_order", **an_order(1))
    orders.ledger.lose_answer_of = {"#1"}
    first = orders.run(orders.name).summary
    assert first.created == 0
    second = orders.run(orders.name).summary
    assert second.created == 1
    assert len(orders.ledger.all("sales_order")) == 1
    assert orders.rows()[0].state == "done"


def test_a_lost_answer_rests_until_it_can_not_arrive_any_more(pair):
    pair.ledger.add("product", sku="ROOS-1")
    name = pair.flow("sales_order", settle_seconds=3600)
    pair.shop.add("sales_order", **an_order(1))
    pair.ledger.down_after = True
    pair.ledger.lose_answer_of = {"#1"}
    pair.run(name)
    pair.ledger.records["sales_order"].clear()  # stored over there, but not to be seen yet
    pair.run(name)
    row = pair.rows()[0]
    assert row.state == "retry"
    assert "not sure whether" in row.reason
    assert pair.ledger.all("sales_order") == []


def test_an_order_that_exists_is_skipped_and_linked(orders):
    orders.ledger.add("sales_order", reference="#1", code="77")
    orders.shop.add("sales_order", **an_order(1))
    summary = orders.run(orders.name).summary
    assert (summary.created, summary.skipped) == (0, 1)
    assert "already, as 77" in orders.rows()[0].reason
    with orders.site.db.read() as session:
        assert session.query(Link).filter_by(resource="sales_order").one().number == "77"


def test_a_lost_answer_about_a_customer_makes_no_second_customer(orders):
    orders.shop.add("sales_order", **an_order(1))
    orders.ledger.lose_answer_of = {"c1@example.nl"}
    orders.run(orders.name)
    orders.run(orders.name)
    assert len(orders.ledger.all("customer")) == 1
    assert len(orders.ledger.all("sales_order")) == 1


def test_two_orders_of_one_customer_make_one_debtor(orders):
    orders.shop.add("sales_order", **an_order(1))
    second = an_order(2)
    second["customer"]["email"] = "C1@Example.NL"
    orders.shop.add("sales_order", **second)
    orders.run(orders.name)
    assert len(orders.ledger.all("customer")) == 1
    assert len(orders.ledger.all("sales_order")) == 2


def test_two_articles_with_one_sku_make_one_article_and_a_question(pair):
    name = pair.flow("product")
    pair.shop.add("product", sku="A-1", name="one")
    pair.shop.add("product", sku="a-1", name="other")
    summary = pair.run(name).summary
    assert (summary.created, summary.parked) == (1, 1)
    assert "used by two records" in pair.rows(state="parked")[0].reason


def test_a_second_article_with_the_sku_of_one_that_was_sent_waits_too_and_a_retry_does_not_help(pair):
    name = pair.flow("product")
    pair.shop.add("product", sku="A-1", name="one")
    pair.run(name)
    pair.shop.add("product", sku="A-1", name="other")
    assert pair.run(name).summary.parked == 1
    retry(pair.site, flow=name)
    assert pair.run(name).summary.parked == 1
    assert [row["name"] for row in pair.ledger.all("product")] == ["one"]
    assert "used by two records" in pair.rows(state="parked")[0].reason


def test_an_article_that_was_removed_and_made_anew_takes_the_place_of_the_old_one(pair):
    name = pair.flow("product")
    pair.shop.add("product", sku="A-1", name="old")
    pair.run(name)
    pair.shop.records["product"].clear()
    pair.shop.add("product", sku="X-1", name="filler")  # the fake's cursor counts records
    pair.shop.add("product", sku="A-1", name="new")
    assert pair.run(name).summary.parked == 0
    assert [row["name"] for row in pair.ledger.all("product")] == ["new"]


def test_an_order_without_lines_says_that_there_is_nothing_to_book(orders):
    orders.shop.add("sales_order", **an_order(1, lines=[], total="0.00"))
    assert orders.run(orders.name).summary.parked == 1
    assert orders.rows()[0].reason == "#1 has no lines, so there is nothing to book."


def test_an_empty_key_never_skips_the_check(orders):
    orders.shop.add("sales_order", **an_order(1, reference=""))
    summary = orders.run(orders.name).summary
    assert (summary.created, summary.parked) == (0, 1)
    assert "has no reference" in orders.rows()[0].reason


def test_the_intent_is_there_before_the_call(orders):
    orders.shop.add("sales_order", **an_order(1))
    orders.ledger.lose_answer_of = {"#1"}
    orders.run(orders.name)
    with orders.site.db.read() as session:
        delivery = session.query(Delivery).filter_by(resource="sales_order").one()
    assert (delivery.state, delivery.natural_key, delivery.attempts) == ("sending", "#1", 1)


@pytest.mark.parametrize("batch_size", [1, 3])
def test_a_refused_record_never_blocks_its_neighbours(tmp_path, batch_size):
    pair = make_pair(tmp_path, batch_size=batch_size)
    name = pair.flow("product")
    for number in range(6):
        pair.shop.add("product", sku=f"A-{number}")
    pair.ledger.refuse = {"A-2"}
    summary = pair.run(name).summary
    assert (summary.created, summary.parked) == (5, 1)
    assert pair.rows(state="parked")[0].reason == "A-2 is refused."
