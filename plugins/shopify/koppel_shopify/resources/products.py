"""Products with all their variants: read, and found by SKU or barcode."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from koppel import ConfigurationError, Found, Lookup, Match

from koppel_shopify.client import AdminApi
from koppel_shopify.resources.finding import found_of, rows_by_value
from koppel_shopify.resources.reading import Raw, Reading, complete_rows
from koppel_shopify.search import PRODUCT_FILTERS

FIELDS = {"sku": "sku", "ean": "barcode"}


def complete(api: AdminApi, products: list[Raw]) -> None:
    """Add the variants that did not fit."""
    for product in products:
        complete_rows(api, product, "variants", "product_variants", "product", 250)


READING = Reading(
    kind="Product",
    root="products",
    list_query="products",
    id_query="products_by_id",
    label="title",
    name_filter="sku",
    known_filters=PRODUCT_FILTERS,
    page_size=25,
    complete=complete,
)


def variant_field(lookup: Lookup) -> str:
    """The field of a variant that is searched. ConfigurationError for one that cannot be."""
    field = lookup.field or FIELDS.get(lookup.key, "")
    if field not in FIELDS.values():
        raise ConfigurationError(
            f"Shopify cannot look up articles by {lookup.field or lookup.key}.",
            field="key_field",
            resolution="Open the flow and choose sku or barcode.",
        )
    return field


def find(api: AdminApi, lookup: Lookup) -> Found:
    """Articles by SKU or barcode: a product that has one form by its own id, a form among several by that form's."""
    field = variant_field(lookup)
    rows = rows_by_value(api, "find_variants", "productVariants", field, lookup.values, lambda row: row.get(field))
    return found_of(rows, _match)


def _match(row: Mapping[str, Any]) -> Match:
    product = row.get("product") or {}
    gid = product["id"] if product.get("hasOnlyDefaultVariant") and product.get("id") else row["id"]
    return Match(str(gid), str(row.get("sku") or ""), row)
