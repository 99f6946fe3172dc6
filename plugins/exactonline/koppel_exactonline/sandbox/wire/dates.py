"""Dates as this API writes them: the wall clock of Central Europe, counted as if it were UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Amsterdam")
_EPOCH = datetime(1970, 1, 1)
_TICKS = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,7}))?)?)?(Z|[+-]\d\d:?\d\d)?")


def wall(moment: datetime) -> datetime:
    """An aware moment as the naive wall clock this API shows, to the millisecond."""
    local = moment.astimezone(ZONE).replace(tzinfo=None)
    return local.replace(microsecond=local.microsecond // 1000 * 1000)


def to_ticks(value: datetime) -> str:
    """A wall-clock time as "/Date(ms)/" (reference: OData dialect, dates out)."""
    return f"/Date({(value - _EPOCH) // timedelta(milliseconds=1)})/"


def from_text(text: str) -> datetime:
    """Read "/Date(ms)/", an ISO date or an ISO date-time as wall clock; ValueError when it is none of these."""
    if ticks := _TICKS.fullmatch(text):
        try:
            return _EPOCH + timedelta(milliseconds=int(ticks[1]))
        except OverflowError as error:
            raise ValueError(text) from error
    found = _ISO.fullmatch(text.strip())
    if not found:
        raise ValueError(text)
    *numbers, fraction, zone = found.groups()
    year, month, day, hour, minute, second = (int(one or 0) for one in numbers)
    value = datetime(year, month, day, hour, minute, second, int((fraction or "0").ljust(3, "0")[:3]) * 1000)
    return _in_zone(value, zone) if zone else value


def _in_zone(value: datetime, zone: str) -> datetime:
    offset = timedelta() if zone == "Z" else timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    try:
        return wall((value - (-offset if zone[0] == "-" else offset)).replace(tzinfo=UTC))
    except OverflowError as error:
        raise ValueError(zone) from error


def to_iso(value: datetime) -> str:
    """A wall-clock time as used in `datetime'…'` literals and Atom, with a fraction only where there is one."""
    text = value.isoformat(timespec="milliseconds")
    return text.removesuffix(".000")
