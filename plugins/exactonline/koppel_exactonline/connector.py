"""The hooks of Exact Online, each a line or two; what they do lives in resources/."""

from __future__ import annotations

from typing import ClassVar

import httpx
from koppel import (
    Batch,
    Connector,
    Delivery,
    Found,
    Health,
    Lookup,
    Nudge,
    Page,
    PluginError,
    Query,
    Receipts,
    Settings,
    hookimpl,
)

from koppel_exactonline import about, webhooks
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.resources import (
    administrations,
    customers,
    entries,
    invoices,
    lists,
    order_writes,
    orders,
    paper_writes,
    payments,
    product_writes,
    products,
    shipments,
    stock,
)
from koppel_exactonline.resources.customer_writes import CustomerWriter

_FETCH = {
    "customer": customers.fetch, "product": products.fetch, "sales_order": orders.fetch, "sales_entry": entries.fetch,
    **dict.fromkeys(invoices.KINDS, invoices.fetch), "payment": payments.fetch, "order_status": orders.fetch_states,
}  # fmt: skip
_SYNCED = {"stock": stock.fetch, "shipment": shipments.fetch}
_FIND = {
    "customer": customers.find, "product": products.find, "sales_order": orders.find, "sales_entry": entries.find,
    **dict.fromkeys(invoices.KINDS, invoices.find),
}  # fmt: skip


class ExactOnlineConnector(Connector):
    """One conversation with one administration in Exact Online."""

    system: ClassVar[str] = "exactonline"

    def __init__(self, settings: Settings, http: httpx.Client) -> None:
        super().__init__(settings, http)
        self.talk = Conversation(settings, http, lambda: self.memory)

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
        if query.resource in _SYNCED:
            return _SYNCED[query.resource](self.talk, query)
        if query.resource not in _FETCH:
            raise _unknown(query.resource)
        return _FETCH[query.resource](self.talk, query, about.PAGES[query.resource])

    @hookimpl
    def find(self, lookup: Lookup) -> Found:
        """Which natural keys exist, up to forty in one call."""
        if lookup.resource not in _FIND:
            raise _unknown(lookup.resource)
        return _FIND[lookup.resource](self.talk, lookup)

    @hookimpl
    def upsert(self, batch: Batch) -> Receipts:
        """Create or change, one call after the other, each answered for by itself."""
        if batch.resource == "customer":
            return CustomerWriter(self.talk, batch).run()
        if batch.resource == "product":
            return product_writes.upsert(self.talk, batch)
        if batch.resource == "sales_order":
            return order_writes.upsert(self.talk, batch)
        if batch.resource in paper_writes.PAPERS:
            return paper_writes.upsert(self.talk, batch)
        raise _unknown(batch.resource)

    @hookimpl
    def receive(self, delivery: Delivery) -> tuple[Nudge, ...]:
        """Prove a webhook's signature and name the record that changed."""
        return webhooks.receive(self.talk, delivery)


def _unknown(resource: str) -> PluginError:
    return PluginError(f"Exact Online does not exchange {resource.replace('_', ' ')} records.")
