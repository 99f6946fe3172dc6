"""The call budget of one connection: shared by all workers, told by the API's own headers, never overdrawn."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa

from koppel.connections import counts
from koppel.connections.headers import Reading, read_window, retry_after
from koppel.connections.refusals import Wait, connection_gone, errors_full, other_workers, stopping, window_full
from koppel.connections.windows import Figures, exhausted, next_reset, rolled, told
from koppel.manifest import CallWindow
from koppel.store.db import Database
from koppel.store.models.base import utcnow

LONGEST_WAIT = 65.0
"""Seconds a call waits for its window; a longer wait is left to the scheduler."""

MARGIN = 1.0
"""Seconds waited beyond a reset: calls right at the full minute are sometimes refused (exactonline: Limits)."""

COUNTED_ERRORS = (400, 401, 403, 404)
"""Answers that count towards a block for too many errors (exactonline: Limits)."""

_MOST_WAITS = 4
_MOST_COLLISIONS = 3
_T = TypeVar("_T")
_Change = Callable[[dict[str, Figures]], _T]


@dataclass(frozen=True, slots=True)
class Ticket:
    """One call taken from the budget: the figures per window just after it."""

    figures: Mapping[str, Figures] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _News:
    """What one answer said about one window; `left` is what we thought was left when we asked."""

    window: CallWindow
    reading: Reading
    left: int
    refused: bool = False


class CallBudget:
    """Takes each call from the windows of one connection, before it is made.

    A call is taken in one short write transaction, which also writes down what the headers of earlier answers
    said; nothing sleeps inside it. `urgent` work may use the reserve. `stop` ends a wait at once; `clock` and
    `sleep` are for tests. Safe in several threads."""

    def __init__(
        self,
        db: Database,
        connection_id: int,
        windows: tuple[CallWindow, ...],
        *,
        title: str = "The other system",
        urgent: bool = False,
        stop: threading.Event | None = None,
        clock: Callable[[], datetime] = utcnow,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self.windows, self.title, self.urgent = windows, title, urgent
        self._db, self._id = db, connection_id
        self._stop = stop or threading.Event()
        self._clock, self._sleep = clock, sleep or self._stop.wait
        self._calls = [one for one in windows if one.counts == "calls"]
        self._errors = [(one, counts.slots(one.name, one.limit)) for one in windows if one.counts == "errors"]
        self._news: list[_News] = []
        self._lock = threading.Lock()

    def before(self) -> Ticket:
        """Take one call; wait for it when that is short.

        TransientError with `retry_after` when the wait is long, only the reserve is left, too many errors were
        answered, or Koppel is stopping."""
        if not self.windows:
            return Ticket()
        for _ in range(_MOST_WAITS):
            outcome = self._change(self._take)
            if isinstance(outcome, Ticket):
                return outcome
            if outcome.seconds > LONGEST_WAIT:
                raise outcome.error
            self._sleep(outcome.seconds)
            if self._stop.is_set():
                raise stopping()
        raise other_workers(self.title)

    def after(self, status: int, headers: Mapping[str, str], ticket: Ticket | None = None) -> None:
        """Learn from an answer. What its headers say is written with the next call; a refusal or error at once."""
        if not self.windows:
            return
        now, taken = self._clock(), (ticket or Ticket()).figures
        news = self._refused(headers, taken, now) if status == 429 else self._told(headers, taken, now)
        with self._lock:
            self._news.extend(news)
        if status in COUNTED_ERRORS and self._errors:
            self._change(self._add_error)
        elif status == 429:
            self.flush()

    def flush(self) -> None:
        """Write down what the last answers said."""
        if self._news:
            self._change(lambda _: None)

    def wait(self) -> float:
        """Seconds until a call would be possible; 0 when it is now."""
        blocked = self._blocked(self._look(), self._clock())
        return blocked.seconds if blocked else 0.0

    def left(self) -> dict[str, Figures]:
        """What is left of each window, for people to look at; of an error window the errors still allowed."""
        now, found = self._clock(), self._look()
        figures = {one.name: found[one.name] for one in self._calls}
        for window, names in self._errors:
            until = counts.active(found, names, now)
            figures[window.name] = Figures(window.limit, window.limit - len(until), until[0] if until else now)
        return figures

    def _change(self, change: _Change[_T]) -> _T:
        """Bring the figures up to date, change them and commit: one short transaction, nobody in between."""
        with self._lock:
            news, self._news = self._news, []
        for _ in range(_MOST_COLLISIONS):
            try:
                with self._db.write() as session:
                    stored = counts.load(session, self._id, lock=True)
                    figures = self._current(stored, news)
                    outcome = change(figures)
                    counts.save(session, self._id, stored, figures)
                return outcome
            except sa.exc.IntegrityError:
                continue  # another worker made the same rows at this moment
        raise connection_gone()

    def _take(self, figures: dict[str, Figures]) -> Ticket | Wait:
        blocked = self._blocked(figures, self._clock())
        if blocked is not None:
            return blocked
        for one in self._calls:
            figures[one.name] = replace(figures[one.name], remaining=figures[one.name].remaining - 1)
        return Ticket({one.name: figures[one.name] for one in self._calls})

    def _add_error(self, figures: dict[str, Figures]) -> None:
        for window, names in self._errors:
            until = self._clock() + timedelta(seconds=window.seconds)
            figures[counts.oldest(figures, names)] = Figures(1, 0, until)

    def _look(self) -> dict[str, Figures]:
        with self._db.read() as session:
            stored = counts.load(session, self._id)
        with self._lock:
            news = list(self._news)
        return self._current(stored, news)

    def _current(self, stored: dict[str, Figures], news: list[_News]) -> dict[str, Figures]:
        """The figures as of now: windows that are over begin anew, then what answers have told since."""
        now, figures = self._clock(), dict(stored)
        for one in self._calls:
            figures[one.name] = rolled(one, stored.get(one.name), now)
        for item in news:
            mine = figures[item.window.name]
            fresh = told(item.window, mine, item.reading, max(0, item.left - mine.remaining), now)
            figures[item.window.name] = exhausted(fresh) if item.refused else fresh
        return figures

    def _blocked(self, figures: Mapping[str, Figures], now: datetime) -> Wait | None:
        """What a call has to wait for longest; None when it may be made."""
        full = [one for one in self._calls if figures[one.name].remaining <= (0 if self.urgent else one.reserve)]
        waits = [window_full(self.title, one, figures[one.name], now, MARGIN) for one in full]
        for window, names in self._errors:
            until, allowed = counts.active(figures, names, now), max(1, window.limit - window.reserve)
            if len(until) >= allowed:
                free = until[len(until) - allowed]  # after this one there is room for another error
                waits.append(errors_full(self.title, window, len(until), free, now, MARGIN))
        return max(waits, key=lambda one: one.seconds, default=None)

    def _told(self, headers: Mapping[str, str], taken: Mapping[str, Figures], now: datetime) -> list[_News]:
        """What the headers say; a reading without a reset belongs to the window the call was taken from."""
        news = []
        for one in self._calls:
            reading, mine = read_window(one, headers, now), taken.get(one.name)
            if reading is not None:
                reset_at = reading.reset_at or (mine.reset_at if mine else None)
                news.append(_News(one, replace(reading, reset_at=reset_at), mine.remaining if mine else 0))
        return news

    def _refused(self, headers: Mapping[str, str], taken: Mapping[str, Figures], now: datetime) -> list[_News]:
        """What a 429 says: the window it names is full, the shortest one when it names none."""
        news, asked = self._told(headers, taken, now), retry_after(headers, now)
        full = [item.window for item in news if len(news) == 1 or item.reading.remaining == 0]
        if not full and self._calls:
            full = [min(self._calls, key=lambda one: one.seconds)]
        rest = [item for item in news if item.window not in full]
        return rest + [self._full(window, headers, asked, now) for window in full]

    @staticmethod
    def _full(window: CallWindow, headers: Mapping[str, str], asked: float | None, now: datetime) -> _News:
        reading = read_window(window, headers, now)
        reset_at = (reading.reset_at if reading else None) or next_reset(window, now)
        if asked is not None:
            reset_at = max(now + timedelta(seconds=asked), reset_at if reading else now)
        return _News(window, Reading(0, reading.limit if reading else None, reset_at), 0, refused=True)
