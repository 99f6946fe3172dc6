"""What is let through, and how discounts are shown, is asked in the flow's settings."""

from decimal import Decimal

import pytest
from koppel.errors import ConfigurationError
from support.pair import an_order, make_pair


@pytest.fixture
def pair(tmp_path):
    made = make_pair(tmp_path)
    for sku in ("ROOS-1", "KORTING"):
        made.ledger.add("product", sku=sku)
    yield made
    made.site.close()


def test_only_records_that_meet_the_condition_are_sent_and_one_that_changes_is_looked_at_again(pair):
    name = pair.flow("sales_order", condition="record.total < 50 and record.channel != 'pos'")
    for number, total, channel in ((1, "10.00", "web"), (2, "60.00", "web"), (3, "10.00", "pos")):
        pair.shop.add("sales_order", **an_order(number, total=total, channel=channel))
    summary = pair.run(name).summary
    assert (summary.created, summary.skipped) == (1, 2)
    assert {row.reason for row in pair.rows(state="skipped")} == {
        "#2 does not meet the condition of this flow.", "#3 does not meet the condition of this flow.",
    }  # fmt: skip
    pair.shop.records["sales_order"]["sales_order-3"]["channel"] = "web"
    assert pair.run(name, ids=("sales_order-3",)).summary.created == 1


def test_an_order_that_was_partly_given_back_before_it_was_sent_was_paid_and_one_wholly_given_back_is_left_out(pair):
    for number, status in ((1, "partially_refunded"), (2, "refunded"), (3, "pending")):
        pair.shop.add("sales_order", **an_order(number, financial_status=status))
    assert pair.run(pair.flow("sales_order", release="paid")).summary.created == 1
    assert [row["reference"] for row in pair.ledger.all("sales_order")] == ["#1"]


def test_articles_can_have_a_condition_too(pair):
    pair.shop.add("product", sku="A", name="Roos")
    pair.shop.add("product", sku="B", name="Test")
    assert pair.run(pair.flow("product", condition="record.name != 'Test'")).summary.created == 1


@pytest.mark.parametrize("text", ["record.total <", "import os", "record.__class__"])
def test_a_condition_that_cannot_be_read_is_refused_when_it_is_saved(pair, text):
    with pytest.raises(ConfigurationError) as caught:
        pair.flow("sales_order", condition=text)
    assert caught.value.field == "condition"
    assert "record.total < 5000" in caught.value.resolution


@pytest.mark.parametrize(("choice", "created", "state"), [("", 1, "done"), ("skip", 0, "skipped"), ("park", 0, "parked")])
def test_an_order_of_nothing_is_sent_left_out_or_put_aside(pair, choice, created, state):
    free = {"sku": "ROOS-1", "kind": "article", "quantity": 1, "unit_price": "10.00", "discount": "10.00", "total": "0.00"}
    pair.shop.add("sales_order", **an_order(1, total="0.00", lines=[free]))
    assert pair.run(pair.flow("sales_order", zero_orders=choice)).summary.created == created
    assert pair.rows()[0].state == state


def test_a_discount_is_in_the_price_or_a_line_of_its_own(pair):
    line = {"sku": "ROOS-1", "kind": "article", "quantity": 2, "unit_price": "10.00", "discount": "3.00", "total": "17.00"}
    for number in (1, 2):
        pair.shop.add("sales_order", **an_order(number, total="17.00", lines=[line]))
    pair.run(pair.flow("sales_order", name="price"), ids=("sales_order-1",))
    pair.run(pair.flow("sales_order", name="line", discounts="line", discount_sku="KORTING"), ids=("sales_order-2",))
    in_price, apart = pair.ledger.all("sales_order")
    assert [Decimal(one["line_price"]) for one in in_price["lines"]] == [Decimal("8.50")]
    sent = [(one["external_id"], Decimal(one["quantity"]), Decimal(one["line_price"])) for one in apart["lines"]]
    assert sent == [("product-1", 2, Decimal("10.00")), ("product-2", -1, Decimal("3.00"))]


def test_a_discount_line_without_an_article_names_the_setting(pair):
    line = {"sku": "ROOS-1", "kind": "article", "quantity": 1, "unit_price": "10.00", "discount": "3.00", "total": "7.00"}
    pair.shop.add("sales_order", **an_order(1, total="7.00", lines=[line]))
    assert pair.run(pair.flow("sales_order", discounts="line")).summary.parked == 1
    assert pair.rows()[0].reason == "The discount line “Discount” of #1 has no SKU."
    assert "article for discounts" in pair.rows()[0].resolution
