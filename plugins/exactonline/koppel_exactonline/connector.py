"""The hooks of Exact Online, each a line or two; what they do lives in resources/."""

from __future__ import annotations

from typing import ClassVar

import httpx
from koppel import (
    Batch,
    Connector,
    Found,
    Health,
    Lookup,
    Page,
    PluginError,
    Query,
    Receipts,
    Settings,
    hookimpl,
)  # fmt: skip

from koppel_exactonline.conversation import Conversation
from koppel_exactonline.resources import (
    administrations,
    customers,
    lists,
    order_writes,
    orders,
    product_writes,
    products,
)  # fmt: skip
from koppel_exactonline.resources.customer_writes import CustomerWriter

_SIZE = {"customer": 40, "product": 60, "sales_order": 40}


class ExactOnlineConnector(Connector):
    """One conversation with one administration in Exact Online."""

    system: ClassVar[str] = "exactonline"

    def __init__(self, settings: Settings, http: httpx.Client) -> None:
        super().__init__(settings, http)
        self.talk = Conversation(settings, http)

    @hookimpl
    def check(self) -> Health:
        """Whose administration this is, and which rights are missing."""
        return administrations.check(self.talk)

    @hookimpl
    def fetch(self, query: Query) -> Page:
        """One page of what changed, the ids asked for, or a whole live list."""
        if query.resource == "administration":
            return administrations.fetch(self.talk, query)
        if query.resource in lists.LISTS:
            return lists.fetch(self.talk, query)
        reader = {"customer": customers.fetch, "product": products.fetch, "sales_order": orders.fetch}.get(query.resource)
        if reader is None:
            raise _unknown(query.resource)
        return reader(self.talk, query, _SIZE[query.resource])

    @hookimpl
    def find(self, lookup: Lookup) -> Found:
        """Which natural keys exist, up to forty in one call."""
        finder = {"customer": customers.find, "product": products.find, "sales_order": orders.find}.get(lookup.resource)
        if finder is None:
            raise _unknown(lookup.resource)
        return finder(self.talk, lookup)

    @hookimpl
    def upsert(self, batch: Batch) -> Receipts:
        """Create or change, one call after the other, each answered for by itself."""
        if batch.resource == "customer":
            return CustomerWriter(self.talk, batch).run()
        if batch.resource == "product":
            return product_writes.upsert(self.talk, batch)
        if batch.resource == "sales_order":
            return order_writes.upsert(self.talk, batch)
        raise _unknown(batch.resource)


def _unknown(resource: str) -> PluginError:
    return PluginError(f"Exact Online does not exchange {resource.replace('_', ' ')} records.")
