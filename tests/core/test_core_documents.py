"""The papers in the middle, as far as the core itself asks something of them."""

from __future__ import annotations

from koppel.documents import Product, Variant


def test_a_product_that_has_variants_only_is_known_by_the_first_that_has_a_sku():
    forms = [Variant(sku="", ean=""), Variant(sku="T-S", ean="8712345678906"), Variant(sku="T-M")]
    assert Product(name="T", variants=forms).key("sku") == "T-S"
    assert Product(name="T", variants=forms).key("ean") == "8712345678906"
    assert Product(name="T", sku="T", variants=forms).key("sku") == "T"
    assert Product(name="T").key("sku") == ""
