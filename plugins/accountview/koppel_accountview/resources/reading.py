"""What reading is the same for in every business object."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from koppel import Found, Lookup, Match, Page, Query, Record

from koppel_accountview.answers import Row
from koppel_accountview.changes import read_changes
from koppel_accountview.conversation import Conversation
from koppel_accountview.dictionary import Column
from koppel_accountview.filters import Filter
from koppel_accountview.objects import Kind

MAX_SIZE = 1000


def fetch_rows(
    talk: Conversation, kind: Kind, query: Query, record: Callable[[Sequence[Row]], Iterable[Record]],
    fields: tuple[str, ...] = (), dated: bool | None = None, size: int = MAX_SIZE,
) -> Page:  # fmt: skip
    """One page: the asked ids, or the next page of what changed, of at most `size` rows. `record` makes records
    of all rows at once.

    The flow's own filters are fields of AccountView and the value that they must have."""
    if query.ids:
        return Page(tuple(record(rows_by_key(talk, kind, query.ids))))
    if dated is None:
        dated = "CNG_DATE" in talk.dictionary.table(kind.table)
    ask = kind.ask(_own_filters(talk, kind, query), fields=fields, size=min(query.limit or 200, size))
    rows, cursor, more = read_changes(talk.client, ask, query, dated)
    return Page(tuple(record(rows)), str(cursor), more)


def _own_filters(talk: Conversation, kind: Kind, query: Query) -> list[Filter]:
    columns = [(talk.column(kind.table, str(name).upper()), value) for name, value in query.filters.items()]
    return [Filter(column.name, column.normal(str(value)), kind=column.wire_type) for column, value in columns]


def rows_by_key(talk: Conversation, kind: Kind, ids: Sequence[str]) -> list[Row]:
    """The rows with these ids, in the order of the question."""
    name = key_field(talk, kind)
    found = {str(row.get(name)).strip().casefold(): row for row in talk.rows_with(kind, [name], ids)}
    return [found[one.strip().casefold()] for one in ids if one.strip().casefold() in found]


def key_field(talk: Conversation, kind: Kind) -> str:
    """The field that identifies a row here: the first of the likely keys that the installation has."""
    return talk.dictionary.table(kind.table).first(kind.keys) or kind.keys[0]


def find_rows(
    talk: Conversation, kind: Kind, lookup: Lookup, name: str, match: Callable[[Row], Match], is_key: bool = False,
    columns: tuple[str, ...] = (),
) -> Found:
    """Which values exist in field `name`, compared as the field would hold them.

    A value that is too long for a key cannot be there; a longer text is there as far as it fits. `columns` are
    the fields that a match holds, all of them when empty."""
    column = talk.column(kind.table, name)
    wanted = {value: column.normal(value) for value in lookup.values if _fits(column, value, is_key)}
    asked = {form for held in wanted.values() for form in _spellings(column, held)}
    rows: dict[str, list[Row]] = {}
    for row in talk.rows_with(kind, [name], sorted(asked), columns):
        rows.setdefault(_form(column, str(row.get(name) or "")), []).append(row)
    matches = {value: _sorted(rows.get(_form(column, held), []), name, held) for value, held in wanted.items()}
    return Found({value: tuple(match(row) for row in found) for value, found in matches.items() if found})


def _spellings(column: Column, held: str) -> set[str]:
    """How a text may stand there: a filter minds capitals, and people write info@ and Info@ alike."""
    return {held} if column.capitals or "@" not in held else {held, held.lower(), held.lower().capitalize()}


def _fits(column: Column, value: str, is_key: bool) -> bool:
    return bool(value.strip()) and not (is_key and column.length and len(value.strip()) > column.length)


def _form(column: Column, text: str) -> str:
    return column.normal(text).casefold()


def _sorted(rows: Sequence[Row], name: str, held: str) -> list[Row]:
    """The likeliest first: not blocked, and written exactly so."""
    return sorted(rows, key=lambda row: (row.get("REC_BLK") is True, str(row.get(name)).rstrip() != held))
