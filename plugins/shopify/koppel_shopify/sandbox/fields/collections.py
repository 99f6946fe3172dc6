"""Collections: lists, searches, and which products are in each."""

from __future__ import annotations

from typing import Any

from koppel_shopify.sandbox.connections import connection
from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.fields.common import by_id, searched
from koppel_shopify.sandbox.fields.products import at, description, number
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.searching import Field, Search
from koppel_shopify.sandbox.shapes import Node

_SEARCH = Search(
    {
        "id": Field("id", lambda one: one["id"]),
        "title": Field("text", lambda one: one["title"]),
        "handle": Field("exact", lambda one: one["handle"]),
        "updated_at": Field("time", lambda one: one["updatedAt"]),
    },
    lambda one: (one["title"],),
)
_SORTS = {"TITLE": lambda one: one["title"].lower(), "UPDATED_AT": lambda one: at(one["updatedAt"])}
resolves("Collection", "description")(description)


@resolves("QueryRoot", "collection")
def collection(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.collection`."""
    return by_id(args["id"], "Collection", context)


@resolves("QueryRoot", "collections")
def collections(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.collections`."""
    rows = searched(context.store.records["collections"], args, _SEARCH, "collections", context)
    return connection(rows, args, _SORTS.get(args.get("sortKey") or "ID", number))


@resolves("QueryRoot", "collectionByIdentifier")
def by_identifier(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.collectionByIdentifier`."""
    wanted = args["identifier"]
    if wanted.get("id"):
        return by_id(wanted["id"], "Collection", context)
    return next((one for one in context.store.records["collections"] if one["handle"] == wanted.get("handle")), None)


def _members(one: Node, context: Context) -> list[Node]:
    return [product for product in context.store.records["products"] if {"id": one["id"]} in product["collections"]]


@resolves("Collection", "productsCount")
def products_count(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `Collection.productsCount`."""
    return {"count": len(_members(one, context)), "precision": "EXACT"}


@resolves("Collection", "hasProduct")
def has_product(one: Node, context: Context, args: dict[str, Any]) -> bool:
    """Answers `Collection.hasProduct`."""
    return any(product["id"] == args["id"] for product in _members(one, context))


@resolves("Product", "collections")
def of_product(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `Product.collections`."""
    return connection([found for ref in one["collections"] if (found := context.store.node(ref["id"]))], args)
