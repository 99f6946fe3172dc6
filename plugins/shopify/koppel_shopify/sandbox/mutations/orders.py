"""Changing orders: notes, tags, references, payment and closing."""

from __future__ import annotations

from typing import Any

from koppel_shopify.sandbox import gids
from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import not_found, user_error
from koppel_shopify.sandbox.filling import identify
from koppel_shopify.sandbox.money import Purse, add, plus, shop_amount
from koppel_shopify.sandbox.mutations.metafields import tag_list, write_all
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.shapes import Node

_PLAIN = ("note", "email", "phone", "poNumber", "customAttributes")
_LONGEST_NOTE = 5000


def _order(gid: str, context: Context) -> Node | None:
    if gids.kind_of(gid) != "Order":
        raise not_found(gid)
    found = context.store.node(gid, "Order")
    return found if found is not None and context.visible(found) else None


def _absent() -> dict[str, Any]:
    return {"order": None, "userErrors": [user_error(["id"], "Order does not exist")]}


@resolves("Mutation", "orderUpdate")
def order_update(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Change what may be changed of a placed order; `tags` replaces the list (reference: section 12)."""
    given = args["input"]
    order = _order(given["id"], context)
    if order is None:
        return _absent()
    if len(given.get("note") or "") > _LONGEST_NOTE:
        text = f"Note is too long (maximum is {_LONGEST_NOTE} characters)"
        return {"order": None, "userErrors": [user_error(["note"], text)]}
    order.update({name: given[name] for name in _PLAIN if name in given})
    if given.get("tags") is not None:
        order["tags"] = tag_list(given["tags"])
    if given.get("shippingAddress") is not None:
        order["shippingAddress"] = address(given["shippingAddress"], order.get("shippingAddress"), context, "Address")
    write_all(order, given.get("metafields"), context)
    context.touch(order)
    return {"order": order, "userErrors": []}


def address(given: dict[str, Any], known: Node | None, context: Context, model: str) -> Node:
    """An address as the API keeps it, from its input."""
    made = {**(known or {}), **{name: value for name, value in given.items() if name not in ("countryCode", "id")}}
    if given.get("countryCode"):
        made["countryCodeV2"] = given["countryCode"]
    made["name"] = " ".join(filter(None, (made.get("firstName"), made.get("lastName")))) or None
    identify(made, "MailingAddress", context.store, "address", f"?model_name={model}")
    return made


@resolves("Mutation", "orderMarkAsPaid")
def mark_as_paid(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Record a manual payment of all that is outstanding."""
    order = _order(args["input"]["id"], context)
    if order is None:
        return _absent()
    if shop_amount(order["totalOutstandingSet"]) <= 0 or order.get("cancelledAt"):
        return {"order": None, "userErrors": [user_error(["id"], "Order cannot be marked as paid.")]}
    _pay(order, context)
    return {"order": order, "userErrors": []}


def _pay(order: Node, context: Context) -> None:
    due, purse = order["totalOutstandingSet"], Purse(order["currencyCode"], order["presentmentCurrencyCode"])
    payment = {
        "id": context.store.new_id("OrderTransaction"), "kind": "SALE", "status": "SUCCESS", "gateway": "manual", "amountSet": due,
        "formattedGateway": "manual", "manualPaymentGateway": True, "createdAt": context.stamp, "processedAt": context.stamp,
        "test": False, "fees": [],
    }
    order.setdefault("transactions", []).append(payment)
    context.store.learn(payment, "OrderTransaction", order["id"])
    for name in ("totalReceivedSet", "netPaymentSet"):
        order[name] = purse.bag(plus(add([order[name]]), add([due])))
    order["totalOutstandingSet"] = purse.zero
    order["displayFinancialStatus"] = "PAID"
    order["paymentGatewayNames"] = list(dict.fromkeys([*order["paymentGatewayNames"], "manual"]))
    context.touch(order)


@resolves("Mutation", "orderClose")
def close(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Close an order; a closed one stays as it is."""
    order = _order(args["input"]["id"], context)
    if order is None:
        return _absent()
    if not order.get("closedAt"):
        order["closedAt"] = context.stamp
        context.touch(order)
    return {"order": order, "userErrors": []}


@resolves("Mutation", "orderOpen")
def reopen(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Open an order again."""
    order = _order(args["input"]["id"], context)
    if order is None:
        return _absent()
    if order.get("closedAt"):
        order["closedAt"] = None
        context.touch(order)
    return {"order": order, "userErrors": []}
