"""How moments, figures and values are written on a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from babel.dates import format_timedelta
from flask_babel import (
    format_date,
    format_datetime,
    format_decimal,
    format_time,
    get_locale,
    ngettext,
    to_user_timezone,
)
from flask_babel import gettext as _
from koppel.store.models import utcnow
from markupsafe import Markup, escape

from koppel_admin import words

LONGEST = 300
_INTERVAL = re.compile(r"(\d+)\s*([smhd])")
_BREAKS = re.compile(r"(?<=[.\]_])(?=\w)")


def clock(moment: datetime | None) -> str:
    """10:41 today, "Fri 17:02" this week, else the date; a dash for never."""
    if moment is None:
        return "–"
    here, today = to_user_timezone(moment), to_user_timezone(utcnow())
    if here.date() == today.date():
        return str(format_time(moment, "HH:mm"))
    if abs((today.date() - here.date()).days) < 7:
        return str(format_datetime(moment, "EEE HH:mm"))
    return str(format_date(moment, "d MMM yyyy"))


def seconds_clock(moment: datetime) -> str:
    """10:41:07."""
    return str(format_time(moment, "HH:mm:ss"))


def full(moment: datetime | None) -> str:
    """24 November 2025, 10:41:07."""
    return "–" if moment is None else str(format_datetime(moment, "d MMMM yyyy, HH:mm:ss"))


def day(moment: datetime) -> str:
    """Monday 24 November."""
    return str(format_date(moment, "EEEE d MMMM"))


def ago(moment: datetime | None) -> str:
    """3 minutes ago."""
    if moment is None:
        return _("never")
    passed = utcnow() - moment
    if abs(passed) < timedelta(seconds=2):
        return _("just now")
    return str(format_timedelta(-passed, add_direction=True, locale=get_locale()))


def lasting(seconds: float) -> str:
    """12 s, 3 min."""
    if seconds < 1:
        return _("%(number)s s", number=number(Decimal(str(round(seconds, 2)))))
    return str(format_timedelta(timedelta(seconds=seconds), format="short", locale=get_locale()))


def number(value: int | Decimal | None) -> str:
    """3,906; a dash when it is not known."""
    return "–" if value is None else str(format_decimal(value))


def amount(money: Decimal | None) -> str:
    """1,235.50; a dash when there is none. The currency stands beside it."""
    return "–" if money is None else str(format_decimal(money, "#,##0.00"))


def value(thing: Any) -> str:
    """A value of a record in one line; long ones are cut, empty ones are a dash."""
    if thing is None or thing == "":
        return "–"
    if thing is True or thing is False:
        return _("yes") if thing else _("no")
    text = str(thing)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def schedule(text: str) -> str:
    """The beginning of a sentence: Every 5 minutes."""
    found = _INTERVAL.fullmatch(text.strip().lower())
    if found is None:
        return _("At its set times (%(line)s)", line=text) if text else _("When you press Run now,")
    count = int(found[1])
    said: Mapping[str, str] = {
        "s": ngettext("Every second", "Every %(num)s seconds", count),
        "m": ngettext("Every minute", "Every %(num)s minutes", count),
        "h": ngettext("Every hour", "Every %(num)s hours", count),
        "d": ngettext("Every day", "Every %(num)s days", count),
    }
    return said[found[2]]


def breakable(text: str) -> Markup:
    """A technical name that may be broken where its parts meet, and nowhere else."""
    return Markup("<wbr>").join(escape(part) for part in _BREAKS.split(text))


FILTERS: Mapping[str, Callable[..., str]] = {
    "clock": clock,
    "seconds_clock": seconds_clock,
    "full": full,
    "day": day,
    "ago": ago,
    "lasting": lasting,
    "amount": amount,
    "number": number,
    "shown": value,
    "schedule": schedule,
    "breakable": breakable,
    "key": words.key,
    "many": words.many,
    "one": words.one,
}
