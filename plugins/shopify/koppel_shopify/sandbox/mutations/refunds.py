"""Giving money back: lines, shipping and the payment it comes from (reference: sections 4, 8 and 12)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import user_error
from koppel_shopify.sandbox.money import Bag, Purse, add, minus, parse, plus, shop_amount
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.shapes import Node


@resolves("Mutation", "refundCreate")
def create(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """One refund, whole or not at all."""
    given = args["input"]
    order = context.store.node(given["orderId"], "Order")
    if order is None or not context.visible(order):
        return {"order": None, "refund": None, "userErrors": [user_error(["orderId"], "Order does not exist")]}
    problem = _problem(order, given)
    if problem:
        return {"order": order, "refund": None, "userErrors": [problem]}
    return {"order": order, "refund": _refund(order, given, context), "userErrors": []}


def _problem(order: Node, given: dict[str, Any]) -> dict[str, Any] | None:
    lines = {one["id"]: one for one in order["lineItems"]}
    for place, one in enumerate(given.get("refundLineItems") or ()):
        line = lines.get(one["lineItemId"])
        if line is None or one["quantity"] > line.get("refundableQuantity", line["currentQuantity"]):
            text = "Quantity cannot refund more items than were purchased"
            return user_error(["refundLineItems", str(place), "quantity"], text)
    payments = {one["id"] for one in order.get("transactions") or ()}
    if any(one.get("parentId") not in payments for one in given.get("transactions") or ()):
        return user_error(["transactions"], "Transactions require a parent_id associated with the order")
    if parse((given.get("shipping") or {}).get("amount") or 0) > _shipping_left(order):
        return user_error(["shipping", "amount"], "Shipping refund amount cannot exceed the amount paid for shipping")
    asked = sum((parse(one["amount"]) for one in given.get("transactions") or ()), Decimal(0))
    received = shop_amount(order["netPaymentSet"])
    if asked > received:
        return user_error(None, f"Refund amount ${asked:.2f} is greater than net payment received ${received:.2f}")
    return None


def _refund(order: Node, given: dict[str, Any], context: Context) -> Node:
    purse = Purse(order["currencyCode"], order["presentmentCurrencyCode"])
    paid = [_payment(one, order, purse, context) for one in given.get("transactions") or ()]
    total = add([one["amountSet"] for one in paid])
    lines, ways = [_line(one, order, purse) for one in given.get("refundLineItems") or ()], _ways(given, order, purse, context)
    refund: Node = {
        "id": context.store.new_id("Refund"), "createdAt": context.stamp, "updatedAt": context.stamp, "note": given.get("note"),
        "totalRefundedSet": purse.bag(total), "refundLineItems": lines, "duties": [],
        "transactions": [{"id": one["id"]} for one in paid], "refundShippingLines": ways,
        "orderAdjustments": _adjustments(_value(order, lines, ways) - total[0], purse, context) if paid else [],
    }
    _take_off(order, lines, purse)
    order.setdefault("refunds", []).append(refund)
    order.setdefault("transactions", []).extend(paid)
    for one in paid:
        context.store.learn(one, "OrderTransaction", order["id"])
    context.store.learn(refund, "Refund", order["id"])
    order["totalRefundedSet"] = purse.bag(plus(add([order["totalRefundedSet"]]), total))
    order["netPaymentSet"] = purse.bag(minus(add([order["netPaymentSet"]]), total))
    order["displayFinancialStatus"] = "PARTIALLY_REFUNDED" if shop_amount(order["netPaymentSet"]) else "REFUNDED"
    context.touch(order)
    return refund


def _payment(one: dict[str, Any], order: Node, purse: Purse, context: Context) -> Node:
    amount = parse(one["amount"])
    return {"id": context.store.new_id("OrderTransaction"), "kind": "REFUND", "status": "SUCCESS", "gateway": one["gateway"],
            "formattedGateway": one["gateway"], "amountSet": purse.bag((amount, amount)), "parentTransaction": {"id": one["parentId"]},
            "createdAt": context.stamp, "processedAt": context.stamp, "test": False, "fees": []}


def _line(one: dict[str, Any], order: Node, purse: Purse) -> Node:
    line = next(row for row in order["lineItems"] if row["id"] == one["lineItemId"])
    count, kind = one["quantity"], one.get("restockType") or "NO_RESTOCK"
    if kind in ("RETURN", "CANCEL"):
        line["currentQuantity"] -= count
    line["refundableQuantity"] = line.get("refundableQuantity", line["quantity"]) - count
    whole = shop_amount(line["originalUnitPriceSet"]) * line["quantity"]
    each = (whole - add([off["allocatedAmountSet"] for off in line.get("discountAllocations") or ()])[0]) / line["quantity"]
    tax = sum((shop_amount(row["priceSet"]) for row in line.get("taxLines") or ()), Decimal(0)) * count / line["quantity"]
    return {"lineItem": {"id": line["id"]}, "quantity": count, "restockType": kind, "restocked": kind in ("RETURN", "CANCEL"),
            "priceSet": purse.bag((each, each)), "subtotalSet": purse.bag((each * count, each * count)),
            "totalTaxSet": purse.bag((round(tax, 2), round(tax, 2))),
            "location": {"id": one["locationId"]} if one.get("locationId") else None}


def _take_off(order: Node, lines: list[Node], purse: Purse) -> None:
    """What came back is no part of the current total any more, whether money moved for it or not."""
    gone = [line for line in lines if line["restocked"]]
    taxes = [] if order["taxesIncluded"] else [line["totalTaxSet"] for line in gone]
    off = add([line["subtotalSet"] for line in gone] + taxes)
    order["currentTotalPriceSet"] = purse.bag(minus(add([order["currentTotalPriceSet"]]), off))


def _ways(given: dict[str, Any], order: Node, purse: Purse, context: Context) -> list[Node]:
    """What goes back of the shipping: all that is left, or an amount, taken from one line after another."""
    asked = given.get("shipping") or {}
    left = _shipping_left(order) if asked.get("fullRefund") else parse(asked.get("amount") or 0)
    made = []
    for line in order.get("shippingLines") or ():
        price = shop_amount(line["discountedPriceSet"])
        back = min(left, price - _given_back(order, line))
        if back > 0:
            tax = sum((shop_amount(row["priceSet"]) for row in line.get("taxLines") or ()), Decimal(0)) * back / price
            made.append({"id": context.store.new_id("RefundShippingLine"), "shippingLine": line,
                         "subtotalAmountSet": purse.bag((back, back)), "taxAmountSet": purse.bag((tax, tax))})
            left -= back
    return made


def _shipping_left(order: Node) -> Decimal:
    lines = order.get("shippingLines") or ()
    return sum((shop_amount(line["discountedPriceSet"]) - _given_back(order, line) for line in lines), Decimal(0))


def _given_back(order: Node, line: Node) -> Decimal:
    ways = [way for refund in order.get("refunds") or () for way in refund.get("refundShippingLines") or ()]
    return add([way["subtotalAmountSet"] for way in ways if way["shippingLine"]["id"] == line["id"]])[0]


def _value(order: Node, lines: list[Node], ways: list[Node]) -> Decimal:
    """What these lines and this shipping are worth, VAT included."""
    bags: list[Bag] = [one["subtotalSet"] for one in lines] + [one["subtotalAmountSet"] for one in ways]
    if not order["taxesIncluded"]:
        bags += [one["totalTaxSet"] for one in lines] + [one["taxAmountSet"] for one in ways]
    return add(bags)[0]


def _adjustments(difference: Decimal, purse: Purse, context: Context) -> list[Node]:
    """Calculated less given back, where they differ (reference: Orders, refunds; its sign is not told there)."""
    if not difference:
        return []
    return [{"id": context.store.new_id("OrderAdjustment"), "reason": "REFUND_DISCREPANCY",
             "amountSet": purse.bag((difference, difference)), "taxAmountSet": purse.zero}]
