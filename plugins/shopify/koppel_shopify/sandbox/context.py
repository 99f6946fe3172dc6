"""What every resolver may know about the request it works for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from koppel_shopify.sandbox.apps import App, Replay
from koppel_shopify.sandbox.scalars import instant, moment
from koppel_shopify.sandbox.shapes import Node
from koppel_shopify.sandbox.storage import Storage
from koppel_shopify.sandbox.store import Store
from koppel_shopify.sandbox.switches import Switches
from koppel_shopify.sandbox.versions import Versions


@dataclass
class Context:
    """One GraphQL request: who asks, when, under which version, of which store.

    `base` is the address it was asked at; `events` collects what webhooks are to tell."""

    store: Store
    app: App
    replay: Replay
    switches: Switches
    versions: Versions
    version: str
    now: datetime
    scopes: frozenset[str] = frozenset()
    storage: Storage = field(default_factory=lambda: Storage(None))
    base: str = ""
    events: list[tuple[str, Node]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)

    @property
    def stamp(self) -> str:
        """Now, as the API shows it."""
        return instant(self.now)

    def may(self, *scopes: str) -> bool:
        """True when the app has one of `scopes`; a write scope implies its read scope (reference: section 2)."""
        return any(one in self.scopes or one.replace("read_", "write_", 1) in self.scopes for one in scopes)

    def visible(self, order: Mapping[str, Any]) -> bool:
        """Orders older than the window are absent without `read_all_orders` (reference: section 12)."""
        if "read_all_orders" in self.scopes:
            return True
        return moment(order["createdAt"]) >= self.now - timedelta(days=self.switches.order_window_days)

    def orders(self) -> list[Node]:
        """The orders this app may see."""
        return [one for one in self.store.records["orders"] if self.visible(one)]

    def touch(self, node: Node) -> None:
        """Note that `node` changed just now."""
        node["updatedAt"] = self.stamp
