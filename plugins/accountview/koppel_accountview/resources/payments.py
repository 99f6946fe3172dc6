"""What was paid, as the open items tell: one payment per invoice that something came in for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from koppel import Page, Query, Record

from koppel_accountview.answers import Row
from koppel_accountview.conversation import Conversation
from koppel_accountview.objects import items_of
from koppel_accountview.resources.papers import references_of
from koppel_accountview.resources.reading import fetch_rows


def fetch(talk: Conversation, query: Query) -> Page:
    """Open items with something paid, each with the order number of the shop. Items carry no moment of change
    in what was ever seen, so where there is none all are read each time (reference: 4.6, open items)."""
    return fetch_rows(talk, items_of(talk.settings), query, lambda rows: _records(talk, rows))


def _records(talk: Conversation, rows: Sequence[Row]) -> Iterable[Record]:
    paid = [row for row in rows if _amount(row, "ITEM_PAID")]
    references = references_of(talk, [_number(row) for row in paid])
    for row in paid:
        number = _number(row)
        amount, key = _amount(row, "ITEM_PAID"), str(row.get("SUB_INV") or "").rstrip()
        extra = {"reference": references.get(number, number), "number": number, "amount": abs(amount),
                 "kind": "payment" if amount > 0 else "refund", "open": _amount(row, "ITEM_REST")}  # fmt: skip
        yield Record(key, {**row, **extra}, number)


def _number(row: Row) -> str:
    """The invoice's number, which is also what the item's key ends with (reference: 2.5 Value types)."""
    return str(row.get("INV_NR") or str(row.get("SUB_INV") or "")[10:]).strip()


def _amount(row: Row, name: str) -> Decimal:
    value = row.get(name)
    return Decimal(0) if value in (None, "") else Decimal(str(value))
