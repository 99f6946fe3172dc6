"""Payments: receivables that are settled. An open one is no news, and is told when the money is in."""

from __future__ import annotations

from koppel import Page, Query, Record

from koppel_exactonline.client import Row, own_fields
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.dates import read_day
from koppel_exactonline.reading import both, conditions
from koppel_exactonline.resources.joined import amount, any_field
from koppel_exactonline.tracking import Source, changed

RECEIVABLES = "cashflow/Receivables"
_BULK = "bulk/Cashflow/Receivables"

FIELDS = (
    "ID", "Account", "AccountName", "AmountDC", "AmountFC", "TransactionAmountDC", "TransactionAmountFC", "Currency", "Description",
    "DueDate", "EntryDate", "EntryID", "EntryNumber", "InvoiceDate", "InvoiceNumber", "IsFullyPaid", "Journal", "LastPaymentDate",
    "OrderNumber", "PaymentMethod", "PaymentReference", "Status", "TransactionEntryID", "YourRef", "Created", "Modified",
)  # fmt: skip


def fetch_receivables(talk: Conversation, query: Query) -> Page:
    """What is still to be received, paid or not where the filters ask for something: a list to look things up in."""
    where = conditions(query.filters or {}) or "IsFullyPaid eq false"
    rows = (own_fields(row) for row in talk.client.rows(_BULK, FIELDS, where))
    return Page(tuple(one for one in map(_receivable, rows) if not query.ids or one.id in query.ids))


def _receivable(row: Row) -> Record:
    """What is to be received is negative in Exact Online (reference: Other, Receivables)."""
    number, amount_due = any_field(row, "InvoiceNumber", "EntryNumber"), -amount(row.get("AmountFC"))
    paid = bool(row.get("IsFullyPaid"))
    facts = {
        "code": number, "title": f"{bare(row.get('AccountName'))} {amount_due} {bare(row.get('Currency'))}", "reference": bare(row.get("YourRef")),
        "amount": -amount(row.get("TransactionAmountFC") or row.get("AmountFC")), "open": 0 if paid else amount_due, "paid": paid,
        "due": read_day(row.get("DueDate")), "paid_on": read_day(row.get("LastPaymentDate")),
    }  # fmt: skip
    return Record(str(row["ID"]), {**row, **facts}, any_field(row, "InvoiceNumber", "YourRef", "EntryNumber"))


def fetch(talk: Conversation, query: Query, size: int) -> Page:
    """Receivables that were settled since the last time. An invoice's own status says nothing about payment
    (reference: Other, Receivables)."""
    source = Source(_BULK, RECEIVABLES, FIELDS, "ID", both("IsFullyPaid eq true", conditions(query.filters or {})))
    part = changed(talk, query, source, size)
    paid = (own_fields(row) for row in part.rows if row.get("IsFullyPaid"))
    label = ("InvoiceNumber", "YourRef", "EntryNumber")
    return Page(tuple(Record(str(row["ID"]), row, any_field(row, *label)) for row in paid), part.cursor, part.more)
