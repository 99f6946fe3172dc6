"""AccountView's moments have no zone: they are the clock of a Dutch office."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Amsterdam")
SECOND = timedelta(seconds=1)


def local(moment: datetime) -> datetime:
    """An aware moment as AccountView's own clock says it, without a zone."""
    return moment.astimezone(ZONE).replace(tzinfo=None, microsecond=0)


def read_moment(value: Any) -> datetime | None:
    """A moment in an answer, without a zone; None when it is empty, null or no moment (reference: 2.5 Value types)."""
    if not isinstance(value, str) or not value.strip():
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return local(moment) if moment.tzinfo is not None else moment.replace(microsecond=0)


def now() -> datetime:
    """This moment, aware."""
    return datetime.now(UTC)


def repeated_hour(moment: datetime) -> timedelta:
    """How far the clock is put back around this moment without a zone: an hour once a year, else nothing.

    What changes in the hour that comes twice carries a moment that has been read already."""
    first, second = (moment.replace(tzinfo=ZONE, fold=fold).utcoffset() for fold in (0, 1))
    return (first - second) if first is not None and second is not None and first > second else timedelta()
