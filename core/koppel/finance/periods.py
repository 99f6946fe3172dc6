"""On which day a paper is booked: a day by the shop's own clock, in a period that is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Period:
    """A financial period of the target; both days belong to it."""

    code: str
    start: date
    end: date
    closed: bool


def day_of(moment: datetime, zone: str) -> date:
    """The day on a clock in this zone, summer time included."""
    return moment.astimezone(ZoneInfo(zone)).date()


def periods_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Period, ...]:
    """Rows of the live list of financial periods, in order of time."""
    made = (
        Period(str(row["code"]), _day(row["start"]), _day(row["end"]), bool(row["closed"])) for row in rows
    )  # fmt: skip
    return tuple(sorted(made, key=lambda one: (one.start, one.end)))


def period_at(periods: Iterable[Period], day: date) -> Period | None:
    """The closed period in which this day lies, else any; None when the target knows none for it."""
    here = [one for one in periods if one.start <= day <= one.end]
    return next((one for one in here if one.closed), here[0] if here else None)


def next_open(periods: Iterable[Period], day: date) -> Period | None:
    """The first open period that begins after this day."""
    return next((one for one in periods if one.start > day and not one.closed), None)


def _day(value: Any) -> date:
    return value if type(value) is date else date.fromisoformat(str(value)[:10])
