"""One person's data, wherever Koppel keeps it: given out, or erased so that nothing is ever booked twice because of it.

What is booked stays in the books, and the ids that say "this order is that paper" stay here: they name nobody. What
says who it was goes: what came in, what was sent, what was said about it, and what a connector remembers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.actions.persons import SHORTEST, Person, everything_of, find_person, in_parts
from koppel.records import Nudge
from koppel.site import Site
from koppel.store.db import dumps
from koppel.store.models import (
    Activity,
    Connection,
    DebtorNumber,
    Delivery,
    Incoming,
    IndexEntry,
    Knock,
    Link,
    PairDecision,
    VatCheck,
    utcnow,
)

ERASED = "Erased on request: what was here named a person."


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
        for part in in_parts(person.incoming):  # that the number was right stays: it is why no VAT was owed
            session.execute(sa.update(VatCheck).where(VatCheck.incoming_id.in_(part)).values(name="", address=""))
        for table, ids in ((IndexEntry, person.remembered), (Knock, person.knocks)):
            for part in in_parts(ids):
                session.execute(sa.delete(table).where(table.id.in_(part)))
    return person.count


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


def _rows(session: so.Session, table: Any, ids: Sequence[int]) -> Iterable[Any]:
    for part in in_parts(ids):
        yield from session.scalars(sa.select(table).where(table.id.in_(part)).order_by(table.id)).unique()


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
