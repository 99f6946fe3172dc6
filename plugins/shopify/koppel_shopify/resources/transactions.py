"""Payments of orders: each transaction by which money moved is one, read from its order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from koppel import Page, Query, Record

from koppel_shopify.client import AdminApi, nodes
from koppel_shopify.gids import is_gid, number
from koppel_shopify.resources import orders
from koppel_shopify.resources.reading import IDS_PER_CALL, Raw, as_it_is

RECEIVED, BACK, CHANGE = ("SALE", "CAPTURE"), "REFUND", "CHANGE"
_SIDES = ("shopMoney", "presentmentMoney")


def apart(raw: Raw, label: str) -> Iterable[Record]:
    """One record per transaction that succeeded and moved money: what is reserved, pending, refused or called off is
    none. Change that was given back at a till is taken off what was paid."""
    rows = [row for row in nodes(raw.get("transactions")) if row.get("status") == "SUCCESS" and row.get("amountSet")]
    refunds = {str(paid["id"]): str(refund["id"]) for refund in nodes(raw.get("refunds")) for paid in nodes(refund.get("transactions"))}
    for row in rows:
        if row.get("kind") in (*RECEIVED, BACK):
            change = [one for one in rows if one.get("kind") == CHANGE and (one.get("parentTransaction") or {}).get("id") == row["id"]]
            paid = {**row, "amountSet": _less(row["amountSet"], change)}
            order = {name: raw.get(name) for name in ("id", "name", "currencyCode", "shop")}
            data = {"order": order, "refund": refunds.get(str(row["id"])), **paid}
            yield Record(str(row["id"]), data, f"{raw.get(label) or ''}-P{number(str(row['id']))}")


def page(api: AdminApi, query: Query) -> Page:
    """A page of payments; ids may be of payments, and of orders for all that were made for them."""
    wanted = [one for one in query.ids if is_gid(one, "OrderTransaction")]
    if not wanted:
        return READING.page(api, query)
    asked = [one for one in query.ids if one not in wanted]
    found = READING.page(api, replace(query, ids=tuple(dict.fromkeys([*asked, *_orders_of(api, wanted)]))))
    ours = {*wanted, *asked}
    return Page(tuple(one for one in found.records if ours & {one.id, str(one.data["order"]["id"]), str(one.data["order"]["name"])}))


def _less(bag: Mapping[str, Any], change: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The amount less these, on both its sides."""
    made = {name: dict(bag[name]) for name in _SIDES if isinstance(bag.get(name), Mapping)}
    for row in change:
        for name, side in made.items():
            side["amount"] = str(Decimal(str(side["amount"])) - abs(Decimal(str((row["amountSet"].get(name) or {}).get("amount") or 0))))
    return made


def _orders_of(api: AdminApi, payments: list[str]) -> list[str]:
    found = api.by_ids("orders_of_payments", payments, IDS_PER_CALL)
    return [str(node["order"]["id"]) for data in found for node in nodes(data.get("nodes")) if node.get("order")]


READING = replace(
    orders.READING, list_query="payments", id_query="payments_by_order", complete=as_it_is, records=apart,
)  # fmt: skip
