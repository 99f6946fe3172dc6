"""Payments: receivables that are settled. An open one is no news, and is told when the money is in."""

from __future__ import annotations

from koppel import Page, Query, Record

from koppel_exactonline.client import own_fields
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.reading import both, conditions
from koppel_exactonline.resources.joined import any_field

RECEIVABLES = "cashflow/Receivables"
_BULK = "bulk/Cashflow/Receivables"

FIELDS = (
    "ID", "Account", "AccountName", "AmountDC", "AmountFC", "TransactionAmountDC", "TransactionAmountFC", "Currency", "Description",
    "DueDate", "EntryDate", "EntryID", "EntryNumber", "InvoiceDate", "InvoiceNumber", "IsFullyPaid", "Journal", "LastPaymentDate",
    "OrderNumber", "PaymentMethod", "PaymentReference", "Status", "TransactionEntryID", "YourRef", "Created", "Modified",
)  # fmt: skip


def fetch(talk: Conversation, query: Query, size: int) -> Page:
    """Receivables that were settled since the last time. An invoice's own status says nothing about payment
    (reference: Other, Receivables)."""
    if query.ids:
        part = talk.reader.by_id(query, RECEIVABLES, FIELDS, "ID")
    else:
        part = talk.reader.changed(query, _BULK, FIELDS, size, both("IsFullyPaid eq true", conditions(query.filters or {})))
    paid = (own_fields(row) for row in part.rows if row.get("IsFullyPaid"))
    label = ("InvoiceNumber", "YourRef", "EntryNumber")
    return Page(tuple(Record(str(row["ID"]), row, any_field(row, *label)) for row in paid), part.cursor, part.more)


