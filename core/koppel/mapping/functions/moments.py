"""Transforms of dates and times."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from koppel.mapping.functions.base import transform


@transform("date")
def to_date(value: Any, /, zone: str = "", format: str = "%Y-%m-%d") -> str:
    """Make a date (2026-01-31) of a moment, as the clock says in a time zone such as Europe/Amsterdam."""
    moment = read_moment(value)
    if isinstance(moment, datetime) and moment.tzinfo is not None and zone:
        moment = moment.astimezone(time_zone(zone))
    return moment.strftime(format)


@transform("datetime")
def to_datetime(value: Any, /, zone: str = "") -> datetime:
    """Make a moment; one without a time zone is read in the zone that is given, else in UTC."""
    moment = read_moment(value)
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return moment if moment.tzinfo else moment.replace(tzinfo=time_zone(zone) if zone else UTC)


def read_moment(value: Any) -> date:
    """A date or datetime as it is, or read from ISO 8601 text. Raises ValueError."""
    if isinstance(value, date):
        return value
    content = value.strip() if isinstance(value, str) else ""
    try:
        return date.fromisoformat(content) if len(content) in (8, 10) else datetime.fromisoformat(content)
    except ValueError:
        raise ValueError(f"{str(value)[:40]!r} is no date.") from None


def time_zone(name: str) -> ZoneInfo:
    """The time zone with this name. Raises ValueError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone {str(name)[:40]!r}.") from None
