"""What came back of orders, and what went out in its place: read apart, for orders that have any of it."""

from __future__ import annotations

from koppel import ConfigurationError

from koppel_shopify.client import AdminApi, nodes
from koppel_shopify.resources.reading import Raw, complete_rows

PER_CALL = 10


def add_returns(api: AdminApi, orders: list[Raw]) -> None:
    """Add the returns, whole, to the orders that have any."""
    told = [one for one in orders if one.get("returnStatus") not in (None, "NO_RETURN")]
    add(api, "order_returns", told)
    for order in told:
        complete_rows(api, order, "returns", "more_returns", "order", 10)
        if order.get("returns") is not None:
            order["returns"] = {"nodes": [_whole(api, dict(one)) for one in nodes(order["returns"])]}


def _whole(api: AdminApi, made: Raw) -> Raw:
    complete_rows(api, made, "returnLineItems", "return_lines", "node", 100)
    complete_rows(api, made, "exchangeLineItems", "exchange_lines", "node", 100)
    return made


def add(api: AdminApi, operation: str, orders: list[Raw]) -> None:
    """Put what this operation tells into these orders, where the app may ask it.

    What it asks for is never null, so a refusal of it would take the whole order along: it is a question of its own."""
    wanted = {str(order["id"]): order for order in orders}
    try:
        for data in api.by_ids(operation, list(wanted), PER_CALL):
            for node in nodes(data.get("nodes")):
                wanted[str(node["id"])] |= node
    except ConfigurationError as refused:
        if not str(refused.cause).startswith("scope."):
            raise
