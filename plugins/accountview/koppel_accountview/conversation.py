"""One conversation with AccountView: the client, the dictionary, and what is asked more than once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import httpx
from koppel import ConfigurationError, Settings

from koppel_accountview.answers import Row
from koppel_accountview.binding import Binding
from koppel_accountview.client import Client
from koppel_accountview.dictionary import Column, Dictionary
from koppel_accountview.filters import LARGEST_GROUP, Filter, fitting, groups
from koppel_accountview.objects import Kind
from koppel_accountview.paging import read_all


class Conversation:
    """What the resources share."""

    def __init__(self, settings: Settings, http: httpx.Client) -> None:
        self.settings = settings
        self.client = Client(settings, http)
        self.dictionary = Dictionary(self.client)
        self.binding = Binding(self.client, self.dictionary)
        self.places: dict[str, Row] = {}
        """Debtors met in this conversation, by number: where they live is asked for every order."""
        self.years: dict[int, bool] | None = None
        """The fiscal years of the company and whether each is archived, once they were asked."""
        self.proved = False
        """Whether an entry of this conversation was read back and found right."""
        self.paid_once = False
        """Whether a payment of this conversation was read back and found right."""
        self.loose: tuple[str, Any] | None = None
        """Money that names no invoice, and since which day it was read."""
        self._whole_tables: dict[Kind, list[Row]] = {}
        self._joined_by_or: bool | None = None

    def rows_with(
        self, kind: Kind, fields: Sequence[str], values: Iterable[str], columns: tuple[str, ...] = ()
    ) -> list[Row]:
        """The rows that have one of `values` in one of `fields`, in as few calls as their length allows.

        `columns` are the fields to give, all of them when empty. What comes back is compared again by the
        caller: a filter may compare by the beginning of a text."""
        rows: list[Row] = []
        for group in groups(fields, values):
            rows += self._any_of(kind, group, columns)
        return _once(kind, rows)

    def rows_any(self, kind: Kind, filters: Iterable[Filter]) -> list[Row]:
        """The rows that meet one of these filters, in as few calls as their length allows."""
        rows = [row for group in fitting([one] for one in filters) for row in self._any_of(kind, group, ())]
        return _once(kind, rows)

    def all_rows(self, kind: Kind) -> list[Row]:
        """Every row of a table, read once per conversation; none where this installation does not open it."""
        if kind not in self._whole_tables:
            open_ = self.dictionary.may(kind.object, "read")
            self._whole_tables[kind] = read_all(self.client, kind.ask()) if open_ else []
        return self._whole_tables[kind]

    def column(self, table: str, name: str) -> Column:
        """A field; ConfigurationError when this installation does not have it."""
        return self.dictionary.need(table, name)[name]

    def _any_of(self, kind: Kind, group: Sequence[Filter], columns: tuple[str, ...]) -> list[Row]:
        if len(group) == 1:
            return read_all(self.client, kind.ask(group, fields=columns))
        if self._joined_by_or is None:
            known = self.client.read(kind.ask(size=1, fields=columns))
            if not known:
                return []
            self._joined_by_or = self._or_works(kind, known[0])
        if self._joined_by_or:
            return read_all(self.client, kind.ask(group, match_any=True, fields=columns))
        return [row for one in group for row in read_all(self.client, kind.ask([one], fields=columns))]

    def _or_works(self, kind: Kind, known: Row) -> bool:
        """Whether as many filters as a group has are joined with OR here; tried once, with a row that exists.

        Only one client was seen using it (reference: 2.1 Query parameters), and were it not honoured every
        record would seem new and be written twice."""
        name = next((name for name in kind.keys if known.get(name)), "")
        if not name:
            return False
        value = str(known[name])
        others = [Filter(name, f"{value[:1]}~{number}") for number in range(1, LARGEST_GROUP)]
        try:
            rows = self.client.read(kind.ask([*others, Filter(name, value)], match_any=True))
        except ConfigurationError:  # it does not take so many, or not so joined
            return False
        return any(str(row.get(name)) == value for row in rows)


def _once(kind: Kind, rows: Sequence[Row]) -> list[Row]:
    """Two filters of one group may give the same row in two calls."""
    seen: dict[str, Row] = {}
    for row in rows:
        name = next((f"{key}={row[key]}" for key in kind.keys if row.get(key)), str(row))
        seen.setdefault(name, row)
    return list(seen.values())
