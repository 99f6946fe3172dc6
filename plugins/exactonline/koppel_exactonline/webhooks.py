"""Webhooks: prove that Exact Online sent it, and name what changed."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from koppel import AuthError, ConfigurationError, Delivery, Nudge

from koppel_exactonline.conversation import Conversation

NAMES = {
    "Accounts": ("customer",), "Items": ("product",), "SalesOrders": ("sales_order", "order_status"),
    "SalesInvoices": ("sales_invoice", "credit_note"), "SalesEntries": ("sales_entry",), "GoodsDeliveries": ("shipment",),
    "StockPositions": ("stock",),
}  # fmt: skip
"""The topics to subscribe to, and what each may have changed."""

TOPICS = {name.lower(): resources for name, resources in NAMES.items()}
"""The same in small letters; the casing differs between sources (reference: Webhooks)."""

_START, _SIGNED = b'{"Content":', b',"HashCode":'


def receive(talk: Conversation, delivery: Delivery) -> tuple[Nudge, ...]:
    """The record that changed, once for each resource that may be it; nothing for the empty test call, another administration or an unknown topic.

    AuthError when the signature is not the app's."""
    if not delivery.body.strip():
        return ()
    content = _proven(talk, delivery.body)
    resources = TOPICS.get(str(content.get("Topic", "")).lower(), ())
    mine = str(content.get("Division")) == str(talk.client.division)
    key, event = str(content.get("Key") or "").lower(), hashlib.sha256(delivery.body).hexdigest()
    return tuple(Nudge(one, (key,), f"{one}:{event}") for one in resources) if mine and key else ()


def _proven(talk: Conversation, body: bytes) -> dict[str, Any]:
    """The content, signed over its raw text with the app's secret: HMAC-SHA256 in capitals (reference: Webhooks)."""
    secret = talk.settings.text("webhook_secret")
    if not secret:
        raise ConfigurationError("The webhook secret of the Exact Online app is not filled in.", field="webhook_secret")
    text, mark, rest = body.strip().removeprefix(_START).rpartition(_SIGNED)
    said = rest.strip().removesuffix(b"}").strip().strip(b'"')
    expected = hmac.new(secret.encode(), text, hashlib.sha256).hexdigest().upper().encode()
    if not mark or not hmac.compare_digest(expected, said.upper()):
        raise AuthError("A webhook arrived that was not signed by the Exact Online app.", cause="webhook.signature")
    try:
        content = json.loads(text)
    except ValueError:
        content = None
    return content if isinstance(content, dict) else {}
