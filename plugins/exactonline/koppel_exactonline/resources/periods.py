"""Financial periods: when each begins and ends, and whether the sales journals still take documents in it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from koppel import Page, Query, Record

from koppel_exactonline import odata
from koppel_exactonline.client import Row
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.dates import read_day

PERIODS, STATUSES = "financial/FinancialPeriods", "read/financial/JournalStatusByFinancialPeriod"
FIELDS = ("ID", "FinYear", "FinPeriod", "StartDate", "EndDate")
STATUS_FIELDS = ("Journal", "JournalType", "Year", "Period", "Status", "StatusDescription")

SALES_JOURNALS = (20, 21)
"""Kinds of journals that sales are booked in (reference: Other, Journals)."""

_CLOSED = re.compile(r"clos|gesloten|cl[oô]tur|ferm[ée]|geschlossen|cerrad", re.IGNORECASE)
_OPEN = re.compile(r"open|ouvert|offen|abiert", re.IGNORECASE)


def fetch(talk: Conversation, query: Query) -> Page:
    """Every period with its days and whether it is closed, as flows and people choose from."""
    closed = closed_periods(talk)
    rows = sorted(talk.client.rows(PERIODS, FIELDS), key=lambda row: read_day(row.get("StartDate")))
    records = (_record(row, (_number(row, "FinYear"), _number(row, "FinPeriod")) in closed) for row in rows)
    return Page(tuple(one for one in records if not query.ids or one.id in query.ids))


def closed_periods(talk: Conversation, year: int | None = None) -> set[tuple[int, int]]:
    """Year and period in which every sales journal is closed; of one year where one is named."""
    where = f"Year eq {year}" if year else ""
    states: defaultdict[tuple[int, int], list[bool]] = defaultdict(list)
    for row in talk.client.rows(STATUSES, STATUS_FIELDS, where):
        if row.get("JournalType") in SALES_JOURNALS:
            states[_number(row, "Year"), _number(row, "Period")].append(is_closed(row))
    return {period for period, shut in states.items() if all(shut)}


def closed_on(talk: Conversation, day: date) -> bool:
    """Whether this day lies in a period that the sales journals are closed for."""
    literal = f"datetime'{day:%Y-%m-%d}'"
    rows: Sequence[Row] = talk.client.rows(PERIODS, FIELDS, f"StartDate le {literal} and EndDate ge {literal}")
    shut = closed_periods(talk, _number(rows[0], "FinYear")) if rows else set()
    return any((_number(row, "FinYear"), _number(row, "FinPeriod")) in shut for row in rows)


def is_closed(row: Row) -> bool:
    """What the status says. Its number is not published, so its words count; without known words 1 is closed."""
    words = bare(row.get("StatusDescription"))
    if _CLOSED.search(words) or _OPEN.search(words):
        return _CLOSED.search(words) is not None
    return row.get("Status") == 1


def _record(row: Row, closed: bool) -> Record:
    start, end = read_day(row.get("StartDate")), read_day(row.get("EndDate"))
    code = f"{_number(row, 'FinYear')}-{_number(row, 'FinPeriod'):02}"
    name = f"{start} – {end}{', closed' if closed else ''}"
    return Record(code, {"code": code, "name": name, "title": name, "start": start, "end": end, "closed": closed}, f"{code}: {name}")


def _number(row: Row, name: str) -> int:
    text = bare(row.get(name))
    return int(text) if odata.is_number(text) else 0
