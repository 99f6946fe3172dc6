"""What answer headers say about call limits; anything that cannot be true is ignored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from koppel.manifest import CallWindow

_NUMBER = re.compile(r"\d{1,18}(\.\d{1,18})?", re.ASCII)
_MOST_CALLS = 1_000_000_000
_LONGEST_RETRY = 86400.0


@dataclass(frozen=True, slots=True)
class Reading:
    """The figures of one window in one answer; None is not said."""

    remaining: int
    limit: int | None = None
    reset_at: datetime | None = None


def read_window(window: CallWindow, headers: Mapping[str, str], now: datetime) -> Reading | None:
    """The figures of this window, or None when the answer says nothing (sensible) about it.

    Header names in any case. On a 429 the exceeded window's headers may be the only ones (exactonline: Limits)."""
    remaining = _count(_header(headers, window.remaining_header))
    if remaining is None:
        return None
    limit = _count(_header(headers, window.limit_header)) or None
    if limit is not None:
        remaining = min(remaining, limit)
    return Reading(remaining, limit, _reset(window, _header(headers, window.reset_header), now))


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds of a Retry-After header (a decimal number or a date), at most a day; None when it has none."""
    text = _header(headers, "retry-after")
    seconds = _number(text)
    if seconds is None and text:
        seconds = _seconds_until(text, now)
    return None if seconds is None or seconds < 0 else min(seconds, _LONGEST_RETRY)


def _header(headers: Mapping[str, str], name: str) -> str:
    if not name:
        return ""
    wanted = name.lower()
    return next((value.strip() for key, value in headers.items() if key.lower() == wanted), "")


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _count(text: str) -> int | None:
    number = _number(text)
    return int(number) if number is not None and number <= _MOST_CALLS else None


def _reset(window: CallWindow, text: str, now: datetime) -> datetime | None:
    """When the window begins anew; a moment that is past or more than a window (and a minute) ahead is nonsense."""
    number = _number(text)
    if number is None:
        return None
    if window.reset_unit != "delta_s":
        number = number / (1000 if window.reset_unit == "epoch_ms" else 1) - now.timestamp()
    if not 0 < number <= window.seconds + 60:
        return None
    return now + timedelta(seconds=number)


def _seconds_until(date: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
