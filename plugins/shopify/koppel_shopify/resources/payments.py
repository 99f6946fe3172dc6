"""Payments that came in elsewhere: an order is marked as paid once all of it was paid."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from koppel import Batch, Found, Lookup, Match, Receipt, Receipts, RecordError, RejectedError, Write

from koppel_shopify.client import AdminApi, dig
from koppel_shopify.resources.order_status import mark_paid, read_orders

Row = Mapping[str, Any]
_PAID = ("PAID", "PARTIALLY_REFUNDED", "REFUNDED")


def find(api: AdminApi, lookup: Lookup) -> Found:
    """A payment counts as told when its order is paid."""
    wanted = {value: value.partition("#")[0] for value in lookup.values}
    orders = read_orders(api, list(wanted.values()))
    found = {}
    for value, gid in wanted.items():
        if gid in orders and orders[gid].get("displayFinancialStatus") in _PAID:
            found[value] = (Match(value, str(orders[gid].get("name") or "")),)
    return Found(found)


def upsert(api: AdminApi, batch: Batch) -> Receipts:
    """Tell these payments and answer for each."""
    orders = read_orders(api, [str(write.draft.fields.get("order") or "") for write in batch.writes])
    return Receipts(tuple(_one(api, write, orders) for write in batch.writes))


def _one(api: AdminApi, write: Write, orders: Mapping[str, Row]) -> Receipt:
    fields = write.draft.fields
    order = orders.get(str(fields.get("order") or ""))
    try:
        if order is None:
            raise RejectedError("The order of this payment is no longer in Shopify.", cause="order.gone")
        if order.get("displayFinancialStatus") not in _PAID:
            _check(fields, order)
            mark_paid(api, order)
    except RecordError as error:
        return Receipt(write.key, error=error)
    return Receipt(write.key, f"{order['id']}#{fields.get('number')}", str(order.get("name") or ""))


def _check(fields: Row, order: Row) -> None:
    name = str(order.get("name") or "")
    if fields.get("kind") == "refund":
        raise RejectedError(
            f"Money of the order {name} went back; in Shopify that is done by hand.", cause="payment.refund",
            resolution="Make the refund in Shopify, then skip this payment.",
        )  # fmt: skip
    if not order.get("canMarkAsPaid"):
        raise RejectedError(f"Shopify does not let the order {name} be marked as paid.", cause="payment.refused")
    due = Decimal(str(dig(order, ("totalOutstandingSet", "shopMoney")).get("amount") or 0))
    left = fields.get("open")
    paid = Decimal(str(fields.get("amount") or 0))
    if (left is not None and Decimal(str(left)) > 0) or (left is None and paid < due):
        raise RejectedError(
            f"{paid} of the {due} for the order {name} was paid; Shopify marks an order as paid only whole.",
            cause="payment.part",
            resolution="Nothing need be done: the last payment marks the order as paid. Skip this one.",
        )
