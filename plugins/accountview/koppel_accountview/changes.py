"""What changed since last time, read so that a row that changes while we read is never lost.

A pass reads every row changed since a moment, in the order of its key. A row may change after the pass has
gone by its key; it then carries a later moment than anything on the pass's first page. So the next pass begins
at the newest change on that first page, less an overlap, and not at the newest of all pages.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from koppel import Query

from koppel_accountview.answers import Row
from koppel_accountview.client import Ask, Client
from koppel_accountview.filters import changed_since
from koppel_accountview.paging import Place, read_page
from koppel_accountview.times import SECOND, local, now, read_moment, repeated_hour

OVERLAP = timedelta(minutes=5)
SETTLED = timedelta(minutes=10)
"""So long after a moment was first seen, no more rows appear that carry it."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a flow's reading stands, written as text.

    `since` is where this pass began, `newest` the newest change known to be read whole, first seen at `seen`
    by our own clock; `settled`: a pass has read `newest` once more after it could no longer grow. `key`, `last`
    and `page` are the place inside an unfinished pass, which began at `began`."""

    since: str = ""
    newest: str = ""
    seen: str = ""
    settled: bool = False
    began: str = ""
    key: str = ""
    last: str = ""
    page: int = 0

    @classmethod
    def read(cls, text: str | None) -> Cursor:
        """A cursor from its text; one that cannot be read begins anew, for reading twice does no harm."""
        try:
            fields = json.loads(text or "{}")
            return cls(**fields)
        except (ValueError, TypeError):
            return cls()

    def __str__(self) -> str:
        return json.dumps({name: value for name, value in asdict(self).items() if value}, separators=(",", ":"))


def read_changes(client: Client, ask: Ask, query: Query, dated: bool) -> tuple[list[Row], Cursor, bool]:
    """One page of the pass that `query.cursor` is in, or the first of the next pass; the new cursor; more?

    `dated` is whether the table keeps the moment of change; without it every pass reads everything."""
    cursor = Cursor.read(query.cursor)
    if not cursor.page:
        cursor = replace(cursor, since=_begin(cursor, query) if dated else "", began=now().isoformat())
    since = read_moment(cursor.since)
    if since is not None:
        ask = replace(ask, filters=(*ask.filters, changed_since(since)))
    rows, place = read_page(client, ask, Place(cursor.key, cursor.last, cursor.page))
    if not cursor.page:
        cursor = _seen(cursor, rows)
    if place is None:
        return rows, replace(_finished(cursor), key="", last="", page=0, began=""), False
    return rows, replace(cursor, key=place.key, last=place.last, page=place.page), True


def _begin(cursor: Cursor, query: Query) -> str:
    newest = read_moment(cursor.newest)
    if newest is not None:
        twice = repeated_hour(newest)
        if cursor.settled and not twice and not query.overlap:
            return (newest + SECOND).isoformat()
        return (newest - max(OVERLAP, query.overlap) - twice).isoformat()
    return local(query.since).isoformat() if query.since else ""


def _seen(cursor: Cursor, rows: list[Row]) -> Cursor:
    """Take the newest change on the pass's first page, where it is newer than what was known."""
    moments = [moment for moment in (read_moment(row.get("CNG_DATE")) for row in rows) if moment is not None]
    known = read_moment(cursor.newest)
    if not moments or (known is not None and max(moments) <= known):
        return cursor
    return replace(cursor, newest=max(moments).isoformat(), seen=cursor.began, settled=False)


def _finished(cursor: Cursor) -> Cursor:
    if not cursor.newest or cursor.settled:
        return cursor
    waited = _moment(cursor.began) - _moment(cursor.seen)
    return replace(cursor, settled=waited >= SETTLED)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
