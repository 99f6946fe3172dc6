"""The call budget never overdraws, follows the headers whatever they say, and never sleeps in a transaction."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from koppel.connections.budget import MARGIN, CallBudget
from koppel.connections.headers import read_window, retry_after
from koppel.connections.windows import Figures, next_reset, rolled, told
from koppel.errors import ConfigurationError, TransientError
from koppel.manifest import CallWindow
from koppel.store.db import Database

MINUTE = CallWindow("minute", 60, 60, "X-Minutely-Limit", "X-Minutely-Remaining", "X-Minutely-Reset")
DAY = CallWindow("day", 86400, 5000, "X-Limit", "X-Remaining", "X-Reset")
ERRORS = CallWindow("errors", 3600, 10, reserve=1, counts="errors")
NOW = datetime(2026, 3, 4, 10, 20, 30, tzinfo=UTC)

Make = Callable[..., CallBudget]


@pytest.fixture
def make(any_db: Database, clock: Any) -> Make:
    def make_one(*windows: CallWindow, **more: Any) -> CallBudget:
        settings = {"title": "Exact Online", "clock": clock, "sleep": clock.sleep} | more
        return CallBudget(any_db, 1, windows, **settings)

    return make_one


def epoch_ms(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))


def test_without_headers_it_counts_itself_and_waits_for_the_full_minute(make: Make, clock: Any) -> None:
    budget = make(MINUTE)
    for _ in range(60):
        budget.after(200, {}, budget.before())
    assert clock.slept == []
    assert budget.left()["minute"].remaining == 0
    budget.before()
    assert clock.slept == [30 + MARGIN]
    assert budget.left()["minute"].remaining == 59


def test_workers_share_one_budget(make: Make, clock: Any) -> None:
    budgets = [make(MINUTE) for _ in range(3)]
    threads = [threading.Thread(target=lambda one=one: [one.before() for _ in range(20)]) for one in budgets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.slept == []
    assert budgets[0].left()["minute"].remaining == 0


def test_headers_correct_the_count_up_and_down(make: Make, any_db: Database) -> None:
    budget = make(MINUTE, DAY)
    ticket = budget.before()
    budget.after(200, {"x-minutely-remaining": "12", "X-REMAINING": "8000", "x-limit": "9000"}, ticket)
    budget.before()
    left = make(MINUTE, DAY).left()
    assert (left["minute"].remaining, left["day"].remaining, left["day"].limit) == (11, 7999, 9000)


def test_calls_of_others_since_the_question_are_taken_off(make: Make) -> None:
    mine, other = make(MINUTE), make(MINUTE)
    ticket = mine.before()
    for _ in range(5):
        other.before()
    mine.after(200, {"x-minutely-remaining": "40"}, ticket)
    mine.flush()
    assert other.left()["minute"].remaining == 35


def test_a_long_wait_is_left_to_the_scheduler(make: Make, clock: Any) -> None:
    budget = make(MINUTE, DAY)
    reset = NOW.replace(hour=0, minute=0, second=0) + timedelta(days=1)
    budget.after(200, {"x-remaining": "0", "x-reset": epoch_ms(reset)}, budget.before())
    with pytest.raises(TransientError, match="^Today's calls to Exact Online are used up; Koppel continues") as caught:
        budget.before()
    assert f"at {reset.astimezone():%H:%M}." in caught.value.message
    assert caught.value.retry_after == (reset - NOW).total_seconds() + MARGIN
    assert clock.slept == []
    clock.move(caught.value.retry_after)
    budget.before()
    assert budget.left()["day"].remaining == 4999


def test_the_reserve_is_kept_for_urgent_work(make: Make) -> None:
    day = CallWindow("day", 86400, 10, reserve=3)
    for _ in range(7):
        make(day).before()
    with pytest.raises(TransientError, match="3 calls are left to Exact Online today, kept for what is urgent"):
        make(day).before()
    for _ in range(3):
        make(day, urgent=True).before()
    with pytest.raises(TransientError, match="used up"):
        make(day, urgent=True).before()


def test_a_429_with_one_pair_fills_only_that_window(make: Make, clock: Any) -> None:
    budget = make(MINUTE, DAY)
    reset = NOW.replace(second=0) + timedelta(minutes=1)
    headers = {"X-Minutely-Remaining": "3", "X-Minutely-Reset": epoch_ms(reset), "X-Minutely-Limit": "60"}
    budget.after(429, headers, budget.before())
    other = make(MINUTE, DAY)
    assert other.left()["minute"].remaining == 0
    assert other.left()["day"].remaining == 4999
    assert other.wait() == 30 + MARGIN
    other.before()
    assert clock.slept == [30 + MARGIN]


def test_a_429_without_figures_closes_the_shortest_window(make: Make, clock: Any) -> None:
    budget = make(DAY, MINUTE)
    budget.after(429, {}, budget.before())
    assert budget.left()["minute"].remaining == 0
    assert budget.left()["day"].remaining == 4999
    clock.move(31)
    budget.after(429, {"Retry-After": "12.5"}, budget.before())
    budget.before()
    assert clock.slept == [12.5 + MARGIN]


def test_a_429_that_straddles_the_minute_still_waits(make: Make, clock: Any) -> None:
    budget = make(MINUTE)
    ticket = budget.before()
    clock.move(31)
    budget.after(429, {}, ticket)
    assert budget.wait() == 59 + MARGIN


def test_news_of_a_window_that_is_over_is_dropped(make: Make, clock: Any) -> None:
    budget = make(MINUTE)
    budget.after(200, {"x-minutely-remaining": "0"}, budget.before())
    clock.move(31)
    budget.before()
    assert clock.slept == []
    assert budget.left()["minute"].remaining == 59


def test_errors_stop_the_connection_before_the_other_side_blocks_it(make: Make, clock: Any) -> None:
    budget = make(MINUTE, ERRORS)
    for status in (400, 401, 403, 404, 404, 404, 404, 404):
        budget.after(status, {}, budget.before())
        clock.move(60)
    budget.after(500, {}, budget.before())
    budget.after(404, {}, budget.before())
    assert budget.left()["errors"].remaining == 1
    with pytest.raises(TransientError, match="refused 9 calls within 60 minutes and would block us") as caught:
        make(MINUTE, ERRORS).before()
    assert caught.value.retry_after == 3600 - 8 * 60 + MARGIN
    clock.move(caught.value.retry_after)
    budget.after(404, {}, budget.before())
    assert clock.slept == []
    budget.before()  # the next of the nine is a minute younger: a short wait
    assert clock.slept == [60]


def test_old_errors_never_add_up(make: Make, clock: Any) -> None:
    budget = make(ERRORS)
    for _ in range(30):
        budget.after(404, {}, budget.before())
        clock.move(500)
    assert budget.left()["errors"].remaining == 3


def test_any_hour_has_fewer_errors_than_the_block(make: Make, clock: Any) -> None:
    """The true sliding hour: 8 errors just before a full hour and 2 just after it are 10, whatever the clock says."""
    budget = make(ERRORS)
    clock.move(39 * 60)
    for _ in range(8):
        budget.after(400, {}, budget.before())
    clock.move(120)
    budget.after(400, {}, budget.before())
    with pytest.raises(TransientError):
        budget.before()


def test_stopping_ends_a_wait_at_once(any_db: Database) -> None:
    stop = threading.Event()
    budget = CallBudget(any_db, 1, (CallWindow("hour", 60, 1),), stop=stop)
    budget.before()
    threading.Timer(0.2, stop.set).start()
    with pytest.raises(TransientError, match="stopping"):
        budget.before()


def test_waiting_holds_no_transaction(make: Make, any_db: Database, clock: Any) -> None:
    def sleep(seconds: float) -> None:
        with any_db.write() as session:  # would wait for ever, or fail, if the budget still held its lock
            session.execute(sa.text("UPDATE call_count SET remaining = remaining"))
        clock.move(seconds)

    budget = make(CallWindow("minute", 60, 1), sleep=sleep)
    budget.before()
    budget.before()


def test_others_may_take_every_free_call(make: Make, clock: Any) -> None:
    greedy = make(CallWindow("minute", 60, 1))

    def sleep(seconds: float) -> None:
        clock.move(seconds)
        greedy.before()

    late = make(CallWindow("minute", 60, 1), sleep=sleep)
    late.before()
    with pytest.raises(TransientError, match="in use by other work"):
        late.before()


def test_no_windows_cost_nothing() -> None:
    budget = CallBudget(None, 1, ())  # type: ignore[arg-type]
    budget.after(429, {}, budget.before())
    budget.flush()


def test_a_removed_connection_is_said(any_db: Database) -> None:
    with pytest.raises(ConfigurationError, match="removed"):
        CallBudget(any_db, 99, (MINUTE,)).before()


def test_reset_units() -> None:
    reset = NOW + timedelta(seconds=20)
    for unit, text in (("epoch_ms", epoch_ms(reset)), ("epoch_s", str(int(reset.timestamp()))), ("delta_s", "20.0")):
        window = CallWindow("w", 60, 60, "L", "R", "T", unit)  # type: ignore[arg-type]
        reading = read_window(window, {"r": "5", "t": text, "l": "60"}, NOW)
        assert reading is not None
        assert reading.reset_at is not None
        assert abs((reading.reset_at - reset).total_seconds()) < 0.01


@pytest.mark.parametrize("nonsense", ["", "0", "-1", "NaN", "inf", "1e9", "٣", "4102444800000000", "12,5", "soon"])
def test_a_nonsensical_reset_is_ignored(nonsense: str) -> None:
    reading = read_window(DAY, {"x-remaining": "7", "x-reset": nonsense, "x-limit": nonsense}, NOW)
    assert reading is not None
    assert (reading.remaining, reading.reset_at) == (7, None)


header = st.one_of(st.text(max_size=25), st.integers(-(10**20), 10**20).map(str), st.floats().map(str))


@given(st.sampled_from(["epoch_ms", "epoch_s", "delta_s"]), header, header, header, st.integers(0, 60))
def test_no_header_breaks_the_arithmetic(unit: Any, limit: str, remaining: str, reset: str, since: int) -> None:
    window = CallWindow("w", 60, 60, "Limit", "Remaining", "Reset", unit)
    headers = {"LIMIT": limit, "remaining": remaining, "Reset": reset, "retry-after": reset}
    before = rolled(window, None, NOW)
    reading = read_window(window, headers, NOW)
    after = told(window, before, reading, since, NOW) if reading else before
    assert 0 <= after.remaining <= 10**9
    assert after.limit >= 1
    assert NOW < after.reset_at <= NOW + timedelta(seconds=121)
    wait = retry_after(headers, NOW)
    assert wait is None or 0 <= wait <= 86400


@given(st.integers(1, 59), st.integers(0, 59))
def test_sensible_headers_are_believed(remaining: int, seconds: int) -> None:
    reset = NOW + timedelta(seconds=seconds + 0.5)
    headers = {"x-minutely-remaining": str(remaining), "x-minutely-reset": epoch_ms(reset), "x-minutely-limit": "60"}
    reading = read_window(MINUTE, headers, NOW)
    assert reading is not None
    assert told(MINUTE, rolled(MINUTE, None, NOW), reading, 0, NOW) == Figures(60, remaining, reset)


def test_windows_follow_the_clock_in_utc() -> None:
    assert next_reset(MINUTE, NOW) == datetime(2026, 3, 4, 10, 21, tzinfo=UTC)
    assert next_reset(DAY, NOW) == datetime(2026, 3, 5, tzinfo=UTC)


def test_retry_after_as_number_or_date() -> None:
    assert retry_after({"RETRY-AFTER": "2.5"}, NOW) == 2.5
    assert retry_after({"Retry-After": "Wed, 04 Mar 2026 10:21:00 GMT"}, NOW) == 30
    assert retry_after({"Retry-After": "Wed, 04 Mar 2020 10:21:00 GMT"}, NOW) == 0
    assert retry_after({"Retry-After": "later"}, NOW) is None
    assert retry_after({}, NOW) is None
