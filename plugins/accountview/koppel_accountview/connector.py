"""The hooks of AccountView: each a few lines, handing over to the business object it is about."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import ClassVar, TypeVar

import httpx
from koppel import (
    Batch,
    Connector,
    Draft,
    Found,
    Health,
    Lookup,
    MapStep,
    Match,
    Page,
    PluginError,
    Query,
    Receipt,
    Receipts,
    RecordError,
    Search,
    Settings,
    Write,
    hookimpl,
)

from koppel_accountview.conversation import Conversation
from koppel_accountview.health import health_of
from koppel_accountview.resources import (
    bank,
    categories,
    customers,
    deliveries,
    entries,
    learned,
    lists,
    open_items,
    orders,
    pages,
    payments,
    periods,
    products,
    stock,
)

T = TypeVar("T")
_PAPERS = ("sales_order", "sales_invoice", "direct_invoice", "direct_credit")
_ENTRIES = ("sales_entry", "credit_note", "credit_entry")

_READERS: dict[str, Callable[[Conversation, Query], Page]] = {
    "customer": customers.fetch,
    "product": products.fetch,
    "category": categories.fetch,
    **dict.fromkeys(("sales_order", "sales_invoice"), orders.fetch),
    **dict.fromkeys(("sales_entry", "credit_note"), pages.fetch),
    "payment": payments.fetch,
    "shipment": deliveries.fetch,
    "stock": stock.fetch,
    "administration": lists.fetch,
    "financial_period": periods.fetch,
    **dict.fromkeys(lists.TOLD, lists.fetch),
    **dict.fromkeys(lists.LISTS, lists.fetch),
    **dict.fromkeys(learned.CHOSEN, learned.fetch_list),
}
_FINDERS: dict[str, Callable[[Conversation, Lookup], Found]] = {
    "customer": customers.find,
    "product": products.find,
    "category": categories.find,
    **dict.fromkeys(_PAPERS, orders.find),
    **dict.fromkeys(_ENTRIES, entries.find),
    "stock": stock.find,
    "payment": bank.find,
    "receivable": open_items.find,
}
_WRITERS: dict[str, Callable[[Conversation, Write], Receipt]] = {
    "customer": customers.upsert,
    "product": products.upsert,
    "category": categories.upsert,
    **dict.fromkeys(_PAPERS, orders.upsert),
    **dict.fromkeys(_ENTRIES, entries.upsert),
    "payment": bank.upsert,
}


class AccountViewConnector(Connector):
    """One conversation with one company in AccountView."""

    system: ClassVar[str] = "accountview"

    def __init__(self, settings: Settings, http: httpx.Client) -> None:
        super().__init__(settings, http)
        self.talk = Conversation(settings, http)

    @hookimpl
    def check(self) -> Health:
        """Prove the login and the company, and name the parts that this user may not use."""
        return health_of(self.talk)

    @hookimpl
    def fetch(self, query: Query) -> Page:
        """One page of a resource or of a live list; what another company gave is not used."""
        page = _known(_READERS, query.resource, "read")(self.talk, query)
        if page.records and query.resource in _WRITERS:
            self.talk.binding.prove()
        return page

    @hookimpl(wrapper=True, specname="map")
    def as_it_is_kept(self, step: MapStep) -> Generator[None, Draft, Draft]:
        """What the rows make, an article's price on the one basis that this AccountView keeps it on, and an
        entry with the lines that will be booked."""
        draft = yield
        if step.direction == "outbound" and step.resource in _ENTRIES:
            return entries.as_entry(self.talk, draft)
        if step.direction == "outbound" and step.resource == "payment":
            return bank.as_page(self.talk, draft)
        return products.on_one_basis(self.settings, draft) if step.direction == "outbound" else draft

    @hookimpl
    def find(self, lookup: Lookup) -> Found:
        """Which natural keys exist."""
        return _known(_FINDERS, lookup.resource, "look up")(self.talk, lookup)

    @hookimpl
    def alike(self, search: Search) -> tuple[Match, ...]:
        """Which debtors may be there already."""
        return customers.alike(self.talk, search) if search.resource == "customer" else ()

    @hookimpl
    def upsert(self, batch: Batch) -> Receipts:
        """Write one record after another: AccountView has no batches."""
        write = _known(_WRITERS, batch.resource, "write")
        return Receipts(tuple(self._receipt(write, one) for one in batch.writes))

    def _receipt(self, write: Callable[[Conversation, Write], Receipt], one: Write) -> Receipt:
        try:
            return write(self.talk, one)
        except RecordError as error:
            return Receipt(one.key, error=error)


def _known(table: Mapping[str, T], resource: str, what: str) -> T:
    if resource not in table:
        raise PluginError(f"AccountView cannot {what} {resource!r}.")
    return table[resource]
