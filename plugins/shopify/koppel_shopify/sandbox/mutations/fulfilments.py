"""Shipping: fulfilling fulfilment orders and changing what is known of a parcel."""

from __future__ import annotations

from typing import Any

from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import user_error
from koppel_shopify.sandbox.gids import tail_of
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.shapes import Node

Wanted = list[tuple[Node, list[tuple[Node, int]]]]


@resolves("Mutation", "fulfillmentCreate")
def create(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Ship all or part of the fulfilment orders of one order (reference: section 13)."""
    given = args["fulfillment"]
    wanted: Wanted = []
    for one in given["lineItemsByFulfillmentOrder"]:
        problem = _collect(one, wanted, context)
        if problem:
            return {"fulfillment": None, "userErrors": [user_error(["fulfillment"], problem)]}
    problem = _together(wanted, context)
    if problem:
        return {"fulfillment": None, "userErrors": [user_error(["fulfillment"], problem)]}
    return {"fulfillment": _ship(wanted, given, context), "userErrors": []}


def _collect(one: dict[str, Any], wanted: Wanted, context: Context) -> str:
    part = context.store.node(one["fulfillmentOrderId"], "FulfillmentOrder")
    if part is None:
        return "Fulfillment order does not exist."
    if part["status"] not in ("OPEN", "IN_PROGRESS"):
        return f"Fulfillment order {tail_of(part['id'])} has an unfulfillable status= {part['status'].lower()}."
    lines = {line["id"]: line for line in part["lineItems"]}
    asked = one.get("fulfillmentOrderLineItems")
    chosen = [(line, line["remainingQuantity"]) for line in lines.values() if line["remainingQuantity"]]
    if asked:
        if any(entry["id"] not in lines for entry in asked):
            return "Fulfillment order line item does not exist."
        chosen = [(lines[entry["id"]], entry["quantity"]) for entry in asked]
    if any(not 0 < count <= line["remainingQuantity"] for line, count in chosen):
        return "Invalid fulfillment order line item quantity requested."
    wanted.append((part, chosen))
    return ""


def _together(wanted: Wanted, context: Context) -> str:
    if not wanted:
        return "Fulfillment order does not exist."
    if len({str((context.store.parent(part["id"]) or {}).get("id")) for part, _ in wanted}) > 1:
        return "All fulfillment orders must belong to the same order."
    if len({str(_place(part)) for part, _ in wanted}) > 1:
        return "All fulfillment orders must be assigned to a single location."
    return ""


def _place(part: Node) -> Any:
    return (part.get("assignedLocation") or {}).get("location")


def _ship(wanted: Wanted, given: dict[str, Any], context: Context) -> Node:
    order = context.store.parent(wanted[0][0]["id"])
    assert order is not None
    known = order.setdefault("fulfillments", [])
    lines = [{"id": context.store.new_id("FulfillmentLineItem"), "lineItem": line.get("lineItem"), "quantity": count}
             for _, chosen in wanted for line, count in chosen]
    parcel: Node = {
        "id": context.store.new_id("Fulfillment"), "name": f"{order['name']}-F{len(known) + 1}", "status": "SUCCESS",
        "displayStatus": "FULFILLED", "createdAt": context.stamp, "updatedAt": context.stamp, "location": _place(wanted[0][0]),
        "requiresShipping": True, "totalQuantity": sum(line["quantity"] for line in lines), "fulfillmentLineItems": lines,
        "fulfillmentOrders": [{"id": part["id"]} for part, _ in wanted], "trackingInfo": tracking(given.get("trackingInfo")),
    }
    known.append(parcel)
    context.store.learn(parcel, "Fulfillment", order["id"])
    _settle(order, wanted, parcel, context)
    return parcel


def _settle(order: Node, wanted: Wanted, parcel: Node, context: Context) -> None:
    for part, chosen in wanted:
        for line, count in chosen:
            line["remainingQuantity"] -= count
            sold = context.store.node(str((line.get("lineItem") or {}).get("id") or ""), "LineItem")
            if sold is not None:
                sold["unfulfilledQuantity"] = max(0, sold["unfulfilledQuantity"] - count)
        part["status"] = "IN_PROGRESS" if any(line["remainingQuantity"] for line in part["lineItems"]) else "CLOSED"
        part.setdefault("fulfillments", []).append({"id": parcel["id"]})
        context.touch(part)
    left = any(part["status"] != "CLOSED" for part in order["fulfillmentOrders"])
    order["displayFulfillmentStatus"] = "PARTIALLY_FULFILLED" if left else "FULFILLED"
    context.touch(order)


def tracking(given: dict[str, Any] | None) -> list[Node]:
    """Tracking numbers with their addresses, one entry each."""
    if not given:
        return []
    numbers = given.get("numbers") or ([given["number"]] if given.get("number") else [])
    urls = given.get("urls") or ([given["url"]] if given.get("url") else [])
    rows = max(len(numbers), len(urls), 1 if given.get("company") else 0)
    return [{"company": given.get("company"), "number": numbers[i] if i < len(numbers) else None,
             "url": urls[i] if i < len(urls) else None} for i in range(rows)]


@resolves("Mutation", "fulfillmentTrackingInfoUpdate")
def update_tracking(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Replace what is known of a parcel's journey."""
    parcel = context.store.node(args["fulfillmentId"], "Fulfillment")
    if parcel is None:
        return {"fulfillment": None, "userErrors": [user_error(["fulfillmentId"], "Fulfillment does not exist.")]}
    parcel["trackingInfo"] = tracking(args["trackingInfoInput"])
    context.touch(parcel)
    order = context.store.parent(parcel["id"])
    if order is not None:
        context.touch(order)
    return {"fulfillment": parcel, "userErrors": []}


@resolves("Mutation", "fulfillmentCancel")
def cancel(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Undo a parcel; its goods are to be sent again (reference: section 13)."""
    parcel = context.store.node(args["id"], "Fulfillment")
    order = context.store.parent(args["id"]) if parcel else None
    if parcel is None or order is None:
        return {"fulfillment": None, "userErrors": [user_error(["id"], "Fulfillment does not exist.")]}
    parcel.update(status="CANCELLED", displayStatus="CANCELED")
    context.touch(parcel)
    for line in parcel["fulfillmentLineItems"]:
        _reopen(order, line)
    shipped = any(one["status"] == "SUCCESS" for one in order["fulfillments"])
    order["displayFulfillmentStatus"] = "PARTIALLY_FULFILLED" if shipped else "UNFULFILLED"
    context.touch(order)
    return {"fulfillment": parcel, "userErrors": []}


def _reopen(order: Node, line: Node) -> None:
    for part in order["fulfillmentOrders"]:
        for one in part["lineItems"]:
            if (one.get("lineItem") or {}).get("id") == (line.get("lineItem") or {}).get("id"):
                one["remainingQuantity"] += line["quantity"]
                part["status"] = "OPEN"
