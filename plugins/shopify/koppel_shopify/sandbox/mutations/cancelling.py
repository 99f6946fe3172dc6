"""Cancelling an order: asked for now, done by a job of its own (reference: sections 4, 12 and 15; texts as recorded)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import user_error
from koppel_shopify.sandbox.money import add
from koppel_shopify.sandbox.mutations.ordercreate import move_stock
from koppel_shopify.sandbox.mutations.refunds import give_back, payment, piece, shipping_back
from koppel_shopify.sandbox.reckoning import move, purse_of, settle, worth
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.scalars import instant, moment
from koppel_shopify.sandbox.shapes import Node

_LONGEST_NOTE = 255


@resolves("Mutation", "orderCancel")
def cancel(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Ask for it. What the order cannot have now is refused; what comes between shows only in the outcome."""
    order = context.store.node(args["orderId"], "Order")
    problem = _cannot(order, args, context)
    if problem or order is None:
        return {"job": None, "orderCancelUserErrors": [problem], "userErrors": [problem]}
    job: Node = {"id": context.store.new_id("Job"), "order": order["id"], "done": False, "args": args,
                 "dueAt": instant(context.now + timedelta(seconds=context.switches.cancel_seconds))}  # fmt: skip
    context.store.jobs[job["id"]] = job
    if not context.switches.cancel_seconds:
        _carry_out(job, context)
    return {"job": {"id": job["id"], "done": False}, "orderCancelUserErrors": [], "userErrors": []}


@resolves("QueryRoot", "job")
def one_job(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.job`."""
    return context.store.jobs.get(args["id"])


def run_due(context: Context) -> None:
    """Carry out the jobs whose time has come."""
    for job in list(context.store.jobs.values()):
        if not job["done"] and moment(job["dueAt"]) <= context.now:
            _carry_out(job, context)


def _cannot(order: Node | None, args: dict[str, Any], context: Context) -> dict[str, Any] | None:
    if order is None:
        return user_error(["orderId"], "Order does not exist", "NOT_FOUND")
    if len(args.get("staffNote") or "") > _LONGEST_NOTE:
        return user_error(["staffNote"], f"Staff note is too long. Maximum length is {_LONGEST_NOTE} characters.", "INVALID")
    if args.get("refund") is not None and args.get("refundMethod") is not None:
        return user_error(["refund"], "Only one of the arguments `refund` or `refund_method` is allowed.", "INVALID")
    if any(not job["done"] and job["order"] == order["id"] for job in context.store.jobs.values()):
        return user_error(["orderId"], "Cancellation is already in progress", "INVALID")
    return _stands(order)


def _stands(order: Node) -> dict[str, Any] | None:
    """Why this order cannot be cancelled."""
    if order.get("cancelledAt"):
        return user_error(["orderId"], "Cannot cancel an order that has already been canceled", "INVALID")
    if any(one.get("status") == "SUCCESS" for one in order.get("fulfillments") or ()):
        return user_error(["orderId"], "Cannot cancel an order that has outstanding fulfillments", "INVALID")
    if any(one["status"] not in ("CANCELED", "DECLINED") for one in order.get("returns") or ()):
        return user_error(["orderId"], "Cannot cancel an order that has returns", "INVALID")
    return None


def _carry_out(job: Node, context: Context) -> None:
    order, args = context.store.node(job["order"], "Order"), job["args"]
    job["done"] = True
    if order is None or _stands(order):
        return
    if args["restock"]:
        for line in order["lineItems"]:
            move_stock(line, -line["unfulfilledQuantity"], context)
    if args.get("refund") or (args.get("refundMethod") or {}).get("originalPaymentMethodsRefund"):
        _refund(order, args, context)
    order["cancelledAt"], order["cancelReason"] = context.stamp, args["reason"]
    order["closedAt"] = order.get("closedAt") or context.stamp
    for part in order.get("fulfillmentOrders") or ():
        part["status"] = "CLOSED"
    _empty(order)
    if order["displayFinancialStatus"] in ("PENDING", "AUTHORIZED"):
        order["displayFinancialStatus"] = "VOIDED"
    settle(order)
    context.touch(order)
    context.events.append(("ORDERS_CANCELLED", order))


def _refund(order: Node, args: dict[str, Any], context: Context) -> None:
    """All that was paid, by the way it was paid."""
    lines = [piece(order, line, line["refundableQuantity"], "CANCEL" if args["restock"] else "NO_RESTOCK")
             for line in order["lineItems"] if line["refundableQuantity"]]  # fmt: skip
    left, purse, paid = add([order["netPaymentSet"]]), purse_of(order), []
    for one in order.get("transactions") or ():
        shop, theirs = add([one["amountSet"]])
        if one["kind"] in ("SALE", "CAPTURE") and one["status"] == "SUCCESS" and left[0] > 0:
            part = (min(shop, left[0]), min(theirs, left[1]))
            paid.append(payment(one["id"], part, one["gateway"], purse, context))
            left = (left[0] - part[0], left[1] - part[1])
    if paid:
        give_back(order, lines, shipping_back(order, {"fullRefund": True}, context), paid, args.get("staffNote"), context)


def _empty(order: Node) -> None:
    """A cancelled order comes to nothing (recorded: orderCancel)."""
    purse = purse_of(order)
    for line in order["lineItems"]:
        if line["currentQuantity"]:
            value = worth(line, line["currentQuantity"], order["taxesIncluded"], purse)
            move(order, -1, [value["goods"]], taxes=value["taxLines"])
        line["currentQuantity"] = line["unfulfilledQuantity"] = 0
    order["currentTotalPriceSet"] = purse.zero
