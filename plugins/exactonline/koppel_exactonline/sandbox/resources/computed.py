"""Endpoints without rows of their own: what they show follows from other tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from koppel_exactonline.sandbox.resources.desk import Desk
from koppel_exactonline.sandbox.resources.journals import is_closed
from koppel_exactonline.sandbox.schema import TABLES
from koppel_exactonline.sandbox.schema.sync import SYNC_INVOICES
from koppel_exactonline.sandbox.store.table import TIMESTAMP, Row
from koppel_exactonline.sandbox.texts import LANGUAGES

_INVOICES, _LINES = "salesinvoice/SalesInvoices", "salesinvoice/SalesInvoiceLines"
_STATES = (("Open", "Open", "Ouvert"), ("Afgesloten", "Closed", "Clôturé"))
_KINDS = {
    10: ("Kas", "Cash", "Caisse"), 12: ("Bank", "Bank", "Banque"), 16: ("Betaalservice", "Payment service", "Service de paiement"),
    20: ("Verkoop", "Sales", "Ventes"), 21: ("Retour verkoop", "Return sales", "Retour ventes"), 22: ("Inkoop", "Purchase", "Achats"),
    23: ("Retour inkoop", "Return purchase", "Retour achats"), 90: ("Memoriaal", "General journal", "Opérations diverses"),
}  # fmt: skip


def journal_statuses(desk: Desk) -> Iterator[Row]:
    """Every journal in every period, open or closed. The numbers of the statuses are not published; see the switch."""
    at, closed = LANGUAGES.index(desk.language), desk.switches.closed_status
    for journal in desk.table("financial/Journals"):
        for period in desk.table("financial/FinancialPeriods"):
            shut = is_closed(desk, journal, period.get("EndDate"))
            yield {
                "Journal": journal.get("Code"), "JournalDescription": journal.get("Description"),
                "JournalType": journal.get("Type"), "JournalTypeDescription": _KINDS.get(int(str(journal.get("Type") or 0)), _KINDS[90])[at],
                "Period": period.get("FinPeriod"), "Year": period.get("FinYear"), "Status": closed if shut else closed - 1,
                "StatusDescription": _STATES[shut][at],
            }  # fmt: skip


def invoices_with_lines(desk: Desk) -> Iterator[Row]:
    """Every invoice as a row of its own with line number 0, and every line with its invoice's values around it."""
    header, line = TABLES[_INVOICES], TABLES[_LINES]
    for invoice in desk.table(_INVOICES):
        look = desk.look(header, invoice)
        whole = {name: look(name) for name in header.values}
        yield {**dict.fromkeys(SYNC_INVOICES.properties), **whole, "LineNumber": 0, "Timestamp": invoice.get(TIMESTAMP)}
        for row in desk.table(_LINES).where("InvoiceID", invoice["InvoiceID"]):
            own = desk.look(line, row)
            yield {**dict.fromkeys(SYNC_INVOICES.properties), **whole, **{name: own(name) for name in line.values}, "Timestamp": row.get(TIMESTAMP)}


COMPUTED: dict[str, Callable[[Desk], Iterator[Row]]] = {
    "read/financial/JournalStatusByFinancialPeriod": journal_statuses,
    "sync/SalesInvoice/SalesInvoices": invoices_with_lines,
}
"""The rows by the path of the endpoint."""
