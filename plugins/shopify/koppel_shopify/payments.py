"""How an order was paid and is sent, by the names that people use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from koppel_shopify.client import nodes

_PAYS = ("SALE", "CAPTURE", "AUTHORIZATION", "EMV_AUTHORIZATION")


def shopify_gateway(order: Any) -> str:
    """The first gateway whose payment succeeded, else the first that was tried."""
    rows = nodes(order.get("transactions")) if isinstance(order, Mapping) else []
    good = [row for row in rows if row.get("status") == "SUCCESS" and row.get("kind") in _PAYS]
    names = [str(row.get("gateway") or "") for row in good]
    names += [str(name) for name in order.get("paymentGatewayNames") or ()] if isinstance(order, Mapping) else []
    return next(filter(None, names), "")


def shopify_shipping_method(order: Any) -> str:
    """The title of the first shipping line."""
    rows = nodes(order.get("shippingLines")) if isinstance(order, Mapping) else []
    return next((str(row["title"]) for row in rows if row.get("title")), "")
