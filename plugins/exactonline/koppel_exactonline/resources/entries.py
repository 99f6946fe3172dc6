"""Sales entries: bookings in the sales journal by ledger account, found by the customer's reference or their own number."""

from __future__ import annotations

from collections.abc import Sequence

from koppel import Found, Lookup, Match, Page, Query

from koppel_exactonline.about import LIMITS
from koppel_exactonline.client import Row, own_fields
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.matching import Key, find_rows, found, readable
from koppel_exactonline.reading import conditions
from koppel_exactonline.resources.joined import any_field, grouped
from koppel_exactonline.resources.papers import fetch_papers
from koppel_exactonline.tracking import Source

ENTRIES, LINES = "salesentry/SalesEntries", "salesentry/SalesEntryLines"

FIELDS = (
    "EntryID", "EntryNumber", "InvoiceNumber", "Type", "YourRef", "Description", "Journal", "Customer", "CustomerName", "EntryDate",
    "DueDate", "Currency", "PaymentCondition", "PaymentReference", "AmountFC", "AmountDC", "VATAmountFC", "Status",
    "StatusDescription", "Division", "Created", "Modified",
)  # fmt: skip

LINE_FIELDS = (
    "ID", "EntryID", "LineNumber", "GLAccount", "GLAccountCode", "GLAccountDescription", "Description", "Quantity", "AmountFC",
    "VATCode", "VATPercentage", "VATAmountFC", "CostCenter", "CostUnit",
)  # fmt: skip

KEYS = {"reference": Key("YourRef", LIMITS["sales_order"]["YourRef"]), "number": Key("InvoiceNumber")}


def fetch(talk: Conversation, query: Query, size: int) -> Page:
    """Entries that changed, each with its lines and customer."""
    source = Source(ENTRIES, ENTRIES, FIELDS, "EntryID", conditions(query.filters or {}))
    return fetch_papers(talk, query, size, source, with_lines, ("YourRef", "EntryNumber"), account="Customer")


def find(talk: Conversation, lookup: Lookup) -> Found:
    """Which references are booked already. With several of one reference the oldest comes first."""
    key, rows = find_rows(talk, lookup, ENTRIES, FIELDS, KEYS)
    rows.sort(key=lambda row: int(row.get("EntryNumber") or 0))
    return found(lookup, key, with_lines(talk, rows), lambda row: Match(row["EntryID"], number(row), readable(row)))


def number(row: Row) -> str:
    """The number people know it by."""
    return any_field(row, "EntryNumber", "InvoiceNumber")


def with_lines(talk: Conversation, rows: Sequence[Row]) -> list[Row]:
    """The entries with every line."""
    lines = grouped(talk, LINES, LINE_FIELDS, rows, "EntryID")
    return [{**own_fields(row), "SalesEntryLines": lines[row["EntryID"]]} for row in rows]
