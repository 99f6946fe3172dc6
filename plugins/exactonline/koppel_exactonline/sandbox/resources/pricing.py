"""Prices, VAT and amounts of one line or charge, the same on every sales document."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from koppel_exactonline.sandbox.resources.desk import Change, Desk
from koppel_exactonline.sandbox.resources.items import valid_price
from koppel_exactonline.sandbox.resources.stock import number
from koppel_exactonline.sandbox.resources.totals import cents, fraction_of
from koppel_exactonline.sandbox.store.table import Row, highest
from koppel_exactonline.sandbox.wire.values import Value

ONE = Decimal(1)


def usual_vat(desk: Desk, item: Row, order: Row) -> Value:
    """Which default wins is not documented (reference: VAT); without a switch the line stays without a code."""
    account = desk.get("crm/Accounts", order.get("OrderedBy")) or {}
    own = {"account": account.get("SalesVATCode"), "item": item.get("SalesVatCode")}
    first = desk.switches.vat_precedence
    if first == "none":
        return None
    return own.pop(first) or next(iter(own.values()))


def vat_rate(desk: Desk, row: Row) -> tuple[Row | None, Decimal]:
    """The row's VAT code and the fraction that holds today."""
    code = desk.by_code("vat/VATCodes", row.get("VATCode"))
    return code, number({"p": desk.value("vat/VATCodes", code, "Percentage")}, "p") if code else Decimal(0)


def set_price(change: Change, order: Row) -> None:
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


def set_amounts(desk: Desk, row: Row, vat: str) -> None:
    """AmountFC, VATPercentage and the VAT amount (in `vat`) from quantity, net price and VAT code, whatever was sent for them."""
    code, rate = vat_rate(desk, row)
    priced = cents(number(row, "Quantity") * number(row, "NetPrice"))
    inclusive = bool(code and code.get("Type") == "I" and desk.switches.vat_inclusive_prices)
    excluding = cents(priced / (ONE + rate)) if inclusive else priced
    row["VATPercentage"] = rate if code else None
    row[vat] = priced - excluding if inclusive else cents(excluding * rate)
    row["AmountFC"] = row["AmountDC"] = excluding if desk.switches.order_line_amount == "excluding" else priced


def charge_defaults(path: str, key: str) -> Callable[[Change], None]:
    """The defaults of an order charge on a document; `key` names the document."""

    def fill(change: Change) -> None:
        desk, row = change.desk, change.row
        charge = desk.get("sales/OrderCharges", row.get("OrderCharge")) or {}
        change.fill(
            VATCode=charge.get("VATCode"), OrderChargesLineDescription=charge.get("Description"), IsShippingCost=False,
            LineNumber=highest(desk.table(path).where(key, row.get(key)), "LineNumber") + 1,
        )
        if row.get("AmountFCInclVAT") is None:
            change.fill(AmountFCExclVAT=charge.get("Amount") or Decimal(0))

    return fill


def charge_check(change: Change) -> None:
    """The amount excluding VAT leads if both are given (reference: SalesOrders)."""
    desk, row, sent = change.desk, change.row, change.sent
    code, rate = vat_rate(desk, row)
    if "AmountFCInclVAT" in sent and "AmountFCExclVAT" not in sent:
        row["AmountFCInclVAT"] = cents(number(row, "AmountFCInclVAT"))
        row["AmountFCExclVAT"] = cents(number(row, "AmountFCInclVAT") / (ONE + rate))
        row["AmountVATFC"] = number(row, "AmountFCInclVAT") - number(row, "AmountFCExclVAT")
    else:
        row["AmountFCExclVAT"] = cents(number(row, "AmountFCExclVAT"))
        row["AmountVATFC"] = cents(number(row, "AmountFCExclVAT") * rate)
        row["AmountFCInclVAT"] = number(row, "AmountFCExclVAT") + number(row, "AmountVATFC")
    row["VATPercentage"], row["AmountDC"] = rate if code else None, row["AmountFCExclVAT"]
