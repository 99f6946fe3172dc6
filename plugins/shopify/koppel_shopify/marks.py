"""Where reading stopped: small text that goes on inside a run and in a later one."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from koppel import TransientError

from koppel_shopify.search import moment

OVERLAP = timedelta(minutes=2)
"""The search index lags behind by some seconds (reference: Ids, scalars, paging), so the last minutes are read twice."""
SETTLED = timedelta(minutes=5)
"""How long nothing new must have come before the last minutes are no longer read again at every turn."""


@dataclass(frozen=True, slots=True)
class Mark:
    """`high` is the latest change seen, `moved` when (by our clock) it last became later, `settled` whether a look
    long after that found nothing new. `after`, `search` and `read` (how many so far) go on inside a list."""

    high: str = ""
    moved: str = ""
    settled: bool = False
    after: str = ""
    search: str = ""
    read: int = 0

    @classmethod
    def of(cls, cursor: str | None) -> Mark:
        """The mark in a cursor of ours; an empty one for None. TransientError when it is damaged."""
        if not cursor:
            return cls()
        try:
            mark = cls(**json.loads(cursor))
        except (ValueError, TypeError):
            raise _damaged(cursor) from None
        if [type(value) for value in asdict(mark).values()] != [str, str, bool, str, str, int]:
            raise _damaged(cursor)
        return mark

    def text(self) -> str:
        """The mark as a cursor."""
        return json.dumps({name: value for name, value in asdict(self).items() if value}, separators=(",", ":"))

    def start(self, first_since: datetime | None, overlap: timedelta = timedelta(0)) -> str:
        """From which change on to read: a little before the latest one seen, or where a first read begins."""
        latest = parse(self.high)
        if latest is not None:
            return moment(latest - max(overlap, timedelta(0) if self.settled else OVERLAP))
        return moment(first_since) if first_since else ""

    def seen(self, high: str, now: datetime) -> Mark:
        """The mark after reading up to the change at `high`."""
        if later(high, self.high) != self.high:
            return Mark(high, moment(now))
        moved = parse(self.moved)
        return Mark(self.high, self.moved, self.settled or (moved is not None and now - moved > SETTLED))


def later(one: str, other: str) -> str:
    """The later of two moments as the service writes them; empty counts as never."""
    first, second = parse(one), parse(other)
    if first is None or second is None:
        return one if second is None else other
    return one if first > second else other


def parse(text: str) -> datetime | None:
    """A moment as the service writes it; None for what is none."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _damaged(cursor: str) -> TransientError:
    return TransientError(
        f"The mark where reading stopped is damaged: {cursor[:80]!r}.",
        cause="paging",
        resolution="Open the flow and let it read from a date of your choice.",
    )
