"""When a flow runs: an interval or a cron line, and which flows are due now."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import sqlalchemy.orm as so
from apscheduler.triggers.cron import CronTrigger

from koppel.errors import ConfigurationError
from koppel.store.models import Connection, Flow, utcnow

_INTERVAL = re.compile(r"^(\d+)\s*([smhd])$")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def next_due(schedule: str, time_zone: str, now: datetime | None = None) -> datetime | None:
    """The next moment of "5m", "2h" or a cron line; None for a flow that runs by hand only.

    Raises ConfigurationError when it is neither."""
    now = now or utcnow()
    text = schedule.strip()
    if not text:
        return None
    interval = _INTERVAL.match(text.lower())
    if interval:
        seconds = int(interval[1]) * _UNITS[interval[2]]
        if seconds <= 0:
            raise _unreadable(schedule)
        return now + timedelta(seconds=seconds)
    try:
        trigger = CronTrigger.from_crontab(text, timezone=ZoneInfo(time_zone))
    except (ValueError, KeyError):
        raise _unreadable(schedule) from None
    moment: datetime | None = trigger.get_next_fire_time(None, now)
    return moment


def due_flows(session: so.Session, now: datetime | None = None) -> list[Flow]:
    """The flows whose moment has come, in order of sequence; paused ones and ones that wait for a login rest."""
    now = now or utcnow()
    source, target = so.aliased(Connection), so.aliased(Connection)
    query = (
        sa.select(Flow)
        .join(source, source.id == Flow.source_id)
        .join(target, target.id == Flow.target_id)
        .where(Flow.paused.is_(False), Flow.schedule != "", source.state == "active", target.state == "active")
        .where(sa.or_(Flow.due_at.is_(None), Flow.due_at <= now))
        .where(sa.or_(Flow.lease_until.is_(None), Flow.lease_until <= now))
        .order_by(Flow.sequence, Flow.due_at, Flow.id)
    )
    return list(session.scalars(query))


def _unreadable(schedule: str) -> ConfigurationError:
    return ConfigurationError(
        f"The schedule {schedule!r} cannot be read.",
        field="schedule",
        resolution="Write an interval such as 5m or 2h, or a cron line such as 0 6 * * 1-5.",
    )
