"""Products and their variants: lists, searches, sort orders and what follows from the stock."""

from __future__ import annotations

import zlib
from decimal import Decimal
from typing import Any

from koppel_shopify.sandbox import gids, money
from koppel_shopify.sandbox.connections import Place, connection, encode
from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.fields.common import by_id, count, searched
from koppel_shopify.sandbox.fields.inventory import available
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.scalars import moment
from koppel_shopify.sandbox.searching import Field, Search
from koppel_shopify.sandbox.shapes import Node


def _each(name: str) -> Any:
    return lambda one: [variant.get(name) for variant in one["variants"]]


_PRODUCTS = Search(
    {
        "id": Field("id", lambda one: one["id"]),
        "barcode": Field("list", _each("barcode")), "sku": Field("list", _each("sku")),
        "handle": Field("exact", lambda one: one["handle"]),
        "title": Field("text", lambda one: one["title"]),
        "product_type": Field("exact", lambda one: one["productType"]),
        "vendor": Field("exact", lambda one: one["vendor"]),
        "tag": Field("list", lambda one: one["tags"]), "tag_not": Field("unlist", lambda one: one["tags"]),
        "status": Field("enum", lambda one: one["status"], ("active", "archived", "draft", "unlisted")),
        "gift_card": Field("bool", lambda one: one.get("isGiftCard")),
        "inventory_total": Field("number", lambda one: total(one)),
        "variant_id": Field("list", lambda one: [gids.tail_of(variant["id"]) for variant in one["variants"]]),
        "variant_title": Field("list", _each("title")),
        "created_at": Field("time", lambda one: one["createdAt"]),
        "updated_at": Field("time", lambda one: one["updatedAt"]),
        "published_at": Field("time", lambda one: one.get("publishedAt")),
        "metafields.": Field("exact", lambda one: None),
    },
    lambda one: (one["title"], one["vendor"], one["productType"], *_each("sku")(one), *one["tags"]),
)
_VARIANTS = Search(
    {
        "id": Field("id", lambda one: one["id"]),
        "sku": Field("exact", lambda one: one.get("sku")), "barcode": Field("exact", lambda one: one.get("barcode")),
        "title": Field("text", lambda one: one["title"]),
        "option1": Field("exact", lambda one: _option(one, 0)), "option2": Field("exact", lambda one: _option(one, 1)),
        "option3": Field("exact", lambda one: _option(one, 2)),
        "inventory_quantity": Field("number", lambda one: available(one["inventoryItem"])),
        "managed": Field("bool", lambda one: one["inventoryItem"]["tracked"]),
        "product_id": Field("id", lambda one: one["_product"]["id"]),
        "product_status": Field("enum", lambda one: one["_product"]["status"], ("active", "archived", "draft", "unlisted")),
        "product_type": Field("exact", lambda one: one["_product"]["productType"]),
        "vendor": Field("exact", lambda one: one["_product"]["vendor"]),
        "tag": Field("list", lambda one: one["_product"]["tags"]),
        "tag_not": Field("unlist", lambda one: one["_product"]["tags"]),
        "updated_at": Field("time", lambda one: one["updatedAt"]),
        "metafields.": Field("exact", lambda one: None),
    },
    lambda one: (one["title"], one.get("sku"), one.get("barcode"), one["_product"]["title"]),
)


def _option(variant: Node, place: int) -> Any:
    chosen = variant["selectedOptions"]
    return chosen[place]["value"] if place < len(chosen) else None


def total(product: Node) -> int:
    """What can be sold over all variants whose stock is tracked."""
    return sum(available(one["inventoryItem"]) for one in product["variants"] if one["inventoryItem"]["tracked"])


def at(text: str) -> str:
    """A moment as cursors hold it."""
    return f"{moment(text):%Y-%m-%d %H:%M:%S.%f}"


