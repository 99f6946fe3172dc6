"""The fields that are more than a key of their node, one file per subject; importing this enlists them all."""

from koppel_shopify.sandbox.fields import common, customers, inventory, orders, products, shop

__all__ = ["common", "customers", "inventory", "orders", "products", "shop"]
