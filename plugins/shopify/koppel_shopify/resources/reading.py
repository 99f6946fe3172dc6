"""Reading one kind of record by change date, page by page, or a few by their ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from koppel import Page, Query, Record

from koppel_shopify.client import AdminApi, next_cursor, nodes
from koppel_shopify.errors import CursorRefused
from koppel_shopify.gids import gid, is_gid
from koppel_shopify.marks import Mark, later
from koppel_shopify.search import all_of, any_of, filters, since

Raw = dict[str, Any]
IDS_PER_CALL = 10
KEYS_PER_CALL = 250
LONGEST_LIST = 20_000
"""Records read in one list before a new one is begun; the service ends every list at 25,000 (reference: Cost)."""
Complete = Callable[[AdminApi, list[Raw]], None]
Records = Callable[[Raw, str], Iterable[Record]]


def as_it_is(api: AdminApi, records: list[Raw]) -> None:
    """Nothing is missing from these records."""


def as_one(raw: Raw, label: str) -> Iterable[Record]:
    """What was read is one record."""
    return (Record(str(raw["id"]), raw, str(raw.get(label) or "")),)


@dataclass(frozen=True)
class Reading:
    """How a resource is read. `kind` is its type; `list_query` and `id_query` are operations; `root` the field
    that holds the list; `label` what people call a record, found by `name_filter`; `complete` reads what did
    not fit; `always` is a term every search gets; `records` makes records of what was read; `keys_query` lists only ids and
    moments of change, which costs little: so pages of it are large."""

    kind: str
    root: str
    list_query: str
    id_query: str
    label: str
    name_filter: str
    known_filters: Sequence[str]
    page_size: int
    complete: Complete = as_it_is
    always: str = ""
    records: Records = as_one
    keys_query: str = ""

    def page(self, api: AdminApi, query: Query) -> Page:
        """One page of what changed, or the records with `query.ids`."""
        if query.ids:
            return Page(self._records(api, self._by_ids(api, query.ids)))
        if query.keys and self.keys_query:
            return replace(self, list_query=self.keys_query, complete=as_it_is, page_size=KEYS_PER_CALL)._listed(api, query)
        return self._listed(api, query)

    def _listed(self, api: AdminApi, query: Query) -> Page:
        mark = Mark.of(query.cursor)
        try:
            return self._changed(api, query, mark)
        except CursorRefused:
            if not mark.after:
                raise
            return self._changed(api, query, Mark(mark.high, mark.moved))

    def _changed(self, api: AdminApi, query: Query, mark: Mark) -> Page:
        search = mark.search if mark.after else self._search(query, mark)
        variables = {"after": mark.after or None, "query": search or None}
        data = api.page(self.list_query, variables, query.limit or self.page_size)
        connection = data.get(self.root) or {}
        raws = [self._with_shop(raw, data) for raw in nodes(connection)]
        cursor = next_cursor(connection, {mark.after or None})
        ahead = self._ahead(query, mark, search, cursor, raws)
        return Page(self._records(api, raws), ahead.text(), cursor is not None)

    def _ahead(self, query: Query, mark: Mark, search: str, cursor: str | None, raws: list[Raw]) -> Mark:
        """Where to read on: further in this list, in a new list once this one is too long, or next time."""
        high = mark.high
        for raw in raws:
            high = later(str(raw.get("updatedAt") or ""), high)
        ahead = mark.seen(high, datetime.now(UTC))
        read = mark.read + len(raws)
        too_long = read >= LONGEST_LIST and self._search(query, ahead) != search
        if cursor is None or too_long:
            return ahead
        return replace(ahead, after=cursor, search=search, read=read)

    def _search(self, query: Query, mark: Mark) -> str:
        return all_of([since(mark.start(query.since, query.overlap)), self.always, filters(query.filters, self.known_filters)])

    def _by_ids(self, api: AdminApi, ids: Sequence[str]) -> list[Raw]:
        wanted = [gid(self.kind, one) for one in ids]
        known = [one for one in wanted if is_gid(one)]
        named = [one for one in wanted if not is_gid(one)]
        found: list[Raw] = []
        for data in api.by_ids(self.id_query, known, IDS_PER_CALL):
            found += [self._with_shop(raw, data) for raw in nodes(data.get("nodes")) if raw.get("id")]
        for start in range(0, len(named), self.page_size):
            term = any_of(self.name_filter, named[start : start + self.page_size])
            data = api.page(self.list_query, {"after": None, "query": term}, self.page_size)
            found += [self._with_shop(raw, data) for raw in nodes(data.get(self.root))]
        return found

    def _with_shop(self, raw: Mapping[str, Any], data: Mapping[str, Any]) -> Raw:
        return {**raw, "shop": data["shop"]} if data.get("shop") else dict(raw)

    def _records(self, api: AdminApi, raws: list[Raw]) -> tuple[Record, ...]:
        self.complete(api, raws)
        return tuple(record for raw in raws for record in self.records(raw, self.label))


def complete_rows(api: AdminApi, raw: Raw, key: str, operation: str, root: str, size: int) -> None:
    """Read on in a record's own list where it did not fit into the page; nested lists end in silence."""
    connection = raw.get(key) or {}
    cursor = next_cursor(connection, set())
    if cursor is None:
        return
    rows = nodes(connection) + list(api.rows(operation, {"id": raw["id"]}, (root, key), size, cursor))
    raw[key] = {"nodes": rows, "pageInfo": {"hasNextPage": False, "endCursor": None}}
