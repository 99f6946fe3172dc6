"""inventory/*: warehouses and how much of an item lies, is planned and is free in each."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from decimal import Decimal

from koppel_exactonline.sandbox.resources.desk import Change, Desk
from koppel_exactonline.sandbox.resources.rules import USERS, Behaviour, follow, pairs, places
from koppel_exactonline.sandbox.store.table import Row
from koppel_exactonline.sandbox.wire.values import Value

PATH = "inventory/ItemWarehouses"
WAREHOUSES = "inventory/Warehouses"
OPEN_STATES = (None, 12, 20)


def number(row: Row, name: str) -> Decimal:
    """A quantity or amount of a row, 0 where there is none."""
    value = row.get(name)
    return value if isinstance(value, Decimal) else Decimal(value if isinstance(value, int) else 0)


def total(rows: Iterable[Row], name: str) -> Decimal:
    """The sum of a property."""
    return sum((number(row, name) for row in rows), Decimal(0))


def main_warehouse(desk: Desk) -> Row | None:
    """The division's default warehouse."""
    rows = list(desk.table(WAREHOUSES))
    return next((row for row in rows if row.get("Main")), rows[0] if rows else None)


def add_to_warehouse(desk: Desk, item: Value) -> None:
    """Link a new stock item to the default warehouse."""
    warehouse = main_warehouse(desk)
    if warehouse is None:
        return
    row: Row = {
        "ID": str(uuid.uuid4()), "Item": item, "Warehouse": warehouse["ID"], "CurrentStock": Decimal(0),
        "Created": desk.now, "Creator": desk.user.get("UserID"), "Modified": desk.now,
        "Modifier": desk.user.get("UserID"),
        "PlannedStockIn": Decimal(0), "ReservedStock": Decimal(0), "ReplenishmentType": 1, "OrderPolicy": 1,
        "Division": desk.division.code,
    }
    desk.table(PATH).put(row)
    desk.division.touch(row)


def stock_moved(desk: Desk, item: Value) -> None:
    """Anything that changes an item's figures gives its rows a new version (reference: Sync)."""
    for row in desk.table(PATH).where("Item", item):
        desk.division.touch(row)


def move_stock(desk: Desk, item: Value, warehouse: Value, by: Decimal) -> None:
    """Add to what lies in a warehouse; only articles that are kept in stock have a figure there."""
    for row in desk.table(PATH).where("Item", item):
        if row.get("Warehouse") == warehouse:
            desk.touch(PATH, row, CurrentStock=number(row, "CurrentStock") + by)
    stock_moved(desk, item)


def _planned_out(desk: Desk, row: Row) -> Value:
    """What open sales orders of this warehouse still have to deliver."""
    if (desk.get("logistics/Items", row.get("Item")) or {}).get("IsStockItem") is False:
        return Decimal(0)
    out = number(row, "PlannedStockOut")
    for line in desk.table("salesorder/SalesOrderLines").where("Item", row.get("Item")):
        order = desk.get("salesorder/SalesOrders", line.get("OrderID"))
        if order and order.get("WarehouseID") == row.get("Warehouse") and order.get("DeliveryStatus") in OPEN_STATES:
            out += number(line, "Quantity") - number(line, "QuantityDelivered")
    return out


def _projected(desk: Desk, row: Row) -> Value:
    out = desk.value(PATH, row, "PlannedStockOut")
    return number(row, "CurrentStock") + number(row, "PlannedStockIn") - number({"out": out}, "out")


def _free(_: Desk, row: Row) -> Value:
    return number(row, "CurrentStock") - number(row, "ReservedStock")


def _defaults(change: Change) -> None:
    zero = Decimal(0)
    change.fill(CurrentStock=zero, PlannedStockIn=zero, ReservedStock=zero, ReplenishmentType=1, OrderPolicy=1)


def _one_per_warehouse(change: Change) -> None:
    for row in change.desk.table(PATH).where("Item", change.row.get("Item")):
        if row["ID"] != change.row["ID"] and row.get("Warehouse") == change.row.get("Warehouse"):
            change.complain("exists")


ITEM_WAREHOUSES = Behaviour(
    references=pairs("Item=logistics/Items Warehouse=inventory/Warehouses"),
    defaults=_defaults, check=_one_per_warehouse,
    derived={
        **follow(
            "ItemCode=Item>logistics/Items.Code ItemDescription=Item>logistics/Items.Description "
            "ItemBarcode=Item>logistics/Items.Barcode ItemUnit=Item>logistics/Items.Unit "
            "ItemUnitDescription=Item>logistics/Items.UnitDescription ItemIsStockItem=Item>logistics/Items.IsStockItem "
            "ItemIsFractionAllowedItem=Item>logistics/Items.IsFractionAllowedItem "
            "ItemStartDate=Item>logistics/Items.StartDate ItemEndDate=Item>logistics/Items.EndDate "
            "WarehouseCode=Warehouse>inventory/Warehouses.Code "
            "WarehouseDescription=Warehouse>inventory/Warehouses.Description"
        ),
        "PlannedStockOut": _planned_out, "ProjectedStock": _projected, "FreeStock": _free,
    },
)


def _warehouse_defaults(change: Change) -> None:
    change.fill(Main=0, UseStorageLocations=0)


def _warehouse_check(change: Change) -> None:
    for name in ("Code", "Description"):
        if not change.row.get(name):
            change.complain("mandatory", name)


WAREHOUSE = Behaviour(
    references=pairs(f"ManagerUser={USERS}"), unique=("Code",), defaults=_warehouse_defaults, check=_warehouse_check,
    used_by=places("inventory/ItemWarehouses.Warehouse salesorder/SalesOrders.WarehouseID"),
)
