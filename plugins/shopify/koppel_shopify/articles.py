"""A product as an article: its variants, options and pictures as simple rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from koppel_shopify.client import dig, nodes

DEFAULT = "Default Title"
_TAGS = "p|br|b|strong|i|em|u|ul|ol|li|h[1-6]|div|span|a|img|table|tbody|tr|td|th|hr|blockquote"
_MARKUP = re.compile(rf"</?({_TAGS})(\s[^<>]*)?/?>", re.IGNORECASE)


def is_simple(product: Mapping[str, Any]) -> bool:
    """Whether the product is sold in one form only (reference: Products, media, collections)."""
    if product.get("hasOnlyDefaultVariant") is not None:
        return bool(product["hasOnlyDefaultVariant"])
    titles = [row.get("title") for row in nodes(product.get("variants"))]
    return titles in ([], [DEFAULT])


def shopify_product_kind(product: Any) -> str:
    """simple, virtual (nothing to send) or configurable (with variants)."""
    if not is_simple(product):
        return "configurable"
    item = dig(only_variant(product), ("inventoryItem",))
    return "virtual" if product.get("isGiftCard") or item.get("requiresShipping") is False else "simple"


def only_variant(product: Any) -> dict[str, Any]:
    """The one form of a simple product; nothing for a product with variants."""
    rows = nodes(product.get("variants"))
    return dict(rows[0]) if rows and is_simple(product) else {}


def shopify_variants(product: Any) -> list[dict[str, Any]]:
    """The variants, each with its options by name and its price on the shop's own basis."""
    if is_simple(product):
        return []
    included = dig(product, ("shop",)).get("taxesIncluded")
    return [_variant(row, included) for row in nodes(product.get("variants"))]


def shopify_price_incl(product: Any) -> Any:
    """The price of a simple product where the shop's prices include VAT."""
    return _price(only_variant(product), dig(product, ("shop",)).get("taxesIncluded"), True)


def shopify_price_excl(product: Any) -> Any:
    """The price of a simple product where the shop's prices do not include VAT."""
    return _price(only_variant(product), dig(product, ("shop",)).get("taxesIncluded"), False)


def shopify_images(product: Any) -> list[dict[str, Any]]:
    """The pictures: url and alt."""
    rows = ((row, dig(row, ("preview", "image"))) for row in nodes(dig(product, ("media",))))
    return [
        {"url": image["url"], "alt": row.get("alt") or image.get("altText")} for row, image in rows if image.get("url")
    ]


def shopify_html(text: Any) -> str:
    """A text as the shop shows it: one that has mark-up stays, plain lines become paragraphs."""
    plain = str(text).strip()
    if _MARKUP.search(plain):
        return plain
    parts = (escape(part.strip(), quote=False).replace("\n", "<br>") for part in plain.split("\n\n"))
    return "".join(f"<p>{part}</p>" for part in parts if part)


def _variant(row: Mapping[str, Any], included: Any) -> dict[str, Any]:
    options = {str(one.get("name")): str(one.get("value")) for one in row.get("selectedOptions") or ()}
    return {
        **row,
        "attributes": options,
        "price_incl": _price(row, included, True),
        "price_excl": _price(row, included, False),
    }


def _price(variant: Mapping[str, Any], included: Any, wanted: bool) -> Any:
    return variant.get("price") if bool(included) is wanted and included is not None else None
