"""Stock per article and warehouse, from the stock positions: a row comes again whenever anything moves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from koppel import Page, Query, Record

from koppel_exactonline.client import Answer, Row
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.matching import own_fields
from koppel_exactonline.odata import address

POSITIONS = "sync/Inventory/StockPositions"
FIELDS = (
    "Timestamp", "ID", "ItemId", "ItemCode", "ItemDescription", "Warehouse", "WarehouseCode", "CurrentStock", "FreeStock",
    "PlanningIn", "PlanningOut", "ProjectedStock", "ReservedStock", "UnitCode",
)  # fmt: skip

OVERLAP = 1000
"""Row versions read again: they are handed out before a change can be seen by others."""

_CHECK_EVERY = timedelta(hours=6)
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


def fetch(talk: Conversation, query: Query) -> Page:
    """Positions that moved; of the one warehouse that the connection or the flow's filter names, else of all."""
    if query.ids:
        rows = talk.client.rows(POSITIONS, FIELDS, "Timestamp gt 1L")
        return Page(_records(talk, query, [row for row in rows if row.get("ID") in query.ids]))
    mark = _numbered_anew(talk, Mark.read(query.cursor, talk.client.division))
    url = mark.url or _first(talk, mark)
    answer = talk.client.follow(url, POSITIONS)
    talk.chain(POSITIONS, fresh=not mark.url).take(url, answer.rows, answer.next)
    after = _after(mark, answer)
    return Page(_records(talk, query, answer.rows), json.dumps(asdict(after), sort_keys=True), bool(after.url))


def _first(talk: Conversation, mark: Mark) -> str:
    return address(talk.client.path(POSITIONS), FIELDS, f"Timestamp gt {max(1, mark.stamp - OVERLAP)}L")


def _after(mark: Mark, answer: Answer) -> Mark:
    newest = max((int(row.get("Timestamp") or 0) for row in answer.rows), default=0)
    return replace(mark, stamp=max(mark.stamp, newest), url=answer.next)


def _numbered_anew(talk: Conversation, mark: Mark) -> Mark:
    """The same mark, or the beginning when the service has given all rows new versions."""
    now = datetime.now(UTC)
    if mark.url or (mark.checked and now - datetime.fromisoformat(mark.checked) < _CHECK_EVERY):
        return mark
    rows = talk.client.rows("system/Divisions", ("Code", *_MOVES), f"Code eq {talk.client.division}")
    moved = "|".join(str(rows[0].get(name) or "") for name in _MOVES) if rows else mark.moved
    known = replace(mark, moved=moved, checked=now.isoformat())
    return replace(known, stamp=0) if mark.checked and moved != mark.moved else known


def _records(talk: Conversation, query: Query, rows: Sequence[Row]) -> tuple[Record, ...]:
    warehouse = str((query.filters or {}).get("WarehouseCode") or talk.settings.text("stock_warehouse"))
    kept = (row for row in rows if not warehouse or bare(row.get("WarehouseCode")) == warehouse)
    return tuple(Record(str(row["ID"]), _data(row), bare(row.get("ItemCode"))) for row in kept)


def _data(row: Row) -> dict[str, Any]:
    """Without the row version: it changes while the figures stay, and would make every row look changed."""
    return {name: value for name, value in own_fields(row).items() if name != "Timestamp"}
