"""Giving money back: lines, shipping and the payment it comes from (reference: sections 4, 8 and 12)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import user_error
from koppel_shopify.sandbox.money import Bag, Purse, add, minus, pair, parse, plus
from koppel_shopify.sandbox.reckoning import Pair, move, pay_back, purse_of, settle, worth
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.shapes import Node

NOTHING: Pair = (Decimal(0), Decimal(0))


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
    if parse((given.get("shipping") or {}).get("amount") or 0) > _shipping_left(order)[1]:
        return user_error(["shipping", "amount"], "Shipping refund amount cannot exceed the amount paid for shipping")
    asked = sum((parse(one["amount"]) for one in given.get("transactions") or ()), Decimal(0))
    received = pair(order["netPaymentSet"])[1]
    if asked > received and not given.get("allowOverRefunding"):
        return user_error(None, f"Refund amount ${asked:.2f} is greater than net payment received ${received:.2f}")
    return None


def _refund(order: Node, given: dict[str, Any], context: Context) -> Node:
    paid = [pay_from(order, one["parentId"], parse(one["amount"]), context, one["gateway"]) for one in given.get("transactions") or ()]
    lines, ways = [_line(one, order) for one in given.get("refundLineItems") or ()], shipping_back(order, given.get("shipping") or {}, context)
    return give_back(order, lines, ways, paid, given.get("note"), context)


def give_back(
    order: Node, lines: list[Node], ways: list[Node], paid: list[Node], note: str | None, context: Context, fees: Pair = NOTHING
) -> Node:
    """Write down a refund of an order and what the order comes to after it. What the shop keeps as `fees` is not due."""
    purse = purse_of(order)
    gap = pay_back(order, paid, minus(_value(order, lines, ways), fees))
    take_off(order, lines, ways)
    charge(order, fees, context)
    refund: Node = {
        "id": context.store.new_id("Refund"), "createdAt": context.stamp, "updatedAt": context.stamp, "note": note,
        "totalRefundedSet": purse.bag(add([one["amountSet"] for one in paid])), "refundLineItems": lines, "duties": [],
        "transactions": [{"id": one["id"]} for one in paid], "refundShippingLines": ways,
        "orderAdjustments": _adjustments(gap, purse, context),
    }
    order.setdefault("refunds", []).append(refund)
    for one in paid:
        context.store.learn(one, "OrderTransaction", order["id"])
    context.store.learn(refund, "Refund", order["id"])
    settle(order)
    context.touch(order)
    return refund


def charge(order: Node, fees: Pair, context: Context) -> None:
    """Fees of a return are owed by the customer (schema: FeeSale); whether the order's total shows them is not told."""
    if any(fees):
        order["feesSet"] = purse_of(order).bag(plus(add([order.get("feesSet")]), fees))
        if context.switches.fees_in_total:
            order["feesInTotal"] = True
            order["currentTotalPriceSet"] = purse_of(order).bag(plus(add([order["currentTotalPriceSet"]]), fees))


def pay_from(order: Node, parent: str, amount: Decimal, context: Context, gateway: str = "") -> Node:
    """Money that goes back for this payment: the amount is in the customer's currency, the shop's at the rate of the
    payment (recorded: money-bag-presentment; there at the rate of the day, which the simulator does not have)."""
    row = next(one for one in order["transactions"] if one["id"] == parent)
    shop, theirs = pair(row["amountSet"])
    return payment(parent, (amount * shop / theirs if theirs else amount, amount), gateway or row["gateway"], purse_of(order), context)


def payment(parent: str, amounts: Pair, gateway: str, purse: Purse, context: Context) -> Node:
    """Money that goes back by the way it came."""
    return {"id": context.store.new_id("OrderTransaction"), "kind": "REFUND", "status": "SUCCESS", "gateway": gateway,
            "formattedGateway": gateway, "amountSet": purse.bag(amounts), "parentTransaction": {"id": parent},
            "createdAt": context.stamp, "processedAt": context.stamp, "test": False, "fees": []}


