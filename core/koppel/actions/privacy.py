"""One person's data, wherever Koppel keeps it: given out, or erased so that nothing is ever booked twice because of it.

What is booked stays in the books, and the ids that say "this order is that paper" stay here: they name nobody. What
says who it was goes: what came in, what was sent, what was said about it, and what a connector remembers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.errors import ConfigurationError
from koppel.records import Nudge
from koppel.site import Site
from koppel.store.db import dumps
from koppel.store.models import (
    Activity,
    Connection,
    DebtorNumber,
    Delivery,
    Flow,
    Incoming,
    IndexEntry,
    Knock,
    Link,
    PairDecision,
    VatCheck,
    utcnow,
)

ERASED = "Erased on request: what was here named a person."
SHORTEST = 5
"""A shorter word would be found in the records of others too."""
_PART = 400
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

    flows: list[int] | None = None
    connections: list[int] | None = None
    words: list[str] = field(default_factory=list)

    def found(self, session: so.Session, table: Any, columns: Sequence[Any], *where: sa.ColumnElement[bool]) -> set[int]:
        """The rows with one of the words in one of these columns; a word inside a longer one is somebody else's."""
        texts = [sa.func.lower(sa.cast(column, sa.Text)) for column in columns]
        near = sa.or_(*(text.contains(word, autoescape=True) for text in texts for word in self.words))
        whole = re.compile("|".join(rf"(?<![\w.+%@/-]){re.escape(word)}(?![\w@]|[.-]\w)" for word in self.words))
        rows = session.execute(sa.select(table.id, *texts).where(near, *where)).yield_per(_PART)
        return {row[0] for row in rows if any(whole.search(text or "") for text in row[1:])}


def find_person(site: Site, words: Iterable[str], connection: Connection | None = None) -> Person:
    """Where Koppel has this person, by e-mail address, phone number or id; only around one connection where given.

    ConfigurationError for a word so short that it would be found in the records of others."""
    scope = _scope(site, words, connection)
    with site.db.read() as session:
        return _search(session, scope)


def person_data(site: Site, person: Person) -> dict[str, Any]:
    """Everything that is kept about this person, as plain values for a file."""
    with site.db.read() as session:
        return {
            "person": list(person.words),
            "made_at": utcnow().isoformat(),
            "came_in": [
                {"flow": row.flow.name, "record": row.external_id, "label": row.label, "received_at": row.received_at, "data": row.payload}
                for row in _rows(session, Incoming, person.incoming)
            ],
            "sent": [
                {"record": row.external_id, "number": row.number, "sent_at": row.sent_at, "data": row.draft}
                for row in _rows(session, Delivery, person.deliveries)
            ],
            "happened": [
                {"at": row.at, "what": row.text, "data": row.data} for row in _rows(session, Activity, person.activities)
            ],
            "linked": [
                {"resource": row.resource, "here": row.source_key, "there": row.target_key, "label": row.label}
                for row in _rows(session, Link, person.links)
            ],
            "decided": [
                {"at": row.at, "what": row.decision, "customer": row.label, "debtor": row.number}
                for row in _rows(session, PairDecision, person.decided)
            ],
            "remembered": [{"resource": row.resource, "data": row.data} for row in _rows(session, IndexEntry, person.remembered)],
        }


def erase(site: Site, person: Person, by: str = "") -> int:
    """Erase all of it, together; returns in how many places. What waits is left out for good: it cannot be sent."""
    with site.db.write() as session:
        for row in _rows(session, Incoming, person.incoming):
            _empty(row)
            session.add(Activity(flow_id=row.flow_id, incoming_id=row.id, kind="person", text=ERASED, by=by))
        for row in _rows(session, Delivery, person.deliveries):
            _forget_delivery(session, row, person.words)
        for row in _rows(session, Activity, person.activities):
            row.text, row.label, row.data = ERASED, "", {}
        for row in _rows(session, Link, person.links):
            _forget_link(session, row, person.words)
        for row in _rows(session, PairDecision, person.decided):
            _forget_link(session, row, person.words)
        for part in _parts(person.incoming):  # that the number was right stays: it is why no VAT was owed
            session.execute(sa.update(VatCheck).where(VatCheck.incoming_id.in_(part)).values(name="", address=""))
        for table, ids in ((IndexEntry, person.remembered), (Knock, person.knocks)):
            for part in _parts(ids):
                session.execute(sa.delete(table).where(table.id.in_(part)))
    return person.count


def everything_of(site: Site, connection: Connection) -> Person:
    """All that came from this connection, as one finding: for a shop that goes."""
    with site.db.read() as session:
        flows = list(session.scalars(sa.select(Flow.id).where(Flow.source_id == connection.id)))
        scope = _Scope(flows, [connection.id])
        incoming = list(session.scalars(sa.select(Incoming.id).where(Incoming.flow_id.in_(flows))))
        return _around(session, scope, (), incoming, everything=True)


