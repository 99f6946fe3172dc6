"""The fields that are more than a key of their node, one file per subject; importing this enlists them all."""

from koppel_shopify.sandbox.fields import (
    bulk,
    collections,
    common,
    companies,
    customers,
    inventory,
    orders,
    products,
    publications,
    shop,
    webhooks,
)

__all__ = ["bulk", "collections", "common", "companies", "customers", "inventory", "orders", "products", "publications", "shop", "webhooks"]
