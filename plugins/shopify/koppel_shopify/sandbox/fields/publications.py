"""Sales channels, and which products are on them."""

from __future__ import annotations

from typing import Any

from koppel_shopify.sandbox.connections import connection
from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.fields.common import count
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.shapes import Node


@resolves("QueryRoot", "publications")
def publications(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.publications`; all of this shop's belong to apps."""
    wanted = args.get("catalogType") in (None, "APP")
    return connection(context.store.records["publications"] if wanted else [], args)


@resolves("Publication", "catalog")
def catalog(one: Node, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """A channel's products are a catalogue of its own."""
    return {"__typename": "AppCatalog", "id": one["id"].replace("/Publication/", "/AppCatalog/"), "title": one["name"]}


def _on(one: Node, context: Context) -> list[Node]:
    return [found for gid in one.get("publishedOn") or () if (found := context.store.node(gid, "Publication"))]


@resolves("Product", "resourcePublicationsV2")
def of_product(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `Product.resourcePublicationsV2`."""
    rows = [{"id": found["id"], "isPublished": True, "publication": found, "publishDate": one.get("publishedAt"), "publishable": one}
            for found in _on(one, context)]
    return connection(rows, args)


@resolves("Product", "publishedOnPublication")
def is_on(one: Node, context: Context, args: dict[str, Any]) -> bool:
    """Answers `Product.publishedOnPublication`."""
    return args["publicationId"] in (one.get("publishedOn") or ())


def _count(one: Node, context: Context, args: dict[str, Any]) -> Any:
    return count(len(_on(one, context)), None)


resolves("Product", "resourcePublicationsCount")(_count)
resolves("Product", "availablePublicationsCount")(_count)
