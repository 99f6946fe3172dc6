"""Orders: read with all their lines, and with their refunds where goods went back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from koppel import Found, Lookup, Match

from koppel_shopify.amounts import amount
from koppel_shopify.bundles import sold_as_one
from koppel_shopify.client import AdminApi, nodes
from koppel_shopify.lines import gap, plain_lines
from koppel_shopify.resources.finding import found_of, rows_by_value
from koppel_shopify.resources.reading import Raw, Reading, complete_rows
from koppel_shopify.resources.returns import add, add_returns
from koppel_shopify.search import ORDER_FILTERS

PER_CALL = 10
_IN_PARTS = ("IN_PROGRESS", "ON_HOLD", "OPEN", "PARTIALLY_FULFILLED", "REQUEST_DECLINED", "SCHEDULED")
"""Where one word for the whole order does not say which part is where."""


def complete(api: AdminApi, orders: list[Raw]) -> None:
    """Add the lines that did not fit, and the details of the few orders that need them."""
    for order in orders:
        complete_rows(api, order, "lineItems", "order_lines", "order", 100)
        complete_rows(api, order, "shippingLines", "order_shipping", "order", 100)
    wanted = {str(order["id"]): order for order in orders if needs_details(order)}
    for data in api.by_ids("order_details", list(wanted), PER_CALL):
        for node in nodes(data.get("nodes")):
            wanted[str(node["id"])] |= _details(api, node)
    _add_components(api, [line for order in orders for line in nodes(order.get("lineItems")) if sold_as_one(line)])
    add_returns(api, orders)
    add(api, "order_parts", [one for one in orders if one.get("displayFulfillmentStatus") in _IN_PARTS])


def _add_components(api: AdminApi, lines: list[Mapping[str, Any]]) -> None:
    """Put the parts of bundles that were sold as one line into their lines."""
    made: dict[str, list[Raw]] = {}
    for line in lines:
        made.setdefault(str(line["variant"]["id"]), []).append(line["variant"])
    for data in api.by_ids("bundle_components", list(made), PER_CALL):
        for node in nodes(data.get("nodes")):
            for variant in made[str(node["id"])]:
                variant |= node


def needs_details(order: Mapping[str, Any]) -> bool:
    """Whether goods were taken off, money went back, or something was charged besides goods and shipping."""
    lines = nodes(order.get("lineItems"))
    return (
        amount(order.get("totalPriceSet")) != amount(order.get("currentTotalPriceSet"))
        or any(line.get("currentQuantity") != line.get("quantity") for line in lines)
        or amount(order.get("totalRefundedSet")) != 0
        or gap(order, plain_lines(order)) != 0
    )


def _details(api: AdminApi, node: Mapping[str, Any]) -> Raw:
    refunds = [dict(refund) for refund in nodes(node.get("refunds"))]
    for refund in refunds:
        complete_rows(api, refund, "refundLineItems", "refund_lines", "node", 100)
    return {"refunds": refunds, "additionalFees": node.get("additionalFees") or []}


READING = Reading(
    kind="Order",
    root="orders",
    list_query="orders",
    id_query="orders_by_id",
    label="name",
    name_filter="name",
    known_filters=ORDER_FILTERS,
    page_size=50,
    complete=complete,
    keys_query="order_keys",
)


def find(api: AdminApi, lookup: Lookup) -> Found:
    """Orders by their name (#1001), and those that came from elsewhere by the number they had there."""
    found = _by(api, "name", "name", lookup.values)
    other = _by(api, "source_identifier", "sourceIdentifier", [one for one in lookup.values if one not in found])
    return found_of(found | other, lambda row: Match(str(row["id"]), str(row.get("name") or ""), row))


def _by(api: AdminApi, term: str, field: str, values: Sequence[str]) -> dict[str, list[Mapping[str, Any]]]:
    return rows_by_value(api, "orders_by_reference", "orders", term, values, lambda row: row.get(field))
