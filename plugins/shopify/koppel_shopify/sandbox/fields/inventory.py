"""Inventory items and the stock of each at every location."""

from __future__ import annotations

from typing import Any

from koppel_shopify.sandbox.connections import connection
from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import ShopError
from koppel_shopify.sandbox.fields.common import by_id, searched
from koppel_shopify.sandbox.filling import ON_HAND, QUANTITIES
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.searching import Field, Search
from koppel_shopify.sandbox.shapes import Node

_ITEMS = Search(
    {
        "id": Field("id", lambda one: one["id"]),
        "sku": Field("exact", lambda one: one.get("sku")),
        "created_at": Field("time", lambda one: one["createdAt"]),
        "updated_at": Field("time", lambda one: one["updatedAt"]),
    },
    lambda one: (one.get("sku"),),
)
_LEVELS = Search(
    {
        "id": Field("id", lambda one: one["id"]),
        "inventory_item_id": Field("id", lambda one: one["id"].rsplit("=", 1)[-1]),
        "created_at": Field("time", lambda one: one["createdAt"]),
        "updated_at": Field("time", lambda one: one["updatedAt"]),
    }
)


def quantity(level: Node, name: str) -> int:
    """One kind of quantity; on hand is the sum of its parts (reference: section 11)."""
    counts = {one["name"]: int(one["quantity"]) for one in level["quantities"]}
    return sum(counts[part] for part in ON_HAND) if name == "on_hand" else counts[name]


def level_at(context: Context, item: str, location: str, inactive: bool = False) -> Node | None:
    """The stock of an item at a location."""
    found = context.store.node(item, "InventoryItem")
    levels: list[Node] = (found or {}).get("inventoryLevels") or []
    for level in levels:
        if level["location"]["id"] == location and (inactive or level["isActive"]):
            return level
    return None


def available(item: Node) -> int:
    """What can be sold of an item, over all locations."""
    return sum(quantity(level, "available") for level in item.get("inventoryLevels") or () if level["isActive"])


def levels_page(rows: list[Node], args: dict[str, Any], context: Context) -> Any:
    """A page of stock levels; inactive ones on request only."""
    shown = rows if args.get("includeInactive") else [one for one in rows if one["isActive"]]
    return connection(searched(shown, args, _LEVELS, "inventoryLevels", context), args)


@resolves("QueryRoot", "inventoryItem")
def item(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.inventoryItem`."""
    return by_id(args["id"], "InventoryItem", context)


@resolves("QueryRoot", "inventoryItems")
def items(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.inventoryItems`."""
    rows = searched(context.store.all("InventoryItem"), args, _ITEMS, "inventoryItems", context)
    return connection(rows, args, lambda one: int(one["id"].rsplit("/", 1)[1]))


@resolves("QueryRoot", "inventoryLevel")
def one_level(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.inventoryLevel`."""
    return by_id(args["id"], "InventoryLevel", context)


@resolves("InventoryItem", "inventoryLevel")
def item_level(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `InventoryItem.inventoryLevel`."""
    return level_at(context, one["id"], args["locationId"], bool(args.get("includeInactive")))


@resolves("InventoryItem", "inventoryLevels")
def item_levels(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `InventoryItem.inventoryLevels`."""
    return levels_page(one.get("inventoryLevels") or [], args, context)


@resolves("InventoryItem", "variants")
def item_variants(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `InventoryItem.variants`."""
    owner = context.store.parent(one["id"])
    return connection([owner] if owner else [], args)


@resolves("InventoryItem", "locationsCount")
def item_locations(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `InventoryItem.locationsCount`."""
    return {"count": sum(level["isActive"] for level in one.get("inventoryLevels") or ()), "precision": "EXACT"}


@resolves("InventoryItem", "duplicateSkuCount")
def same_sku(one: Node, context: Context, args: dict[str, Any]) -> int:
    """Answers `InventoryItem.duplicateSkuCount`."""
    others = (other for other in context.store.all("InventoryItem") if other is not one)
    return sum(1 for other in others if one.get("sku") and other.get("sku") == one["sku"])


@resolves("InventoryItem", "measurement")
def measurement(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `InventoryItem.measurement`."""
    return {"id": one["id"].replace("InventoryItem/", "InventoryItemMeasurement/"), **(one.get("measurement") or {})}


@resolves("InventoryLevel", "quantities")
def quantities(level: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `InventoryLevel.quantities`."""
    wrong = [name for name in args["names"] if name not in (*QUANTITIES, "on_hand")]
    if wrong:
        raise ShopError(f"The quantity name '{wrong[0]}' is invalid.", "INVALID_FIELD_ARGUMENTS")
    moments = {one["name"]: one.get("updatedAt") for one in level["quantities"]}
    number = level["id"].rsplit("/", 1)[1]
    return [
        {"id": f"gid://shopify/InventoryQuantity/{number}&name={name}", "name": name, "quantity": quantity(level, name),
         "updatedAt": moments.get(name)}
        for name in args["names"]
    ]
