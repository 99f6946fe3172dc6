"""Product import files told as GraphQL products with variants."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Node = dict[str, Any]


def products_in(file: Path) -> list[Node]:
    """One product per handle; rows without a price only carry a further picture."""
    made: dict[str, Node] = {}
    with file.open(encoding="utf-8-sig", newline="") as text:
        for row in csv.DictReader(text):
            product = made.setdefault(row["Handle"], {"handle": row["Handle"], "variants": []})
            if row["Title"]:
                product |= _product(row)
            if row["Variant Price"]:
                product["variants"].append(_variant(row, product))
    return [_finished(one) for one in made.values()]


def _product(row: Mapping[str, str]) -> Node:
    return {
        "title": row["Title"], "descriptionHtml": row["Body (HTML)"], "vendor": row["Vendor"], "productType": row["Type"],
        "tags": [one.strip() for one in row["Tags"].split(",") if one.strip()],
        "status": "ACTIVE" if row["Published"].lower() == "true" else "DRAFT",
        "isGiftCard": row["Gift Card"].lower() == "true",
        "names": [row[f"Option{place} Name"] for place in (1, 2, 3)],
    }  # fmt: skip


def _variant(row: Mapping[str, str], product: Mapping[str, Any]) -> Node:
    values = [row[f"Option{place} Value"] for place in (1, 2, 3)]
    chosen = [{"name": name, "value": value} for name, value in zip(product["names"], values, strict=True) if name and value]
    return {
        "sku": row["Variant SKU"] or None, "barcode": row["Variant Barcode"].lstrip("'") or None, "price": row["Variant Price"],
        "selectedOptions": chosen, "taxable": row["Variant Taxable"].lower() == "true",
        "inventoryItem": {"sku": row["Variant SKU"] or None, "tracked": row["Variant Inventory Tracker"] == "shopify"},
    }  # fmt: skip


def _finished(product: Node) -> Node:
    product.pop("names", None)
    return product
