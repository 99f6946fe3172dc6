"""The nightly comparison: what changed at the source in the last days, held against the inbox record by record.

Webhooks get lost and a cursor can be too far; this looks at neither. A record that never arrived, or whose last change
did not, is fetched and travels like any other; one that is known as it is costs nothing more. Where the source can give
ids with their moments of change, only these are asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.documents import PAPERS
from koppel.errors import KoppelError
from koppel.records import Query, Record
from koppel.runner.flow import run_flow
from koppel.runner.knocks import knock_on
from koppel.runner.options import Options, Result
from koppel.runner.policy import Policy, read_policy
from koppel.site import Site
from koppel.store.models import Activity, Connection, Flow, Incoming, Run, utcnow

TRIGGER = "nightly"
PERIOD = timedelta(days=3)
"""How far back is looked: a weekend without a night."""
HOUR = 3


def last_night(time_zone: str, now: datetime | None = None) -> datetime:
    """The latest moment at which a comparison should have begun: three o'clock by the clock of the site."""
    local = (now or utcnow()).astimezone(ZoneInfo(time_zone))
    night = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return night if night <= local else night - timedelta(days=1)


def uncompared(session: so.Session, night: datetime) -> list[str]:
    """The flows of orders and invoices that run by themselves, want it and were not compared since that night."""
    source, target = so.aliased(Connection), so.aliased(Connection)
    done = sa.select(Run.flow_id).where(Run.trigger == TRIGGER, Run.started_at >= night)
    query = (
        sa.select(Flow)
        .join(source, source.id == Flow.source_id)
        .join(target, target.id == Flow.target_id)
        .where(Flow.schedule != "", Flow.paused.is_(False), Flow.resource.in_(list(PAPERS)), Flow.created_at < night)
        .where(source.state == "active", target.state == "active", Flow.id.not_in(done))
        .order_by(Flow.sequence, Flow.id)
    )
    return [flow.name for flow in session.scalars(query) if flow.settings.get("nightly") != "off"]


def compare(site: Site, name: str, stop: threading.Event | None = None) -> Result:
    """Compare one flow with its source and fetch what is missing; its run says how many records that were."""
    begun, stop = utcnow(), stop or threading.Event()
    policy = read_policy(site.flow(name).settings, name)
    since = max(policy.since, begun - PERIOD) if policy.since else begun - PERIOD
    found = None if policy.nightly == "whole" else _by_keys(site, name, policy, since, stop)
    if found is None:
        result = run_flow(site, name, Options(trigger=TRIGGER, since=since, stop=stop))
        _tell(site, name, begun, lambda session, run: _whole(session, run, begun))
        return result
    result = run_flow(site, name, Options(trigger=TRIGGER, stop=stop))
    _tell(site, name, begun, lambda session, run: found)
    return result


@dataclass(frozen=True)
class Found:
    """How many records were compared, and of these never arrived, or changed since they did."""

    seen: int = 0
    never: int = 0
    changed: int = 0

    def sentence(self) -> str:
        """What the run says about it."""
        told = [f"{self.never} that had not arrived" if self.never else "", f"{self.changed} whose change had not arrived" if self.changed else ""]
        fetched = " and ".join(filter(None, told))
        return f"Compared {self.seen} records; fetched {fetched}." if fetched else f"Compared {self.seen} records; all had arrived."


def _by_keys(site: Site, name: str, policy: Policy, since: datetime, stop: threading.Event) -> Found | None:
    """Ask for ids and moments of change only, and let the flow read soon what is missing; None where the source cannot.

    What goes wrong in asking leaves it to whole records, whose run says what it is."""
    flow = site.flow(name)
    opened = site.open_side(flow, "source", stop)
    try:
        resource = opened.manifest.resource(flow.resource)
        if resource is None or not resource.keys:
            return None
        query = Query(flow.resource, since=since, filters=policy.filters or {}, keys=True)
        found, more = Found(), True
        while more and not stop.is_set():
            page = opened.endpoint.fetch(query)
            found = _held_against(site, flow, page.records, found)
            more, query = page.more and page.cursor != query.cursor, replace(query, cursor=page.cursor)
        return found
    except KoppelError:
        return None
    finally:
        opened.close()


def _held_against(site: Site, flow: Flow, records: Sequence[Record], found: Found) -> Found:
    """These records beside the inbox; the flow is told of those that are not as they are there."""
    keys = [record.id[:255] for record in records]
    with site.db.write() as session:
        query = sa.select(Incoming.external_id, Incoming.payload).where(Incoming.flow_id == flow.id, Incoming.external_id.in_(keys))
        held = {row.external_id: row.payload for row in session.execute(query)}
        changed = [one.id for one in records if one.id in held and not _same(one, held[one.id])]
        never = [key for key in keys if key not in held]
        knock_on(session, flow, [*never, *changed])
    return Found(found.seen + len(keys), found.never + len(never), found.changed + len(changed))


def _same(record: Record, payload: Mapping[str, Any]) -> bool:
    """Whether the inbox has this version; an erased record counts as known."""
    return not payload or all(payload.get(name) == value for name, value in record.data.items())


def _whole(session: so.Session, run: Run, begun: datetime) -> Found:
    came = sa.select(Activity.incoming_id).where(Activity.run_id == run.id, Activity.kind == "arrived")
    rows = session.scalars(sa.select(Incoming).where(Incoming.id.in_(came))).unique().all()
    never = sum(row.received_at >= begun for row in rows)
    return Found(run.seen, never, len(rows) - never)


def _tell(site: Site, name: str, begun: datetime, found: Callable[[so.Session, Run], Found]) -> None:
    """Write into the run what had not arrived before it."""
    with site.db.write() as session:
        run = session.scalar(
            sa.select(Run).join(Flow, Flow.id == Run.flow_id).where(Flow.name == name, Run.trigger == TRIGGER).order_by(Run.id.desc()).limit(1)
        )
        if run is None or run.started_at < begun or run.reason:
            return
        run.reason = found(session, run).sentence()
