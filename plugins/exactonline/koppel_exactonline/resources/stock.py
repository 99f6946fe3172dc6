"""Stock per article and warehouse, from the stock positions: a row comes again whenever anything moves."""

from __future__ import annotations

from collections.abc import Sequence

from koppel import Page, Query, Record

from koppel_exactonline.client import Row, own_fields
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.syncing import changed, without_version

POSITIONS = "sync/Inventory/StockPositions"
FIELDS = (
    "ID", "ItemId", "ItemCode", "ItemDescription", "Warehouse", "WarehouseCode", "CurrentStock", "FreeStock",
    "PlanningIn", "PlanningOut", "ProjectedStock", "ReservedStock", "UnitCode",
)  # fmt: skip


def fetch(talk: Conversation, query: Query) -> Page:
    """Positions that moved; of the one warehouse that the connection or the flow's filter names, else of all."""
    if query.ids:
        rows = talk.client.rows(POSITIONS, FIELDS, "Timestamp gt 1L")
        return Page(_records(talk, query, [row for row in rows if row.get("ID") in query.ids]))
    part = changed(talk, query, POSITIONS, FIELDS)
    return Page(_records(talk, query, part.rows), part.cursor, part.more)


def _records(talk: Conversation, query: Query, rows: Sequence[Row]) -> tuple[Record, ...]:
    warehouse = str((query.filters or {}).get("WarehouseCode") or talk.settings.text("stock_warehouse"))
    kept = (row for row in rows if not warehouse or bare(row.get("WarehouseCode")) == warehouse)
    return tuple(Record(str(row["ID"]), without_version(own_fields(row)), bare(row.get("ItemCode"))) for row in kept)
