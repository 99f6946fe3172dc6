"""Webhook subscriptions as they are listed."""

from __future__ import annotations

from typing import Any

from koppel_shopify.sandbox.connections import connection
from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.shapes import Node


@resolves("QueryRoot", "webhookSubscriptions")
def subscriptions(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.webhookSubscriptions`: those of the asking app only."""
    rows = [one for one in context.store.records["webhookSubscriptions"] if one["_app"] == context.app.client_id]
    if args.get("topics"):
        rows = [one for one in rows if one["topic"] in args["topics"]]
    if args.get("uri"):
        rows = [one for one in rows if one["uri"] == args["uri"]]
    return connection(rows, args)


@resolves("WebhookSubscription", "apiVersion")
def api_version(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `WebhookSubscription.apiVersion`: the one set on the app."""
    return {"handle": context.versions.latest, "displayName": context.versions.latest, "supported": True}
