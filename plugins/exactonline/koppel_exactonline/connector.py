"""The hooks of Exact Online, each a line or two; what they do lives in resources/."""

from __future__ import annotations

from collections.abc import Generator
from typing import ClassVar

import httpx
from koppel import (
    Batch,
    Connector,
    Delivery,
    Draft,
    Found,
    Health,
    Lookup,
    MapStep,
    Match,
    Nudge,
    Page,
    PluginError,
    Query,
    Receipts,
    Search,
    Settings,
    hookimpl,
)

from koppel_exactonline import about, webhooks
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.doubt import doubted
from koppel_exactonline.resources import (
    administrations,
    bank,
    categories,
    customer_writes,
    customers,
    entries,
    invoices,
    lists,
    open_items,
    order_writes,
    orders,
    paper_writes,
    payments,
    periods,
    product_writes,
    products,
    shipments,
    stock,
    stock_writes,
)

_FETCH = {
    "customer": customers.fetch, "product": products.fetch, "sales_order": orders.fetch, "sales_entry": entries.fetch,
    **dict.fromkeys(invoices.KINDS, invoices.fetch), "payment": payments.fetch, "order_status": orders.fetch_states,
}  # fmt: skip
_WHOLE = {
    "stock": stock.fetch, "shipment": shipments.fetch, "category": categories.fetch, "administration": administrations.fetch,
    "financial_period": periods.fetch, "receivable": payments.fetch_receivables,
}  # fmt: skip
_FIND = {
    "customer": customers.find, "product": products.find, "sales_order": orders.find, "sales_entry": entries.find,
    **dict.fromkeys(invoices.KINDS, invoices.find), "credit_entry": entries.find, "stock": stock_writes.find,
    "payment": bank.find, "receivable": open_items.find,
}  # fmt: skip

_UPSERT = {
    "customer": customer_writes.upsert, "product": product_writes.upsert, "sales_order": order_writes.upsert,
    "stock": stock_writes.upsert, "payment": bank.upsert, **dict.fromkeys(paper_writes.PAPERS, paper_writes.upsert),
}  # fmt: skip


class ExactOnlineConnector(Connector):
    """One conversation with one administration in Exact Online."""

    system: ClassVar[str] = "exactonline"

    def __init__(self, settings: Settings, http: httpx.Client) -> None:
        super().__init__(settings, http)
        self.talk = Conversation(settings, http, lambda: self.memory, lambda: self.language)

    @hookimpl
    def check(self) -> Health:
        """Whose administration this is, and which rights are missing."""
        self.talk.distrust()
        return administrations.check(self.talk)

    @hookimpl
    def fetch(self, query: Query) -> Page:
        """One page of what changed, the ids asked for, or a whole live list."""
        if query.resource in lists.LISTS:
            return lists.fetch(self.talk, query)
        if query.resource in _WHOLE:
            return _WHOLE[query.resource](self.talk, query)
        if query.resource not in _FETCH:
            raise _unknown(query.resource)
        return _FETCH[query.resource](self.talk, query, about.PAGES[query.resource])

    @hookimpl(wrapper=True, specname="map")
    def as_it_is_booked(self, step: MapStep) -> Generator[None, Draft, Draft]:
        """What the rows make, and a payment with its debit and credit."""
        draft = yield
        return bank.as_journal(self.talk, draft) if step.direction == "outbound" and step.resource == "payment" else draft

    @hookimpl
    def find(self, lookup: Lookup) -> Found:
        """Which natural keys exist, up to forty in one call."""
        if lookup.resource not in _FIND:
            raise _unknown(lookup.resource)
        return _FIND[lookup.resource](self.talk, lookup)

    @hookimpl
    def alike(self, search: Search) -> tuple[Match, ...]:
        """Which customers may be there already, forty values in one call."""
        return customers.alike(self.talk, search) if search.resource == "customer" else ()

    @hookimpl
    def upsert(self, batch: Batch) -> Receipts:
        """Create or change, one call after the other, each answered for by itself."""
        if batch.resource not in _UPSERT:
            raise _unknown(batch.resource)
        return doubted(self.talk, _UPSERT[batch.resource](self.talk, batch))

    @hookimpl
    def receive(self, delivery: Delivery) -> tuple[Nudge, ...]:
        """Prove a webhook's signature and name the record that changed."""
        return webhooks.receive(self.talk, delivery)


def _unknown(resource: str) -> PluginError:
    return PluginError(f"Exact Online does not exchange {resource.replace('_', ' ')} records.")
