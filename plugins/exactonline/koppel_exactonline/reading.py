"""Reading what changed, page by page, with a cursor that serves this run and the next."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from koppel import ConfigurationError, Query

from koppel_exactonline import odata
from koppel_exactonline.client import Answer, ExactClient, Row
from koppel_exactonline.cursor import BEGINNING, Cursor
from koppel_exactonline.dates import read_moment
from koppel_exactonline.paging import Chain

_NAME = re.compile(r"[A-Za-z]\w{0,60}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows to give now, the cursor after them, and whether there are more at once."""

    rows: list[Row]
    cursor: str | None = None
    more: bool = False


class Reader:
    """Reads lists in slices. The service's pages are up to 1000 rows; what is left of one is kept for the next call."""

    def __init__(self, client: ExactClient) -> None:
        self.client = client
        self._kept: tuple[str, Answer] | None = None
        self._chain = Chain("")

    def changed(self, query: Query, entity: str, select: Sequence[str], size: int, where: str = "") -> Slice:
        """The next slice of what changed since the cursor; `where` is a further condition."""
        cursor = Cursor.read(query.cursor, self.client.division, query.since)
        path = self.client.path(entity)
        if not cursor.url.startswith(path + "?"):
            condition = both(f"Modified ge {odata.moment(cursor.since or BEGINNING)}", where)
            cursor = replace(cursor, url=odata.address(path, select, condition), skip=0, started=None, newest=None)
            self._chain = Chain(entity)
        answer = self._answer(cursor.url, entity)
        rows = answer.rows[cursor.skip : cursor.skip + max(1, min(query.limit or size, size))]
        changed = [moment for row in rows if (moment := read_moment(row.get("Modified")))]
        cursor = replace(cursor, started=cursor.started or answer.at).seen(changed)
        after = self._after(cursor, answer, cursor.skip + len(rows))
        return Slice(rows, after.write(), bool(after.url))

    def _answer(self, url: str, entity: str) -> Answer:
        if self._kept is None or self._kept[0] != url:
            self._kept = (url, self.client.follow(url, entity))
        return self._kept[1]

    def _after(self, cursor: Cursor, answer: Answer, given: int) -> Cursor:
        if given < len(answer.rows):
            return replace(cursor, skip=given)
        self._kept = None
        self._chain.take(cursor.url, answer.rows, answer.next)
        return replace(cursor, url=answer.next, skip=0) if answer.next else cursor.finished()


def both(one: str, other: str) -> str:
    """A condition that holds when both do; either may be empty."""
    return f"{one} and {other}" if one and other else one or other


def conditions(filters: Mapping[str, Any]) -> str:
    """A flow's own filters, field and value, as conditions that must all hold."""
    return " and ".join(f"{_field(name)} eq {_literal(name, value)}" for name, value in sorted(filters.items()))


def _field(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ConfigurationError(f"{name!r} is no field of Exact Online to filter on.", field="filters")
    return name


def _literal(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, Decimal)):
        return str(value)
    if odata.is_guid(value):
        return odata.guid(value)
    if isinstance(value, str):
        return odata.text(value)
    raise ConfigurationError(f"The filter on {name} has no value to compare with.", field="filters")
