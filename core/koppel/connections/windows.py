"""The arithmetic of call limits: what is left in a window, when it begins anew, what an answer changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from koppel.connections.headers import Reading
from koppel.manifest import CallWindow


@dataclass(frozen=True, slots=True)
class Figures:
    """What is left of one window until `reset_at`."""

    limit: int
    remaining: int
    reset_at: datetime


def next_reset(window: CallWindow, now: datetime) -> datetime:
    """When a window that follows the clock begins anew: the next whole minute, hour or day, in UTC."""
    seconds = max(1, window.seconds)
    return datetime.fromtimestamp((int(now.timestamp()) // seconds + 1) * seconds, UTC)


def rolled(window: CallWindow, figures: Figures | None, now: datetime) -> Figures:
    """These figures, or a fresh window when theirs is over. A limit learned from headers is kept."""
    if figures is not None and now < figures.reset_at:
        return figures
    limit = figures.limit if figures is not None and window.limit_header else window.limit
    return Figures(limit, limit, next_reset(window, now))


def told(window: CallWindow, figures: Figures, reading: Reading, since: int, now: datetime) -> Figures:
    """The figures after an answer told its own; `since` calls of others began after the question was asked.

    Those may or may not be counted in the answer; they are taken off, because one call too few costs nothing."""
    reset_at = reading.reset_at or figures.reset_at
    if reset_at <= now:
        return figures
    same = abs(reset_at - figures.reset_at) <= timedelta(seconds=window.seconds / 2)
    left = max(0, reading.remaining - (since if same else 0))
    return Figures(reading.limit or figures.limit, left, reset_at)


def exhausted(figures: Figures, reset_at: datetime | None = None) -> Figures:
    """Nothing left: the other system refused a call whatever we had counted."""
    return replace(figures, remaining=0, reset_at=reset_at or figures.reset_at)
