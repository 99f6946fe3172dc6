"""Customers: read, and found by e-mail address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from koppel import Found, Lookup, Match

from koppel_shopify.client import AdminApi
from koppel_shopify.resources.finding import found_of, rows_by_value
from koppel_shopify.resources.reading import Reading
from koppel_shopify.search import CUSTOMER_FILTERS

Row = Mapping[str, Any]
READING = Reading(
    kind="Customer",
    root="customers",
    list_query="customers",
    id_query="customers_by_id",
    label="displayName",
    name_filter="email",
    known_filters=CUSTOMER_FILTERS,
    page_size=100,
)


def email_of(customer: Mapping[str, Any]) -> str:
    """The customer's e-mail address, as it is written there."""
    address = customer.get("defaultEmailAddress")
    return str((address.get("emailAddress") if isinstance(address, Mapping) else "") or "")


def find(api: AdminApi, lookup: Lookup, match: Callable[[Row], Match] | None = None) -> Found:
    """Customers by e-mail address; capitals do not count. `match` makes another record of one than the customer."""
    rows = rows_by_value(api, "find_customers", "customers", "email", lookup.values, email_of)
    return found_of(rows, match or match_of)


def match_of(row: Row) -> Match:
    """A customer as the answer to a lookup."""
    return Match(str(row["id"]), str(row.get("displayName") or ""), row)
