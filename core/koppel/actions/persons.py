"""Where one person, or all of one shop, is found in what Koppel keeps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.errors import ConfigurationError
from koppel.site import Site
from koppel.store.db import Database
from koppel.store.models import Activity, Connection, Delivery, Flow, Incoming, IndexEntry, Knock, Link, PairDecision

SHORTEST = 5
"""A shorter word would be found in the records of others too."""
_PART = 400
_ALONE, _AT_ONCE = 20_000, 4
"""A table with more rows is read in so many parts at the same time: the database reads, Python only waits."""
_ANY_LETTER, _ESCAPE = "_", "!"
_MARKS = re.compile(r"\\[bfnrt]")
_BARE = re.compile(r"[\w.+%@:/#?=&\- ]+")


@dataclass(frozen=True)
class Person:
    """Where somebody was found. Each is a list of ids in its table; `on_its_way` counts writes whose answer is not
    known yet: these stay until it is."""

    words: tuple[str, ...]
    incoming: Sequence[int] = ()
    deliveries: Sequence[int] = ()
    activities: Sequence[int] = ()
    links: Sequence[int] = ()
    remembered: Sequence[int] = ()
    knocks: Sequence[int] = ()
    decided: Sequence[int] = ()
    on_its_way: int = 0

    @property
    def count(self) -> int:
        """In how many places."""
        return sum(map(len, (self.incoming, self.deliveries, self.activities, self.links, self.remembered, self.knocks, self.decided)))


@dataclass
class _Scope:
    """Which flows and connections are looked through; None is all of them."""

    db: Database
    flows: list[int] | None = None
    connections: list[int] | None = None
    words: list[str] = field(default_factory=list)

    def found(self, session: so.Session, table: Any, columns: Sequence[Any], *where: sa.ColumnElement[bool]) -> set[int]:
        """The rows with one of the words in one of these columns; a word inside a longer one is somebody else's."""
        texts = [sa.cast(column, sa.Text) for column in columns]
        near = sa.or_(*(_near(session, text, word) for text in texts for word in self.words))
        query, whole = sa.select(table.id, *texts).where(near, *where), _whole(self.words)
        parts = _ranges(session, table)
        if len(parts) == 1:
            return _look(session, query, whole)

        def look(part: range) -> set[int]:
            with self.db.read() as own:
                return _look(own, query.where(table.id.between(part[0], part[-1])), whole)

        with ThreadPoolExecutor(len(parts)) as pool:
            return set().union(*pool.map(look, parts))


def _whole(words: Iterable[str]) -> re.Pattern[str]:
    """One of these words, and not as a part of a longer one."""
    return re.compile("|".join(rf"(?<![\w.+%@/-]){re.escape(word)}(?![\w@]|[.-]\w)" for word in words))


def _look(session: so.Session, query: sa.Select[Any], whole: re.Pattern[str]) -> set[int]:
    rows = session.execute(query).yield_per(_PART)
    return {row[0] for row in rows if any(whole.search(_plain_text(text)) for text in row[1:])}


