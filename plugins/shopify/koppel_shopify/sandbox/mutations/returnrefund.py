"""Refunding a return: money for its pieces, less the fees that the shop keeps (schema: returnRefund)."""

from __future__ import annotations

from typing import Any

from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import user_error
from koppel_shopify.sandbox.money import add, parse
from koppel_shopify.sandbox.mutations.refunds import give_back, pay_from, piece, shipping_back
from koppel_shopify.sandbox.mutations.returnprocess import fees_for, of_return
from koppel_shopify.sandbox.mutations.returns import BAD_QUANTITY, BAD_STATUS, touched
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.shapes import Node


@resolves("Mutation", "returnRefund")
def refund(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """One refund, whole or not at all. Pieces that were not processed yet are by this."""
    given = args["returnRefundInput"]
    made = context.store.node(given["returnId"], "Return")
    order = context.store.parent(given["returnId"]) if made else None
    problem = _problem(made, order, given)
    if problem or made is None or order is None:
        return {"refund": None, "userErrors": [problem]}
    return {"refund": _refund(made, order, given, context), "userErrors": []}


def _problem(made: Node | None, order: Node | None, given: dict[str, Any]) -> dict[str, Any] | None:
    at = ["returnRefundInput"]
    if made is None or order is None:
        return user_error([*at, "returnId"], "Return not found.", "NOT_FOUND")
    if made["status"] not in ("OPEN", "CLOSED"):
        return user_error([*at, "returnId"], BAD_STATUS, "INVALID_STATE")
    rows = {row["id"]: row for row in made["returnLineItems"]}
    for place, one in enumerate(given["returnRefundLineItems"]):
        row = rows.get(one["returnLineItemId"])
        if row is None:
            return user_error([*at, "returnRefundLineItems", str(place), "returnLineItemId"], "Return line item was not found.", "NOT_FOUND")
        if not 0 < one["quantity"] <= row["refundableQuantity"]:
            return user_error([*at, "returnRefundLineItems", str(place), "quantity"], BAD_QUANTITY, "INVALID")
    parents = {one["id"] for one in order.get("transactions") or () if one["kind"] in ("SALE", "CAPTURE")}
    for place, one in enumerate(given.get("orderTransactions") or ()):
        if one["parentId"] not in parents:
            return user_error([*at, "orderTransactions", str(place), "parentId"], "Order transaction was not found.", "NOT_FOUND")
    asked = sum(parse(one["transactionAmount"]["amount"]) for one in given.get("orderTransactions") or ())
    received = add([order["netPaymentSet"]])[1]
    if asked > received:
        return user_error([*at, "orderTransactions"], f"Refund amount ${asked:.2f} is greater than net payment received ${received:.2f}", "INVALID")
    return None


def _refund(made: Node, order: Node, given: dict[str, Any], context: Context) -> Node:
    paid = [pay_from(order, one["parentId"], parse(one["transactionAmount"]["amount"]), context) for one in given.get("orderTransactions") or ()]
    asked = {one["returnLineItemId"]: one["quantity"] for one in given["returnRefundLineItems"]}
    fresh = {key: min(count, row["unprocessedQuantity"]) for row in made["returnLineItems"] for key, count in asked.items() if key == row["id"]}
    fees = fees_for(made, {key: count for key, count in fresh.items() if count}, order)
    lines = [_dealt_with(row, asked[row["id"]], fresh[row["id"]], order) for row in made["returnLineItems"] if row["id"] in asked]
    shipping = given.get("refundShipping") or {}
    ways = shipping_back(order, {**shipping, "amount": (shipping.get("shippingRefundAmount") or {}).get("amount")}, context)
    told = give_back(order, [line for line in lines if line], ways, paid, None, context, fees)
    of_return(made, told, paid)
    touched(made, order, context)
    return told


def _dealt_with(row: Node, count: int, fresh: int, order: Node) -> Node | None:
    """Pieces that were processed before have left the order already."""
    row["refundableQuantity"] -= count
    row["refundedQuantity"] += count
    row["processedQuantity"] += fresh
    for name in ("unprocessedQuantity", "processableQuantity"):
        row[name] -= fresh
    sold = next(line for line in order["lineItems"] if line["id"] == row["fulfillmentLineItem"]["lineItem"]["id"])
    return piece(order, sold, fresh, "NO_RESTOCK") if fresh else None
