"""Financial periods: when each begins and ends, and whether anything may still be booked in it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from koppel import Page, Query, Record

from koppel_accountview.answers import Row
from koppel_accountview.conversation import Conversation
from koppel_accountview.dictionary import Table
from koppel_accountview.objects import PERIODS
from koppel_accountview.paging import read_all
from koppel_accountview.resources.years import administrations_of, this_year
from koppel_accountview.times import read_moment

# The object of periods is known, none of its fields is (reference: 4.6 Reference data, periods): so each is
# looked for by the likely names, else by what its label says.
_NUMBER = (("PER_NR", "PERIOD", "PER_CODE"), r"^periode(nummer|code)?$")
_YEAR = (("ATS_YEAR", "PER_YEAR", "YEAR"), r"jaar$")
_BEGIN = (("BEG_DATE", "DATE_BEG", "DATE_FROM"), r"begin|vanaf|start")
_END = (("END_DATE", "DATE_END", "DATE_TO"), r"eind|t/m")
_CLOSED = (("PER_BLK", "PER_CLOSED", "CLOSED", "CNG_BLK", "REC_BLK"), r"gesloten|geblokkeerd")
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Period:
    """A part of a fiscal year with its first and last day; `closed`: AccountView says that it takes no entries."""

    year: int
    number: int
    start: date
    end: date
    closed: bool

    @property
    def code(self) -> str:
        """As people name it: 2026-11."""
        return f"{self.year}-{self.number:02}"


def fetch(talk: Conversation, query: Query) -> Page:
    """Every period of the years that Koppel books in."""
    return Page(tuple(_record(one) for one in periods_of(talk) if not query.ids or one.code in query.ids))


def closed_on(talk: Conversation, day: date) -> bool:
    """Whether this day lies in a period that AccountView calls closed."""
    return any(one.closed for one in periods_of(talk) if one.start <= day <= one.end)


def periods_of(talk: Conversation) -> list[Period]:
    """The periods of last year, this year and those after it, in order of their days. Where an installation does
    not tell them they are the months of its years; where it tells no years there are none."""
    years = {year: archived for year, archived in administrations_of(talk).items() if year >= this_year() - 1}
    open_ = talk.dictionary.may(PERIODS.object, "read")
    made = [one for year, archived in years.items() for one in _of_year(talk, year, archived, open_)]
    return sorted({one.code: one for one in made}.values(), key=lambda one: (one.start, one.number))


def _of_year(talk: Conversation, year: int, archived: bool, open_: bool) -> list[Period]:
    """An archived administration answers no question, and takes no entry either."""
    told = list(_told(talk, year)) if open_ and not archived else []
    return told or [Period(year, number, *_month(year, number), archived) for number in range(1, _MONTHS + 1)]


def _told(talk: Conversation, year: int) -> Iterable[Period]:
    """What PER tells of a year. A period within another one, such as a thirteenth for the closing entries, has no
    days of its own and is left out."""
    table = talk.dictionary.table(talk.dictionary.base_of(PERIODS.object) or PERIODS.table)
    kept: list[Period] = []
    for row in read_all(talk.client, replace(PERIODS, table=table.name, book_date=f"{year}-12-31").ask()):
        period = _period(table, row, year)
        if period and not any(one.start <= period.start and period.end <= one.end for one in kept):
            kept.append(period)
    return kept


def _period(table: Table, row: Row, year: int) -> Period | None:
    """One row as a period; None for what is of another year, or cannot be placed."""
    number, own_year = _whole(row.get(table.first(*_NUMBER))), _whole(row.get(table.first(*_YEAR))) or year
    if not number or own_year != year:
        return None
    begin, end = (read_moment(row.get(table.first(*names))) for names in (_BEGIN, _END))
    if begin and end:
        days = (begin.date(), end.date())
    elif number <= _MONTHS:
        days = _month(year, number)
    else:
        return None
    return Period(year, number, *days, row.get(table.first(*_CLOSED)) is True)


def _month(year: int, number: int) -> tuple[date, date]:
    return date(year, number, 1), date(year, number, monthrange(year, number)[1])


def _whole(value: object) -> int:
    text = str(value if value is not None else "").strip().partition(".")[0]
    return int(text) if text.isascii() and text.isdigit() else 0


def _record(one: Period) -> Record:
    start, end = one.start.isoformat(), one.end.isoformat()
    name = f"{start} – {end}{', closed' if one.closed else ''}"
    data = {"code": one.code, "name": name, "title": name, "start": start, "end": end, "closed": one.closed}
    return Record(one.code, data, f"{one.code}: {name}")
