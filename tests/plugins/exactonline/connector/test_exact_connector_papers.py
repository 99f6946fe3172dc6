"""An order becomes an invoice, a direct invoice or an entry; a refund becomes a credit note; each is read back the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from koppel import Batch, ConfigurationError, Draft, Lookup, Query, RejectedError, TransientError, Write
from koppel.documents import DOCUMENTS, CreditNote, Invoice
from koppel.documents.base import read_document
from koppel.mapping import TableEntry
from koppel.testing.sandbox import Fault

pytestmark = pytest.mark.walk
Start = Callable[..., Any]

TABLES = (
    TableEntry("vat_code", {"rate": "21"}, "3"), TableEntry("vat_code", {"rate": "9"}, "5"),
    TableEntry("payment_term", {"method": "iDEAL"}, "ID"), TableEntry("journal", {}, "71"),
    TableEntry("revenue_account", {"rate": "21"}, "8000"), TableEntry("revenue_account", {"rate": "9"}, "8010"),
    TableEntry("revenue_account", {"kind": "shipping", "rate": "21"}, "8090"),
)  # fmt: skip
EXCL = tuple(TableEntry(one.table, one.conditions, {"3": "2", "5": "4"}.get(one.value, one.value)) for one in TABLES)
HOME = {"line": "Kade 1 a", "postcode": "4811 AB", "city": "Breda", "country": "NL"}
AWAY = {**HOME, "line": "Markt 2", "city": "Tilburg"}
INVOICES = ("sales_invoice", "direct_invoice")
ENTITIES = {
    "sales_invoice": "salesinvoice/SalesInvoices", "direct_invoice": "salesinvoice/SalesInvoices",
    "credit_note": "salesinvoice/SalesInvoices", "sales_entry": "salesentry/SalesEntries",
}  # fmt: skip


@pytest.fixture
def sim(simulate: Start) -> Any:
    """The simulator with one customer and two articles; `debtor` and `items` are their ids."""
    one = simulate()
    exact = one.connector()
    one.debtor = send(exact, "customer", {"Name": "Zoë", "Status": "C", "AddressLine1": "Kade 1 a", "Postcode": "4811 AB", "City": "Breda", "Country": "NL"}).id
    one.items = [
        send(exact, "product", {"Code": code, "Description": code, "ItemGroup": "POT", "IsSalesItem": True}, name=code).id
        for code in ("ROOS-1", "POT-XL")
    ]  # fmt: skip
    return one


def send(exact: Any, resource: str, fields: Any, key: str | None = None, name: str = "k") -> Any:
    (receipt,) = exact.upsert(Batch(resource, (Write(name, Draft(resource, fields), id=key),))).items
    assert receipt.error is None, receipt.error
    return receipt


def paper(sim: Any, reference: str = "#1001", kind: Any = Invoice, **more: Any) -> Any:
    rose, pot = sim.items
    rows = [(rose, "ROOS-1", 3, "12.95", "3.00", "9", "article"), (pot, "POT-XL", 1, "49.95", "0", "21", "article"),
            (pot, "", 1, "6.95", "0", "21", "shipping")]  # fmt: skip
    lines = []
    for item, sku, pieces, price, off, rate, what in rows:
        total = Decimal(price) * pieces - Decimal(off)
        vat = (total * Decimal(rate) / (100 + Decimal(rate))).quantize(Decimal("0.01"))
        lines.append({"kind": what, "sku": sku, "description": sku or "Verzending", "quantity": pieces, "unit_price": price,
                      "discount": off, "total": total, "external_id": item, "taxes": [{"rate": rate, "amount": vat}]})  # fmt: skip
    values = {
        "reference": reference, "ordered_at": datetime(2026, 3, 1, 9, tzinfo=UTC), "payment_method": "iDEAL", "lines": lines,
        "customer": {"name": "Zoë", "external_id": sim.debtor, "billing": HOME}, "delivery": HOME,
        "total": sum((line["total"] for line in lines), Decimal(0)), **more,
    }  # fmt: skip
    return kind.model_validate(values)


def draft(kit: SimpleNamespace, resource: str, document: Any, basis: str = "incl") -> Any:
    tables = TABLES if basis == "incl" else EXCL
    return kit.mapping("outbound", resource, tables).run(kit.order_view(document, basis), "create")[0]


def read_back(kit: SimpleNamespace, exact: Any, resource: str, key: str) -> Any:
    (record,) = exact.fetch(Query(resource, ids=(key,))).records
    return read_document(DOCUMENTS[resource], kit.mapping("inbound", resource).run(record.data, "create")[0])


def known(exact: Any, resource: str, value: str, key: str = "reference") -> Any:
    return exact.find(Lookup(resource, key, (value,))).matches.get(value, ())


@pytest.mark.parametrize("resource", [*INVOICES, "sales_entry"])
def test_an_order_becomes_this_paper_with_the_same_total_and_is_found_by_its_reference(
    sim: Any, kit: SimpleNamespace, resource: str
) -> None:
    exact, order = sim.connector(), paper(sim)
    assert known(exact, resource, "#1001") == ()
    made = send(exact, resource, draft(kit, resource, order))
    assert made.total == order.total
    assert made.number
    (match,) = known(exact, resource, "#1001")
    assert (match.id, match.number) == (made.id, made.number)
    read = read_back(kit, exact, "sales_invoice" if resource == "direct_invoice" else resource, made.id)
    assert (read.reference, read.order_reference, read.total) == ("#1001", "#1001", order.total)
    assert read.customer.name == "Zoë"
    assert [line.vat_rate for line in read.lines] == [9, 9, 21, 21][-len(read.lines):]


def test_an_invoice_and_a_direct_one_have_their_own_type_and_find_each_other(sim: Any, kit: SimpleNamespace) -> None:
    exact = sim.connector()
    for resource, kind in (("sales_invoice", 8020), ("direct_invoice", 8023)):
        made = send(exact, resource, draft(kit, resource, paper(sim, resource)))
        other = INVOICES[1 - INVOICES.index(resource)]
        (match,) = known(exact, other, resource)
        assert (match.id, match.data["Type"], match.data["Journal"]) == (made.id, kind, "71")
        assert known(exact, "credit_note", resource) == ()


def test_goods_for_another_place_name_that_address_on_an_invoice(sim: Any, kit: SimpleNamespace) -> None:
    exact = sim.connector()
    here = send(exact, "sales_invoice", draft(kit, "sales_invoice", paper(sim, "#1")))
    there = send(exact, "sales_invoice", draft(kit, "sales_invoice", paper(sim, "#2", delivery=AWAY)))
    assert known(exact, "sales_invoice", "#1")[0].data["DeliverToAddress"] is None
    assert known(exact, "sales_invoice", "#2")[0].data["DeliverToAddress"]
    assert here.id != there.id


def test_what_a_credit_note_withholds_is_a_negative_price_and_never_a_positive_quantity(sim: Any, kit: SimpleNamespace) -> None:
    note = paper(sim, "#1001-R2", CreditNote)
    off = {"kind": "discount", "description": "Korting", "quantity": -1, "unit_price": "5.00", "total": "-5.00",
           "external_id": sim.items[1], "taxes": [{"rate": 21, "amount": "-0.87"}]}  # fmt: skip
    less = CreditNote.model_validate({
        **note.model_dump(exclude={"destination", "lines_total", "lines", "total"}), "total": note.total - 5,
        "lines": [*(one.model_dump(exclude={"vat", "vat_rate"}) for one in note.lines), off],
    })  # fmt: skip
    sent = draft(kit, "credit_note", less)
    assert {line["Quantity"] < 0 for line in sent["SalesInvoiceLines"]} == {True}
    assert send(sim.connector(), "credit_note", sent).total == less.total


def test_a_credit_note_takes_back_the_amount_and_is_read_as_positive(sim: Any, kit: SimpleNamespace) -> None:
    exact, note = sim.connector(), paper(sim, "#1001-R1", CreditNote)
    made = send(exact, "credit_note", draft(kit, "credit_note", note))
    assert made.total == note.total
    (match,) = known(exact, "credit_note", "#1001-R1")
    assert (match.data["Type"], match.data["AmountFC"]) == (8021, -note.total)
    assert known(exact, "sales_invoice", "#1001-R1") == ()
    read = read_back(kit, exact, "credit_note", made.id)
    assert read.total == note.total
    assert all(line.quantity > 0 and line.total > 0 for line in read.lines)


def test_an_entry_books_each_line_on_the_account_of_its_rate_and_kind(sim: Any, kit: SimpleNamespace) -> None:
    exact = sim.connector()
    made = send(exact, "sales_entry", draft(kit, "sales_entry", paper(sim)))
    read = read_back(kit, exact, "sales_entry", made.id)
    booked: dict[str, Decimal] = {}
    for line in read.lines:
        booked[line.revenue_account] = booked.get(line.revenue_account, Decimal(0)) + line.total + line.vat
    assert booked == {"8010": Decimal("35.85"), "8000": Decimal("49.95"), "8090": Decimal("6.95")}


def test_an_entry_without_vat_in_its_amounts_comes_to_the_same_total(sim: Any, kit: SimpleNamespace) -> None:
    exact, order = sim.connector(price_basis="excl"), paper(sim)
    made = send(exact, "sales_entry", draft(kit, "sales_entry", order, "excl"))
    assert made.total == order.total


@pytest.mark.parametrize("resource", [*INVOICES, "sales_entry", "credit_note"])
def test_a_paper_whose_answer_got_lost_is_found_and_never_made_twice(sim: Any, kit: SimpleNamespace, resource: str) -> None:
    exact, kind = sim.connector(), CreditNote if resource == "credit_note" else Invoice
    fields = draft(kit, resource, paper(sim, kind=kind))
    sim.faults(Fault(f"POST /api/v1/3012345/{ENTITIES[resource]}", "drop_after"))
    with pytest.raises(TransientError, match="may have been carried out"):
        send(exact, resource, fields)
    assert len(known(exact, resource, "#1001")) == 1


def test_an_unknown_ledger_account_is_named_and_nothing_is_booked(sim: Any, kit: SimpleNamespace) -> None:
    exact, fields = sim.connector(), draft(kit, "sales_entry", paper(sim))
    fields["SalesEntryLines"][0]["GLAccount"] = "8999"
    (receipt,) = exact.upsert(Batch("sales_entry", (Write("k", Draft("sales_entry", fields)),))).items
    assert isinstance(receipt.error, RejectedError)
    assert receipt.error.message == "There is no ledger account 8999 in Exact Online."
    assert known(exact, "sales_entry", "#1001") == ()


def test_a_journal_that_is_none_for_sales_is_refused_in_our_words(sim: Any, kit: SimpleNamespace) -> None:
    exact = sim.connector()
    for resource in ("sales_invoice", "sales_entry"):
        fields = {**draft(kit, resource, paper(sim)), "Journal": "20"}
        (receipt,) = exact.upsert(Batch(resource, (Write("k", Draft(resource, fields)),))).items
        assert receipt.error.cause.startswith("rejected.journal")
        assert "sales journal" in receipt.error.resolution


def test_what_is_booked_is_not_changed(sim: Any, kit: SimpleNamespace) -> None:
    exact = sim.connector()
    fields = draft(kit, "sales_invoice", paper(sim))
    made = send(exact, "sales_invoice", fields)
    (receipt,) = exact.upsert(Batch("sales_invoice", (Write("k", Draft("sales_invoice", fields), id=made.id),))).items
    assert receipt.error.cause == "rejected.booked"


def test_only_invoices_that_changed_are_read_the_next_time(sim: Any, kit: SimpleNamespace) -> None:
    exact = sim.connector()
    made = send(exact, "sales_invoice", draft(kit, "sales_invoice", paper(sim)))
    send(exact, "credit_note", draft(kit, "credit_note", paper(sim, "#1001-R1", CreditNote)))
    page = exact.fetch(Query("sales_invoice"))
    assert [one.id for one in page.records] == [made.id]
    assert [one.data["Type"] for one in exact.fetch(Query("credit_note")).records] == [8021]
    entry = send(exact, "sales_entry", draft(kit, "sales_entry", paper(sim, "#1002")))
    assert [one.id for one in exact.fetch(Query("sales_entry")).records] == [entry.id]


def test_a_write_that_landed_in_another_administration_stops_everything(service: Any, connect: Start, kit: SimpleNamespace) -> None:
    key = "00000000-0000-0000-0000-000000000001"
    wrong = {"Division": 99, "ID": key}, {"Division": None, "ID": key, "__metadata": {"uri": f"https://x/api/v1/99/crm/Accounts(guid'{key}')"}}
    for row in wrong:
        service.on("POST", "crm/Accounts", kit.answer(row, 201))
        with pytest.raises(ConfigurationError, match="in administration 99, while this connection works in 3012345") as caught:
            send(connect(service), "customer", {"Name": "x"})
        assert caught.value.field == "division"


def test_an_answer_without_any_administration_is_read_back(service: Any, connect: Start, kit: SimpleNamespace) -> None:
    key = "00000000-0000-0000-0000-000000000001"
    service.on("POST", "crm/Accounts", kit.answer({"Division": None, "ID": key, "Code": "7"}, 201))
    service.on("GET", "crm/Accounts", kit.answer({"Division": kit.division}))
    assert send(connect(service), "customer", {"Name": "x"}).number == "7"
    (asked,) = service.of("GET", "crm/Accounts")
    assert asked.url.path.endswith(f"crm/Accounts(guid'{key}')")
