"""A connector's own index of records on the other side, kept in the database between runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from koppel.store.db import Database
from koppel.store.models import IndexEntry, IndexMark, utcnow

CHUNK = 400


@dataclass(frozen=True, slots=True)
class Entry:
    """One record: its id there, what it is looked up by, and its fields."""

    id: str
    key: str
    data: Mapping[str, Any] = field(default_factory=dict)


class Memory:
    """The index of one connection. What is not in it may still exist over there: it answers "yes, this one", never "no"."""

    def __init__(self, db: Database, connection_id: int) -> None:
        self._db, self._id = db, connection_id

    def find(self, resource: str, keys: Iterable[str]) -> dict[str, list[Mapping[str, Any]]]:
        """The fields of the known records with these keys, by key."""
        found: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
        with self._db.read() as session:
            for part in _parts(keys):
                query = sa.select(IndexEntry).where(*self._mine(IndexEntry, resource), IndexEntry.key.in_(part))
                for row in session.scalars(query.order_by(IndexEntry.id)):
                    found[row.key].append(row.data)
        return dict(found)

    def mark(self, resource: str) -> tuple[str, datetime | None]:
        """How far it goes, in the connector's own words, and since when; empty for an index that was never made."""
        with self._db.read() as session:
            row = session.scalar(sa.select(IndexMark).where(*self._mine(IndexMark, resource)))
            return (row.mark, row.at) if row else ("", None)

    def take(self, resource: str, entries: Sequence[Entry], mark: str) -> None:
        """Add or replace these records and move the mark, together."""
        last = {one.id: one for one in entries}
        with self._db.write() as session:
            for part in _parts(last):
                session.execute(sa.delete(IndexEntry).where(*self._mine(IndexEntry, resource), IndexEntry.external_id.in_(part)))
            session.add_all(
                IndexEntry(connection_id=self._id, resource=resource, external_id=one.id, key=one.key[:255], data=dict(one.data))
                for one in last.values() if one.key
            )  # fmt: skip
            session.execute(sa.delete(IndexMark).where(*self._mine(IndexMark, resource)))
            session.add(IndexMark(connection_id=self._id, resource=resource, mark=mark, at=utcnow()))

    def drop(self, resource: str, ids: Iterable[str]) -> None:
        """Forget these records: they are gone over there."""
        with self._db.write() as session:
            for part in _parts(ids):
                session.execute(sa.delete(IndexEntry).where(*self._mine(IndexEntry, resource), IndexEntry.external_id.in_(part)))

    def forget(self, resource: str) -> None:
        """Forget all of it, the mark too."""
        with self._db.write() as session:
            for table in (IndexEntry, IndexMark):
                session.execute(sa.delete(table).where(*self._mine(table, resource)))

    def _mine(self, table: type[IndexEntry] | type[IndexMark], resource: str) -> tuple[sa.ColumnElement[bool], ...]:
        return table.connection_id == self._id, table.resource == resource


def _parts(values: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(dict.fromkeys(values))
    while part := list(islice(rest, CHUNK)):
        yield part
