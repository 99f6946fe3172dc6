"""Changing the lines of an order that is there already: pair, change, add, remove."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from koppel_exactonline.client import Row
from koppel_exactonline.compare import changes, same
from koppel_exactonline.conversation import Conversation

LINES = "salesorder/SalesOrderLines"

Pair = tuple[Mapping[str, Any] | None, Row | None]


def change_lines(
    talk: Conversation, order: str, wanted: Sequence[Mapping[str, Any]], current: Sequence[Row], dry: bool = False
) -> bool:
    """Make the order's lines those of the draft; whether anything differed. `dry`: only say so.

    A draft without lines leaves them alone. New lines cannot come with a PUT of the order (reference: Create / update)."""
    if not wanted:
        return False
    todo = [pair for pair in pairs(wanted, current) if _differs(pair)]
    for line, row in () if dry else todo:
        if row is None:
            talk.client.create(LINES, {**(line or {}), "OrderID": order})
        elif line is not None:
            talk.client.change(LINES, str(row["ID"]), changes(line, row))
    for line, row in () if dry else todo:  # last, because an order is never without lines
        if line is None and row is not None:
            talk.client.remove(LINES, str(row["ID"]))
    return bool(todo)


def pairs(wanted: Sequence[Mapping[str, Any]], current: Sequence[Row]) -> list[Pair]:
    """Each wanted line with the row it is: an equal one first, else one of the same article, else none."""
    left = list(current)
    made: dict[int, Row] = {}
    for fits in (_equal, _same_article):
        for at, line in enumerate(wanted):
            row = None if at in made else next((one for one in left if fits(line, one)), None)
            if row is not None:
                made[at] = row
                left.remove(row)
    return [(line, made.get(at)) for at, line in enumerate(wanted)] + [(None, row) for row in left]


def _equal(line: Mapping[str, Any], row: Row) -> bool:
    return not changes(line, row)


def _same_article(line: Mapping[str, Any], row: Row) -> bool:
    return same(line.get("Item"), row.get("Item"))


def _differs(pair: Pair) -> bool:
    line, row = pair
    return line is None or row is None or bool(changes(line, row))
