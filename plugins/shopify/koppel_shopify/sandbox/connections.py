"""Paging: windows over sorted rows, with cursors that hold the last row's id and sort value."""

from __future__ import annotations

import base64
import binascii
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from koppel_shopify.sandbox.errors import bad_request
from koppel_shopify.sandbox.gids import number_of

MAX_PAGE = 250
MAX_DEPTH = 25_000
UNBOUNDED: ContextVar[bool] = ContextVar("unbounded", default=False)
"""Set while a bulk operation reads: every list is given whole (reference: section 7)."""
Row = Mapping[str, Any]
SortValue = Callable[[Row], Any]


@dataclass(frozen=True)
class Place:
    """Where a row stands: its sort value, then its number."""

    value: Any
    number: int

    def key(self) -> tuple[int, Any, int]:
        """Comparable with the places of the same sort; texts and numbers are kept apart."""
        return (1 if isinstance(self.value, str) else 0, self.value, self.number)


def encode(place: Place) -> str:
    """A cursor (reference: section 5)."""
    plain = json.dumps({"last_id": place.number, "last_value": place.value}, separators=(",", ":"))
    return base64.b64encode(plain.encode()).decode()


def decode(cursor: str) -> Place:
    """The place in a cursor; refuses what is none."""
    try:
        found = json.loads(base64.b64decode(cursor, validate=True))
        place = Place(found["last_value"], found["last_id"])
    except (binascii.Error, ValueError, KeyError, TypeError, RecursionError):
        raise bad_request("Malformed cursor") from None
    if isinstance(place.number, bool) or not isinstance(place.number, int):
        raise bad_request("Malformed cursor")
    if isinstance(place.value, bool) or not isinstance(place.value, str | int | float):
        raise bad_request("Malformed cursor")
    return place


def page_size(args: Mapping[str, Any]) -> tuple[int, bool]:
    """How many rows are asked for, and whether they are the first ones (reference: section 5)."""
    if UNBOUNDED.get():
        return sys.maxsize, True
    first, last = args.get("first"), args.get("last")
    if first is None and last is None:
        raise bad_request("you must provide one of first or last")
    if first is not None and last is not None:
        raise bad_request("providing both first and last is not supported")
    name, size = ("first", int(first)) if first is not None else ("last", int(last or 0))
    if size > MAX_PAGE:
        raise bad_request(
            f"{name} cannot exceed {MAX_PAGE}. To query larger amounts of data with fewer limits, "
            "bulk operations should be used instead."
        )
    if size < 0:
        raise bad_request(f"{name} must be greater than or equal to 0")
    return size, first is not None


def connection(rows: Sequence[Row], args: Mapping[str, Any], sort: SortValue | None = None) -> dict[str, Any]:
    """One page of `rows`, sorted by `sort` or in their own order."""
    size, forward = page_size(args)
    placed = _placed(rows, sort)
    placed.sort(key=lambda pair: pair[0].key())
    if args.get("reverse"):
        placed.reverse()
    placed = placed if UNBOUNDED.get() else placed[:MAX_DEPTH]
    start, end = _bounds([place for place, _ in placed], args)
    if forward:
        end = min(end, start + size)
    else:
        start = max(start, end - size)
    return _page(placed, start, end)


def _placed(rows: Sequence[Row], sort: SortValue | None) -> list[tuple[Place, Row]]:
    if sort is None:
        return [(Place(index, number_of(str(row.get("id") or ""))), row) for index, row in enumerate(rows, 1)]
    return [(Place(sort(row), number_of(row["id"])), row) for row in rows]


def _bounds(places: list[Place], args: Mapping[str, Any]) -> tuple[int, int]:
    backwards = bool(args.get("reverse"))
    start, end = 0, len(places)
    if args.get("after") is not None:
        mark = _mark(args["after"], places)
        start = sum(1 for place in places if place.key() == mark or (place.key() > mark) is backwards)
    if args.get("before") is not None:
        mark = _mark(args["before"], places)
        end = sum(1 for place in places if place.key() != mark and (place.key() > mark) is backwards)
    return start, max(start, end)


def _mark(cursor: str, places: list[Place]) -> tuple[int, Any, int]:
    mark = decode(cursor).key()
    if places and places[0].key()[0] != mark[0]:
        raise bad_request("Malformed cursor")
    return mark


def _page(placed: list[tuple[Place, Row]], start: int, end: int) -> dict[str, Any]:
    edges = [{"cursor": encode(place), "node": row} for place, row in placed[start:end]]
    return {
        "edges": edges,
        "nodes": [edge["node"] for edge in edges],
        "pageInfo": {
            "hasNextPage": end < len(placed),
            "hasPreviousPage": start > 0,
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else None,
        },
    }
