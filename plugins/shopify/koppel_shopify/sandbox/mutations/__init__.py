"""What may be changed, one file per subject; importing this enlists them all."""

from koppel_shopify.sandbox.mutations import (
    bulk,
    collections,
    companies,
    companycontacts,
    companyplaces,
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
    returnprocess,
    returns,
    webhooks,
)

__all__ = [
    "bulk", "collections", "companies", "companycontacts", "companyplaces", "customers", "fulfilments", "inventory", "media",
    "metafields", "ordercreate", "orders", "products", "productset", "refunds", "returnprocess", "returns", "webhooks",
]
