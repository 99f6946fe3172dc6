"""Reading by row version: the sync endpoints give what changed, oldest change first, a thousand rows a call."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta

from koppel import Query

from koppel_exactonline import keeping
from koppel_exactonline.client import Answer, Row
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.index import OVERLAP
from koppel_exactonline.odata import address
from koppel_exactonline.reading import Slice

CHECK_EVERY = timedelta(hours=6)
_MOVES = ("DivisionMoveDate", "DivisionHRLinkUnlinkDate")


@dataclass(frozen=True, slots=True)
class Mark:
    """Where reading goes on: after row version `stamp`, at the page `url`. `moved` are the dates that number all
    rows anew when they change (reference: Sync), last looked at on `checked`."""

    division: int
    stamp: int = 0
    url: str = ""
    moved: str = ""
    checked: str = ""

    @classmethod
    def read(cls, text: str | None, division: int) -> Mark:
        """From the stored text; what cannot be read or is of another administration starts from the beginning."""
        try:
            mark = cls(**json.loads(text or "{}"))
        except (ValueError, TypeError):
            return cls(division)
        return mark if mark.division == division and isinstance(mark.stamp, int) else cls(division)


def changed(talk: Conversation, query: Query, entity: str, select: Sequence[str]) -> Slice:
    """The next page of rows that changed since the cursor; only Timestamp can be filtered (reference: Sync)."""
    mark = _numbered_anew(talk, Mark.read(query.cursor, talk.client.division))
    since = f"Timestamp gt {max(1, mark.stamp - OVERLAP)}L"
    url = mark.url or address(talk.client.path(entity), ("Timestamp", *select), since)
    answer = talk.client.follow(url, entity)
    talk.chain(entity, fresh=not mark.url).take(url, answer.rows, answer.next)
    after = _after(mark, answer)
    return Slice(answer.rows, json.dumps(asdict(after), sort_keys=True), bool(after.url))


def _after(mark: Mark, answer: Answer) -> Mark:
    newest = max((int(row.get("Timestamp") or 0) for row in answer.rows), default=0)
    return replace(mark, stamp=max(mark.stamp, newest), url=answer.next)


def _numbered_anew(talk: Conversation, mark: Mark) -> Mark:
    """The same mark, or the beginning when the service has given all rows new versions."""
    if mark.url:
        return mark
    moved, checked, anew = moved_on(talk, mark.moved, mark.checked)
    known = replace(mark, moved=moved, checked=checked)
    return replace(known, stamp=0) if anew else known


def moved_on(talk: Conversation, moved: str, checked: str) -> tuple[str, str, bool]:
    """The dates that number all rows anew, when they were looked at (once in six hours), and whether they changed
    since the last time."""
    if keeping.within(checked, CHECK_EVERY):
        return moved, checked, False
    rows = talk.client.rows("system/Divisions", ("Code", *_MOVES), f"Code eq {talk.client.division}")
    dates = "|".join(str(rows[0].get(name) or "") for name in _MOVES) if rows else moved
    return dates, keeping.now().isoformat(), bool(checked) and dates != moved


def without_version(row: Row) -> Row:
    """Without the row version: it changes while the rest stays, and would make every row look changed."""
    return {name: value for name, value in row.items() if name != "Timestamp"}
