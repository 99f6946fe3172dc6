"""salesorder/SalesOrderLines and order charges: prices, VAT and amounts of one line."""

from __future__ import annotations

from decimal import Decimal

from koppel_exactonline.sandbox.resources.desk import Change, Desk
from koppel_exactonline.sandbox.resources.orders import (
    CANCELLED,
    CHARGES,
    COMPLETE,
    LINES,
    OPEN,
    PATH,
    state_text,
)
from koppel_exactonline.sandbox.resources.pricing import (
    charge_check,
    charge_defaults,
    set_amounts,
    set_price,
    usual_vat,
)
from koppel_exactonline.sandbox.resources.rules import Behaviour, follow, pairs
from koppel_exactonline.sandbox.resources.stock import number, stock_moved
from koppel_exactonline.sandbox.store.table import Row, highest


def _defaults(change: Change) -> None:
    desk, row = change.desk, change.row
    item, order = desk.get("logistics/Items", row.get("Item")) or {}, change.parent or {}
    siblings = desk.table(LINES).where("OrderID", row.get("OrderID"))
    unit = str(item.get("Unit") or "").strip()
    change.fill(
        Description=item.get("Description"), UnitCode=unit or None, Quantity=Decimal(1),
        DeliveryDate=order.get("DeliveryDate"),
        LineNumber=highest(siblings, "LineNumber") + 1, OrderNumber=order.get("OrderNumber"), OrderStatus=OPEN,
        DeliveryStatus=OPEN, InvoiceStatus=OPEN, QuantityDelivered=Decimal(0), QuantityInvoiced=Decimal(0),
        UseDropShipment=0, VATCode=usual_vat(desk, item, order), CostPriceFC=number(item, "CostPriceStandard"),
    )
    row["OrderNumber"] = order.get("OrderNumber", row.get("OrderNumber"))


def _check(change: Change) -> None:
    desk, row, order = change.desk, change.row, change.parent or {}
    row["UnitCode"] = str(row.get("UnitCode") or "").strip() or None
    item = desk.get("logistics/Items", row.get("Item"))
    if item is not None and "Item" in change.sent and not item.get("IsSalesItem"):
        change.complain("invalid", "Item")
    if order.get("Status") in (COMPLETE, CANCELLED):
        change.complain("completed")
    if "OrderID" in change.sent and change.old is not None and change.old.get("OrderID") != row.get("OrderID"):
        change.complain("fixed", "OrderID")
    set_price(change, order)
    set_amounts(desk, row, "VATAmount")


def _stored(change: Change) -> None:
    change.desk.touch(PATH, change.desk.get(PATH, change.row.get("OrderID")))
    stock_moved(change.desk, change.row.get("Item"))


def _removed(desk: Desk, row: Row) -> None:
    desk.touch(PATH, desk.get(PATH, row.get("OrderID")))
    stock_moved(desk, row.get("Item"))


SALES_ORDER_LINES = Behaviour(
    references=pairs("Item=logistics/Items OrderID=salesorder/SalesOrders"),
    codes=pairs("VATCode=vat/VATCodes UnitCode=logistics/Units"),
    defaults=_defaults, check=_check, stored=_stored, removed=_removed,
    derived={
        **follow(
            "ItemCode=Item>logistics/Items.Code ItemDescription=Item>logistics/Items.Description "
            "UnitDescription=UnitCode@logistics/Units.Description VATCodeDescription=VATCode@vat/VATCodes.Description "
            "Created=OrderID>salesorder/SalesOrders.Created Creator=OrderID>salesorder/SalesOrders.Creator "
            "Modified=OrderID>salesorder/SalesOrders.Modified Modifier=OrderID>salesorder/SalesOrders.Modifier "
            "OrderNumber=OrderID>salesorder/SalesOrders.OrderNumber"
        ),
        "StatusDescription": state_text("OrderStatus"), "DeliveryStatusDescription": state_text("DeliveryStatus"),
        "InvoiceStatusDescription": state_text("InvoiceStatus"),
    },
)


def _charge_touched(change: Change) -> None:
    change.desk.touch(PATH, change.desk.get(PATH, change.row.get("OrderID")))


ORDER_CHARGE_LINES = Behaviour(
    references=pairs("OrderCharge=sales/OrderCharges OrderID=salesorder/SalesOrders"),
    codes=pairs("VATCode=vat/VATCodes"), defaults=charge_defaults(CHARGES, "OrderID"), check=charge_check, stored=_charge_touched,
    removed=lambda desk, row: desk.touch(PATH, desk.get(PATH, row.get("OrderID"))),
    derived=follow(
        "OrderChargeCode=OrderCharge>sales/OrderCharges.Code "
        "OrderChargeDescription=OrderCharge>sales/OrderCharges.Description "
        "VATDescription=VATCode@vat/VATCodes.Description"
    ),
)
