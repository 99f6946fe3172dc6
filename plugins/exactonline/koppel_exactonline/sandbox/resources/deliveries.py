"""salesorder/GoodsDeliveries: what left the warehouse for which order lines, and with which tracking number."""

from __future__ import annotations

from decimal import Decimal

from koppel_exactonline.sandbox.resources.desk import Change, Desk
from koppel_exactonline.sandbox.resources.orders import COMPLETE, OPEN, PARTIAL
from koppel_exactonline.sandbox.resources.orders import LINES as ORDER_LINES
from koppel_exactonline.sandbox.resources.orders import PATH as ORDERS
from koppel_exactonline.sandbox.resources.rules import ANYTHING, Behaviour, follow, pairs
from koppel_exactonline.sandbox.resources.stock import move_stock, number
from koppel_exactonline.sandbox.store.table import Row, highest

PATH = "salesorder/GoodsDeliveries"
LINES = "salesorder/GoodsDeliveryLines"


def _order_of(desk: Desk, order_line: object) -> Row:
    line = desk.get(ORDER_LINES, str(order_line)) or {}
    return desk.get(ORDERS, line.get("OrderID")) or {}


def _defaults(change: Change) -> None:
    change.fill(
        EntryNumber=highest(change.desk.table(PATH), "EntryNumber") + 1,
        DeliveryNumber=highest(change.desk.table(PATH), "DeliveryNumber") + 1,
    )


def _check(change: Change) -> None:
    """Where it goes follows from the order of its lines; all of one order's receiver."""
    lines = change.nested.get("GoodsDeliveryLines", [])
    orders = [_order_of(change.desk, one.row.get("SalesOrderLineID")) for one in lines]
    if len({order.get("DeliverTo") for order in orders if order}) > 1:
        change.complain("invalid", "DeliveryAccount")
    order = next((one for one in orders if one), {})
    change.fill(
        DeliveryAccount=order.get("DeliverTo"), DeliveryAddress=order.get("DeliveryAddress"),
        DeliveryContact=order.get("DeliverToContactPerson"), Warehouse=order.get("WarehouseID"),
        ShippingMethod=order.get("ShippingMethod"),
    )


GOODS_DELIVERIES = Behaviour(
    references=pairs(f"ShippingMethod=sales/ShippingMethods Document={ANYTHING}"), defaults=_defaults, check=_check,
    derived=follow(
        "DeliveryAccountCode=DeliveryAccount>crm/Accounts.Code DeliveryAccountName=DeliveryAccount>crm/Accounts.Name "
        "DeliveryContactPersonFullName=DeliveryContact>crm/Contacts.FullName "
        "ShippingMethodCode=ShippingMethod>sales/ShippingMethods.Code "
        "ShippingMethodDescription=ShippingMethod>sales/ShippingMethods.Description "
        "WarehouseCode=Warehouse>inventory/Warehouses.Code WarehouseDescription=Warehouse>inventory/Warehouses.Description"
    ),
)  # fmt: skip


def _line_defaults(change: Change) -> None:
    desk, row, header = change.desk, change.row, change.parent or {}
    line = desk.get(ORDER_LINES, row.get("SalesOrderLineID")) or {}
    siblings = desk.table(LINES).where("EntryID", row.get("EntryID"))
    change.fill(
        Description=line.get("Description"), DeliveryDate=header.get("DeliveryDate"), Item=line.get("Item"),
        LineNumber=highest(siblings, "LineNumber") + 1, QuantityOrdered=line.get("Quantity"), Unitcode=line.get("UnitCode"),
        TrackingNumber=header.get("TrackingNumber"),
    )


def _delivered(change: Change) -> None:
    """The order line counts what left, the order says how far it is, and the goods leave the stock."""
    desk, row = change.desk, change.row
    before = number(change.old, "QuantityDelivered") if change.old else Decimal(0)
    left = number(row, "QuantityDelivered") - before
    line = desk.get(ORDER_LINES, row.get("SalesOrderLineID"))
    order = _order_of(desk, row.get("SalesOrderLineID"))
    if line is None or not order or not left:
        return
    done = number(line, "QuantityDelivered") + left
    desk.touch(ORDER_LINES, line, QuantityDelivered=done, DeliveryStatus=COMPLETE if done >= number(line, "Quantity") else PARTIAL)
    states = {one.get("DeliveryStatus") or OPEN for one in desk.table(ORDER_LINES).where("OrderID", order["OrderID"])}
    desk.touch(ORDERS, order, DeliveryStatus=COMPLETE if states == {COMPLETE} else PARTIAL)
    move_stock(desk, line.get("Item"), order.get("WarehouseID"), -left)


GOODS_DELIVERY_LINES = Behaviour(
    references=pairs(f"SalesOrderLineID={ORDER_LINES} EntryID={PATH} StorageLocation={ANYTHING}"),
    defaults=_line_defaults, stored=_delivered,
    derived=follow(
        "ItemCode=Item>logistics/Items.Code ItemDescription=Item>logistics/Items.Description "
        f"SalesOrderNumber=SalesOrderLineID>{ORDER_LINES}.OrderNumber "
        f"SalesOrderLineNumber=SalesOrderLineID>{ORDER_LINES}.LineNumber"
    ),
)
