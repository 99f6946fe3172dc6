"""Bundles of an order. A bundle's parts are lines of their own that name their group; the bundle itself is no line
(reference: Orders; the schema's LineItemGroup and ProductVariantComponent)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from koppel.documents.money import to_decimal

from koppel_shopify.client import dig, nodes

Row = dict[str, Any]


def parts_by_group(lines: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """How many lines each bundle of an order has."""
    return Counter(_group(line) for line in lines if _group(line))


def bundle_of(line: Mapping[str, Any], parts: Mapping[str, int]) -> Row | None:
    """The bundle that this line is a part of, with how many of it go into one; `parts` as `parts_by_group` gives them."""
    group = dig(line, ("lineItemGroup",))
    if not group:
        return None
    ordered, bundles = Decimal(line.get("quantity") or 0), Decimal(group.get("quantity") or 0)
    return {
        "id": group.get("id"),
        "sku": group.get("variantSku"),
        "title": group.get("title"),
        "pieces": ordered / bundles if ordered and bundles else Decimal(1),
        "parts": parts.get(_group(line), 1),
    }


def components_of(line: Mapping[str, Any]) -> list[Row]:
    """What the article of this line is put together of, where it was sold as one line all the same."""
    found = []
    for row in nodes(dig(line, ("variant", "productVariantComponents"))) if sold_as_one(line) else ():
        variant = dig(row, ("productVariant",))
        names = (dig(variant, ("product",)).get("title"), variant.get("title"))
        found.append({
            "sku": variant.get("sku"),
            "description": " - ".join(str(name) for name in names if name and name != "Default Title"),
            "quantity": row.get("quantity"),
            "price": to_decimal(variant.get("price")),
        })  # fmt: skip
    return found


def sold_as_one(line: Mapping[str, Any]) -> bool:
    """Whether this line is a bundle itself, of which the parts are no lines."""
    return bool(dig(line, ("variant",)).get("requiresComponents")) and not line.get("lineItemGroup")


def _group(line: Mapping[str, Any]) -> str:
    return str(dig(line, ("lineItemGroup",)).get("id") or "")
