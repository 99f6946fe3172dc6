"""How the flows are doing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
import sqlalchemy.orm as so
from koppel.site import Site
from koppel.store.models import Flow, Incoming, Run, utcnow


@dataclass(frozen=True)
class FlowCard:
    """A flow with what there is to know at a glance. `late` is how long its moment has passed, None when resting."""

    flow: Flow
    state: str
    waiting: int
    today: int
    late: timedelta | None
    last: Run | None


def cards(site: Site, since: datetime) -> list[FlowCard]:
    """All flows in the order in which they run; `today` counts what was made or changed since that moment."""
    with site.db.read() as session:
        flows = list(session.scalars(sa.select(Flow).order_by(Flow.sequence, Flow.id)))
        waiting, today, last = waiting_by_flow(session), _done_since(session, since), _last_runs(session)
    return [_card(flow, waiting.get(flow.id, 0), today.get(flow.id, 0), last.get(flow.id)) for flow in flows]


def card(site: Site, flow: Flow) -> FlowCard:
    """One flow."""
    with site.db.read() as session:
        waiting = session.scalar(
            sa.select(sa.func.count()).where(Incoming.flow_id == flow.id, Incoming.state == "parked")
        )
        last = session.scalar(sa.select(Run).where(Run.flow_id == flow.id).order_by(Run.id.desc()).limit(1))
    return _card(flow, waiting or 0, 0, last)


def last_runs(site: Site, flow_id: int, most: int = 60) -> list[Run]:
    """The last runs, newest first."""
    with site.db.read() as session:
        return list(session.scalars(sa.select(Run).where(Run.flow_id == flow_id).order_by(Run.id.desc()).limit(most)))


def runs(site: Site, after: int = 0, size: int = 50) -> tuple[list[Run], int]:
    """Runs of all flows, newest first, and the key of the last one when there are more."""
    query = sa.select(Run).order_by(Run.id.desc()).limit(size + 1)
    if after:
        query = query.where(Run.id < after)
    with site.db.read() as session:
        rows = list(session.scalars(query))
    return rows[:size], rows[size - 1].id if len(rows) > size else 0


def run(site: Site, number: int) -> Run | None:
    """One run."""
    with site.db.read() as session:
        return session.get(Run, number)


def waiting_by_flow(session: so.Session) -> dict[int, int]:
    """How many records of each flow wait for a person."""
    query = sa.select(Incoming.flow_id, sa.func.count()).where(Incoming.state == "parked").group_by(Incoming.flow_id)
    return {row[0]: row[1] for row in session.execute(query)}


def is_running(flow: Flow) -> bool:
    """Whether somebody holds this flow's lease."""
    return bool(flow.holder) and flow.lease_until is not None and flow.lease_until > utcnow()


def _done_since(session: so.Session, since: datetime) -> dict[int, int]:
    done = sa.func.coalesce(sa.func.sum(Run.created + Run.updated), 0)
    query = sa.select(Run.flow_id, done).where(Run.started_at >= since).group_by(Run.flow_id)
    return {flow_id: int(count) for flow_id, count in session.execute(query)}


def _last_runs(session: so.Session) -> dict[int, Run]:
    newest = sa.select(sa.func.max(Run.id)).group_by(Run.flow_id)
    found: Sequence[Run] = session.scalars(sa.select(Run).where(Run.id.in_(newest))).all()
    return {one.flow_id: one for one in found}


def _card(flow: Flow, waiting: int, today: int, last: Run | None) -> FlowCard:
    state = _state(flow, waiting, last)
    late = None
    if state not in ("paused", "login", "hand") and flow.due_at is not None:
        late = max(timedelta(0), utcnow() - flow.due_at)
    return FlowCard(flow, state, waiting, today, late, last)


def _state(flow: Flow, waiting: int, last: Run | None) -> str:
    sides = (flow.source.state, flow.target.state)
    if flow.held:
        return "stopped"
    if flow.paused or "paused" in sides:
        return "paused"
    if "login" in sides:
        return "login"
    if is_running(flow):
        return "running"
    if last is not None and last.outcome in ("stopped", "resting"):
        return last.outcome
    if waiting:
        return "waiting"
    if last is None:
        return "fresh" if flow.schedule else "hand"
    return "well"
