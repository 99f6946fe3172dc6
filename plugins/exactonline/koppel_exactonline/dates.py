"""Exact Online's dates in one place: its numbers are Central European wall-clock time, written as if it were UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Amsterdam")
"""The service's wall clock, summer time included (reference: OData dialect, Dates); not checked for .co.uk and .com."""

_TICKS = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/", re.ASCII)
_EPOCH = datetime(1970, 1, 1)


def local_time(value: Any) -> datetime | None:
    """The wall-clock time in an answer, without a zone; None where there is none.

    Raises ValueError for text that is no date."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return wall_clock(value) if value.tzinfo else value
    found = _TICKS.fullmatch(str(value))
    try:
        if found:
            return _EPOCH + timedelta(milliseconds=int(found[1]))
        moment = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError):
        raise ValueError(f"{str(value)[:40]!r} is no date of Exact Online") from None
    return wall_clock(moment) if moment.tzinfo else moment


def read_moment(value: Any) -> datetime | None:
    """The moment in an answer, in UTC."""
    local = local_time(value)
    if local is None:
        return None
    try:
        return local.replace(tzinfo=ZONE).astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{str(value)[:40]!r} is outside the calendar") from None


def read_day(value: Any) -> str:
    """The day in an answer as 2026-06-25, empty where there is none."""
    local = local_time(value)
    return "" if local is None else local.date().isoformat()


def wall_clock(moment: datetime) -> datetime:
    """An aware moment as the service's clock shows it, without a zone."""
    return moment.astimezone(ZONE).replace(tzinfo=None)


def earliest_clock(moment: datetime) -> datetime:
    """The earliest that the service's clock can show from this moment on.

    In the hour before the clock goes back that is an hour less: the hour after it carries the same numbers."""
    here, later = moment.astimezone(ZONE), (moment.astimezone(UTC) + timedelta(hours=1)).astimezone(ZONE)
    goes_back = (later.utcoffset() or timedelta()) < (here.utcoffset() or timedelta())
    return wall_clock(moment) - timedelta(hours=1 if goes_back else 0)


def today(now: datetime | None = None) -> date:
    """The service's own day."""
    return wall_clock(now or datetime.now(UTC)).date()


def plain(value: Any) -> Any:
    """An answer's value with its dates as a draft writes them; everything else as it is."""
    if isinstance(value, str) and _TICKS.fullmatch(value):
        local = local_time(value)
        assert local is not None
        midnight = local.time() == datetime.min.time()
        return local.date().isoformat() if midnight else local.isoformat(timespec="seconds")
    return value
