"""Publishing products to sales channels, and taking them off."""

from __future__ import annotations

from typing import Any

from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import user_error
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.shapes import Node


def _checked(args: dict[str, Any], context: Context) -> tuple[Node | None, list[dict[str, Any]]]:
    """The product and what is wrong; the words for an unknown channel were not recorded."""
    node = context.store.node(args["id"], "Product")
    if node is None:
        return None, [user_error(["id"], "Resource does not exist")]
    errors = [
        user_error(["input", str(place), "publicationId"], "Publication does not exist or is not publishable")
        for place, one in enumerate(args["input"])
        if context.store.node(one.get("publicationId") or "", "Publication") is None
    ]
    return node, errors


def _answer(node: Node | None, errors: list[dict[str, Any]], context: Context) -> dict[str, Any]:
    return {"publishable": None if errors else node, "shop": context.store.shop, "userErrors": errors}


@resolves("Mutation", "publishablePublish")
def publish(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Put a product on these channels."""
    node, errors = _checked(args, context)
    if node is not None and not errors:
        on = node.setdefault("publishedOn", [])
        on += [one["publicationId"] for one in args["input"] if one["publicationId"] not in on]
        node["publishedAt"] = node.get("publishedAt") or context.stamp
        context.touch(node)
    return _answer(node, errors, context)


@resolves("Mutation", "publishableUnpublish")
def unpublish(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Take a product off these channels; it stays in the shop."""
    node, errors = _checked(args, context)
    if node is not None and not errors:
        gone = {one["publicationId"] for one in args["input"]}
        node["publishedOn"] = [one for one in node.get("publishedOn") or () if one not in gone]
        context.touch(node)
    return _answer(node, errors, context)
