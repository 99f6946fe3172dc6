"""A draft of an article as the service's own inputs; only what is given is sent, only what differs is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from koppel import ConflictError, MappingError

from koppel_shopify.articles import DEFAULT
from koppel_shopify.resources.product_state import Shop, State, Variant

Row = Mapping[str, Any]
PLAIN = ("title", "descriptionHtml", "vendor", "productType", "status", "handle")
_KEY = str.maketrans(dict.fromkeys(" .-/\\&+()", "_"))


def label_of(fields: Row) -> str:
    """What people call the article."""
    return str(fields.get("sku") or fields.get("title") or "the article")


def price_of(fields: Row, shop: Shop) -> str | None:
    """The price on the shop's own basis. MappingError when only the other one is known."""
    prices = fields.get("price") or {}
    wanted, other = ("incl", "excl") if shop.with_vat else ("excl", "incl")
    if prices.get(wanted) is not None:
        return f"{Decimal(str(prices[wanted])):.2f}"
    if prices.get(other) is None:
        return None
    words = {"incl": "including", "excl": "excluding"}
    raise MappingError(
        f"The price {words[wanted]} VAT of {label_of(fields)} is not known, only the one {words[other]} VAT.",
        field=f"price.{wanted}",
        cause="price.basis",
        resolution="Give the article a VAT code in the source, or correct the rule that makes the price.",
    )


def check_currency(fields: Row, shop: Shop) -> None:
    """MappingError for a price in other money than the shop's."""
    currency = str(fields.get("currency") or "")
    if currency and shop.currency and currency != shop.currency:
        raise MappingError(
            f"The price of {label_of(fields)} is in {currency}, the shop sells in {shop.currency}.", field="currency"
        )


def plain(fields: Row) -> dict[str, Any]:
    """The product's own fields that are given."""
    return {name: fields[name] for name in PLAIN if fields.get(name) is not None}


def metafields(fields: Row) -> list[dict[str, str]]:
    """The features as metafields of a person's own namespace; a name that has its namespace keeps it."""
    given = fields.get("metafields") or {}
    rows = []
    for name, value in given.items():
        if name == "vendor":  # has a field of its own
            continue
        namespace, _, key = str(name).rpartition(".") if "." in str(name) else ("custom", "", str(name))
        if str(value).strip():
            kind = "multi_line_text_field" if "\n" in str(value) else "single_line_text_field"
            shown = key.strip().translate(_KEY).lower()[:64]
            rows.append({"namespace": namespace, "key": shown.ljust(2, "_"), "type": kind, "value": str(value)})
    return rows


def options_of(row: Row) -> dict[str, str]:
    """The attributes that make this form: name and value."""
    return {str(name): str(value) for name, value in (row.get("options") or {}).items() if str(value).strip()}


def product_options(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Options with their values, as these forms have them. ConflictError when the forms do not have the same ones."""
    names = list(dict.fromkeys(name for row in rows for name in options_of(row)))
    for row in rows:
        lacking = [name for name in names if name not in options_of(row)]
        if lacking:
            raise ConflictError(
                f"{label_of(row)} has no {' and no '.join(lacking)}, the other forms of the same product have.",
                cause="options.differ",
                resolution="Fill in the same attributes for all forms of the product, then retry.",
            )
    if not names:
        return [{"name": "Title", "values": [{"name": DEFAULT}]}]
    values = {name: dict.fromkeys(options_of(row)[name] for row in rows) for name in names}
    return [{"name": name, "values": [{"name": value} for value in found]} for name, found in values.items()]


def option_values(row: Row) -> list[dict[str, str]]:
    """The options of one form; a simple product has the placeholder."""
    chosen = options_of(row) or {"Title": DEFAULT}
    return [{"optionName": name, "name": value} for name, value in chosen.items()]


def item(row: Row, update: bool = False) -> dict[str, Any]:
    """What belongs to the inventory item: SKU, and for a new one whether it is counted and sent."""
    given = {"sku": row.get("sku")}
    if not update:
        given |= {"tracked": row.get("tracked"), "requiresShipping": row.get("requiresShipping")}
    return {name: value for name, value in given.items() if value is not None}


def new_variant(row: Row, shop: Shop, *, within: bool) -> dict[str, Any]:
    """A form that is not there yet; `within` a product that is (the two mutations want the SKU in other places)."""
    made: dict[str, Any] = {"optionValues": option_values(row), "inventoryItem": item(row)}
    if not within and row.get("sku"):
        made["sku"] = made["inventoryItem"].pop("sku")
    if row.get("barcode"):
        made["barcode"] = row["barcode"]
    price = price_of(row, shop)
    return {**made, "price": price} if price is not None else made


def variant_changes(row: Row, variant: Variant, shop: Shop) -> dict[str, Any]:
    """What has to be changed of a form that is there; nothing when it is the same."""
    changed: dict[str, Any] = {}
    price = price_of(row, shop)
    if price is not None and (variant.price is None or Decimal(price) != variant.price):
        changed["price"] = price
    if row.get("barcode") and row["barcode"] != variant.barcode:
        changed["barcode"] = row["barcode"]
    if row.get("sku") and row["sku"] != variant.sku:
        changed["inventoryItem"] = {"sku": row["sku"]}
    moved = {name: value for name, value in options_of(row).items() if variant.options.get(name, value) != value}
    if moved:
        changed["optionValues"] = [{"optionName": name, "name": value} for name, value in moved.items()]
    return {"id": variant.id, **changed} if changed else {}


def product_changes(fields: Row, state: State) -> dict[str, Any]:
    """What has to be changed of the product's own fields and features."""
    held = state.row
    changed: dict[str, Any] = {
        name: value for name, value in plain(fields).items() if str(held.get(name) or "") != str(value)
    }
    known = state.metafields
    rows = [one for one in metafields(fields) if known.get((one["namespace"], one["key"])) != one["value"]]
    return {**changed, "metafields": rows} if rows else changed
