"""Creating and changing collections."""

from __future__ import annotations

from typing import Any

from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import ShopError, user_error
from koppel_shopify.sandbox.filling import handle
from koppel_shopify.sandbox.mutations.metafields import write_all
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.shapes import Node

_LONGEST = 255


def _given(field: str, args: dict[str, Any]) -> dict[str, Any]:
    given = [args[name] for name in ("collection", "input") if args.get(name) is not None]
    if len(given) != 1:
        text = f"{field} must include exactly one of the following arguments: collection, input."
        raise ShopError(text, "INVALID_FIELD_ARGUMENTS")
    return dict(given[0])


def _errors(given: dict[str, Any], known: Node | None, context: Context) -> list[dict[str, Any]]:
    if ("title" in given or known is None) and not (given.get("title") or "").strip():
        return [user_error(["title"], "Title can't be blank")]
    if len(given.get("title") or "") > _LONGEST:
        return [user_error(["title"], f"Title is too long (maximum is {_LONGEST} characters)")]
    wanted = given.get("handle")
    if wanted and any(one["handle"] == handle(wanted) and one is not known for one in context.store.records["collections"]):
        return [user_error(["handle"], "Handle has already been taken")]
    return []


def _free(title: str, context: Context) -> str:
    used = {one["handle"] for one in context.store.records["collections"]}
    number = 0
    while (f"{handle(title)}-{number}" if number else handle(title)) in used:
        number += 1
    return f"{handle(title)}-{number}" if number else handle(title)


@resolves("Mutation", "collectionCreate")
def create(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """A collection; a handle of the shop's choice gets a number where it is taken."""
    given = _given("collectionCreate", args)
    errors = _errors(given, None, context)
    if errors:
        return {"collection": None, "userErrors": errors}
    wanted = handle(given["handle"]) if given.get("handle") else _free(given["title"], context)
    node = {"title": given["title"].strip(), "descriptionHtml": given.get("descriptionHtml") or "", "handle": wanted,
            "createdAt": context.stamp}
    made = context.store.add("collections", node, context.now)
    write_all(made, given.get("metafields"), context)
    for gid in given.get("products") or ():
        join(context.store.node(gid, "Product"), [made["id"]], context)
    return {"collection": made, "userErrors": []}


@resolves("Mutation", "collectionUpdate")
def update(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Change a collection's own fields."""
    given = _given("collectionUpdate", args)
    node = context.store.node(str(given.get("id") or ""), "Collection")
    if node is None:
        return {"collection": None, "job": None, "userErrors": [user_error(None, "Collection does not exist")]}
    errors = _errors(given, node, context)
    if not errors:
        node.update({name: given[name] for name in ("title", "descriptionHtml") if given.get(name) is not None})
        if given.get("handle"):
            node["handle"] = handle(given["handle"])
        write_all(node, given.get("metafields"), context)
        context.touch(node)
    return {"collection": None if errors else node, "job": None, "userErrors": errors}


def join(product: Node | None, ids: list[str], context: Context) -> None:
    """Put a product into collections; those it is in already are no matter."""
    if product is None:
        return
    for gid in ids:
        if context.store.node(gid, "Collection") is not None and {"id": gid} not in product["collections"]:
            product["collections"].append({"id": gid})
    context.touch(product)
