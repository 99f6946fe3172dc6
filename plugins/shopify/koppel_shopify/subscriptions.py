"""Webhook subscriptions of this app: made where they are missing, put right where they point elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from koppel import RejectedError, Settings

from koppel_shopify.answers import accepted, payload_of
from koppel_shopify.client import AdminApi
from koppel_shopify.webhooks import topics_of

Row = Mapping[str, Any]
_START = "koppel-"


def subscribe(api: AdminApi, settings: Settings) -> list[str]:
    """Bring the subscriptions in step with the address in the settings; gives what could not be done, in sentences.

    Without an address nothing is touched. Shopify itself ends a subscription that failed too often, so this is done
    at every test of the connection."""
    address = settings.text("webhook_address")
    if not address:
        return []
    if not settings.text("client_secret"):
        return ["webhooks: they cannot be proven without the client secret of the app"]
    wanted = {_name(topic): topic for topic in topics_of(settings)}
    found = {str(row.get("name") or ""): row for row in api.rows("webhooks", {}, ("webhookSubscriptions",), 100)}
    troubles = [_in_step(api, name, topic, address, found.get(name)) for name, topic in wanted.items()]
    for name in found.keys() - wanted.keys():
        if name.startswith(_START):
            accepted(payload_of(api.ask("delete_webhook", {"id": found[name]["id"]}), "webhookSubscriptionDelete"), name)
    return sorted({trouble for trouble in troubles if trouble})


def _name(topic: str) -> str:
    return _START + topic.replace("/", "-")


def _in_step(api: AdminApi, name: str, topic: str, address: str, row: Row | None) -> str:
    """What is wrong with one subscription that cannot be put right; empty when it stands."""
    given = {"uri": address, "format": "JSON", "name": name}
    try:
        if row is None:
            data = api.ask("create_webhook", {"topic": topic.replace("/", "_").upper(), "subscription": given})
            accepted(payload_of(data, "webhookSubscriptionCreate"), "the webhooks")
        elif (row.get("uri"), row.get("format")) != (address, "JSON"):
            data = api.ask("update_webhook", {"id": row["id"], "subscription": given})
            accepted(payload_of(data, "webhookSubscriptionUpdate"), "the webhooks")
    except RejectedError as error:
        return "" if "already been taken" in error.message else f"webhooks: {error.message}"
    return ""
