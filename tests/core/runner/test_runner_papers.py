"""An order becomes the paper that the settings choose, once; news about it finds its way back."""

from decimal import Decimal

import pytest
from koppel.actions.flows import change_flow
from koppel.documents import SalesOrder
from koppel.errors import ConfigurationError
from koppel.manifest import Resource
from koppel.runner.view import target_view
from koppel.settings import Settings
from koppel.store.models import Delivery
from support.pair import an_order, make_pair


@pytest.fixture
def pair(tmp_path):
    made = make_pair(tmp_path)
    yield made
    made.site.close()


@pytest.mark.parametrize("document", ["sales_invoice", "sales_entry"])
def test_an_order_becomes_the_document_that_the_flow_chooses(pair, document):
    name = pair.flow("sales_order", document=document)
    pair.ledger.add("product", sku="ROOS-1")
    pair.shop.add("sales_order", **an_order(1))
    assert pair.run(name).summary.created == 1
    assert [row["reference"] for row in pair.ledger.all(document)] == ["#1"]
    assert pair.ledger.all("sales_order") == []
    assert pair.run(name).summary.created == 0


def test_a_sales_entry_needs_no_article_and_the_others_name_the_one_that_is_missing(pair):
    pair.shop.add("sales_order", **an_order(1))
    entry = pair.flow("sales_order", name="entry", document="sales_entry")
    assert pair.run(entry).summary.created == 1
    pair.shop.add("sales_order", **an_order(2))
    invoice = pair.flow("sales_order", name="invoice", document="sales_invoice")
    assert pair.run(invoice).summary.created == 0
    assert "SKU ROOS-1 is not in Ledger." in {row.reason for row in pair.rows(state="parked")}


def test_an_order_that_was_sent_as_something_else_is_not_booked_a_second_time(pair):
    name = pair.flow("sales_order")
    pair.ledger.add("product", sku="ROOS-1")
    pair.shop.add("sales_order", **an_order(1))
    pair.run(name)
    change_flow(pair.site, name, {"document": "sales_invoice"}, "")
    result = pair.run(name, ids=("sales_order-1",)).summary
    pair.shop.records["sales_order"]["sales_order-1"]["channel"] = "pos"
    again = pair.run(name, ids=("sales_order-1",)).summary
    assert (result.created, again.created, again.skipped) == (0, 0, 1)
    assert pair.ledger.all("sales_invoice") == []
    assert pair.rows()[0].reason == "#1 is in Ledger already, as sales order #1; Koppel does not write it twice."


def test_an_order_whose_first_answer_got_lost_under_another_document_is_not_booked_a_second_time(pair):
    name = pair.flow("sales_order")
    pair.ledger.add("product", sku="ROOS-1")
    pair.ledger.lose_answer_of = {"#1"}
    pair.shop.add("sales_order", **an_order(1))
    pair.run(name)
    with pair.site.db.read() as session:
        assert session.query(Delivery).filter_by(resource="sales_order").one().state == "sending"
    change_flow(pair.site, name, {"document": "sales_invoice"}, "")
    pair.run(name, ids=("sales_order-1",))
    assert pair.ledger.all("sales_invoice") == []
    assert "#1 may have arrived in Ledger already, as sales order" in pair.rows()[0].reason


def test_a_document_that_the_target_cannot_take_and_one_for_articles_are_refused_at_once(pair):
    with pytest.raises(ConfigurationError, match="does not take direct invoice records"):
        pair.flow("sales_order", document="direct_invoice")
    with pytest.raises(ConfigurationError, match="is for orders and invoices"):
        pair.flow("product", document="sales_entry")
    with pytest.raises(ConfigurationError, match="has document 'quote'"):
        pair.flow("sales_order", document="quote")


def test_a_shipment_is_told_to_the_order_it_belongs_to_and_once(pair):
    pair.ledger.add("product", sku="ROOS-1")
    pair.shop.add("sales_order", **an_order(1))
    pair.run(pair.flow("sales_order", document="sales_invoice"))
    made = pair.ledger.all("sales_invoice")[0]["id"]
    pair.ledger.add("shipment", number="D-1", order_source_id=made)
    pair.ledger.add("shipment", number="D-2", order_source_id=made)
    back = pair.flow("shipment", back=True)
    assert pair.run(back).summary.created == 2
    told = [(row["order_external_id"], row["number"]) for row in pair.shop.all("shipment")]
    assert told == [("sales_order-1", "D-1"), ("sales_order-1", "D-2")]
    assert pair.run(back).summary.created == 0


def test_a_shipment_of_an_order_that_came_another_way_is_found_by_its_number_or_left_out(pair):
    pair.shop.add("sales_order", **an_order(7))
    pair.ledger.add("shipment", number="D-1", order_reference="#7")
    pair.ledger.add("shipment", number="D-2", order_reference="BY-PHONE")
    summary = pair.run(pair.flow("shipment", back=True)).summary
    assert (summary.created, summary.skipped) == (1, 1)
    assert pair.rows(state="skipped")[0].reason == "The order BY-PHONE is not in Shop, so there is nothing to tell there."


def test_a_line_that_needs_no_article_is_not_split_for_its_price():
    lines = [{"quantity": 3, "unit_price": Decimal("3.34"), "discount": Decimal("0.02"), "total": Decimal("10.00")}]
    order = SalesOrder(lines=lines, total=Decimal("10.00"))
    split = target_view(order, Settings({}), Resource("sales_order", ""))["lines"]
    whole = target_view(order, Settings({}), Resource("sales_entry", "", needs_articles=False))["lines"]
    assert [one["line_amount"] for one in split] == [Decimal("6.66"), Decimal("3.34")]
    assert [(one["line_amount"], one["amount_incl"]) for one in whole] == [(Decimal("10.00"), Decimal("10.00"))]