_SORTS = {
    "CREATED_AT": lambda one: at(one["createdAt"]), "UPDATED_AT": lambda one: at(one["updatedAt"]),
    "PUBLISHED_AT": lambda one: at(one.get("publishedAt") or one["createdAt"]),
    "TITLE": lambda one: one["title"].lower(), "VENDOR": lambda one: one["vendor"].lower(),
    "PRODUCT_TYPE": lambda one: one["productType"].lower(), "INVENTORY_TOTAL": total,
}
_VARIANT_SORTS = {
    "SKU": lambda one: (one.get("sku") or "").lower(), "TITLE": lambda one: one["title"].lower(),
    "NAME": lambda one: one["title"].lower(), "POSITION": lambda one: one["position"],
    "INVENTORY_QUANTITY": lambda one: available(one["inventoryItem"]),
}


def number(one: Any) -> int:
    """The sort value of the key ID."""
    return gids.number_of(one["id"])


def _shown(rows: list[Node]) -> list[Node]:
    return [{**variant, "_product": one} for one in rows for variant in one["variants"]]


@resolves("QueryRoot", "product")
def product(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.product`."""
    return by_id(args["id"], "Product", context)


@resolves("QueryRoot", "productVariant")
def variant(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.productVariant`."""
    return by_id(args["id"], "ProductVariant", context)


@resolves("QueryRoot", "productByIdentifier")
def by_identifier(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.productByIdentifier`."""
    wanted = args["identifier"]
    if wanted.get("id"):
        return by_id(wanted["id"], "Product", context)
    return next((one for one in context.store.records["products"] if one["handle"] == wanted.get("handle")), None)


@resolves("QueryRoot", "products")
def products(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.products`."""
    rows = searched(context.store.records["products"], args, _PRODUCTS, "products", context)
    return connection(rows, args, _SORTS.get(args.get("sortKey") or "ID", number))


@resolves("QueryRoot", "productsCount")
def products_count(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.productsCount`."""
    rows = searched(context.store.records["products"], args, _PRODUCTS, "productsCount", context)
    return count(len(rows), args.get("limit"))


@resolves("QueryRoot", "productVariants")
def variants(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.productVariants`."""
    rows = searched(_shown(context.store.records["products"]), args, _VARIANTS, "productVariants", context)
    return connection(rows, args, _VARIANT_SORTS.get(args.get("sortKey") or "ID", number))


@resolves("QueryRoot", "productVariantsCount")
def variants_count(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """The `query` argument is taken and ignored (reference: section 5)."""
    return count(len(context.store.all("ProductVariant")), args.get("limit"))


@resolves("Product", "variants")
def product_variants(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `Product.variants`."""
    key = args.get("sortKey")
    return connection(one["variants"], args, _VARIANT_SORTS.get(key) if key and key != "POSITION" else None)


@resolves("Product", "variantsCount")
def product_variants_count(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `Product.variantsCount`."""
    return {"count": len(one["variants"]), "precision": "EXACT"}


@resolves("Product", "totalInventory")
def total_inventory(one: Node, context: Context, args: dict[str, Any]) -> int:
    """Answers `Product.totalInventory`."""
    return total(one)


@resolves("Product", "tracksInventory")
def tracks(one: Node, context: Context, args: dict[str, Any]) -> bool:
    """Answers `Product.tracksInventory`."""
    return any(variant["inventoryItem"]["tracked"] for variant in one["variants"])


@resolves("Product", "hasOnlyDefaultVariant")
def only_default(one: Node, context: Context, args: dict[str, Any]) -> bool:
    """Answers `Product.hasOnlyDefaultVariant`; of a product that an order alone knows, as that says."""
    if "variants" not in one:
        return bool(one.get("hasOnlyDefaultVariant"))
    return len(one["variants"]) == 1 and one["variants"][0]["title"] == "Default Title"


@resolves("Product", "hasOutOfStockVariants")
def out_of_stock(one: Node, context: Context, args: dict[str, Any]) -> bool:
    """Answers `Product.hasOutOfStockVariants`."""
    return any(item["tracked"] and available(item) <= 0 for item in (variant["inventoryItem"] for variant in one["variants"]))


@resolves("Product", "priceRangeV2")
def price_range(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `Product.priceRangeV2`."""
    return _range([variant["price"] for variant in one["variants"]], "VariantPrice", context)


@resolves("Product", "compareAtPriceRange")
def compare_range(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `Product.compareAtPriceRange`."""
    prices = [variant["compareAtPrice"] for variant in one["variants"] if variant.get("compareAtPrice")]
    return _range(prices, "VariantCompareAtPrice", context) if prices else None


def _range(prices: list[str], name: str, context: Context) -> dict[str, Any]:
    amounts = [Decimal(price) for price in prices]
    currency = context.store.currency
    return {f"min{name}": money.money(min(amounts), currency), f"max{name}": money.money(max(amounts), currency)}


@resolves("Product", "description")
def description(one: Node, context: Context, args: dict[str, Any]) -> str:
    """Answers `Product.description`."""
    inside, text = False, []
    for letter in one["descriptionHtml"]:
        inside = letter == "<" or (inside and letter != ">")
        if not inside and letter != ">":
            text.append(letter)
    return "".join(text)[: args.get("truncateAt")].strip()


@resolves("Product", "defaultCursor")
@resolves("ProductVariant", "defaultCursor")
def default_cursor(one: Node, context: Context, args: dict[str, Any]) -> str:
    """Answers `Product.defaultCursor` and `ProductVariant.defaultCursor`."""
    return encode(Place(number(one), number(one)))


@resolves("ProductOption", "optionValues")
def option_values(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `ProductOption.optionValues`."""
    place = gids.tail_of(one["id"])
    values = [{"id": f"gid://shopify/ProductOptionValue/{place}{index:03d}", "name": value, "hasVariants": True}
              for index, value in enumerate(one["values"], 1)]
    return one.get("optionValues") or values


@resolves("ProductVariant", "displayName")
def display_name(one: Node, context: Context, args: dict[str, Any]) -> str:
    """Answers `ProductVariant.displayName`."""
    owner = context.store.parent(one["id"])
    return f"{owner['title']} - {one['title']}" if owner else str(one.get("title") or "")


@resolves("Product", "hasVariantsThatRequiresComponents")
def has_bundles(one: Node, context: Context, args: dict[str, Any]) -> bool:
    """Answers `Product.hasVariantsThatRequiresComponents`."""
    return any(variant.get("requiresComponents") for variant in one["variants"])


@resolves("ProductVariant", "inventoryQuantity", "sellableOnlineQuantity")
def inventory_quantity(one: Node, context: Context, args: dict[str, Any]) -> int:
    """Answers `ProductVariant.inventoryQuantity` and `ProductVariant.sellableOnlineQuantity`.

    That of a bundle is calculated from its parts (the schema's productBundleCreate)."""
    if one.get("productVariantComponents"):
        parts = [(context.store.node(part["productVariant"]["id"], "ProductVariant"), part["quantity"]) for part in one["productVariantComponents"]]
        return min(inventory_quantity(part, context, {}) // count if part else 0 for part, count in parts)
    return available(one["inventoryItem"]) if one.get("inventoryItem") else 0


@resolves("ProductVariant", "availableForSale")
def for_sale(one: Node, context: Context, args: dict[str, Any]) -> bool:
    """Answers `ProductVariant.availableForSale`."""
    item = one.get("inventoryItem") or {}
    return not item.get("tracked") or one.get("inventoryPolicy") == "CONTINUE" or available(item) > 0


@resolves("SelectedOption", "optionValue")
def option_value(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `SelectedOption.optionValue`."""
    number_of_value = zlib.crc32(f"{one['name']}/{one['value']}".encode())
    return {"id": gids.make("ProductOptionValue", number_of_value), "name": one["value"], "hasVariants": True}
