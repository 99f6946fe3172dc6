"""Where reading goes on: inside a run page by page, in a later run from the newest change seen."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

OVERLAP = timedelta(minutes=5)
"""Read again before the newest change seen: rows are stamped before they can be seen by others."""

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""Older than any record; asking "changed since then" satisfies the mandatory filter (reference: Limits)."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """`since`: changes from then on are read; `url`: the page to read now; `skip`: rows of it given already;
    `started`: when this reading began by the service's clock; `newest`: the newest change seen in it;
    `division`: the administration it belongs to."""

    since: datetime | None = None
    url: str = ""
    skip: int = 0
    started: datetime | None = None
    newest: datetime | None = None
    division: int = 0

    @classmethod
    def read(cls, text: str | None, division: int = 0, since: datetime | None = None) -> Cursor:
        """From the stored text. One that cannot be read, or is of another administration, starts again
        from `since`: doubles do no harm."""
        anew = cls(since=since, division=division)
        try:
            stored = json.loads(text) if text else None
            if not isinstance(stored, dict) or stored.get("division", division) != division:
                return anew
            times = {name: _moment(stored.get(name)) for name in ("since", "started", "newest")}
            url, skip = str(stored.get("url") or ""), max(0, int(stored.get("skip") or 0))
            return cls(url=url, skip=skip, division=division, **times)
        except (ValueError, TypeError, RecursionError, OverflowError):
            return anew

    def write(self) -> str:
        """As text to store."""
        values: dict[str, Any] = {"url": self.url, "skip": self.skip, "division": self.division}
        for name in ("since", "started", "newest"):
            moment = getattr(self, name)
            values[name] = moment.isoformat() if moment else ""
        return json.dumps({name: value for name, value in values.items() if value}, sort_keys=True)

    def seen(self, moments: list[datetime]) -> Cursor:
        """With the newest of these changes."""
        known = [*moments, *([self.newest] if self.newest else [])]
        return replace(self, newest=max(known, default=None))

    def finished(self) -> Cursor:
        """Where the next run begins: a little before the newest change, never after this reading began.

        A row changed while its page was past already is newer than `started` and is so read next time."""
        if self.newest is None:
            return Cursor(since=self.since, division=self.division)
        bound = min(self.newest, self.started) if self.started else self.newest
        bound -= OVERLAP
        return Cursor(since=max(bound, self.since) if self.since else bound, division=self.division)


def _moment(value: Any) -> datetime | None:
    if not value:
        return None
    moment = datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
