"""Webhook subscriptions: made, changed, taken away (reference: section 9)."""

from __future__ import annotations

import re
from typing import Any

from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import user_error
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.shapes import Node

_NAME = re.compile(r"[A-Za-z0-9_-]+\Z")
_INTERNAL = re.compile(r"(\A|\.)(localhost|myshopify\.com|shopify\.com|internal|local)\Z|\A(127|10|192\.168)\.")
Errors = list[dict[str, Any]]


def _address_errors(uri: str) -> Errors:
    at = ["webhookSubscription", "callbackUrl"]
    if not uri.strip():
        return [user_error(at, "Address can't be blank")]
    scheme, _, rest = uri.partition("://")
    if scheme in ("pubsub", "arn:aws"):
        return []
    if scheme != "https" or not rest:
        text = f"Address protocol {scheme}:// is not supported" if rest else "Address is invalid"
        return [user_error(at, text)]
    if _INTERNAL.search(rest.split("/")[0].split(":")[0]):
        return [user_error(at, "Address cannot be a Shopify or an internal domain")]
    return []


def _errors(given: dict[str, Any], topic: str, known: Node | None, context: Context) -> Errors:
    errors = _address_errors(given["uri"]) if "uri" in given or known is None else []
    name = given.get("name")
    if name is not None and not _NAME.match(name):
        text = "Name name field can only contain alphanumeric characters, underscores, and hyphens"
        errors.append(user_error(["webhookSubscription", "name"], text))
    if name and any(one.get("name") == name and one is not known for one in context.store.records["webhookSubscriptions"]):
        errors.append(user_error(["webhookSubscription", "name"], "Name already exists, no duplicate allowed"))
    others = [one for one in context.store.records["webhookSubscriptions"] if one is not known and one["_app"] == context.app.client_id]
    wanted = (topic, given.get("uri", (known or {}).get("uri")), given.get("filter", (known or {}).get("filter")))
    if not errors and any((one["topic"], one["uri"], one.get("filter")) == wanted for one in others):
        errors.append(user_error(["webhookSubscription", "callbackUrl"], "Address for this topic has already been taken"))
    return errors


@resolves("Mutation", "webhookSubscriptionCreate")
def create(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Subscribe to a topic."""
    given = {"uri": "", **args["webhookSubscription"]}
    errors = _errors(given, args["topic"], None, context)
    if errors:
        return {"webhookSubscription": None, "userErrors": errors}
    node = {"topic": args["topic"], "uri": given["uri"].strip(), "format": given.get("format") or "JSON", "createdAt": context.stamp,
            "filter": given.get("filter"), "name": given.get("name"), "includeFields": given.get("includeFields") or [],
            "metafieldNamespaces": given.get("metafieldNamespaces") or [], "_app": context.app.client_id, "_failures": 0}
    return {"webhookSubscription": context.store.add("webhookSubscriptions", node, context.now), "userErrors": []}


def _own(gid: str, context: Context) -> Node | None:
    found = context.store.node(gid, "WebhookSubscription")
    return found if found is not None and found["_app"] == context.app.client_id else None


def _absent() -> Errors:
    return [user_error(["id"], "Webhook subscription does not exist")]


@resolves("Mutation", "webhookSubscriptionUpdate")
def update(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Change where a subscription goes to."""
    node = _own(args["id"], context)
    errors = _absent() if node is None else _errors(args["webhookSubscription"], node["topic"], node, context)
    if node is None or errors:
        return {"webhookSubscription": None, "userErrors": errors}
    node.update({name: value for name, value in args["webhookSubscription"].items() if value is not None})
    context.touch(node)
    return {"webhookSubscription": node, "userErrors": []}


@resolves("Mutation", "webhookSubscriptionDelete")
def delete(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """End a subscription."""
    node = _own(args["id"], context)
    if node is None:
        return {"deletedWebhookSubscriptionId": None, "userErrors": _absent()}
    context.store.records["webhookSubscriptions"].remove(node)
    context.store.forget(node, "WebhookSubscription")
    return {"deletedWebhookSubscriptionId": args["id"], "userErrors": []}
