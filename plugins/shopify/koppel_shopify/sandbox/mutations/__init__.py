"""What may be changed, one file per subject; importing this enlists them all."""

from koppel_shopify.sandbox.mutations import customers, fulfilments, inventory, metafields, orders, products

__all__ = ["customers", "fulfilments", "inventory", "metafields", "orders", "products"]
