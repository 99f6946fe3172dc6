"""The demo webshop in Shopify's shapes: its catalogue, its customers and the stock it thinks it has."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from koppel.demo.webshop import Article, Shopper, Webshop

from koppel_shopify.sandbox import gids
from koppel_shopify.sandbox.app import ShopifySandbox
from koppel_shopify.sandbox.apps import CLIENT_ID, CLIENT_SECRET, SCOPES, STATIC_TOKEN
from koppel_shopify.sandbox.demo_orders import Catalogue, address, order
from koppel_shopify.sandbox.money import money_text
from koppel_shopify.sandbox.scalars import instant
from koppel_shopify.sandbox.switches import Switches

DOMAIN = "bloem-en-blad.myshopify.com"
LOCATION = gids.make("Location", 71_000_000_001)
_PRODUCT, _VARIANT, _ITEM, _LEVEL, _CUSTOMER = (
    8_100_000_000_000, 44_100_000_000_000, 46_100_000_000_000, 113_000_000_000, 7_200_000_000_000,
)
Node = dict[str, Any]


def state(shop: Webshop) -> dict[str, Any]:
    """The whole state; records are complete, so that what is loaded is what was made."""
    whole = ShopifySandbox(_raw(shop), Switches()).dump()
    for app in whole["apps"]:
        app.pop("bucket")
    return whole


def _raw(shop: Webshop) -> dict[str, Any]:
    opened = min((one.placed_at for one in shop.purchases), default=datetime.fromisoformat("2026-01-01T00:00:00+00:00"))
    begin = instant(opened - timedelta(days=90))
    catalogue = Catalogue({one.sku: (gids.make("Product", _PRODUCT + place), gids.make("ProductVariant", _VARIANT + number))
                           for number, (place, one) in enumerate(_placed(shop), 1)}, LOCATION)
    end = max((one.placed_at for one in shop.purchases), default=opened)
    customers = {one.number: _customer(one, begin) for one in shop.shoppers if not one.guest}
    return {
        "shop": _shop(begin), "apps": [_app()], "tokens": [{"token": STATIC_TOKEN, "clientId": CLIENT_ID}],
        "locations": [_location(begin)], "customers": list(customers.values()), "products": _products(shop, begin),
        "orders": [order(one, place, customers.get(one.shopper.number), catalogue, end) for place, one in enumerate(shop.purchases, 1)],
    }


def _shop(begin: str) -> Node:
    return {"id": gids.make("Shop", 61_000_000_001), "name": "Bloem & Blad", "myshopifyDomain": DOMAIN, "createdAt": begin,
            "email": "info@bloem-en-blad.example", "contactEmail": "info@bloem-en-blad.example", "shopOwnerName": "Flora Blad"}


def _app() -> Node:
    return {"clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET, "title": "Koppel", "scopes": list(SCOPES)}


def _location(begin: str) -> Node:
    place = {"address1": "Kwekerijweg 1", "zip": "1431 AA", "city": "Aalsmeer", "country": "Netherlands", "countryCode": "NL",
             "formatted": ["Kwekerijweg 1", "1431 AA Aalsmeer", "Netherlands"]}
    return {"id": LOCATION, "name": "Magazijn Aalsmeer", "createdAt": begin, "address": place}


def _placed(shop: Webshop) -> list[tuple[int, Article]]:
    """The articles with the number of the product each belongs to."""
    parents: dict[str, int] = {}
    return [(parents.setdefault(one.parent or one.sku, len(parents) + 1), one) for one in shop.articles]


def _products(shop: Webshop, begin: str) -> list[Node]:
    made: dict[int, Node] = {}
    for number, (place, one) in enumerate(_placed(shop), 1):
        product = made.setdefault(place, {
            "id": gids.make("Product", _PRODUCT + place), "title": one.parent or one.title, "vendor": "Bloem & Blad",
            "productType": one.group, "tags": [one.group.lower()], "status": "ACTIVE", "createdAt": begin, "publishedAt": begin,
            "variants": [],
        })
        product["variants"].append(_variant(one, number, begin))
    return list(made.values())


def _variant(one: Article, number: int, begin: str) -> Node:
    item = _ITEM + number
    stock = one.stock if number % 2 else max(0, one.stock + number % 9 - 4 or 7)
    level = {"id": gids.make("InventoryLevel", _LEVEL + number, f"?inventory_item_id={item}"), "location": {"id": LOCATION},
             "quantities": [{"name": "available", "quantity": stock, "updatedAt": begin}], "createdAt": begin, "isActive": True}
    return {
        "id": gids.make("ProductVariant", _VARIANT + number), "sku": one.sku, "barcode": one.ean, "price": money_text(one.price),
        "createdAt": begin, "taxable": True,
        "selectedOptions": [{"name": name, "value": value} for name, value in one.options] or None,
        "inventoryItem": {"id": gids.make("InventoryItem", item), "sku": one.sku, "tracked": True, "createdAt": begin,
                          "inventoryLevels": [level]},
    }


def _customer(one: Shopper, begin: str) -> Node:
    place = address(one)
    node: Node = {
        "id": gids.make("Customer", _CUSTOMER + one.number), "firstName": one.first_name, "lastName": one.last_name,
        "email": one.email, "phone": place["phone"], "createdAt": begin, "state": "ENABLED", "tags": ["zakelijk"] if one.company else [],
        "defaultAddress": place, "addressesV2": [dict(place)], "verifiedEmail": True,
    }
    if one.vat_number:
        node["metafields"] = [{"namespace": "custom", "key": "btw_nummer", "type": "single_line_text_field", "value": one.vat_number}]
    return node
