"""Value tables: rows of conditions that give a code, the most specific row first."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import combinations
from typing import Any

from koppel.errors import MappingError
from koppel.mapping.columns import KNOWN_TABLES, TableKind
from koppel.mapping.exact import number_of_text, plain
from koppel.mapping.faults import RULE, NoRow, nearest

__all__ = ["KNOWN_TABLES", "TableEntry", "TableKind", "Tables", "normal"]

_CACHED = 200
_USUAL = {"goods": "goods"}
"""What goes without saying in a sentence, and in the row that is missing."""


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One row: these conditions give this value. An empty condition, or `*`, fits everything.

    Without conditions it is the default row; `force` wins over every row that is not forced."""

    table: str
    conditions: Mapping[str, Any]
    value: str
    force: bool = False

    @property
    def wanted(self) -> dict[str, str]:
        """The filled-in conditions in the form in which they are compared."""
        forms = {column: normal(value) for column, value in self.conditions.items()}
        return {column: form for column, form in forms.items() if form not in ("", "*")}


@lru_cache(maxsize=8192, typed=True)
def _normal(value: Any) -> str:
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return plain(value)
    text = "".join(str(value).split()).casefold()
    number = number_of_text(text.removesuffix("%"))
    return text if number is None else plain(number)


def normal(value: Any) -> str:
    """The form in which values are compared: without case and spaces; 21, "21.0" and "21 %" are the same.

    "021" is a code and stays one."""
    if value is None:
        return ""
    if isinstance(value, str) and len(value) > _CACHED:
        return _normal.__wrapped__(value)
    return _normal(value) if isinstance(value, str | int | Decimal) else _normal(str(value))


# (how specific, columns, values -> (position, value)); the first that fits wins
_Group = list[tuple[tuple[str, ...], dict[tuple[str, ...], tuple[int, str]]]]


class Tables:
    """All value tables of one flow as an immutable value."""

    __slots__ = ("_index", "entries", "fingerprint")

    def __init__(self, entries: Iterable[TableEntry] = ()) -> None:
        self.entries = tuple(entries)
        self._index = _indexed(self.entries)
        rows = [[one.table, sorted(one.wanted.items()), one.value, one.force] for one in self.entries]
        self.fingerprint = hashlib.sha256(json.dumps(rows).encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tables) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __contains__(self, table: object) -> bool:
        return table in KNOWN_TABLES or table in self._index

    @property
    def names(self) -> tuple[str, ...]:
        """All tables that a row may ask: the known ones and those with rows."""
        return tuple(dict.fromkeys([*KNOWN_TABLES, *self._index]))

    def lookup(self, table: str, /, *bare: Any, **keys: Any) -> str:
        """The value for these keys: forced row, most specific row, default row; among equals the first.

        One bare value is compared with the table's first column. Raises MappingError when no row fits, with
        the keys in its cause, so that records wait together."""
        if bare:
            keys = {**keys, self.first_column(table): bare[0]}
        self.check(table, keys)
        forms = {column: normal(value) for column, value in keys.items()}
        for group in self._index.get(table, ()):
            fits = [rows[key] for columns, rows in group if (key := tuple(forms.get(c, "") for c in columns)) in rows]
            if fits:
                return min(fits)[1]
        error = _nothing(table, keys)
        error.unused = table not in self._index
        raise error

    def every(self, table: str, /, **keys: Any) -> tuple[str, ...]:
        """The values of all rows that these keys fit, each once, in order; none where no row fits."""
        forms = {column: normal(value) for column, value in keys.items()}
        fits = (one for one in self.entries if one.table == table and one.wanted.items() <= forms.items())
        return tuple(dict.fromkeys(one.value for one in fits))

    def first_column(self, table: str) -> str:
        """The column that a bare value is compared with."""
        if table in KNOWN_TABLES:
            return next(iter(KNOWN_TABLES[table].columns))
        return next((column for one in self.entries if one.table == table for column in one.conditions), "value")

    def check(self, table: str, columns: Iterable[str] = ()) -> None:
        """Raise MappingError when there is no such table, or when it has no such column."""
        kind = KNOWN_TABLES.get(table)
        if kind is None:
            if table not in self._index:
                raise MappingError(f'There is no table "{table}".{nearest(str(table), self.names)}', cause=RULE)
            return
        for column in columns:
            if column not in kind.columns:
                hint = nearest(column, kind.columns)
                raise MappingError(f'The table {kind.title} has no column "{column}".{hint}', cause=RULE)

    def strays(self) -> list[tuple[TableEntry, str]]:
        """Rows with a condition on a column that their table does not have: they never fit anything."""
        known = [(entry, KNOWN_TABLES[entry.table].columns) for entry in self.entries if entry.table in KNOWN_TABLES]
        return [(entry, column) for entry, columns in known for column in entry.wanted if column not in columns]

    def overlaps(self) -> list[tuple[TableEntry, TableEntry]]:
        """Pairs of rows that can fit the same record, are equally specific and disagree; the first one wins."""
        alike: dict[tuple[str, bool, int], list[tuple[TableEntry, dict[str, str]]]] = {}
        one_value = (one for one in self.entries if one.table not in KNOWN_TABLES or not KNOWN_TABLES[one.table].every)
        for entry in one_value:
            wanted = entry.wanted
            alike.setdefault((entry.table, entry.force, len(wanted)), []).append((entry, wanted))
        pairs = (pair for group in alike.values() for pair in combinations(group, 2))
        return [(a, b) for (a, mine), (b, theirs) in pairs if a.value != b.value and _together(mine, theirs)]


def _together(mine: Mapping[str, str], theirs: Mapping[str, str]) -> bool:
    """Whether one record can meet both sets of conditions."""
    return all(theirs.get(column, form) == form for column, form in mine.items())


def _indexed(entries: Iterable[TableEntry]) -> dict[str, list[_Group]]:
    ranks: dict[str, dict[tuple[bool, int], dict[tuple[str, ...], dict[tuple[str, ...], tuple[int, str]]]]] = {}
    for position, entry in enumerate(entries):
        wanted = sorted(entry.wanted.items())
        columns, values = tuple(column for column, _ in wanted), tuple(value for _, value in wanted)
        rank = (not entry.force, -len(columns))
        rows = ranks.setdefault(entry.table, {}).setdefault(rank, {}).setdefault(columns, {})
        rows.setdefault(values, (position, entry.value))
    return {table: [list(groups[rank].items()) for rank in sorted(groups)] for table, groups in ranks.items()}


def _nothing(table: str, keys: Mapping[str, Any]) -> NoRow:
    keys = {column: value for column, value in keys.items() if _USUAL.get(column) != value}
    kind = KNOWN_TABLES.get(table) or TableKind(table, table, f"value in the table {table}", {})
    text = _said(keys) or "an empty value"
    return NoRow(
        f"There is no {kind.one} for {text}.",
        resolution=f"Open the table {kind.title} and add this value; the records that wait are sent at once.",
        cause=f"table.{table}:{text}",
        table=table,
        keys={column: "" if value is None else str(value) for column, value in keys.items()},
    )


def _said(keys: Mapping[str, Any]) -> str:
    """The keys as people say them, the country first: "BE, 6%, person"."""
    parts = []
    for column in sorted(keys, key=lambda name: name != "country"):
        form = normal(keys[column])
        if form:
            parts.append(f"{form.removesuffix('%')}%" if column == "rate" else _short(keys[column]))
    return ", ".join(parts)


def _short(value: Any) -> str:
    text = plain(value) if isinstance(value, Decimal) else " ".join(str(value).split())
    return text if len(text) <= 80 else f"{text[:79]}…"