def _line(one: dict[str, Any], order: Node) -> Node:
    line = next(row for row in order["lineItems"] if row["id"] == one["lineItemId"])
    made = piece(order, line, one["quantity"], one.get("restockType") or "NO_RESTOCK")
    return {**made, "location": {"id": one["locationId"]} if one.get("locationId") else None}


def piece(order: Node, line: Node, count: int, restock: str) -> Node:
    """Pieces of a line that are no part of the order any more, refunded or taken off (schema: LineItem.currentQuantity)."""
    line.setdefault("refundableQuantity", line["quantity"])
    for name in ("currentQuantity", "refundableQuantity"):
        line[name] -= count
    purse = purse_of(order)
    value = worth(line, count, order["taxesIncluded"], purse)
    goods, vat = pair(value["goods"]), add(row["priceSet"] for row in value["taxLines"])
    return {"lineItem": {"id": line["id"]}, "quantity": count, "restockType": restock, "restocked": restock in ("RETURN", "CANCEL"),
            "priceSet": purse.bag((goods[0] / count, goods[1] / count)), "subtotalSet": value["goods"], "totalTaxSet": purse.bag(vat),
            "taxLines": value["taxLines"]}


def take_off(order: Node, lines: list[Node], ways: list[Node]) -> None:
    """What goes back is no part of the current total any more, whether money moved for it or not."""
    taxes = [tax for line in lines for tax in line.pop("taxLines")] + [tax for way in ways for tax in way.pop("taxLines")]
    move(order, -1, [line["subtotalSet"] for line in lines], [way["subtotalAmountSet"] for way in ways], taxes)


def shipping_back(order: Node, asked: dict[str, Any], context: Context) -> list[Node]:
    """What goes back of the shipping: all that is left, or an amount in the customer's currency, from one line after
    another."""
    purse = purse_of(order)
    left = _shipping_left(order)[1] if asked.get("fullRefund") else parse(asked.get("amount") or 0)
    made = []
    for line in order.get("shippingLines") or ():
        price = pair(line["discountedPriceSet"])[1]
        back = min(left, price - _given_back(order, line)[1])
        if back > 0:
            taxes = [{**row, "priceSet": _share(row["priceSet"], back / price, purse)} for row in line.get("taxLines") or ()]
            made.append({"id": context.store.new_id("RefundShippingLine"), "shippingLine": line,
                         "subtotalAmountSet": _share(line["discountedPriceSet"], back / price, purse),
                         "taxAmountSet": purse.bag(add(row["priceSet"] for row in taxes)), "taxLines": taxes})
            left -= back
    return made


def _share(bag: Bag, part: Decimal, purse: Purse) -> Bag:
    whole = pair(bag)
    return purse.bag((whole[0] * part, whole[1] * part))


def _shipping_left(order: Node) -> Pair:
    lines = order.get("shippingLines") or ()
    return plus(*(minus(pair(line["discountedPriceSet"]), _given_back(order, line)) for line in lines))


def _given_back(order: Node, line: Node) -> Pair:
    ways = [way for refund in order.get("refunds") or () for way in refund.get("refundShippingLines") or ()]
    return add([way["subtotalAmountSet"] for way in ways if way["shippingLine"]["id"] == line["id"]])


def _value(order: Node, lines: list[Node], ways: list[Node]) -> Pair:
    """What these lines and this shipping are worth, VAT included."""
    bags: list[Bag] = [one["subtotalSet"] for one in lines] + [one["subtotalAmountSet"] for one in ways]
    if not order["taxesIncluded"]:
        bags += [one["totalTaxSet"] for one in lines] + [one["taxAmountSet"] for one in ways]
    return add(bags)


def _adjustments(gap: Pair, purse: Purse, context: Context) -> list[Node]:
    """Calculated less given back, where they differ (reference: Orders, refunds; its sign is not told there)."""
    if not any(gap):
        return []
    return [{"id": context.store.new_id("OrderAdjustment"), "reason": "REFUND_DISCREPANCY",
             "amountSet": purse.bag(gap), "taxAmountSet": purse.zero}]
