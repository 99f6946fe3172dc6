"""Refunds: each for which money moved is a credit note, read as its order with that refund beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from koppel import Page, Query, Record

from koppel_shopify.amounts import amount
from koppel_shopify.client import AdminApi, nodes
from koppel_shopify.edits import MOVED, moved, overpaid, pays_back
from koppel_shopify.exchanges import exchanges, refunds_of
from koppel_shopify.fees import fees_of
from koppel_shopify.gids import is_gid, number
from koppel_shopify.resources import orders
from koppel_shopify.resources.orders import PER_CALL
from koppel_shopify.resources.reading import IDS_PER_CALL, Raw, complete_rows
from koppel_shopify.resources.returns import add_returns

_CHANGES = (
    "updatedAt", "displayFinancialStatus", "displayFulfillmentStatus", "currentTotalPriceSet", "totalRefundedSet",
    "currentTotalDutiesSet", "refunds", "note", "totalOutstandingSet", "returnStatus",
    "returns", "currentTaxLines", "originalTotalPriceSet", "risk", "fulfillments", "fulfillmentOrders", "cancelledAt",
)  # fmt: skip
"""What goes on changing in an order once a refund was made; the refund itself stays what it was."""


def complete(api: AdminApi, raws: list[Raw]) -> None:
    """Add the refunds to the orders that have any, and the lines that did not fit."""
    refunded = {str(raw["id"]): raw for raw in raws if _refunded(raw)}
    for raw in refunded.values():
        complete_rows(api, raw, "lineItems", "order_lines", "order", 100)
        complete_rows(api, raw, "shippingLines", "order_shipping", "order", 100)
    for data in api.by_ids("order_refunds", list(refunded), PER_CALL):
        for node in nodes(data.get("nodes")):
            refunded[str(node["id"])]["refunds"] = [_whole(api, refund) for refund in nodes(node.get("refunds"))]
    add_returns(api, list(refunded.values()))


def apart(raw: Raw, label: str) -> Iterable[Record]:
    """One record per refund for which money moved. All are counted, so that each keeps its number for ever.

    What settles an exchange, or pays back what was paid too much, takes nothing back: no paper is made of it."""
    settled = refunds_of(exchanges(raw))
    made = sorted(nodes(raw.get("refunds")), key=lambda one: (str(one.get("createdAt")), int(number(str(one["id"])) or 0)))
    for count, refund in enumerate(made, 1):
        if moved(refund) and str(refund["id"]) not in settled and not (pays_back(refund) and overpaid(raw)):
            fees = fees_of(raw, refund)
            data = {**_lasting(raw), "refund": {**refund, "number": count, **({"fees": fees} if fees else {})}}
            yield Record(str(refund["id"]), data, f"{raw.get(label) or ''}-C{count}")


def page(api: AdminApi, query: Query) -> Page:
    """A page of refunds; ids may be of refunds, and of orders for all that were given back of them."""
    wanted = [one for one in query.ids if is_gid(one, "Refund")]
    if not wanted:
        return READING.page(api, query)
    asked = [one for one in query.ids if one not in wanted]
    found = READING.page(api, replace(query, ids=tuple(dict.fromkeys([*asked, *_orders_of(api, wanted)]))))
    ours = {*wanted, *asked}
    return Page(tuple(one for one in found.records if ours & {one.id, str(one.data["id"]), str(one.data["name"])}))


def _refunded(raw: Mapping[str, Any]) -> bool:
    back = any(row.get("kind") == "REFUND" and row.get("status") in MOVED for row in nodes(raw.get("transactions")))
    return back or amount(raw.get("totalRefundedSet")) != 0


def _whole(api: AdminApi, refund: Mapping[str, Any]) -> Raw:
    whole = dict(refund)
    complete_rows(api, whole, "refundLineItems", "refund_lines", "node", 100)
    return whole


def _lasting(raw: Raw) -> Raw:
    """The order without what later changes of it, so that a refund read twice is the same."""
    lines = [{name: value for name, value in line.items() if name != "currentQuantity"} for line in nodes(raw.get("lineItems"))]
    paid = [row for row in nodes(raw.get("transactions")) if row.get("kind") != "REFUND"]
    kept = {name: value for name, value in raw.items() if name not in _CHANGES}
    return {**kept, "lineItems": {"nodes": lines}, "transactions": paid}


def _orders_of(api: AdminApi, refunds: list[str]) -> list[str]:
    found = api.by_ids("orders_of_refunds", refunds, IDS_PER_CALL)
    return [str(node["order"]["id"]) for data in found for node in nodes(data.get("nodes")) if node.get("order")]


READING = replace(orders.READING, complete=complete, records=apart)
