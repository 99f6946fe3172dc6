"""Shopify for Koppel: orders, products and customers out of a shop, stock into it."""
