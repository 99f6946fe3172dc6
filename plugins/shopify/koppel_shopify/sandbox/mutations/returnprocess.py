"""Processing a return: what came back leaves the order, what goes out in exchange becomes a line, money moves."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import user_error
from koppel_shopify.sandbox.money import add, pair, parse, plus
from koppel_shopify.sandbox.mutations.exchanges import add_line, await_parcel
from koppel_shopify.sandbox.mutations.refunds import charge, give_back, pay_from, piece, shipping_back, take_off
from koppel_shopify.sandbox.mutations.returns import BAD_QUANTITY, BAD_STATUS, Problem, answer, touched
from koppel_shopify.sandbox.reckoning import Pair, move, purse_of, settle, worth
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.shapes import Node


@resolves("Mutation", "returnProcess")
def process(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Confirm what came back and what goes out, and give money back where that is asked; whole or not at all."""
    given = args["input"]
    made = context.store.node(given["returnId"], "Return")
    order = context.store.parent(given["returnId"]) if made else None
    if made is None or order is None:
        return answer(None, user_error(["input", "returnId"], "Return not found.", "NOT_FOUND"))
    problem = _problem(made, order, given)
    if problem:
        return answer(None, problem)
    _process(made, order, given, context)
    return answer(touched(made, order, context))


def _problem(made: Node, order: Node, given: dict[str, Any]) -> Problem | None:
    if made["status"] != "OPEN":
        return user_error(["input", "returnId"], BAD_STATUS, "INVALID_STATE")
    for name, missing in (("returnLineItems", "Return line item was not found."), ("exchangeLineItems", "Exchange line item was not found.")):
        known = {row["id"]: row for row in made[name]}
        for place, one in enumerate(given.get(name) or ()):
            if one["id"] not in known:
                return user_error(["input", name, str(place), "id"], missing, "NOT_FOUND")
            if not 0 < one["quantity"] <= known[one["id"]]["processableQuantity"]:
                return user_error(["input", name, str(place), "quantity"], BAD_QUANTITY, "INVALID")
    return _money_problem(order, given)


def _transfers(given: dict[str, Any]) -> list[dict[str, Any]]:
    issued = (given.get("financialTransfer") or {}).get("issueRefund") or {}
    return [one for one in issued.get("orderTransactions") or () if parse(one["transactionAmount"]["amount"])]


def _money_problem(order: Node, given: dict[str, Any]) -> Problem | None:
    at = ["input", "financialTransfer", "issueRefund", "orderTransactions"]
    parents = {one["id"]: one for one in order.get("transactions") or () if one["kind"] in ("SALE", "CAPTURE")}
    for place, one in enumerate(_transfers(given)):
        if one["parentId"] not in parents:
            return user_error([*at, str(place), "parentId"], "Order transaction was not found.", "NOT_FOUND")
    asked = sum((parse(one["transactionAmount"]["amount"]) for one in _transfers(given)), Decimal(0))
    received = add([order["netPaymentSet"]])[1]
    over = ((given.get("financialTransfer") or {}).get("issueRefund") or {}).get("allowOverRefunding")
    if asked > received and not over:
        return user_error(at, f"Refund amount ${asked:.2f} is greater than net payment received ${received:.2f}", "INVALID")
    return None


def _process(made: Node, order: Node, given: dict[str, Any], context: Context) -> None:
    paid = [_transaction(one, order, context) for one in _transfers(given)]
    fees = fees_for(made, {one["id"]: one["quantity"] for one in given.get("returnLineItems") or ()}, order)
    came_back = _come_back(made, order, given, bool(paid))
    _send_out(made, order, given, context)
    ways = shipping_back(order, _shipping(given), context)
    if paid or ways or (came_back and context.switches.returns_leave_refund):
        of_return(made, give_back(order, came_back, ways, paid, given.get("note"), context, fees), paid)
    else:
        take_off(order, came_back, ways)
        charge(order, fees, context)
    settle(order)


def of_return(made: Node, refund: Node, paid: list[Node]) -> None:
    """A refund and its payments belong to this return."""
    refund["return"] = {"id": made["id"]}
    made["refunds"].append({"id": refund["id"]})
    made["transactions"] += [{"id": one["id"]} for one in paid]


