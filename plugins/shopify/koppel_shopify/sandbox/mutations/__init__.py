"""What may be changed, one file per subject; importing this enlists them all."""

from koppel_shopify.sandbox.mutations import (
    bulk,
    collections,
    customers,
    fulfilments,
    inventory,
    media,
    metafields,
    ordercreate,
    orders,
    products,
    productset,
    refunds,
    webhooks,
)

__all__ = [
    "bulk", "collections", "customers", "fulfilments", "inventory", "media", "metafields", "ordercreate", "orders", "products", "productset",
    "refunds", "webhooks",
]
