"""What the books say after an order was booked: it was shipped, it was paid, it is complete."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from koppel import Batch, Draft, Query, Write
from koppel.documents import DOCUMENTS
from koppel.documents.base import read_document

pytestmark = pytest.mark.walk
Start = Callable[..., Any]


@pytest.fixture
def books(simulate: Start) -> SimpleNamespace:
    """A conversation, and a customer with an article to sell him."""
    sim = simulate()
    exact = sim.connector()
    debtor = send(exact, "customer", {"Name": "Zoë", "Status": "C"}).id
    item = send(exact, "product", {"Code": "POT", "Description": "Pot", "ItemGroup": "POT", "IsSalesItem": True}).id
    return SimpleNamespace(sim=sim, exact=exact, debtor=debtor, item=item)


def send(exact: Any, resource: str, fields: Any) -> Any:
    (receipt,) = exact.upsert(Batch(resource, (Write("k", Draft(resource, fields)),))).items
    assert receipt.error is None, receipt.error
    return receipt


def order(books: SimpleNamespace, reference: str, pieces: int = 2) -> Any:
    line = {"Item": books.item, "Quantity": pieces, "NetPrice": 10, "VATCode": "3"}
    return send(books.exact, "sales_order", {"OrderedBy": books.debtor, "YourRef": reference, "SalesOrderLines": [line]})


def line_of(books: SimpleNamespace, made: Any) -> str:
    rows = books.exact.talk.client.rows("salesorder/SalesOrderLines", ("ID",), f"OrderID eq guid'{made.id}'")
    return str(rows[0]["ID"])


def deliver(books: SimpleNamespace, *lines: tuple[str, int], **more: Any) -> str:
    rows = [{"SalesOrderLineID": key, "QuantityDelivered": pieces} for key, pieces in lines]
    fields = {"DeliveryDate": "2026-03-02", "GoodsDeliveryLines": rows, **more}
    return str(books.exact.talk.client.create("salesorder/GoodsDeliveries", fields)["EntryID"])


def read(kit: SimpleNamespace, record: Any, resource: str) -> Any:
    return read_document(DOCUMENTS[resource], kit.mapping("inbound", resource).run(record.data, "create")[0])


def test_a_delivery_is_read_as_a_shipment_of_its_order_with_tracking(books: SimpleNamespace, kit: SimpleNamespace) -> None:
    made = order(books, "#1001")
    key = deliver(books, (line_of(books, made), 1), TrackingNumber="3SABC1")
    page = books.exact.fetch(Query("shipment"))
    shipment = read(kit, page.records[0], "shipment")
    assert (shipment.order_reference, shipment.order_source_id, shipment.number) == ("#1001", made.id, "1")
    assert [one.number for one in shipment.trackings] == ["3SABC1"]
    assert [(one.sku, one.quantity) for one in shipment.lines] == [("POT", 1)]
    assert shipment.shipped_at is not None
    before = books.sim.calls()
    assert books.exact.fetch(Query("shipment", page.cursor)).records[0].data == page.records[0].data  # an echo, dropped by the core
    assert books.sim.calls() - before == 3  # deliveries, their lines, their orders
    assert [one.id for one in books.exact.fetch(Query("shipment", ids=(key,))).records] == [page.records[0].id]


def test_a_tracking_number_that_comes_later_is_read_again(books: SimpleNamespace, kit: SimpleNamespace) -> None:
    key = deliver(books, (line_of(books, order(books, "#1001")), 2))
    page = books.exact.fetch(Query("shipment"))
    assert read(kit, page.records[0], "shipment").trackings == []
    books.exact.talk.client.change("salesorder/GoodsDeliveries", key, {"TrackingNumber": "3SLATER"})
    page = books.exact.fetch(Query("shipment", page.cursor))
    assert [one.number for one in read(kit, page.records[0], "shipment").trackings] == ["3SLATER"]


def test_a_delivery_for_two_orders_is_a_shipment_of_each(books: SimpleNamespace, kit: SimpleNamespace) -> None:
    lines = [(line_of(books, order(books, reference)), 1) for reference in ("#1001", "#1002")]
    deliver(books, *lines, TrackingNumber="3SBOTH")
    found = [read(kit, one, "shipment") for one in books.exact.fetch(Query("shipment")).records]
    assert [(one.order_reference, one.trackings[0].number) for one in found] == [("#1001", "3SBOTH"), ("#1002", "3SBOTH")]


def test_an_entry_counts_as_paid_only_once_its_receivable_is_settled(books: SimpleNamespace, kit: SimpleNamespace) -> None:
    ledger = books.exact.talk.ids_of("financial/GLAccounts", ["8000"], "ledger account")["8000"]
    line = {"GLAccount": ledger, "AmountFC": Decimal("121.00"), "VATCode": "3"}
    made = send(books.exact, "sales_entry", {"Customer": books.debtor, "Journal": "70", "YourRef": "#1001", "SalesEntryLines": [line]})
    page = books.exact.fetch(Query("payment"))
    assert page.records == ()
    (due,) = books.exact.fetch(Query("receivable")).records
    assert (due.data["reference"], due.data["amount"], due.data["open"], due.data["paid"]) == ("#1001", 121, 121, False)
    settle(books, "#1001")
    assert books.exact.fetch(Query("receivable")).records == ()
    (paid,) = books.exact.fetch(Query("receivable", filters={"YourRef": "#1001"})).records
    assert (paid.data["open"], paid.data["paid"]) == (0, True)
    page = books.exact.fetch(Query("payment", page.cursor))
    payment = read(kit, page.records[0], "payment")
    assert (payment.kind, payment.amount, payment.open_amount) == ("payment", 121, 0)
    assert (payment.order_reference, payment.order_source_id) == ("#1001", made.id)
    assert payment.paid_at is not None
    assert books.exact.fetch(Query("payment", ids=(page.records[0].id,))).records == page.records


def settle(books: SimpleNamespace, reference: str) -> None:
    """As the bookkeeper does by matching the bank's line: there is no call for it."""
    division = books.sim.shell.sandbox.state.divisions[3012345]
    (row,) = division.table("cashflow/Receivables").where("YourRef", reference)
    row.update(IsFullyPaid=True, Status=50)
    division.touch(row)


@pytest.mark.parametrize(("pieces", "status"), [(0, "open"), (1, "partial"), (2, "complete")])
def test_an_order_says_how_far_it_is(books: SimpleNamespace, kit: SimpleNamespace, pieces: int, status: str) -> None:
    made = order(books, "#1001")
    if pieces:
        deliver(books, (line_of(books, made), pieces))
    before = books.sim.calls()
    (record,) = books.exact.fetch(Query("order_status")).records
    assert books.sim.calls() - before == 3  # where the row versions stand, the administration's dates, the orders
    state = read(kit, record, "order_status")
    assert (state.status, state.order_reference, state.order_source_id) == (status, "#1001", made.id)