def fees_for(made: Node, counts: dict[str, int], order: Node) -> Pair:
    """What the shop keeps when so many pieces of these lines are dealt with: the shipping fee once, of restocking fees
    the share of the pieces."""
    kept = [] if made.get("feeTaken") or not counts else [add([one["amountSet"]]) for one in made["returnShippingFees"]]
    made["feeTaken"] = made.get("feeTaken") or bool(counts)
    for row in made["returnLineItems"]:
        fee, count = row.get("restockingFee"), counts.get(row["id"])
        if fee and count:
            shop, theirs = add([fee["amountSet"]])
            kept.append((shop * count / row["quantity"], theirs * count / row["quantity"]))
    return pair(purse_of(order).bag(plus(*kept)))


def _come_back(made: Node, order: Node, given: dict[str, Any], refunded: bool) -> list[Node]:
    rows = {row["id"]: row for row in made["returnLineItems"]}
    lines = {line["id"]: line for line in order["lineItems"]}
    pieces = []
    for one in given.get("returnLineItems") or ():
        row = rows[one["id"]]
        _count(row, one["quantity"])
        row["refundableQuantity"] -= one["quantity"] if refunded else 0
        row["refundedQuantity"] += one["quantity"] if refunded else 0
        kinds = {chosen["dispositionType"] for chosen in one.get("dispositions") or ()}
        restock = "RETURN" if kinds == {"RESTOCKED"} else "NO_RESTOCK"
        pieces.append(piece(order, lines[row["fulfillmentLineItem"]["lineItem"]["id"]], one["quantity"], restock))
    return pieces


def _send_out(made: Node, order: Node, given: dict[str, Any], context: Context) -> None:
    rows = {row["id"]: row for row in made["exchangeLineItems"]}
    sent = []
    for one in given.get("exchangeLineItems") or ():
        row = rows[one["id"]]
        _count(row, one["quantity"])
        line = add_line(order, made, row, one["quantity"], context)
        row["lineItems"].append({"id": line["id"]})
        row["lineItem"] = row.get("lineItem") or {"id": line["id"]}
        sent.append(line)
        value = worth(line, one["quantity"], order["taxesIncluded"], purse_of(order))
        move(order, 1, [value["goods"]], taxes=value["taxLines"])
    if sent:
        await_parcel(order, sent, context)


def _count(row: Node, count: int) -> None:
    row["processedQuantity"] += count
    for name in ("unprocessedQuantity", "processableQuantity"):
        row[name] -= count


def _transaction(one: dict[str, Any], order: Node, context: Context) -> Node:
    """The amount is in the customer's currency (schema: ReturnRefundOrderTransactionInput)."""
    return pay_from(order, one["parentId"], parse(one["transactionAmount"]["amount"]), context)


def _shipping(given: dict[str, Any]) -> dict[str, Any]:
    asked = given.get("refundShipping") or {}
    return {"fullRefund": asked.get("fullRefund"), "amount": (asked.get("shippingRefundAmount") or {}).get("amount")}


@resolves("Mutation", "removeFromReturn")
def remove(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Take lines that were not processed yet out of an open return."""
    made = context.store.node(args["returnId"], "Return")
    order = context.store.parent(args["returnId"]) if made else None
    if made is None or order is None:
        return answer(None, user_error(["returnId"], "Return not found.", "NOT_FOUND"))
    if made["status"] != "OPEN":
        return answer(None, user_error(["returnId"], BAD_STATUS, "INVALID_STATE"))
    asked = [(name, row, one["quantity"], place) for name, key in (("returnLineItems", "returnLineItemId"), ("exchangeLineItems", "exchangeLineItemId"))
             for place, one in enumerate(args.get(name) or ()) for row in [next((row for row in made[name] if row["id"] == one[key]), None)]]  # fmt: skip
    for name, found, count, place in asked:
        if count < 1:
            return answer(None, user_error(None, "Quantity must be greater than 0", "GREATER_THAN"))
        if found is None or count > found["unprocessedQuantity"]:
            return answer(None, user_error([name, str(place), "quantity"], BAD_QUANTITY, "INVALID"))
    for name, found, count, _ in asked:
        assert found is not None
        for field in ("quantity", "unprocessedQuantity", "processableQuantity"):
            found[field] -= count
        made[name] = [row for row in made[name] if row["quantity"]]
    made["totalQuantity"] = sum(row["quantity"] for row in made["returnLineItems"])
    return answer(touched(made, order, context))
