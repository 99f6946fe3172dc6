"""What may be changed, one file per subject; importing this enlists them all."""

from koppel_shopify.sandbox.mutations import (
    bulk,
    cancelling,
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
    publications,
    refunds,
    returnprocess,
    returnrefund,
    returns,
    webhooks,
)

__all__ = [
    "bulk", "cancelling", "collections", "companies", "companycontacts", "companyplaces", "customers", "fulfilments", "inventory",
    "media", "metafields", "ordercreate", "orders", "products", "productset", "publications", "refunds", "returnprocess", "returnrefund", "returns",
    "webhooks",
]
