"""Goods that come back: asked for, approved or declined, closed and cancelled (schema: returns; texts as recorded)."""

from __future__ import annotations

from typing import Any

from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import user_error
from koppel_shopify.sandbox.money import pair, parse
from koppel_shopify.sandbox.reckoning import purse_of, worth
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.shapes import Node

Problem = dict[str, Any]
_OVER = ("CANCELED", "DECLINED")
_LONGEST_NOTE = 255
BAD_QUANTITY = "Return line item has an invalid quantity."
BAD_STATUS = "Return status is invalid."


def answer(made: Node | None, problem: Problem | None = None) -> dict[str, Any]:
    """The payload of a mutation on returns."""
    return {"return": made, "userErrors": [problem] if problem else []}


@resolves("QueryRoot", "return")
def one_return(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.return`."""
    return context.store.node(args["id"], "Return")


@resolves("Mutation", "returnCreate")
def create(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """A return that needs no approval, with what is sent in exchange. Nothing changes on the order before it is processed."""
    return _new(args["returnInput"], "returnInput", "OPEN", context)


@resolves("Mutation", "returnRequest")
def request(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """A return that somebody has to approve."""
    return _new(args["input"], "input", "REQUESTED", context)


def _new(given: dict[str, Any], root: str, status: str, context: Context) -> dict[str, Any]:
    order = context.store.node(given["orderId"], "Order")
    if order is None or not context.visible(order):
        return answer(None, user_error([root, "orderId"], "Order not found.", "NOT_FOUND"))
    problem = _problem(order, given, root, context)
    if problem:
        return answer(None, problem)
    number = len(order.get("returns") or ()) + 1
    lines = [_line(one, order, context) for one in given["returnLineItems"]]
    made: Node = {
        "id": context.store.new_id("Return"), "name": f"{order['name']}-R{number}", "status": status, "createdAt": context.stamp,
        "closedAt": None, "totalQuantity": sum(one["quantity"] for one in lines), "returnLineItems": lines, "refunds": [],
        "exchangeLineItems": [_exchange(one, context) for one in given.get("exchangeLineItems") or ()], "reverseFulfillmentOrders": [],
        "returnShippingFees": _fee(given, order, context), "transactions": [], "decline": None, "requestApprovedAt": None,
    }  # fmt: skip
    if status == "OPEN":
        _await_goods(made, context)
    order["closedAt"] = None
    order.setdefault("returns", []).append(made)
    context.store.learn(made, "Return", order["id"])
    return answer(touched(made, order, context))


def _problem(order: Node, given: dict[str, Any], root: str, context: Context) -> Problem | None:
    if not given["returnLineItems"]:
        return user_error([root, "returnLineItems"], "Return line items can't be blank", "BLANK")
    sent = {line["id"]: line for parcel in order.get("fulfillments") or () for line in parcel.get("fulfillmentLineItems") or ()}
    asked: dict[str, int] = {}
    for place, one in enumerate(given["returnLineItems"]):
        at, gid = [root, "returnLineItems", str(place)], one["fulfillmentLineItemId"]
        if gid not in sent:
            return user_error([*at, "fulfillmentLineItemId"], "Fulfillment Line Item was not found.", "NOT_FOUND")
        asked[gid] = asked.get(gid, 0) + one["quantity"]
        if one["quantity"] < 1 or asked[gid] > _left(order, sent[gid]):
            return user_error([*at, "quantity"], BAD_QUANTITY, "INVALID")
        if len(one.get("returnReasonNote") or "") > _LONGEST_NOTE:
            return user_error([*at, "returnReasonNote"], "Return reason note is too long (maximum is 255 characters)", "TOO_LONG")
    for place, one in enumerate(given.get("exchangeLineItems") or ()):
        at = [root, "exchangeLineItems", str(place)]
        if one["quantity"] < 1:
            return user_error([*at, "quantity"], "Quantity must be greater than 0", "GREATER_THAN")
        if context.store.node(one.get("variantId") or "", "ProductVariant") is None:
            return user_error([*at, "variantId"], "Variant was not found.", "NOT_FOUND")
    return None


def _left(order: Node, sent: Node) -> int:
    """How many of a parcel's line may still come back: those of the order that are not refunded, nor in another return."""
    sold = next((line for line in order["lineItems"] if line["id"] == (sent.get("lineItem") or {}).get("id")), None)
    under_way = [line for one in order.get("returns") or () if one["status"] not in _OVER for line in one["returnLineItems"]]
    taken = sum(line["quantity"] for line in under_way if (line.get("fulfillmentLineItem") or {}).get("id") == sent["id"])
    waiting = sum(line["unprocessedQuantity"] for line in under_way if (line.get("fulfillmentLineItem") or {}).get("id") == sent["id"])
    left = int(sold["refundableQuantity"]) if sold else 0
    return min(int(sent["quantity"]) - int(taken), left - int(waiting))


def _line(given: dict[str, Any], order: Node, context: Context) -> Node:
    count, sent = given["quantity"], context.store.node(given["fulfillmentLineItemId"], "FulfillmentLineItem")
    assert sent is not None
    sold = next(line for line in order["lineItems"] if line["id"] == sent["lineItem"]["id"])
    return {
        "__typename": "ReturnLineItem", "id": context.store.new_id("ReturnLineItem"), "fulfillmentLineItem": sent, "quantity": count,
        "processedQuantity": 0, "unprocessedQuantity": count, "processableQuantity": count, "refundableQuantity": count, "refundedQuantity": 0,
        "returnReason": given.get("returnReason") or "UNKNOWN", "returnReasonNote": given.get("returnReasonNote") or "",
        "customerNote": given.get("customerNote"), "restockingFee": _restocking(given, sold, order, context),
        "withCodeDiscountedTotalPriceSet": worth(sold, count, order["taxesIncluded"], purse_of(order))["goods"],
    }  # fmt: skip


def _exchange(given: dict[str, Any], context: Context) -> Node:
    variant, count = context.store.node(given["variantId"], "ProductVariant"), given["quantity"]
    assert variant is not None
    product = context.store.parent(variant["id"]) or {}
    return {
        "id": context.store.new_id("ExchangeLineItem"), "variantId": variant["id"], "variantSku": variant.get("sku"), "quantity": count,
        "variantTitle": variant.get("title"), "title": product.get("title"), "productId": product.get("id"), "lineItems": [],
        "processedQuantity": 0, "unprocessedQuantity": count, "processableQuantity": count, "appliedDiscount": given.get("appliedDiscount"),
    }  # fmt: skip


def _restocking(given: dict[str, Any], sold: Node, order: Node, context: Context) -> Node | None:
    """A share of what these pieces were sold for (schema: RestockingFee)."""
    asked, purse = given.get("restockingFee"), purse_of(order)
    if not asked:
        return None
    part = parse(asked["percentage"]) / 100
    goods = pair(worth(sold, given["quantity"], order["taxesIncluded"], purse)["goods"])
    return {"id": context.store.new_id("Fee"), "__typename": "RestockingFee", "percentage": asked["percentage"],
            "amountSet": purse.bag((goods[0] * part, goods[1] * part))}  # fmt: skip


def _fee(given: dict[str, Any], order: Node, context: Context) -> list[Node]:
    fee = (given.get("returnShippingFee") or {}).get("amount")
    if not fee:
        return []
    shop, theirs = pair(order["originalTotalPriceSet"])
    amount = parse(fee["amount"])
    ours = amount * shop / theirs if theirs else amount
    return [{"id": context.store.new_id("Fee"), "amountSet": purse_of(order).bag((ours, amount))}]


def _await_goods(made: Node, context: Context) -> None:
    lines = [{"id": context.store.new_id("ReverseFulfillmentOrderLineItem"), "fulfillmentLineItem": one["fulfillmentLineItem"],
              "totalQuantity": one["quantity"], "dispositions": []} for one in made["returnLineItems"]]  # fmt: skip
    made["reverseFulfillmentOrders"] = [{"id": context.store.new_id("ReverseFulfillmentOrder"), "status": "OPEN", "lineItems": lines}]


def touched(made: Node, order: Node, context: Context) -> Node:
    """The return, after the order was told of it."""
    states = {one["status"] for one in order["returns"]} - set(_OVER)
    open_status = "IN_PROGRESS" if "OPEN" in states else "RETURN_REQUESTED" if "REQUESTED" in states else ""
    order["returnStatus"] = open_status or ("RETURNED" if states else "NO_RETURN")
    context.touch(order)
    return made


def _changed(args: dict[str, Any], context: Context, wanted: tuple[str, ...], status: str, **more: Any) -> dict[str, Any]:
    """Bring a return from one status to another; one that has it already stays as it is."""
    given = args.get("input") or args
    field = ["input", "id"] if "input" in args else ["id"]
    made = context.store.node(given["id"], "Return")
    if made is None:
        return answer(None, user_error(field, "Return not found.", "NOT_FOUND"))
    if made["status"] == status and "input" not in args:
        return answer(made)
    if made["status"] not in wanted:
        return answer(None, user_error(field, BAD_STATUS, "INVALID_STATE"))
    made.update(status=status, **more)
    order = context.store.parent(made["id"])
    assert order is not None
    return answer(touched(made, order, context))


@resolves("Mutation", "returnApproveRequest")
def approve(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Let a return that was asked for go on."""
    told = _changed(args, context, ("REQUESTED",), "OPEN", requestApprovedAt=context.stamp)
    if told["return"] is not None:
        _await_goods(told["return"], context)
    return told


@resolves("Mutation", "returnDeclineRequest")
def decline(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Refuse a return that was asked for."""
    why = {"reason": args["input"]["declineReason"], "note": args["input"].get("declineNote")}
    return _changed(args, context, ("REQUESTED",), "DECLINED", decline=why)


@resolves("Mutation", "returnClose")
def close(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Say that a return is complete, whatever of it was processed."""
    return _changed(args, context, ("OPEN",), "CLOSED", closedAt=context.stamp)


@resolves("Mutation", "returnReopen")
def reopen(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Take up a closed return again."""
    return _changed(args, context, ("CLOSED",), "OPEN", closedAt=None)


@resolves("Mutation", "returnCancel")
def cancel(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Undo a return of which nothing was processed."""
    made = context.store.node(args["id"], "Return")
    rows = [*made["returnLineItems"], *made["exchangeLineItems"]] if made else []
    if any(row["processedQuantity"] for row in rows):
        return answer(None, user_error(["id"], "Return is not cancelable.", "INVALID_STATE"))
    return _changed(args, context, ("OPEN", "REQUESTED"), "CANCELED")
