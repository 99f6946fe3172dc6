"""A credit note finds the paper that its order is over there, and is left out while there is none."""

from decimal import Decimal

import pytest
from support.pair import an_order, make_pair


@pytest.fixture
def pair(tmp_path):
    made = make_pair(tmp_path)
    made.ledger.add("product", sku="ROOS-1")
    made.ledger.add("product", sku="TEGOED")
    yield made
    made.site.close()


def a_credit(pair, number=1, of="sales_order-1", order="#1", **more):
    """A refund of an order as the fake shop gives it."""
    return pair.shop.add("credit_note", **an_order(f"{order[1:]}-C{number}", order_source_id=of, order_reference=order, **more))


@pytest.mark.parametrize("document", ["sales_order", "sales_invoice", "sales_entry"])
def test_a_credit_note_carries_the_number_of_the_paper_that_the_order_became(pair, document):
    orders, credits_ = pair.flow("sales_order", document=document), pair.flow("credit_note")
    pair.shop.add("sales_order", **an_order(1))
    pair.run(orders)
    a_credit(pair)
    assert pair.run(credits_).summary.created == 1
    (made,) = pair.ledger.all("credit_note")
    assert (made["reference"], made["invoice_number"], made["total"]) == ("#1-C1", "#1", Decimal("10.00"))
    assert pair.run(credits_).summary.created == 0


def test_a_credit_note_of_an_order_that_was_never_booked_is_left_out_with_a_sentence(pair):
    name = pair.flow("credit_note")
    a_credit(pair)
    plan = pair.run(name, dry_run=True)
    assert [(one.action, one.label) for one in plan.plans] == [("skipped", "#1-C1")]
    assert pair.run(name).summary.skipped == 1
    (row,) = pair.rows()
    assert (row.state, row.reason) == ("skipped", "The order #1 was never booked in Ledger, so there is nothing to credit.")
    assert pair.ledger.all("credit_note") == []


def test_a_credit_note_that_came_before_its_order_follows_once_the_order_is_booked(pair):
    credits_, orders = pair.flow("credit_note"), pair.flow("sales_order")
    a_credit(pair)
    a_credit(pair, of="sales_order-2", order="#2")
    assert pair.run(credits_).summary.skipped == 2
    pair.shop.add("sales_order", **an_order(1))
    pair.run(orders)
    assert pair.run(credits_).summary.created == 1
    assert [row["reference"] for row in pair.ledger.all("credit_note")] == ["#1-C1"]
    assert [row.state for row in pair.rows() if row.label.endswith("-C1")] == ["done", "skipped"]


def test_a_credit_note_whose_source_knows_no_order_goes_as_it_is(pair):
    name = pair.flow("credit_note")
    a_credit(pair, of="", order="#9")
    assert pair.run(name).summary.created == 1
    assert not pair.ledger.all("credit_note")[0].get("invoice_number")


def test_an_amount_without_an_article_says_which_setting_gives_it_one(pair):
    line = {"sku": "", "description": "Price reduction", "kind": "adjustment", "quantity": 1, "unit_price": "2.00", "total": "2.00"}
    orders = pair.flow("sales_order")
    pair.shop.add("sales_order", **an_order(1))
    pair.run(orders)
    a_credit(pair, total="2.00", lines=[line])
    pair.run(pair.flow("credit_note", name="without"))
    (row,) = pair.rows(state="parked")
    assert row.reason == "The amount “Price reduction” of #1-C1 has no SKU."
    assert "article for amounts given back" in row.resolution
    assert pair.run(pair.flow("credit_note", name="with", adjustment_sku="TEGOED")).summary.created == 1


def test_a_lost_answer_makes_one_credit_note(pair):
    orders, name = pair.flow("sales_order"), pair.flow("credit_note")
    pair.shop.add("sales_order", **an_order(1))
    pair.run(orders)
    a_credit(pair)
    pair.ledger.lose_answer_of.add("#1-C1")
    pair.run(name)
    pair.run(name)
    assert len(pair.ledger.all("credit_note")) == 1
    assert pair.rows(label="#1-C1")[0].state == "done"
