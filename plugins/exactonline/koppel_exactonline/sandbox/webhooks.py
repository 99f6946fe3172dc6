"""Telling subscribers what changed: signed messages, sent in the background, tried again for a day and a half."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from koppel_exactonline.sandbox.schema import DELETED_AS, TABLES
from koppel_exactonline.sandbox.store.division import Division
from koppel_exactonline.sandbox.store.state import State
from koppel_exactonline.sandbox.store.table import TIMESTAMP, Row
from koppel_exactonline.sandbox.switches import Switches
from koppel_exactonline.sandbox.wire import dates

Post = Callable[[str, bytes], int]

SUBSCRIPTIONS = "webhooks/WebhookSubscriptions"
TOPICS = {
    "Accounts": "crm/Accounts", "BankAccounts": "crm/BankAccounts", "Contacts": "crm/Contacts",
    "GLAccounts": "financial/GLAccounts", "GoodsDeliveries": "salesorder/GoodsDeliveries", "Items": "logistics/Items",
    "SalesEntries": "salesentry/SalesEntries", "SalesInvoices": "salesinvoice/SalesInvoices",
    "SalesOrders": "salesorder/SalesOrders", "StockPositions": "inventory/ItemWarehouses",
}  # fmt: skip
"""The documented topics of what is simulated; lines report under their header's topic (reference: Webhooks)."""

MOST_RETRIES = 10
TIMEOUT = 5.0


@dataclass
class Parcel:
    """A message on its way: `due` in epoch seconds, `tries` failed so far."""

    url: str
    body: bytes
    division: int
    topic: str
    due: float
    tries: int = 0


def post(url: str, body: bytes) -> int:
    """Send it; the status of the answer, 503 when there is none."""
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"}, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, ValueError):
        return 503


@dataclass
class Outbox:
    """What still has to be told; `post` is how."""

    state: State
    switches: Switches
    post: Post = post
    parcels: list[Parcel] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _runner: threading.Thread | None = None

    def announce(self, division: Division, since: int, host: str, now: datetime) -> None:
        """Queue what has a row version above `since`, for those who subscribed to its topic."""
        for subscription in division.table(SUBSCRIPTIONS):
            topic = str(subscription.get("Topic"))
            for key, action in _news(division, TOPICS.get(topic, ""), since, self.switches.webhook_create):
                body = self._message(division, subscription, key, action, host, now)
                parcel = Parcel(str(subscription["CallbackURL"]), body, division.code, topic, now.timestamp())
                self.parcels += [parcel] * (2 if self.switches.webhook_doubles else 1)

    def start(self, now: float) -> None:
        """Deliver what is due, in the background."""
        if any(one.due <= now for one in self.parcels) and (self._runner is None or not self._runner.is_alive()):
            self._runner = threading.Thread(target=self.deliver, args=(now,), daemon=True, name="exact-webhooks")
            self._runner.start()

    def wait(self) -> None:
        """Until the delivery that goes on is over."""
        if self._runner is not None:
            self._runner.join()

    def deliver(self, now: float) -> None:
        """Try every message that is due; one that fails comes back in 2, 4, 8 … minutes, ten times."""
        with self._lock:
            due = [one for one in self.parcels if one.due <= now]
            self.parcels = [one for one in self.parcels if one.due > now]
        for parcel in due:
            if not 200 <= self.post(parcel.url, parcel.body) < 300:
                self._again(parcel, now)

    def _again(self, parcel: Parcel, now: float) -> None:
        if parcel.tries < MOST_RETRIES:
            later = now + self.switches.webhook_retry_seconds * 2 ** (parcel.tries + 1)
            with self._lock:
                self.parcels.append(Parcel(parcel.url, parcel.body, parcel.division, parcel.topic, later, parcel.tries + 1))
        elif self.switches.webhook_after_last == "unsubscribe":
            table = self.state.divisions[parcel.division].table(SUBSCRIPTIONS)
            for row in [one for one in table if one.get("CallbackURL") == parcel.url and one.get("Topic") == parcel.topic]:
                table.drop(row["ID"])

    def _message(self, division: Division, subscription: Row, key: str, action: str, host: str, now: datetime) -> bytes:
        """The raw text, signed over its Content with the app's secret in capitals (reference: Webhooks)."""
        client = self.state.register.clients.get(str(subscription.get("ClientID")))
        content = json.dumps(self._content(division, subscription, key, action, host, now), separators=(",", ":"))
        secret = client.webhook_secret if client else ""
        code = hmac.new(secret.encode(), content.encode(), hashlib.sha256).hexdigest().upper()
        return f'{{"Content":{content},"HashCode":"{code}"}}'.encode()

    def _content(self, division: Division, subscription: Row, key: str, action: str, host: str, now: datetime) -> dict[str, Any]:
        switches, topic = self.switches, str(subscription["Topic"])
        where = f"/api/v1/{division.code}/{TOPICS[topic]}(guid'{key}')"
        wall = dates.wall(now)
        return {
            "Topic": topic, "ClientId": subscription.get("ClientID"), "Division": division.code,
            "Action": action.upper() if switches.webhook_action == "upper" else action, "Key": key,
            "ExactOnlineEndpoint": where if switches.webhook_endpoint == "relative" else host + where,
            "EventCreatedOn": dates.to_ticks(wall) if switches.webhook_moment == "ticks" else wall.isoformat(timespec="milliseconds"),
        }  # fmt: skip


def _news(division: Division, path: str, since: int, create: str) -> Iterator[tuple[str, str]]:
    """Key and action of what changed in this table; a new row is told as the switch says (reference: Webhooks)."""
    if not path:
        return
    for row in division.table(path):
        version = row.get(TIMESTAMP)
        if isinstance(version, int) and version > since:
            is_new = row.get("Created") is not None and row.get("Created") == row.get("Modified")
            yield str(row[TABLES[path].key]), create if is_new else "Update"
    for grave in division.table("sync/Deleted"):
        version = grave.get(TIMESTAMP)
        if isinstance(version, int) and version > since and grave.get("EntityType") == DELETED_AS.get(path):
            yield str(grave["EntityKey"]), "Delete"
