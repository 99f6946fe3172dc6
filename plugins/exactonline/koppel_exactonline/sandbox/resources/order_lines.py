"""salesorder/SalesOrderLines and order charges: prices, VAT and amounts of one line."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from koppel_exactonline.sandbox.resources.desk import Change, Desk
from koppel_exactonline.sandbox.resources.items import valid_price
from koppel_exactonline.sandbox.resources.orders import (
    CANCELLED,
    CHARGES,
    COMPLETE,
    LINES,
    OPEN,
    PATH,
    cents,
    fraction_of,
    state_text,
)
from koppel_exactonline.sandbox.resources.rules import Behaviour, follow, pairs
from koppel_exactonline.sandbox.resources.stock import number, stock_moved
from koppel_exactonline.sandbox.store.table import Row, highest
from koppel_exactonline.sandbox.wire.values import Value

ONE = Decimal(1)


def _defaults(change: Change) -> None:
    desk, row = change.desk, change.row
    item, order = desk.get("logistics/Items", row.get("Item")) or {}, change.parent or {}
    siblings = desk.table(LINES).where("OrderID", row.get("OrderID"))
    unit = str(item.get("Unit") or "").strip()
    change.fill(
        Description=item.get("Description"), UnitCode=unit or None, Quantity=ONE,
        DeliveryDate=order.get("DeliveryDate"),
        LineNumber=highest(siblings, "LineNumber") + 1, OrderNumber=order.get("OrderNumber"), OrderStatus=OPEN,
        DeliveryStatus=OPEN, InvoiceStatus=OPEN, QuantityDelivered=Decimal(0), QuantityInvoiced=Decimal(0),
        UseDropShipment=0, VATCode=_usual_vat(desk, item, order), CostPriceFC=number(item, "CostPriceStandard"),
    )
    row["OrderNumber"] = order.get("OrderNumber", row.get("OrderNumber"))


def _usual_vat(desk: Desk, item: Row, order: Row) -> Value:
    """Which default wins is not documented (reference: VAT); without a switch the line stays without a code."""
    account = desk.get("crm/Accounts", order.get("OrderedBy")) or {}
    own = {"account": account.get("SalesVATCode"), "item": item.get("SalesVatCode")}
    first = desk.switches.vat_precedence
    if first == "none":
        return None
    return own.pop(first) or next(iter(own.values()))


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
    _price(change, order)
    _amounts(desk, row)


def _price(change: Change, order: Row) -> None:
    """NetPrice leads, then UnitPrice with Discount, then AmountFC; without any the item's own price counts."""
    row, sent = change.row, {name for name in change.sent if change.row.get(name) is not None}
    fresh = change.old is None or "Item" in sent
    if "UnitPrice" not in sent and (fresh or row.get("UnitPrice") is None):
        row["UnitPrice"] = _own_price(change, order)
    unit, quantity = number(row, "UnitPrice"), number(row, "Quantity")
    if "NetPrice" in sent:
        row["Discount"] = _share(unit, number(row, "NetPrice"))
    elif "AmountFC" in sent and not sent & {"UnitPrice", "Discount"} and quantity:
        row["NetPrice"] = number(row, "AmountFC") / quantity
        row["Discount"] = _share(unit, number(row, "NetPrice"))
    elif fresh or sent & {"UnitPrice", "Discount"}:
        row["Discount"] = number(row, "Discount")
        row["NetPrice"] = unit * (ONE - number(row, "Discount"))


def _own_price(change: Change, order: Row) -> Decimal:
    day = order.get("OrderDate")
    moment = day if isinstance(day, datetime) else change.desk.today
    row, quantity = change.row, number(change.row, "Quantity")
    found = valid_price(change.desk, row.get("Item"), order.get("OrderedBy"), quantity, moment)
    return found if found is not None else Decimal(0)


def _share(unit: Decimal, net: Decimal) -> Decimal:
    return fraction_of((unit - net) / unit) if unit else Decimal(0)


def _amounts(desk: Desk, row: Row) -> None:
    """AmountFC, VATPercentage and VATAmount from quantity, net price and VAT code, whatever was sent for them."""
    code = desk.by_code("vat/VATCodes", row.get("VATCode"))
    rate = number({"p": desk.value("vat/VATCodes", code, "Percentage")}, "p") if code else Decimal(0)
    priced = cents(number(row, "Quantity") * number(row, "NetPrice"))
    inclusive = bool(code and code.get("Type") == "I" and desk.switches.vat_inclusive_prices)
    excluding = cents(priced / (ONE + rate)) if inclusive else priced
    row["VATPercentage"] = rate if code else None
    row["VATAmount"] = priced - excluding if inclusive else cents(excluding * rate)
    row["AmountFC"] = row["AmountDC"] = excluding if desk.switches.order_line_amount == "excluding" else priced


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


def _charge_defaults(change: Change) -> None:
    desk, row = change.desk, change.row
    charge = desk.get("sales/OrderCharges", row.get("OrderCharge")) or {}
    change.fill(
        VATCode=charge.get("VATCode"), OrderChargesLineDescription=charge.get("Description"), IsShippingCost=False,
        LineNumber=highest(desk.table(CHARGES).where("OrderID", row.get("OrderID")), "LineNumber") + 1,
    )
    if row.get("AmountFCInclVAT") is None:
        change.fill(AmountFCExclVAT=charge.get("Amount") or Decimal(0))


def _charge_check(change: Change) -> None:
    """The amount excluding VAT leads if both are given (reference: SalesOrders)."""
    desk, row, sent = change.desk, change.row, change.sent
    code = desk.by_code("vat/VATCodes", row.get("VATCode"))
    rate = number({"p": desk.value("vat/VATCodes", code, "Percentage")}, "p") if code else Decimal(0)
    if "AmountFCInclVAT" in sent and "AmountFCExclVAT" not in sent:
        row["AmountFCInclVAT"] = cents(number(row, "AmountFCInclVAT"))
        row["AmountFCExclVAT"] = cents(number(row, "AmountFCInclVAT") / (ONE + rate))
        row["AmountVATFC"] = number(row, "AmountFCInclVAT") - number(row, "AmountFCExclVAT")
    else:
        row["AmountFCExclVAT"] = cents(number(row, "AmountFCExclVAT"))
        row["AmountVATFC"] = cents(number(row, "AmountFCExclVAT") * rate)
        row["AmountFCInclVAT"] = number(row, "AmountFCExclVAT") + number(row, "AmountVATFC")
    row["VATPercentage"], row["AmountDC"] = rate if code else None, row["AmountFCExclVAT"]


def _charge_touched(change: Change) -> None:
    change.desk.touch(PATH, change.desk.get(PATH, change.row.get("OrderID")))


ORDER_CHARGE_LINES = Behaviour(
    references=pairs("OrderCharge=sales/OrderCharges OrderID=salesorder/SalesOrders"),
    codes=pairs("VATCode=vat/VATCodes"), defaults=_charge_defaults, check=_charge_check, stored=_charge_touched,
    removed=lambda desk, row: desk.touch(PATH, desk.get(PATH, row.get("OrderID"))),
    derived=follow(
        "OrderChargeCode=OrderCharge>sales/OrderCharges.Code "
        "OrderChargeDescription=OrderCharge>sales/OrderCharges.Description "
        "VATDescription=VATCode@vat/VATCodes.Description"
    ),
)
