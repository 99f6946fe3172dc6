"""The document choice in Exact Online: the same shop order as order, invoice, direct invoice or sales entry."""

from decimal import Decimal

import pytest
from koppel.actions.records import retry
from support.garden import SHIPPING, Garden, purchase, shop_of, shopper, states_of

pytestmark = pytest.mark.walk

PAPERS = {
    "sales_order": ("salesorder/SalesOrders", "OrderID", "OrderedBy", None),
    "sales_invoice": ("salesinvoice/SalesInvoices", "InvoiceID", "OrderedBy", 8020),
    "direct_invoice": ("salesinvoice/SalesInvoices", "InvoiceID", "OrderedBy", 8023),
    "sales_entry": ("salesentry/SalesEntries", "EntryID", "Customer", None),
}
EACH = pytest.mark.parametrize("document", PAPERS)
NUMBER = dict(zip(PAPERS, range(3001, 3005), strict=True))
LOST = {"sales_invoice": 3011, "sales_entry": 3012}
ORDERS = tuple(purchase(number, shopper(number)) for number in (*NUMBER.values(), *LOST.values(), 3021, 3022, 3023))
TOTALS = {one.number: one.total for one in ORDERS}


@pytest.fixture(scope="module")
def garden(tmp_path_factory):
    """All orders wait in the shop; the books have their articles."""
    made = Garden(tmp_path_factory.mktemp("papers"), states_of(shop_of(*ORDERS)))
    yield made
    made.close()


def flow_for(garden, document, number, **settings):
    name = garden.flow(f"{document.replace('_', '-')}-{number}", "shopify", "exactonline", document=document, **settings)
    garden.add_row(name, "journal", "71")
    for rate in ("21", "9"):
        garden.add_row(name, "revenue_account", {"21": "8000", "9": "8010"}[rate], rate=rate)
    return name


def booked(garden, document, number):
    """The papers of this kind that carry the shop's number, as somebody who looks in Exact Online sees them."""
    entity, key, account, _ = PAPERS[document]
    answer = garden.ask("exactonline", "GET", f"/api/v1/3012345/{entity}", headers={"Accept": "application/json"},
                        params={"$filter": f"YourRef eq '#{number}'"})  # fmt: skip
    return [(row[key], row[account], Decimal(str(row["AmountFC"])), row.get("Type")) for row in answer.json()["d"]["results"]]


def account_of(garden, number):
    return next(row["ID"] for row in garden.exact("crm/Accounts") if row["Email"] == f"klant.{number}@example.nl")


@EACH
def test_seed_02_and_sys_05_an_order_becomes_the_chosen_document_once_and_to_the_cent(garden, document):
    number = NUMBER[document]
    flow = flow_for(garden, document, number)
    assert garden.send(flow, number).created == 1
    ((_, account, total, kind),) = booked(garden, document, number)
    assert (account, total) == (account_of(garden, number), TOTALS[number])
    assert PAPERS[document][3] in (None, kind)
    (checked,) = garden.steps(kind="checked", flow_id=garden.site.flow(flow).id)
    assert checked.text.startswith("Equal to the cent")
    assert garden.send(flow, number).created == 0
    assert len(booked(garden, document, number)) == 1


@pytest.mark.parametrize("document", LOST)
def test_seed_02_a_document_whose_answer_got_lost_is_found_again_and_not_made_twice(garden, document):
    number, entity = LOST[document], PAPERS[document][0]
    flow = flow_for(garden, document, number, settle_seconds=0)
    garden.faults("exactonline", {"match": f"POST /api/v1/3012345/{entity}", "kind": "drop_after"})
    assert garden.send(flow, number).created == 0
    garden.faults("exactonline")
    assert garden.send(flow, number).created == 1
    (left,) = garden.inbox(flow)
    assert left.state == "done"
    assert len(booked(garden, document, number)) == 1


def test_sys_05_a_sales_entry_needs_no_article_and_the_others_name_the_missing_sku(garden):
    entry = flow_for(garden, "sales_entry", 3021, shipping_sku="BESTAAT-NIET")
    assert garden.send(entry, 3021).created == 1
    lines = garden.exact("salesentry/SalesEntryLines")
    assert lines
    for document in ("sales_order", "sales_invoice", "direct_invoice"):
        flow = flow_for(garden, document, 3022, shipping_sku="BESTAAT-NIET")
        assert garden.send(flow, 3022).parked == 1
        assert garden.waiting(flow) == {"#3022": "SKU BESTAAT-NIET is not in Exact Online."}
        assert booked(garden, document, 3022) == []


def test_seed_10_a_revenue_account_without_a_row_is_named_and_nothing_is_booked(garden):
    name = garden.flow("no-ledger", "shopify", "exactonline", document="sales_entry", shipping_sku=SHIPPING)
    garden.add_row(name, "journal", "71")
    assert garden.send(name, 3023).parked == 1
    assert garden.waiting(name)["#3023"].startswith("There is no revenue account for NL")
    assert booked(garden, "sales_entry", 3023) == []
    garden.add_row(name, "revenue_account", "8000", country="NL")
    retry(garden.site, flow=name)
    assert garden.send(name, 3023).created == 1


def test_ops_16_a_write_that_lands_in_another_administration_stops_the_flow(tmp_path):
    states = states_of(shop_of(purchase(3031, shopper(31))), known=(shopper(31),))
    garden = Garden(tmp_path, states)
    try:
        flow = flow_for(garden, "sales_order", 3031)
        body = '{"d":{"OrderID":"11111111-2222-4333-8444-555555555555","Division":3012346,"AmountFC":1,"OrderNumber":7}}'
        garden.faults("exactonline", {"match": "POST /api/v1/3012345/salesorder/SalesOrders", "kind": "status", "status": 201, "body": body})
        result = garden.run(flow, ids=(garden.order_id(3031),))
        assert result.summary.outcome == "stopped"
        assert "in administration 3012346, while this connection works in 3012345" in result.reason
    finally:
        garden.close()
