"""Live lists to choose from: locations, and what recent orders were paid, sent and sold by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from koppel import ConfigurationError, Page, Record

from koppel_shopify.client import AdminApi, nodes
from koppel_shopify.resources.channels import title_of

NAMES = ("location", "collection", "payment_term", "publication", "payment_method", "shipping_method", "channel")
BY_CHOICE = ("collection", "payment_term", "publication")


def read(api: AdminApi, name: str) -> Page:
    """The whole list, in one page. One that only some shops choose from is empty where the app may not see it: what a flow
    needs is told by the test of the connection."""
    whole = {"location": _locations, "collection": _collections, "payment_term": _terms, "publication": _publications}.get(name)
    try:
        return Page(tuple(whole(api) if whole else _used(api, name)))
    except ConfigurationError as error:
        if name not in BY_CHOICE or not error.cause.startswith("scope."):
            raise
        return Page()


def _collections(api: AdminApi) -> Iterable[Record]:
    """The collections by title; those that articles can be grouped by."""
    rows = sorted(api.rows("collections", {"query": None}, ("collections",), 250), key=lambda row: str(row.get("title") or "").casefold())
    for row in rows:
        yield Record(str(row["id"]), {"code": row["id"], "title": row["title"]}, str(row["title"]))


def _terms(api: AdminApi) -> Iterable[Record]:
    """The payment terms that a company's place can have; the same in every shop."""
    for row in nodes(api.ask("payment_terms").get("paymentTermsTemplates")):
        yield Record(str(row["id"]), {"code": row["name"], "title": row["name"]}, str(row["name"]))


def _publications(api: AdminApi) -> Iterable[Record]:
    """The sales channels that articles can be published to."""
    for row in api.rows("publications", {}, ("publications",), 100):
        yield Record(str(row["id"]), {"code": row["id"], "title": title_of(row)}, title_of(row))


def _locations(api: AdminApi) -> Iterable[Record]:
    for row in api.rows("locations", {}, ("locations",), 250):
        address = row.get("address") or {}
        title = ", ".join(filter(None, (str(row.get("name") or ""), str(address.get("city") or ""))))
        yield Record(str(row["id"]), {"code": row["id"], "title": title, **row}, str(row.get("name") or ""))


def _used(api: AdminApi, name: str) -> Iterable[Record]:
    """What occurs in the last orders: the service has no list of its own of these."""
    orders = nodes(api.page("recent_orders", {}, 100).get("orders"))
    found: dict[str, str] = {}
    for order in orders:
        for code, title in _names(order, name):
            found.setdefault(code, title)
    found.pop("", None)
    for code, title in sorted(found.items(), key=lambda pair: pair[0].casefold()):
        yield Record(code, {"code": code, "title": title}, title)


def _names(order: Mapping[str, Any], name: str) -> Iterable[tuple[str, str]]:
    if name == "channel":
        yield str(order.get("sourceName") or ""), str(order.get("sourceName") or "")
    elif name == "shipping_method":
        for line in nodes(order.get("shippingLines")):
            yield str(line.get("title") or ""), str(line.get("title") or "")
    else:
        for row in order.get("transactions") or ():
            yield str(row.get("gateway") or ""), str(row.get("formattedGateway") or row.get("gateway") or "")
        for gateway in order.get("paymentGatewayNames") or ():
            yield str(gateway), str(gateway)
