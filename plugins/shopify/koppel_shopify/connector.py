"""One conversation with one shop."""

from __future__ import annotations

from dataclasses import replace

import httpx
from koppel import (
    Batch,
    ConfigurationError,
    Connector,
    Delivery,
    Found,
    Health,
    Lookup,
    Match,
    Nudge,
    Page,
    Query,
    Receipts,
    Search,
    Settings,
    hookimpl,
)
from koppel.connections.grants import Grant, HeaderAuth

from koppel_shopify import about, webhooks
from koppel_shopify.amounts import chosen_money
from koppel_shopify.client import AdminApi
from koppel_shopify.login import HEADER
from koppel_shopify.resources import (
    bulk_reading,
    collections,
    companies,
    customer_write,
    likely,
    lists,
    order_status,
    order_write,
    orders,
    payments,
    product_write,
    products,
    refunds,
    shipments,
    stock,
    stock_write,
    transactions,
)
from koppel_shopify.resources.line_groups import with_groups

_OF_ORDERS = ("sales_order", "credit_note", "payment")

READINGS = {
    "sales_order": orders.READING,
    "product": products.READING,
    "category": collections.READING,
}
FINDERS = {
    "sales_order": orders.find,
    "product": products.find,
    "category": collections.find,
    "shipment": shipments.find,
    "order_status": order_status.find,
    "payment": payments.find,
}
WRITERS = {
    "product": product_write.upsert,
    "customer": customer_write.upsert,
    "category": collections.upsert,
    "shipment": shipments.upsert,
    "payment": payments.upsert,
}


class ShopifyConnector(Connector):
    """Orders, refunds, products, customers and categories come out; orders, articles, stock, customers and news go in."""

    system = "shopify"

    def __init__(self, settings: Settings, http: httpx.Client) -> None:
        super().__init__(settings, http)
        self.api = AdminApi(http, settings)

    @hookimpl
    def auth(self, grant: Grant) -> httpx.Auth | None:  # type: ignore[override]
        """The fixed token of an app made in the shop itself; None lets the core ask for tokens by client id."""
        token = grant.settings.text("access_token")
        if token:
            return HeaderAuth(HEADER, token, httpx.URL(grant.settings.text("base_url")).host)
        for name in ("client_id", "client_secret"):
            if not grant.settings.text(name):
                raise ConfigurationError("The client id and secret of the app are not filled in.", field=name)
        return None

    @hookimpl
    def check(self) -> Health:
        """Name the shop and what the app lacks."""
        return about.check(self.api, self.settings, self.reads, self.writes)

    @hookimpl
    def fetch(self, query: Query) -> Page:
        """One page of records, or a whole live list."""
        if query.resource in lists.NAMES:
            return lists.read(self.api, query.resource)
        if bulk_reading.wanted(self.api, self.settings, query):
            return bulk_reading.page(self.api, query)
        if query.resource == "credit_note":
            return self._as_chosen(refunds.page(self.api, self._with_defaults(query)))
        if query.resource == "payment":
            return self._in_currency(transactions.page(self.api, self._with_defaults(query)))
        if query.resource == "customer":
            return companies.page(self.api, self.settings, query)
        reading = READINGS.get(query.resource)
        if reading is None:
            raise _cannot("read", query.resource)
        page = reading.page(self.api, self._with_defaults(query))
        return self._as_chosen(page) if query.resource == "sales_order" and not query.keys else page

    @hookimpl
    def find(self, lookup: Lookup) -> Found:
        """Many natural keys in a few searches."""
        if lookup.resource == "customer":
            return companies.find(self.api, self.settings, lookup)
        if lookup.resource == "stock":
            return stock.find(self.api, self.settings, lookup)
        finder = FINDERS.get(lookup.resource)
        if finder is None:
            raise _cannot("look up", lookup.resource)
        return finder(self.api, lookup)

    @hookimpl
    def alike(self, search: Search) -> tuple[Match, ...]:
        """Customers who may be one of these under another name."""
        return likely.alike(self.api, self.settings, search) if search.resource == "customer" else ()

    @hookimpl
    def upsert(self, batch: Batch) -> Receipts:
        """Write these records; stock up to 250 articles in one call."""
        if batch.resource == "stock":
            return stock_write.upsert(self.api, self.settings, batch)
        if batch.resource == "sales_order":
            return order_write.upsert(self.api, self.settings, batch)
        if batch.resource == "order_status":
            return order_status.upsert(self.api, self.settings, batch)
        writer = WRITERS.get(batch.resource)
        if writer is None:
            raise _cannot("write", batch.resource)
        return writer(self.api, batch)

    @hookimpl
    def receive(self, delivery: Delivery) -> tuple[Nudge, ...]:
        """Verify a webhook and name what to read."""
        return webhooks.receive(self.settings, delivery)

    def _with_defaults(self, query: Query) -> Query:
        """Orders paid with play money stay out, unless the settings or the flow ask for them."""
        if query.resource not in _OF_ORDERS or "test" in query.filters or self.settings.flag("test_orders"):
            return query
        return replace(query, filters={**query.filters, "test": False})

    def _as_chosen(self, page: Page) -> Page:
        """The same records, with article groups by collection and in the currency that the settings ask for."""
        return self._in_currency(with_groups(self.api, self.settings, page))

    def _in_currency(self, page: Page) -> Page:
        """The same records, in the currency that the customer saw where the settings ask for that."""
        if self.settings.text("order_money", "shop") != "customer":
            return page
        marked = tuple(replace(record, data=chosen_money(record.data)) for record in page.records)
        return replace(page, records=marked)


def _cannot(verb: str, resource: str) -> ConfigurationError:
    return ConfigurationError(
        f"Koppel cannot {verb} {resource.replace('_', ' ')} records in Shopify.",
        cause="capability",
        resolution="Choose another resource for this flow.",
    )