def _ranges(session: so.Session, table: Any) -> list[range]:
    """The ids of a table in one part, or in several that are read at the same time."""
    low, high = session.execute(sa.select(sa.func.min(table.id), sa.func.max(table.id))).one()
    if low is None or high - low < _ALONE:
        return [range(low or 0, (high or 0) + 1)]
    size = -(-(high - low + 1) // _AT_ONCE)
    return [range(first, min(first + size, high + 1)) for first in range(low, high + 1, size)]


def _near(session: so.Session, text: sa.ColumnElement[str], word: str) -> sa.ColumnElement[bool]:
    """Rows that may have this word, in any case. SQLite's LIKE knows no case of a to z as it is, and reads gigabytes in
    seconds; making the text lower first would copy each of them for each word. Other letters match any character here."""
    marked = "".join(_ANY_LETTER if not one.isascii() else f"{_ESCAPE}{one}" if one in "%_" else one for one in word)
    escape = _ESCAPE if _ESCAPE in marked else None
    like = text.like if session.get_bind().dialect.name == "sqlite" else text.ilike
    return like(f"%{marked}%", escape=escape)


def _plain_text(text: str | None) -> str:
    """The text in lower case, without the marks that JSON has for the end of a line and the like."""
    return _MARKS.sub(" ", text or "").lower()


def find_person(site: Site, words: Iterable[str], connection: Connection | None = None) -> Person:
    """Where Koppel has this person, by e-mail address, phone number or id; only around one connection where given.

    ConfigurationError for a word so short that it would be found in the records of others."""
    scope = _scope(site, words, connection)
    with site.db.read() as session:
        return _search(session, scope)


def everything_of(site: Site, connection: Connection) -> Person:
    """All that came from this connection, as one finding: for a shop that goes."""
    with site.db.read() as session:
        flows = list(session.scalars(sa.select(Flow.id).where(Flow.source_id == connection.id)))
        scope = _Scope(site.db, flows, [connection.id])
        incoming = list(session.scalars(sa.select(Incoming.id).where(Incoming.flow_id.in_(flows))))
        return _around(session, scope, (), incoming, everything=True)


def _scope(site: Site, words: Iterable[str], connection: Connection | None) -> _Scope:
    wanted = list(dict.fromkeys(word.strip().lower() for word in words if word.strip()))
    short = next((word for word in wanted if sum(map(str.isalnum, word)) < SHORTEST or not _BARE.fullmatch(word)), None)
    if short is not None:
        raise ConfigurationError(
            f"“{short[:60]}” is too little to know a person by.",
            resolution="Give the whole e-mail address, phone number or id.",
        )
    if connection is None:
        return _Scope(site.db, words=wanted)
    with site.db.read() as session:
        ends = sa.or_(Flow.source_id == connection.id, Flow.target_id == connection.id)
        flows = list(session.execute(sa.select(Flow.id, Flow.source_id, Flow.target_id).where(ends)))
    sides = {one for _, source, target in flows for one in (source, target)} | {connection.id}
    return _Scope(site.db, [row[0] for row in flows], sorted(sides), wanted)


def _search(session: so.Session, scope: _Scope) -> Person:
    if not scope.words:
        return Person(())
    within = [] if scope.flows is None else [Incoming.flow_id.in_(scope.flows)]
    by_id = sa.select(Incoming.id).where(sa.func.lower(Incoming.external_id).in_(scope.words), *within)
    incoming = scope.found(session, Incoming, (Incoming.payload,), *within) | set(session.scalars(by_id))
    return _around(session, scope, tuple(scope.words), sorted(incoming))


def _around(session: so.Session, scope: _Scope, words: tuple[str, ...], incoming: list[int], everything: bool = False) -> Person:
    """What belongs to these rows of the inbox, and what else has the words in it."""
    sent = set(_belonging(session, Delivery, Delivery.incoming_id, incoming))
    said = set(_belonging(session, Activity, Activity.incoming_id, incoming))
    keys = [key for part in in_parts(incoming) for key in session.scalars(sa.select(Incoming.external_id).where(Incoming.id.in_(part)))]
    links = set(_belonging(session, Link, Link.source_key, keys, _mine(Link.source_id, scope)))
    remembered: set[int] = set()
    decided = set(_belonging(session, PairDecision, PairDecision.source_key, keys, _mine(PairDecision.source_id, scope)))
    if words:
        sent |= scope.found(session, Delivery, (Delivery.draft, Delivery.key), *_mine(Delivery.target_id, scope))
        said |= scope.found(session, Activity, (Activity.data, Activity.text, Activity.label), *_flows(scope))
        links |= scope.found(session, Link, (Link.source_key, Link.label), *_mine(Link.source_id, scope))
        decided |= scope.found(session, PairDecision, (PairDecision.source_key, PairDecision.label), *_mine(PairDecision.source_id, scope))
        remembered = scope.found(session, IndexEntry, (IndexEntry.data, IndexEntry.key), *_mine(IndexEntry.connection_id, scope))
    elif everything:
        remembered = set(session.scalars(sa.select(IndexEntry.id).where(*_mine(IndexEntry.connection_id, scope))))
    knocks = list(session.scalars(sa.select(Knock.id).where(sa.func.lower(Knock.external_id).in_(words)))) if words else []
    going = [key for part in in_parts(sent) for key in session.scalars(sa.select(Delivery.id).where(Delivery.id.in_(part), Delivery.state == "sending"))]
    left = sorted(sent - set(going))
    return Person(words, sorted(incoming), left, sorted(said), sorted(links), sorted(remembered), knocks, sorted(decided), len(going))


def _belonging(session: so.Session, table: Any, column: Any, values: Iterable[Any], extra: Sequence[Any] = ()) -> Iterable[int]:
    for part in in_parts(values):
        yield from session.scalars(sa.select(table.id).where(column.in_(part), *extra))


def _mine(column: Any, scope: _Scope) -> list[sa.ColumnElement[bool]]:
    return [] if scope.connections is None else [column.in_(scope.connections)]


def _flows(scope: _Scope) -> list[sa.ColumnElement[bool]]:
    return [] if scope.flows is None else [Activity.flow_id.in_(scope.flows)]


def in_parts(values: Iterable[Any]) -> Iterable[list[Any]]:
    """So few at a time as a database takes in one question."""
    rest = list(values)
    return (rest[start : start + _PART] for start in range(0, len(rest), _PART))
