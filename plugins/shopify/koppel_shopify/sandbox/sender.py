"""The sender of webhooks: signed, tried again for four hours, always the same bytes (reference: section 9)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx

from koppel_shopify.sandbox.apps import App
from koppel_shopify.sandbox.shapes import Node

_GAPS = (60, 300, 600, 900, 1800, 2700, 3600, 4200)
_TIMEOUT = httpx.Timeout(5.0, connect=1.0)


@dataclass
class Parcel:
    """One delivery: what goes where, how often it was tried, and when it is due."""

    subscription: str
    url: str
    body: bytes
    headers: dict[str, str]
    due: datetime
    tries: int = 0


@dataclass
class Sender:
    """Holds what is to be sent. `relay` is where https addresses really lead; empty: nothing is sent."""

    relay: str
    doubles: int
    domain: str
    version: str
    dropped: Callable[[str], None]
    waiting: list[Parcel] = field(default_factory=list)
    sent: list[Parcel] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def announce(self, topic: str, payload: dict[str, Any], subscriptions: list[Node], apps: dict[str, App], now: datetime) -> None:
        """Queue one event for every subscription to its topic."""
        event, body = str(uuid.uuid4()), json.dumps(payload, ensure_ascii=False).encode()
        for one in subscriptions:
            if self.relay and one["topic"] == topic and one["_app"] in apps:
                headers = self._headers(one, topic, event, body, apps[one["_app"]].client_secret, now)
                target = self.relay.rstrip("/") + urlsplit(one["uri"]).path
                for _ in range(1 + self.doubles):
                    self.waiting.append(Parcel(one["id"], target, body, headers, now))

    def _headers(self, one: Node, topic: str, event: str, body: bytes, secret: str, now: datetime) -> dict[str, str]:
        shown = topic.lower().replace("_", "/", 1)
        for group in ("order_transactions", "inventory_levels", "inventory_items", "bulk_operations", "fulfillment_orders"):
            if topic.lower().startswith(group):
                shown = f"{group}/{topic.lower().removeprefix(group + '_')}"
        named = {"X-Shopify-Name": one["name"]} if one.get("name") else {}
        return {
            "Content-Type": "application/json", "X-Shopify-Topic": shown, "X-Shopify-Shop-Domain": self.domain,
            "X-Shopify-Hmac-Sha256": base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode(),
            "X-Shopify-API-Version": self.version, "X-Shopify-Webhook-Id": str(uuid.uuid4()), "X-Shopify-Event-Id": event,
            "X-Shopify-Triggered-At": now.strftime("%Y-%m-%dT%H:%M:%S.%f000Z"), **named,
        }

    def pump(self, now: datetime) -> None:
        """Send what is due, beside the requests that go on."""
        with self._lock:
            due = [one for one in self.waiting if one.due <= now]
            self.waiting = [one for one in self.waiting if one.due > now]
        if due:
            threading.Thread(target=self._send, args=(due, now), daemon=True).start()

    def _send(self, parcels: list[Parcel], now: datetime) -> None:
        for one in parcels:
            one.tries += 1
            if self._arrived(one):
                self.sent.append(one)
            elif one.tries > len(_GAPS):
                self.dropped(one.subscription)
            else:
                one.due = now + timedelta(seconds=_GAPS[one.tries - 1])
                with self._lock:
                    self.waiting.append(one)

    def _arrived(self, one: Parcel) -> bool:
        try:
            answer = httpx.post(one.url, content=one.body, headers=one.headers, timeout=_TIMEOUT, trust_env=False)
        except httpx.HTTPError:
            return False
        return answer.is_success
