"""The figures of the dashboard: what needs a person, what travelled, and when."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from koppel.actions.records import Trouble, troubles
from koppel.site import Site
from koppel.store.models import Activity, Connection, Flow, Incoming, Run, utcnow

from koppel_admin.charts import Bar
from koppel_admin.reading.flows import FlowCard, cards

SHOWN = 5
DAYS = 8
TILES = ("sales_order", "product", "stock", "customer")


@dataclass(frozen=True)
class Tile:
    """What moved today for one resource; `days` holds eight days, oldest first, today last."""

    resource: str
    days: tuple[int, ...]
    waiting: int


@dataclass(frozen=True)
class Morning:
    """All of the dashboard. `needs` counts what a person must do; `stopped` are flows that wait for a person."""

    troubles: Sequence[Trouble]
    logins: Sequence[Connection]
    stopped: Sequence[FlowCard]
    flows: Sequence[FlowCard]
    tiles: Sequence[Tile]
    hours: Sequence[Bar]
    moved: int

    @property
    def needs(self) -> int:
        """How many things ask for a person."""
        return len(self.troubles) + len(self.logins) + len(self.stopped)

    @property
    def waiting(self) -> int:
        """How many records wait."""
        return sum(one.count for one in self.troubles)


def read(site: Site) -> Morning:
    """The dashboard as it is now."""
    midnight = start_of_day(site)
    with site.db.read() as session:
        asking = sa.select(Connection).where(Connection.state == "login").order_by(Connection.name)
        logins = list(session.scalars(asking))
    flows = cards(site, midnight)
    stopped = [one for one in flows if one.state == "stopped"]
    return Morning(
        troubles(site),
        logins,
        stopped,
        flows,
        _tiles(site, flows),
        _hours(site, midnight),
        sum(one.today for one in flows),
    )


def start_of_day(site: Site, back: int = 0) -> datetime:
    """Midnight by the installation's clock, so many days back."""
    here = utcnow().astimezone(ZoneInfo(site.config.time_zone))
    day = here.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None) - timedelta(days=back)
    return day.replace(tzinfo=ZoneInfo(site.config.time_zone)).astimezone(UTC)


def _tiles(site: Site, flows: Sequence[FlowCard]) -> list[Tile]:
    borders = [start_of_day(site, back) for back in range(DAYS - 1, -1, -1)] + [start_of_day(site, -1)]
    done = Run.created + Run.updated
    columns = [
        sa.func.coalesce(
            sa.func.sum(sa.case((sa.and_(Run.started_at >= start, Run.started_at < end), done), else_=0)), 0
        )
        for start, end in itertools.pairwise(borders)
    ]
    query = sa.select(Flow.resource, *columns).join(Flow, Flow.id == Run.flow_id).where(Run.started_at >= borders[0])
    with site.db.read() as session:
        days = {row[0]: tuple(int(one) for one in row[1:]) for row in session.execute(query.group_by(Flow.resource))}
    present = {one.flow.resource for one in flows}
    waiting = {name: sum(one.waiting for one in flows if one.flow.resource == name) for name in present}
    order = [name for name in TILES if name in present] + sorted(present - set(TILES))
    return [Tile(name, days.get(name, (0,) * DAYS), waiting[name]) for name in order][:4]


def _hours(site: Site, midnight: datetime) -> list[Bar]:
    """Orders that came in today, by hour: what went through, and what has not yet."""
    zone = ZoneInfo(site.config.time_zone)
    orders = sa.select(Flow.id).where(Flow.resource == "sales_order")
    query = (
        sa.select(sa.func.max(Activity.at), Incoming.state)
        .join(Incoming, Incoming.id == Activity.incoming_id)
        .where(Activity.flow_id.in_(orders), Activity.at >= midnight, Activity.kind == "arrived")
        .group_by(Activity.incoming_id, Incoming.state)
    )
    through, waiting = [0] * 24, [0] * 24
    with site.db.read() as session:
        for moment, state in session.execute(query):
            hour = moment.astimezone(zone).hour
            if state in ("done", "skipped"):
                through[hour] += 1
            else:
                waiting[hour] += 1
    return [Bar(f"{hour:02}", through[hour], waiting[hour]) for hour in range(24)]


def worst(morning: Morning) -> list[Trouble]:
    """The largest groups, as many as the dashboard shows."""
    return list(morning.troubles[: max(0, SHOWN - len(morning.logins) - len(morning.stopped))])
