"""The day of a paper by the shop's own clock, and the period that it lies in."""

from datetime import UTC, date, datetime

import pytest
from koppel.documents import CreditNote, SalesOrder
from koppel.finance.periods import day_of, next_open, period_at, periods_of
from koppel.runner.dates import booked_at, not_yet
from koppel.runner.policy import Policy

ORDERED, PAID = datetime(2026, 10, 31, 22, 59, tzinfo=UTC), datetime(2026, 11, 2, 9, tzinfo=UTC)
AMSTERDAM, NEW_YORK = "Europe/Amsterdam", "America/New_York"


@pytest.mark.parametrize(("moment", "zone", "day"), [
    ("2026-10-31T22:59", AMSTERDAM, "2026-10-31"), ("2026-10-31T23:00", AMSTERDAM, "2026-11-01"),  # winter time
    ("2026-07-31T21:59", AMSTERDAM, "2026-07-31"), ("2026-07-31T22:00", AMSTERDAM, "2026-08-01"),  # summer time
    ("2026-03-28T23:00", AMSTERDAM, "2026-03-29"), ("2026-03-29T22:00", AMSTERDAM, "2026-03-30"),  # the day of 23 hours
    ("2026-10-24T22:00", AMSTERDAM, "2026-10-25"), ("2026-10-25T22:59", AMSTERDAM, "2026-10-25"),  # the day of 25 hours
    ("2026-12-31T23:30", AMSTERDAM, "2027-01-01"), ("2027-01-01T04:59", NEW_YORK, "2026-12-31"), ("2026-12-31T23:30", "UTC", "2026-12-31"),
])
def test_fin_14_the_day_is_that_of_the_shops_own_clock(moment, zone, day):
    assert day_of(datetime.fromisoformat(moment).replace(tzinfo=UTC), zone).isoformat() == day


def test_fin_14_what_is_not_paid_or_shipped_yet_waits_or_has_the_day_of_the_order():
    order = SalesOrder(total=0, ordered_at=ORDERED, paid_at=PAID)
    assert booked_at(Policy(), order) == booked_at(Policy(booking_date="ordered"), order) == ORDERED
    assert booked_at(Policy(booking_date="paid"), order) == PAID
    assert not_yet(Policy(booking_date="paid"), order) == ""
    assert not_yet(Policy(booking_date="shipped"), order) == "is not shipped yet; it is booked on the day that it is"
    falls_back = Policy(booking_date="shipped", undated="ordered")
    assert (not_yet(falls_back, order), booked_at(falls_back, order)) == ("", ORDERED)
    refund = CreditNote(total=0, ordered_at=PAID, shipped_at=None)
    assert (not_yet(Policy(booking_date="shipped"), refund), booked_at(Policy(booking_date="shipped"), refund)) == ("", PAID)


def rows(*closed):
    ends = {9: 30, 10: 31, 11: 30, 12: 31}
    return [{"code": f"2026-{m}", "start": f"2026-{m:02}-01", "end": f"2026-{m:02}-{ends[m]}", "closed": m in closed} for m in ends]


def test_fin_15_the_next_open_period_is_the_first_after_it_and_there_may_be_none():
    periods = periods_of(reversed(rows(9, 10)))
    here = period_at(periods, date(2026, 9, 30))
    assert (here.code, here.closed) == ("2026-9", True)
    assert next_open(periods, here.end).start == date(2026, 11, 1)
    assert period_at(periods, date(2026, 11, 1)).closed is False
    assert period_at(periods, date(2027, 1, 1)) is None
    assert next_open(periods_of(rows(9, 10, 11, 12)), date(2026, 9, 30)) is None
