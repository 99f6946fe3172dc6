"""Webhooks: is it really Shopify's, and which records should be read (reference: Webhooks)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from koppel import AuthError, ConfigurationError, Delivery, Nudge, Settings

from koppel_shopify.client import shop_domain
from koppel_shopify.gids import gid, is_gid

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
COMPANY_TOPICS = (
    "companies/create",
    "companies/update",
    "company_locations/create",
    "company_locations/update",
    "company_contacts/create",
    "company_contacts/update",
)
"""Subscribed to where the connection keeps companies as companies."""
_RESOURCES = {
    "products": ("product", "Product"),
    "customers": ("customer", "Customer"),
    "collections": ("category", "Collection"),
}
Purpose = Literal["read", "erase", "export", "erase_all"]
_PRIVACY: Mapping[str, Purpose] = {
    "customers/data_request": "export",
    "customers/redact": "erase",
    "shop/redact": "erase_all",
}
"""Set in the app itself, not subscribed to (reference: Webhooks)."""
_MONEY_BACK = ("refunds/create", "order_transactions/create")
STALE = timedelta(hours=6)
"""Shopify tries a webhook again for four hours; what comes later than this was kept by somebody else."""
EARLY = timedelta(minutes=10)
"""How far our clock may be behind."""


def receive(settings: Settings, delivery: Delivery) -> tuple[Nudge, ...]:
    """The records to read. AuthError when the signature is not ours, it is about another shop, or far too late.

    The three privacy topics are requests in a person's name: Koppel erases or gives out what it keeps."""
    _verify(settings, delivery)
    _in_time(delivery, datetime.now(UTC))
    topic = delivery.topic or delivery.headers.get("x-shopify-topic", "")
    try:
        payload = json.loads(delivery.body)
    except ValueError:
        return ()
    if topic in _PRIVACY and isinstance(payload, Mapping):
        return (Nudge("person", _words_of(payload), delivery.headers.get("x-shopify-event-id", ""), _PRIVACY[topic]),)
    if topic in COMPANY_TOPICS and isinstance(payload, Mapping):
        return _of_company(payload, delivery.headers.get("x-shopify-event-id", ""))
    if topic not in TOPICS or not isinstance(payload, Mapping):
        return ()
    resource, kind = _RESOURCES.get(topic.partition("/")[0], ("sales_order", "Order"))
    number = _number(topic, payload)
    if not number.isdigit():
        return ()
    ids, event = (gid(kind, number),), delivery.headers.get("x-shopify-event-id", "")
    credit = Nudge("credit_note", ids, f"{event}/credit_note" if event else "")
    return (Nudge(resource, ids, event), *([credit] if topic in _MONEY_BACK else []))


def topics_of(settings: Settings) -> tuple[str, ...]:
    """What this connection subscribes to."""
    return (*TOPICS, *COMPANY_TOPICS) if settings.text("companies") == "company" else TOPICS


def _of_company(payload: Mapping[str, Any], event: str) -> tuple[Nudge, ...]:
    """The company to read; news of a place or a contact names it inside (samples of 2026-07)."""
    inside = payload.get("company")
    row = inside if isinstance(inside, Mapping) else payload
    company = str(row.get("admin_graphql_api_id") or "")
    return (Nudge("customer", (company,), event),) if is_gid(company, "Company") else ()


def _words_of(payload: Mapping[str, Any]) -> tuple[str, ...]:
    """What the person is known by: e-mail address, phone number, the customer's id and those of the orders named."""
    customer = payload.get("customer")
    row = customer if isinstance(customer, Mapping) else {}
    words = [str(row.get(name) or "").strip() for name in ("email", "phone")]
    words += [gid("Customer", str(row["id"]))] if row.get("id") else []
    orders = payload.get("orders_to_redact") or payload.get("orders_requested") or ()
    return tuple(word for word in (*words, *(gid("Order", str(one)) for one in orders)) if word)


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