def take_request(site: Site, connection: Connection, nudge: Nudge) -> str:
    """Do what another system asks in a person's name; gives a sentence about it. An export is a file that only the
    owner of this installation can read."""
    if nudge.purpose == "erase_all":
        return f"{erase(site, everything_of(site, connection), by=connection.name)} records of {connection.title} were erased."
    person = find_person(site, [one for one in nudge.ids if sum(map(str.isalnum, one)) >= SHORTEST], connection)
    if nudge.purpose == "erase":
        return f"A person was erased in {erase(site, person, by=connection.name)} places."
    file = write_export(site, person, site.config.home / "requests")
    return f"What Koppel has about a person was asked for; it is in {file}."


def write_export(site: Site, person: Person, folder: Path) -> Path:
    """Write all that is kept about this person into a new file that only the owner can read."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / f"person-{utcnow():%Y%m%d-%H%M%S-%f}.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps(json.loads(dumps(_plain(person_data(site, person)))), ensure_ascii=False, indent=1), encoding="utf-8")
    return file


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _scope(site: Site, words: Iterable[str], connection: Connection | None) -> _Scope:
    wanted = list(dict.fromkeys(word.strip().lower() for word in words if word.strip()))
    short = next((word for word in wanted if sum(map(str.isalnum, word)) < SHORTEST or not _BARE.fullmatch(word)), None)
    if short is not None:
        raise ConfigurationError(
            f"“{short[:60]}” is too little to know a person by.",
            resolution="Give the whole e-mail address, phone number or id.",
        )
    if connection is None:
        return _Scope(words=wanted)
    with site.db.read() as session:
        ends = sa.or_(Flow.source_id == connection.id, Flow.target_id == connection.id)
        flows = list(session.execute(sa.select(Flow.id, Flow.source_id, Flow.target_id).where(ends)))
    sides = {one for _, source, target in flows for one in (source, target)} | {connection.id}
    return _Scope([row[0] for row in flows], sorted(sides), wanted)


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
    keys = [key for part in _parts(incoming) for key in session.scalars(sa.select(Incoming.external_id).where(Incoming.id.in_(part)))]
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
    going = [key for part in _parts(sent) for key in session.scalars(sa.select(Delivery.id).where(Delivery.id.in_(part), Delivery.state == "sending"))]
    left = sorted(sent - set(going))
    return Person(words, sorted(incoming), left, sorted(said), sorted(links), sorted(remembered), knocks, sorted(decided), len(going))


def _belonging(session: so.Session, table: Any, column: Any, values: Iterable[Any], extra: Sequence[Any] = ()) -> Iterable[int]:
    for part in _parts(values):
        yield from session.scalars(sa.select(table.id).where(column.in_(part), *extra))


def _mine(column: Any, scope: _Scope) -> list[sa.ColumnElement[bool]]:
    return [] if scope.connections is None else [column.in_(scope.connections)]


def _flows(scope: _Scope) -> list[sa.ColumnElement[bool]]:
    return [] if scope.flows is None else [Activity.flow_id.in_(scope.flows)]


def _rows(session: so.Session, table: Any, ids: Sequence[int]) -> Iterable[Any]:
    for part in _parts(ids):
        yield from session.scalars(sa.select(table).where(table.id.in_(part)).order_by(table.id)).unique()


def _parts(values: Iterable[Any]) -> Iterable[list[Any]]:
    rest = list(values)
    return (rest[start : start + _PART] for start in range(0, len(rest), _PART))


def _empty(row: Incoming) -> None:
    """The row stays, with its fingerprint, so that the same record read again is known and not sent again."""
    row.payload, row.facts, row.label, row.detail, row.resolution = {}, {}, "", "", ""
    if row.state != "done":
        row.state, row.due_at, row.cause = "skipped", None, ""
    row.reason = ERASED


def _forget_delivery(session: so.Session, row: Delivery, words: Sequence[str]) -> None:
    if any(word in row.key.lower() for word in words if "@" in word):
        session.delete(row)  # a guest is kept by the e-mail address
        holder = (DebtorNumber.connection_id == row.target_id, DebtorNumber.holder == row.key)
        session.execute(sa.update(DebtorNumber).where(*holder).values(holder=None))  # the number stays given
    else:
        row.draft, row.natural_key, row.reason = {}, "", ""


def _forget_link(session: so.Session, row: Link | PairDecision, words: Sequence[str]) -> None:
    if any(word in row.source_key.lower() for word in words if "@" in word):
        session.delete(row)  # the guest's next order finds the debtor by its e-mail address again
    else:
        row.label = ""
