"""Orders, invoices and entries are read alike: a slice of headers, what hangs below them, and who they are for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from koppel import Page, Query, Record

from koppel_exactonline.client import Row
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.resources import customers
from koppel_exactonline.resources.joined import any_field, rows_by_id
from koppel_exactonline.tracking import Source, changed

Whole = Callable[[Conversation, Sequence[Row]], list[Row]]


def fetch_papers(
    talk: Conversation, query: Query, size: int, source: Source, whole: Whole, labels: Sequence[str], account: str = "OrderedBy"
) -> Page:
    """What changed, or the ids asked for, made whole; `labels` are the fields people know a paper by, the best first."""
    part = changed(talk, query, source, size)
    rows = with_customers(talk, whole(talk, part.rows), account)
    return Page(tuple(Record(str(row[source.key]), row, any_field(row, *labels)) for row in rows), part.cursor, part.more)


def with_customers(talk: Conversation, rows: Sequence[Row], name: str) -> list[Row]:
    """The documents with the account that ordered them."""
    accounts = rows_by_id(talk, customers.ACCOUNTS, customers.FIELDS, rows, name)
    return [{**row, "Customer": accounts.get(str(row.get(name)))} for row in rows]
