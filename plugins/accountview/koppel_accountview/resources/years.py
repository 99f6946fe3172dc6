"""Which fiscal years a company has: each is an administration of its own, and a date picks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from koppel import RejectedError

from koppel_accountview.client import Ask
from koppel_accountview.conversation import Conversation
from koppel_accountview.objects import Kind
from koppel_accountview.paging import read_all
from koppel_accountview.times import local, now

_ADMINISTRATIONS = Ask("ADL", "ADM_LIST", size=200, keys=("ADM_CODE",), system=True)


def kinds_in_use(talk: Conversation, kind: Kind) -> list[Kind]:
    """The same kind in this fiscal year and in the one before it, where there is one: a document dated in
    December may be looked for in January."""
    last = this_year() - 1
    years = [replace(kind, book_date=f"{last}-12-31")] if last in years_of(talk) else []
    return [kind, *years]


def book_date(talk: Conversation, day: date) -> str:
    """The book date for a document of this day. RejectedError for a year that is not there, or so old that a
    lost answer would not be found again."""
    if day.year not in (known := years_of(talk)) and known:
        raise _no_year(f"AccountView has no fiscal year {day.year}", day)
    if day.year < this_year() - 1:
        raise _no_year("Koppel books in this fiscal year and the one before only", day)
    return f"{day.isoformat()}T00:00:00.000Z"


def years_of(talk: Conversation) -> frozenset[int]:
    """The years that have an administration, read once (reference: 4.6 Reference data, administrations)."""
    return frozenset(administrations_of(talk))


def administrations_of(talk: Conversation) -> Mapping[int, bool]:
    """By fiscal year, whether its administration is archived, so that nothing is booked in it any more."""
    if talk.years is None:
        rows = read_all(talk.client, _ADMINISTRATIONS) if talk.dictionary.may("ADL", "read") else []
        told = ((str(row.get("ATS_YEAR") or "").strip(), row.get("ADM_ARCH") is True) for row in rows)
        talk.years = {int(year): archived for year, archived in told if year.isdigit()}
    return talk.years


def this_year() -> int:
    """The year by the clock of the administration."""
    return local(now()).year


def _no_year(what: str, day: date) -> RejectedError:
    return RejectedError(
        f"{what}, and the document is of {day.isoformat()}.",
        field="TRN_DATE",
        cause=f"accountview.year:{day.year}",
        resolution="Open the year in AccountView, or give it another booking date in the entity mapping; then retry.",
    )
