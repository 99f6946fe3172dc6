"""inventory/StockCounts: what somebody counted; a processed count becomes the stock."""

from __future__ import annotations

from decimal import Decimal

from koppel_exactonline.sandbox.resources.buyers import described
from koppel_exactonline.sandbox.resources.desk import Change
from koppel_exactonline.sandbox.resources.rules import ANYTHING, USERS, Behaviour, follow, pairs, places
from koppel_exactonline.sandbox.resources.stock import PATH as ITEM_WAREHOUSES
from koppel_exactonline.sandbox.resources.stock import move_stock, number
from koppel_exactonline.sandbox.store.table import Row, highest

PATH = "inventory/StockCounts"
LINES = "inventory/StockCountLines"
DRAFT, PROCESSED = 12, 21
_STATES = {DRAFT: ("Open", "Open", "Ouvert"), PROCESSED: ("Verwerkt", "Processed", "Traité")}


def _defaults(change: Change) -> None:
    change.fill(Status=DRAFT, Source=1, StockCountNumber=highest(change.desk.table(PATH), "StockCountNumber") + 1)


def _check(change: Change) -> None:
    if change.row.get("Status") not in _STATES:
        change.complain("invalid", "Status")
    if change.old is not None and change.old.get("Status") == PROCESSED:
        change.complain("processed")


def _removable(change: Change) -> None:
    if change.row.get("Status") == PROCESSED:
        change.complain("processed")


STOCK_COUNTS = Behaviour(
    references=pairs(f"Warehouse=inventory/Warehouses CountedBy={USERS} OffsetGLInventory=financial/GLAccounts"),
    defaults=_defaults, check=_check, removable=_removable,
    derived={
        **follow(
            "WarehouseCode=Warehouse>inventory/Warehouses.Code WarehouseDescription=Warehouse>inventory/Warehouses.Description "
            "OffsetGLInventoryCode=OffsetGLInventory>financial/GLAccounts.Code "
            "OffsetGLInventoryDescription=OffsetGLInventory>financial/GLAccounts.Description"
        ),
        "StatusDescription": described("Status", _STATES),
    },
    below=places(f"{LINES}.StockCountID"),
)  # fmt: skip


def _line_defaults(change: Change) -> None:
    """QuantityDifference leads when both are given (reference: Items, groups, units, prices, stock)."""
    desk, row, count = change.desk, change.row, change.parent or {}
    siblings = desk.table(LINES).where("StockCountID", row.get("StockCountID"))
    change.fill(Warehouse=count.get("Warehouse"), Status=count.get("Status"), LineNumber=highest(siblings, "LineNumber") + 1)
    row["QuantityInStock"] = _in_stock(change)
    if row.get("QuantityDifference") is not None:
        row["QuantityNew"] = number(row, "QuantityInStock") + number(row, "QuantityDifference")
    elif row.get("QuantityNew") is not None:
        row["QuantityDifference"] = number(row, "QuantityNew") - number(row, "QuantityInStock")


def _in_stock(change: Change) -> Decimal:
    rows: list[Row] = change.desk.table(ITEM_WAREHOUSES).where("Item", change.row.get("Item"))
    mine = next((row for row in rows if row.get("Warehouse") == change.row.get("Warehouse")), {})
    return number(mine, "CurrentStock")


def _line_check(change: Change) -> None:
    item = change.desk.get("logistics/Items", change.row.get("Item"))
    if item is not None and not item.get("IsStockItem"):
        change.complain("invalid", "Item")
    if change.old is not None and (change.parent or {}).get("Status") == PROCESSED:
        change.complain("processed")


def _line_stored(change: Change) -> None:
    row = change.row
    if (change.parent or {}).get("Status") == PROCESSED:
        move_stock(change.desk, row.get("Item"), row.get("Warehouse"), number(row, "QuantityDifference"))


STOCK_COUNT_LINES = Behaviour(
    references=pairs(
        f"Item=logistics/Items StockCountID={PATH} Warehouse=inventory/Warehouses StorageLocation={ANYTHING} CountedBy={USERS}"
    ),
    defaults=_line_defaults, check=_line_check, stored=_line_stored,
    derived=follow(
        "ItemCode=Item>logistics/Items.Code ItemDescription=Item>logistics/Items.Description "
        "ItemBarcode=Item>logistics/Items.Barcode StockKeepingUnit=Item>logistics/Items.Unit"
    ),
)  # fmt: skip
