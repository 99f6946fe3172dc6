"""The nightly comparison: what changed at the source in the last days, held against the inbox record by record.

Webhooks get lost and a cursor can be too far; this looks at neither. A record that never arrived, or whose last change
did not, is fetched and travels like any other; one that is known as it is costs nothing more."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.documents import PAPERS
from koppel.runner.flow import run_flow
from koppel.runner.options import Options, Result
from koppel.runner.policy import read_policy
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
    """The flows of orders and invoices that run by themselves and were not compared since that night."""
    source, target = so.aliased(Connection), so.aliased(Connection)
    done = sa.select(Run.flow_id).where(Run.trigger == TRIGGER, Run.started_at >= night)
    query = (
        sa.select(Flow.name)
        .join(source, source.id == Flow.source_id)
        .join(target, target.id == Flow.target_id)
        .where(Flow.schedule != "", Flow.paused.is_(False), Flow.resource.in_(list(PAPERS)), Flow.created_at < night)
        .where(source.state == "active", target.state == "active", Flow.id.not_in(done))
        .order_by(Flow.sequence, Flow.id)
    )
    return list(session.scalars(query))


def compare(site: Site, name: str, stop: threading.Event | None = None) -> Result:
    """Compare one flow with its source and fetch what is missing; its run says how many records that were."""
    begun = utcnow()
    first = read_policy(site.flow(name).settings, name).since
    since = max(first, begun - PERIOD) if first else begun - PERIOD
    result = run_flow(site, name, Options(trigger=TRIGGER, since=since, stop=stop or threading.Event()))
    _tell(site, name, begun)
    return result


def _tell(site: Site, name: str, begun: datetime) -> None:
    """Write into the run what had not arrived before it."""
    with site.db.write() as session:
        run = session.scalar(
            sa.select(Run).join(Flow, Flow.id == Run.flow_id).where(Flow.name == name, Run.trigger == TRIGGER).order_by(Run.id.desc()).limit(1)
        )
        if run is None or run.started_at < begun or run.reason:
            return
        came = sa.select(Activity.incoming_id).where(Activity.run_id == run.id, Activity.kind == "arrived")
        rows = session.scalars(sa.select(Incoming).where(Incoming.id.in_(came))).unique().all()
        never = sum(row.received_at >= begun for row in rows)
        changed = len(rows) - never
        told = [f"{never} that had not arrived" if never else "", f"{changed} whose change had not arrived" if changed else ""]
        found = " and ".join(filter(None, told))
        run.reason = f"Compared {run.seen} records; fetched {found}." if found else f"Compared {run.seen} records; all had arrived."
