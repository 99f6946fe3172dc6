"""A product becomes one article, or one with variants, at the price the shop shows."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

Read = Callable[[str, Any], Any]


def variant(number: int, price: str = "12.50", **more: Any) -> dict[str, Any]:
    """One variant."""
    return {
        "id": f"gid://shopify/ProductVariant/{number}",
        "sku": f"LAV-{number}",
        "title": "Default Title",
        "barcode": "8710000040006",
        "price": price,
        "selectedOptions": [{"name": "Title", "value": "Default Title"}],
        "inventoryItem": {"requiresShipping": True},
        **more,
    }


def product(*variants: dict[str, Any], included: bool | None = True, **more: Any) -> dict[str, Any]:
    """A product of the shop."""
    return {
        "id": "gid://shopify/Product/1",
        "title": "Lavendel",
        "status": "ACTIVE",
        "vendor": "Bloem & Blad",
        "productType": "PLANT",
        "descriptionHtml": "<p>Ruikt</p>",
        "hasOnlyDefaultVariant": len(variants) == 1,
        "collections": {"nodes": [{"title": "Tuin"}, {"title": "Paars"}]},
        "media": {"nodes": [{"alt": "Foto", "preview": {"image": {"url": "https://cdn/1.jpg"}}}, {"preview": None}]},
        "variants": {"nodes": list(variants)},
        "shop": {"currencyCode": "EUR", "taxesIncluded": included},
        **more,
    }


def test_a_product_sold_in_one_form_is_a_simple_article(read_in: Read) -> None:
    paper = read_in("product", product(variant(1)))
    assert (paper.kind, paper.sku, paper.name, paper.ean, paper.group) == (
        "simple",
        "LAV-1",
        "Lavendel",
        "8710000040006",
        "PLANT",
    )
    assert (paper.price_incl, paper.price_excl, paper.currency, paper.variants) == (Decimal("12.50"), None, "EUR", [])
    assert (paper.categories, paper.images[0].url, paper.images[0].alt) == (
        ["Tuin", "Paars"],
        "https://cdn/1.jpg",
        "Foto",
    )
    assert (paper.features["vendor"], len(paper.images), paper.vat_rate) == ("Bloem & Blad", 1, None)


def test_a_product_with_variants_keeps_them_with_their_options(read_in: Read) -> None:
    options = [{"name": "Maat", "value": "P9"}, {"name": "Kleur", "value": "Wit"}]
    rows = [variant(1, title="P9 / Wit", selectedOptions=options), variant(2, "15.00", title="C2 / Wit")]
    paper = read_in("product", product(*rows))
    assert (paper.kind, paper.sku, paper.price_incl) == ("configurable", "", None)
    assert [(one.sku, one.title, one.price_incl) for one in paper.variants] == [
        ("LAV-1", "P9 / Wit", Decimal("12.50")),
        ("LAV-2", "C2 / Wit", Decimal("15.00")),
    ]
    assert paper.variants[0].attributes == {"Maat": "P9", "Kleur": "Wit"}
    assert paper.variants[0].source_id == "gid://shopify/ProductVariant/1"


def test_a_shop_without_vat_in_its_prices_gives_them_excluding(read_in: Read) -> None:
    paper = read_in("product", product(variant(1), included=False))
    assert (paper.price_incl, paper.price_excl) == (None, Decimal("12.50"))
    paper = read_in("product", product(variant(1), variant(2), included=False))
    assert [(one.price_incl, one.price_excl) for one in paper.variants] == [(None, Decimal("12.50"))] * 2


def test_a_price_whose_basis_is_not_known_is_not_guessed(read_in: Read) -> None:
    paper = read_in("product", product(variant(1), included=None))
    assert (paper.price_incl, paper.price_excl) == (None, None)


@pytest.mark.parametrize(
    ("status", "active"), [("ACTIVE", True), ("UNLISTED", True), ("DRAFT", False), ("ARCHIVED", False)]
)
def test_a_draft_or_archived_product_is_not_active(read_in: Read, status: str, active: bool) -> None:
    assert read_in("product", product(variant(1), status=status)).active is active


def test_what_is_not_sent_is_virtual(read_in: Read) -> None:
    assert read_in("product", product(variant(1, inventoryItem={"requiresShipping": False}))).kind == "virtual"
    assert read_in("product", product(variant(1), isGiftCard=True)).kind == "virtual"


def test_one_variant_with_options_is_still_a_product_with_variants(read_in: Read) -> None:
    raw = product(variant(1, title="P9"), hasOnlyDefaultVariant=False)
    paper = read_in("product", raw)
    assert (paper.kind, len(paper.variants)) == ("configurable", 1)


def test_a_product_without_sku_comes_in_without_one(read_in: Read) -> None:
    assert read_in("product", product(variant(1, sku=None, barcode=None))).sku == ""
