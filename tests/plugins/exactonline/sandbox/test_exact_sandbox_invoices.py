"""Sales invoices, credit notes and entries: what they come to, when they are final, and what there is to receive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

INVOICES, ENTRIES = "salesinvoice/SalesInvoices", "salesentry/SalesEntries"


def invoice(exact: Any, *lines: dict[str, Any], **values: Any) -> dict[str, Any]:
    header = {"OrderedBy": values.pop("OrderedBy", None) or exact.customer(), "Journal": "70", **values}
    made: dict[str, Any] = exact.make(INVOICES, **header, SalesInvoiceLines=list(lines))
    return made


def entry(exact: Any, *lines: dict[str, Any], **values: Any) -> dict[str, Any]:
    header = {"Customer": values.pop("Customer", None) or exact.customer(), "Journal": "70", **values}
    made: dict[str, Any] = exact.make(ENTRIES, **header, SalesEntryLines=list(lines))
    return made


def ledger(exact: Any, code: str = "8000") -> str:
    return str(exact.rows("financial/GLAccounts", filter=f"Code eq '{code}'", select="ID")[0]["ID"])


def test_an_invoice_has_order_number_due_date_and_total_but_no_invoice_number_yet(exact: Any) -> None:
    made = invoice(exact, {"Item": exact.item(), "NetPrice": 121, "VATCode": "3"}, PaymentCondition="14", OrderDate="2026-03-01")
    assert (made["Type"], made["Status"], made["InvoiceNumber"], made["StarterSalesInvoiceStatus"]) == (8020, 20, None, 0)
    assert (made["AmountFC"], made["AmountFCExclVat"], made["VATAmountFC"]) == (121, 100, None)
    assert exact.milliseconds(made["DueDate"]) - exact.milliseconds(made["OrderDate"]) == 14 * 86_400_000
    whole = exact.one(INVOICES, made["InvoiceID"], expand="SalesInvoiceLines")
    (line,) = whole["SalesInvoiceLines"]["results"]
    assert (whole["VATAmountFC"], line["AmountFC"], line["VATAmountFC"]) == (21, 100, 21)
    assert line["GLAccount"] == ledger(exact)  # from the item's group


def test_a_line_without_an_article_wants_a_ledger_account(exact: Any) -> None:
    made = invoice(exact, {"GLAccount": ledger(exact, "8090"), "Quantity": 1, "NetPrice": 5, "VATCode": "2"})
    assert made["AmountFC"] == 6.05
    header = {"OrderedBy": exact.customer("Vos"), "Journal": "70"}
    assert exact.error(exact.post(INVOICES, **header, SalesInvoiceLines=[{"NetPrice": 5}])) == (500, "Verplicht: Artikel")


@pytest.mark.parametrize(("values", "said"), [
    ({"Journal": "20"}, "Ongeldig: Dagboek (Type)"), ({"Journal": "ZZ"}, "Ongeldige referentie: Dagboek"),
    ({"Type": 8025}, "Ongeldig: Type"), ({"Journal": None}, "Verplicht: Dagboek"),
    ({"OrderDate": "1999-01-01"}, "Onbekend: Boekjaar (Periode - datumtabel)"),
])
def test_what_the_books_refuse_is_said_in_dutch(exact: Any, values: dict[str, Any], said: str) -> None:
    header = {"OrderedBy": exact.customer(), "Journal": "70", **values}
    answer = exact.post(INVOICES, **header, SalesInvoiceLines=[{"Item": exact.item(), "NetPrice": 1}])
    assert exact.error(answer) == (500, said)


def test_a_closed_period_refuses(start: Callable[..., Any]) -> None:
    exact = start(closed_until="2026-02-28")
    header = {"OrderedBy": exact.customer(), "Journal": "70"}
    line = {"Item": exact.item(), "NetPrice": 1}
    answer = exact.post(INVOICES, **header, OrderDate="2026-02-28", SalesInvoiceLines=[line])
    assert exact.error(answer) == (500, "Periode is afgesloten")
    assert exact.post(INVOICES, **header, OrderDate="2026-03-01", SalesInvoiceLines=[line]).status_code == 201


def test_printing_books_the_invoice_for_good_and_opens_a_receivable(exact: Any) -> None:
    customer = exact.customer()
    made = invoice(exact, {"Item": exact.item(), "NetPrice": 121, "VATCode": "3"}, OrderedBy=customer, YourRef="#1001")
    key = made["InvoiceID"]
    printed = exact.make("salesinvoice/PrintedSalesInvoices", InvoiceID=key)
    assert (printed["InvoiceID"], bool(printed["DocumentCreationSuccess"])) == (key, True)
    final = exact.one(INVOICES, key)
    assert final["Status"] == 50
    assert str(final["InvoiceNumber"]).startswith("70")
    (open_item,) = exact.rows("cashflow/Receivables", filter="YourRef eq '#1001'", select="AmountDC,IsFullyPaid,InvoiceNumber,Account,Status")
    assert (open_item["AmountDC"], open_item["IsFullyPaid"], open_item["Status"]) == (-121, False, 20)
    assert (open_item["InvoiceNumber"], open_item["Account"]) == (final["InvoiceNumber"], customer)
    assert exact.error(exact.put(INVOICES, key, YourRef="x"))[0] == 500
    assert exact.request("DELETE", f"{INVOICES}(guid'{key}')").status_code == 500
    assert exact.post("salesinvoice/PrintedSalesInvoices", InvoiceID=key).status_code == 500
    assert exact.get("salesinvoice/PrintedSalesInvoices").status_code == 405


def test_a_direct_invoice_moves_stock_when_printed_and_needs_the_edition(start: Callable[..., Any]) -> None:
    exact = start()
    item = exact.item()
    made = invoice(exact, {"Item": item, "Quantity": 3, "NetPrice": 1}, Type=8023)
    exact.make("salesinvoice/PrintedSalesInvoices", InvoiceID=made["InvoiceID"])
    assert exact.one("logistics/Items", item)["Stock"] == -3
    poor = start(direct_invoices=False)
    header = {"OrderedBy": poor.customer(), "Journal": "70", "Type": 8023}
    assert poor.error(poor.post(INVOICES, **header, SalesInvoiceLines=[{"Item": poor.item(), "NetPrice": 1}])) == (500, "Niet beschikbaar: Type")


def test_a_credit_note_wants_negative_quantities_unless_switched(start: Callable[..., Any]) -> None:
    for sign, fits, fails in (("negative", -1, 1), ("positive", 1, -1)):
        exact = start(credit_quantities=sign)
        item, header = exact.item(), {"OrderedBy": exact.customer(), "Journal": "70", "Type": 8021}
        assert exact.error(exact.post(INVOICES, **header, SalesInvoiceLines=[{"Item": item, "Quantity": fails, "NetPrice": 1}]))[0] == 500
        made = exact.make(INVOICES, **header, SalesInvoiceLines=[{"Item": item, "Quantity": fits, "NetPrice": 121, "VATCode": "3"}])
        assert made["AmountFC"] == 121 * fits


def test_an_entry_needs_no_article_and_is_booked_at_once(exact: Any) -> None:
    lines = [{"GLAccount": ledger(exact), "AmountFC": 121, "VATCode": "3"}, {"GLAccount": ledger(exact, "8010"), "AmountFC": 100, "VATCode": "4"}]
    made = entry(exact, *lines, YourRef="#1001", EntryDate="2026-03-01")
    whole = exact.one(ENTRIES, made["EntryID"], expand="SalesEntryLines")
    assert (whole["AmountFC"], whole["VATAmountFC"], whole["Type"], whole["Status"]) == (230, 30, 20, 20)
    assert [line["VATAmountFC"] for line in whole["SalesEntryLines"]["results"]] == [21, 9]
    assert (whole["ReportingYear"], whole["ReportingPeriod"]) == (2026, 3)
    assert whole["InvoiceNumber"]
    (open_item,) = exact.rows("cashflow/Receivables", filter="YourRef eq '#1001'", select="AmountDC,EntryNumber")
    assert (open_item["AmountDC"], open_item["EntryNumber"]) == (-230, whole["EntryNumber"])


def test_an_entry_of_negative_amounts_is_a_credit_note(exact: Any) -> None:
    made = entry(exact, {"GLAccount": ledger(exact), "AmountFC": -121, "VATCode": "3"})
    assert exact.one(ENTRIES, made["EntryID"])["Type"] == 21


def test_an_entry_number_can_be_given_once(exact: Any) -> None:
    line = {"GLAccount": ledger(exact), "AmountFC": 1}
    made = entry(exact, line, EntryNumber=26700777)
    assert made["EntryNumber"] == 26700777
    answer = exact.post(ENTRIES, Customer=exact.customer("Vos"), Journal="70", EntryNumber=26700777, SalesEntryLines=[line])
    assert exact.error(answer) == (500, "In gebruik: Boekstuknummer")


def test_a_vat_amount_that_is_sent_counts_only_where_the_switch_says_so(start: Callable[..., Any]) -> None:
    for option, vat in (("computed", 21), ("sent", 20.99)):
        exact = start(entry_vat_amount=option)
        made = entry(exact, {"GLAccount": ledger(exact), "AmountFC": 100, "VATCode": "2", "VATAmountFC": 20.99})
        assert exact.one(ENTRIES, made["EntryID"])["VATAmountFC"] == vat


def test_lists_of_receivables_and_deliveries_want_a_selection(exact: Any) -> None:
    for path in ("cashflow/Receivables", "salesorder/GoodsDeliveries"):
        assert exact.error(exact.get(path)) == (400, "Please add a $select or a $top=1 statement to the query string.")
        assert exact.get(path, top=1).status_code == 200
    assert exact.rows("sync/Cashflow/PaymentTerms", filter="Timestamp gt 1L") == []
