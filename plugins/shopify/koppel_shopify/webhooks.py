"""Webhooks: is it really Shopify's, and which records should be read (reference: Webhooks)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from koppel import AuthError, ConfigurationError, Delivery, Nudge, Settings

from koppel_shopify.client import shop_domain
from koppel_shopify.gids import gid

_NANO = re.compile(r"(\.\d{6})\d+")  # Python reads no more than six decimals
TOPICS = (
    "orders/create",
    "orders/updated",
    "orders/edited",
    "orders/paid",
    "orders/cancelled",
    "orders/fulfilled",
    "refunds/create",
    "order_transactions/create",
    "products/create",
    "products/update",
    "customers/create",
    "customers/update",
    "collections/create",
    "collections/update",
)
_RESOURCES = {
    "products": ("product", "Product"),
    "customers": ("customer", "Customer"),
    "collections": ("category", "Collection"),
}
_MONEY_BACK = ("refunds/create", "order_transactions/create")
STALE = timedelta(hours=6)
"""Shopify tries a webhook again for four hours; what comes later than this was kept by somebody else."""
EARLY = timedelta(minutes=10)
"""How far our clock may be behind."""


def receive(settings: Settings, delivery: Delivery) -> tuple[Nudge, ...]:
    """The records to read. AuthError when the signature is not ours, it is about another shop, or far too late.

    The three privacy topics (customers/data_request, customers/redact, shop/redact) are proven and answered like
    any other; what is held of a person is erased by Koppel itself, on request of the shop's owner."""
    _verify(settings, delivery)
    _in_time(delivery, datetime.now(UTC))
    topic = delivery.topic or delivery.headers.get("x-shopify-topic", "")
    try:
        payload = json.loads(delivery.body)
    except ValueError:
        return ()
    if topic not in TOPICS or not isinstance(payload, Mapping):
        return ()
    resource, kind = _RESOURCES.get(topic.partition("/")[0], ("sales_order", "Order"))
    number = _number(topic, payload)
    if not number.isdigit():
        return ()
    ids, event = (gid(kind, number),), delivery.headers.get("x-shopify-event-id", "")
    credit = Nudge("credit_note", ids, f"{event}/credit_note" if event else "")
    return (Nudge(resource, ids, event), *([credit] if topic in _MONEY_BACK else []))


def _verify(settings: Settings, delivery: Delivery) -> None:
    secret = settings.text("client_secret")
    if not secret:
        raise ConfigurationError("Webhooks need the client secret of the app.", field="client_secret")
    digest = base64.b64encode(hmac.digest(secret.encode(), delivery.body, hashlib.sha256))
    given = delivery.headers.get("x-shopify-hmac-sha256", "").encode()
    if not delivery.body or not hmac.compare_digest(digest, given):
        raise AuthError("A webhook did not carry Shopify's signature and was refused.", cause="webhook.signature")
    domain, ours = delivery.headers.get("x-shopify-shop-domain", ""), shop_domain(settings)
    if domain and ours and domain.casefold() != ours.casefold():
        raise AuthError(f"A webhook of {domain} came in for {ours} and was refused.", cause="webhook.shop")


def _in_time(delivery: Delivery, now: datetime) -> None:
    """Refuse what was sent long ago; the signature is of the body alone, so an old one stays good for ever."""
    sent = delivery.headers.get("x-shopify-triggered-at", "")
    if not sent:
        return
    try:
        when = datetime.fromisoformat(_NANO.sub(r"\1", sent))
    except ValueError:
        raise AuthError("A webhook did not say when it was sent and was refused.", cause="webhook.stale") from None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    if not now - STALE <= when <= now + EARLY:
        raise AuthError(f"A webhook of {when:%d-%m-%Y %H:%M} came in too late and was refused.", cause="webhook.stale")


def _number(topic: str, payload: Mapping[str, Any]) -> str:
    """The numeric id of the record; events about a part of an order name the order."""
    if topic == "orders/edited":
        edit = payload.get("order_edit")
        return str(edit.get("order_id") or "") if isinstance(edit, Mapping) else ""
    if topic in ("refunds/create", "order_transactions/create"):
        return str(payload.get("order_id") or "")
    return str(payload.get("id") or "")
