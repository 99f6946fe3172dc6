"""New customers that wait because they look like a debtor who is there: it is this one, or they are kept apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.errors import ConflictError
from koppel.runner.doubles import HELD
from koppel.site import Site
from koppel.store.models import Activity, Connection, Delivery, Flow, Incoming, Link, PairDecision, utcnow


@dataclass(frozen=True)
class Waiting:
    """One customer of a flow's source and the debtors that it looks like. `rows` are the records that wait for it,
    `customer` its values by field, each of `candidates` has id, number, points, why and debtor (values by field)."""

    flow: Flow
    source_key: str
    customer: Mapping[str, str]
    candidates: Sequence[Mapping[str, Any]]
    rows: Sequence[Incoming]


def waiting(site: Site, flow: str = "") -> tuple[Waiting, ...]:
    """Who waits, of one flow or of all, the first that came in first; one customer of several orders is told once."""
    chosen = [Incoming.flow_id == site.flow(flow).id] if flow else []
    with site.db.read() as session:
        rows = list(session.scalars(_held(*chosen)))
    groups: dict[tuple[int, str], list[Incoming]] = {}
    for row in rows:
        groups.setdefault((row.flow_id, str(row.facts.get("source_key"))), []).append(row)
    return tuple(
        Waiting(some[0].flow, key, some[-1].facts.get("customer") or {}, some[-1].facts.get("candidates") or (), some)
        for (_, key), some in groups.items()
    )


def link(site: Site, number: int, target_key: str, by: str = "") -> int:
    """It is this one: the customer that this waiting record is about is that debtor from now on, and what waits for it
    goes again. Returns how many records go. The debtor's own data stay as they are.

    ConflictError when it does not wait any more, or was sent to another debtor meanwhile."""
    with site.db.write() as session:
        row, candidate = _open(session, number, target_key)
        key, flow = str(row.facts["source_key"]), row.flow
        _refuse_sent(session, flow, key, row, target_key)
        ends = {"source_id": flow.source_id, "target_id": flow.target_id}
        there = session.scalar(sa.select(Link).filter_by(**ends, resource="customer", source_key=key))
        if there is None:
            session.add(Link(**ends, resource="customer", source_key=key, target_key=target_key, label=_label(row), number=candidate["number"][:255]))
        _decide(session, flow, key, candidate, "same", by, _label(row))
        return _go(session, flow, key, f"{_label(row)} is debtor {candidate['number'] or target_key}, said", by)


def keep_apart(site: Site, number: int, target_key: str, by: str = "") -> int:
    """They are two: this customer is never held for that debtor again, and what waits for it goes again. Returns how
    many records go. ConflictError when it does not wait any more."""
    with site.db.write() as session:
        row, candidate = _open(session, number, target_key)
        key = str(row.facts["source_key"])
        _decide(session, row.flow, key, candidate, "apart", by, _label(row))
        return _go(session, row.flow, key, f"{_label(row)} is another than debtor {candidate['number'] or target_key}, said", by)


def decisions(site: Site) -> list[tuple[PairDecision, str]]:
    """What was decided, the newest first, each with what the debtor's system is called there."""
    query = sa.select(PairDecision, Connection.title).join(Connection, Connection.id == PairDecision.target_id)
    with site.db.read() as session:
        return [(row[0], row[1]) for row in session.execute(query.order_by(PairDecision.id.desc()).limit(200))]


def undo(site: Site, number: int) -> bool:
    """Take a decision back: the pair is asked about again. A link by hand goes, links that a merger moved go back;
    what was booked meanwhile stays booked. False when there is no such decision any more."""
    with site.db.write() as session:
        row = session.get(PairDecision, number)
        if row is None:
            return False
        ends = (Link.target_id == row.target_id, Link.resource == "customer")
        if row.decision == "same":
            mine = (Link.source_id == row.source_id, Link.source_key == row.source_key, Link.target_key == row.target_key)
            session.execute(sa.delete(Link).where(*ends, *mine, Link.made.is_(False)))
        elif row.decision == "merged":
            moved = (Link.id.in_(row.data.get("links") or ()), Link.target_key == row.target_key)
            session.execute(sa.update(Link).where(*ends, *moved).values(target_key=row.source_key, number=row.data.get("number", "")))
            session.execute(sa.delete(PairDecision).where(PairDecision.id.in_(row.data.get("pairs") or ())))
        session.delete(row)
        return True


def _held(*where: sa.ColumnElement[bool]) -> sa.Select[Incoming]:
    return sa.select(Incoming).where(Incoming.state == "parked", Incoming.cause == HELD, *where).order_by(Incoming.id)


def _open(session: so.Session, number: int, target_key: str) -> tuple[Incoming, Mapping[str, Any]]:
    row = session.scalar(_held(Incoming.id == number))
    found = next((one for one in (row.facts.get("candidates") or () if row else ()) if one["id"] == target_key), None)
    if row is None or found is None:
        raise ConflictError("This customer does not wait for that any more.", resolution="Look at what waits now.")
    return row, found


def _refuse_sent(session: so.Session, flow: Flow, key: str, row: Incoming, target_key: str) -> None:
    ends = {"source_id": flow.source_id, "target_id": flow.target_id}
    there = session.scalar(sa.select(Link).filter_by(**ends, resource="customer", source_key=key))
    sending = {"target_id": flow.target_id, "resource": "customer", "key": f"{flow.source_id}:{key}"[:255], "state": "sending"}
    on_its_way = session.scalar(sa.select(Delivery.id).filter_by(**sending))
    if on_its_way is not None or (there is not None and there.target_key != target_key):
        raise ConflictError(
            f"{_label(row)} was sent meanwhile" + (f", as {there.number or there.target_key}." if there else "."),
            resolution="Send what waits again; Koppel looks it up first. Two debtors that are one can then be merged.",
        )


def _decide(session: so.Session, flow: Flow, key: str, candidate: Mapping[str, Any], what: str, by: str, label: str) -> None:
    pair = {"target_id": flow.target_id, "source_id": flow.source_id, "source_key": key[:255], "target_key": candidate["id"][:255]}
    row = session.scalar(sa.select(PairDecision).filter_by(**pair))
    if row is None:
        row = PairDecision(**pair, decision=what)
        session.add(row)
    row.decision, row.label, row.number, row.by, row.at = what, label, candidate["number"][:255], by, utcnow()


def _go(session: so.Session, flow: Flow, key: str, text: str, by: str) -> int:
    """Let everything that waits for this customer go, in all flows between the same two, and note who said so."""
    same = sa.select(Flow.id).where(Flow.source_id == flow.source_id, Flow.target_id == flow.target_id)
    rows = [row for row in session.scalars(_held(Incoming.flow_id.in_(same))) if row.facts.get("source_key") == key]
    for row in rows:
        row.state, row.attempts, row.due_at = "new", 0, None
        session.add(Activity(flow_id=row.flow_id, incoming_id=row.id, kind="person", label=row.label, by=by, text=f"{text}{f' by {by}' if by else ''}."))
    session.execute(sa.update(Flow).where(Flow.id.in_({row.flow_id for row in rows}), Flow.schedule != "").values(due_at=utcnow()))
    return len(rows)


def _label(row: Incoming) -> str:
    return str((row.facts.get("customer") or {}).get("name") or row.label)[:255]
