"""The shop, its locations, its versions, and the app that is asking."""

from __future__ import annotations

from typing import Any

from koppel_shopify.sandbox.connections import connection
from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.fields.common import by_id, count, searched
from koppel_shopify.sandbox.fields.inventory import level_at, levels_page
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.searching import Field, Search
from koppel_shopify.sandbox.shapes import Node

_SEARCH = Search(
    {
        "id": Field("id", lambda one: one["id"]),
        "name": Field("text", lambda one: one["name"]),
        "active": Field("bool", lambda one: one["isActive"]),
        "created_at": Field("time", lambda one: one["createdAt"]),
        "legacy": Field("bool", lambda one: False),
        "address1": Field("text", lambda one: (one.get("address") or {}).get("address1")),
        "city": Field("text", lambda one: (one.get("address") or {}).get("city")),
        "zip": Field("exact", lambda one: (one.get("address") or {}).get("zip")),
    },
    lambda one: (one["name"],),
)


@resolves("QueryRoot", "shop")
def shop(root: Any, context: Context, args: dict[str, Any]) -> Node:
    """Answers `QueryRoot.shop`."""
    return context.store.shop


@resolves("QueryRoot", "publicApiVersions")
def versions(root: Any, context: Context, args: dict[str, Any]) -> list[dict[str, Any]]:
    """Answers `QueryRoot.publicApiVersions`."""
    latest = context.versions.latest
    stable = [{"handle": one, "displayName": f"{one} (Latest)" if one == latest else one, "supported": True}
              for one in context.versions.stable()]
    candidate = context.versions.candidate
    waiting = {"handle": candidate, "displayName": f"{candidate} (Release candidate)", "supported": False}
    return [*stable, waiting, {"handle": "unstable", "displayName": "unstable", "supported": False}]


@resolves("QueryRoot", "currentAppInstallation")
def installation(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Answers `QueryRoot.currentAppInstallation`."""
    granted = [{"handle": one, "description": one.replace("_", " ")} for one in context.app.scopes]
    app = {"id": "gid://shopify/App/1", "title": context.app.title, "handle": "koppel", "apiKey": context.app.client_id}
    return {"id": "gid://shopify/AppInstallation/1", "accessScopes": granted, "app": app}


def _locations(context: Context, args: dict[str, Any]) -> list[Node]:
    rows = context.store.records["locations"]
    return rows if args.get("includeInactive") else [one for one in rows if one["isActive"]]


@resolves("QueryRoot", "locations")
def locations(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.locations`."""
    rows = searched(_locations(context, args), args, _SEARCH, "locations", context)
    by_number = args.get("sortKey") != "NAME"
    return connection(rows, args, lambda one: one["id"].rsplit("/", 1)[1].zfill(20) if by_number else one["name"])


@resolves("QueryRoot", "locationsCount")
def locations_count(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.locationsCount`."""
    rows = searched(_locations(context, {}), args, _SEARCH, "locationsCount", context)
    return count(len(rows), args.get("limit"))


@resolves("QueryRoot", "location")
def location(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.location`."""
    if args.get("id") is None:
        return next(iter(_locations(context, {})), None)
    return by_id(args["id"], "Location", context)


@resolves("Location", "inventoryLevel")
def location_level(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `Location.inventoryLevel`."""
    return level_at(context, args["inventoryItemId"], one["id"], bool(args.get("includeInactive")))


@resolves("Location", "inventoryLevels")
def location_levels(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `Location.inventoryLevels`."""
    rows = [level for level in context.store.all("InventoryLevel") if level["location"]["id"] == one["id"]]
    return levels_page(rows, args, context)


@resolves("Location", "hasActiveInventory")
def has_stock(one: Node, context: Context, args: dict[str, Any]) -> bool:
    """Answers `Location.hasActiveInventory`."""
    return any(level["location"]["id"] == one["id"] and level["isActive"] for level in context.store.all("InventoryLevel"))


@resolves("Location", "isPrimary")
def is_primary(one: Node, context: Context, args: dict[str, Any]) -> bool:
    """Answers `Location.isPrimary`."""
    return one is context.store.records["locations"][0]


@resolves("Location", "hasUnfulfilledOrders")
def has_work(one: Node, context: Context, args: dict[str, Any]) -> bool:
    """Answers `Location.hasUnfulfilledOrders`."""
    return any(
        ((order.get("assignedLocation") or {}).get("location") or {}).get("id") == one["id"] and order["status"] == "OPEN"
        for order in context.store.all("FulfillmentOrder")
    )


@resolves("FulfillmentOrderAssignedLocation", "name")
def assigned_name(one: Node, context: Context, args: dict[str, Any]) -> str:
    """Answers `FulfillmentOrderAssignedLocation.name`."""
    found = context.store.node(str((one.get("location") or {}).get("id") or ""))
    return str(one.get("name") or (found or {}).get("name") or "")


@resolves("FulfillmentOrderAssignedLocation", "countryCode")
def assigned_country(one: Node, context: Context, args: dict[str, Any]) -> str:
    """Answers `FulfillmentOrderAssignedLocation.countryCode`."""
    return str(one.get("countryCode") or "NL")
