"""Tags and metafields, on whatever carries them."""

from __future__ import annotations

import json
from typing import Any

from koppel_shopify.sandbox import access, gids
from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import ShopError, not_found, user_error
from koppel_shopify.sandbox.fields.common import HAVE_METAFIELDS, digest
from koppel_shopify.sandbox.filling import metafield as fill
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.shapes import Node

MOST = 25
_TAGGED = ("Customer", "Order", "Product")
_LONGEST_TAG = 255
Errors = list[dict[str, Any]]


def tag_list(tags: list[str]) -> list[str]:
    """Tags as the shop keeps them: split at commas, trimmed, each once whatever its case, in order."""
    parts = [part.strip() for tag in tags for part in tag.split(",")]
    return sorted({part.casefold(): part for part in reversed(parts) if part}.values(), key=str.casefold)


def _tagged(gid: str, field: str, context: Context) -> tuple[Node | None, Errors]:
    kind = gids.kind_of(gid)
    if kind not in _TAGGED:
        raise not_found(gid)
    access.check_kind(kind, field, context, write=True)
    node = context.store.node(gid, kind)
    if node is None or (kind == "Order" and not context.visible(node)):
        return None, [user_error(["id"], f"{kind} does not exist")]
    return node, []


@resolves("Mutation", "tagsAdd")
def tags_add(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Add tags; those that are there already stay as they are."""
    node, errors = _tagged(args["id"], "tagsAdd", context)
    added = tag_list(args["tags"])
    if any(len(tag) > _LONGEST_TAG for tag in added):
        errors.append(user_error(["tags"], "Tags is invalid: each tag can have at most 255 characters"))
    if node is not None and not errors:
        tags = tag_list([*node["tags"], *added])
        if tags != node["tags"]:
            node["tags"] = tags
            context.touch(node)
    return {"node": None if errors else node, "userErrors": errors}


@resolves("Mutation", "tagsRemove")
def tags_remove(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Take tags away; those that are not there are no error."""
    node, errors = _tagged(args["id"], "tagsRemove", context)
    if node is not None:
        gone = {tag.casefold() for tag in tag_list(args["tags"])}
        tags = [tag for tag in node["tags"] if tag.casefold() not in gone]
        if tags != node["tags"]:
            node["tags"] = tags
            context.touch(node)
    return {"node": node, "userErrors": errors}


@resolves("Mutation", "metafieldsSet")
def metafields_set(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Write up to 25 metafields, all or none (reference: section 10)."""
    given = args["metafields"]
    errors = _too_many(given) or [one for index, entry in enumerate(given) for one in _wrong(entry, index, context)]
    if errors:
        return {"metafields": None, "userErrors": errors}
    return {"metafields": [write(_owner(one, context), one, context) for one in given], "userErrors": []}


def _too_many(given: list[dict[str, Any]]) -> Errors:
    if len(given) <= MOST:
        return []
    return [user_error(["metafields"], f"Exceeded the maximum metafields input limit of {MOST}.", "LESS_THAN_OR_EQUAL_TO")]


def _owner(one: dict[str, Any], context: Context) -> Any:
    kind = gids.kind_of(one["ownerId"])
    if kind not in HAVE_METAFIELDS:
        raise not_found(one["ownerId"])
    access.check_kind(kind, "metafieldsSet", context, write=True)
    return context.store.node(one["ownerId"], kind)


def _wrong(one: dict[str, Any], index: int, context: Context) -> Errors:
    at = ["metafields", str(index)]
    owner = _owner(one, context)
    if owner is None:
        return [user_error([*at, "ownerId"], "Owner does not exist.", "INVALID_VALUE")]
    found = _name_errors(one, at)
    if found:
        return found
    if one["value"] == "":
        return [user_error([*at, "value"], "Value can't be blank.", "INVALID_VALUE")]
    known = find(owner, one)
    if known is None and not one.get("type"):
        return [user_error([*at, "type"], "Type can't be blank", "BLANK")]
    text = _value_error(one, known)
    if text:
        return [user_error([*at, "value"], text, "INVALID_VALUE")]
    return _compare(one, known, at, context)


def _name_errors(one: dict[str, Any], at: list[str]) -> Errors:
    for name, low, high in (("namespace", 3, 255), ("key", 2, 64)):
        value = one.get(name)
        if value is None:
            continue
        if len(value) < low:
            text = f"{name.capitalize()} is too short (minimum is {low} characters)"
            return [user_error([*at, name], text, "TOO_SHORT")]
        if len(value) > high:
            text = f"{name.capitalize()} is too long (maximum is {high} characters)"
            return [user_error([*at, name], text, "TOO_LONG")]
    return []


def _value_error(one: dict[str, Any], known: Node | None) -> str:
    kind, value = one.get("type") or (known or {}).get("type"), one["value"]
    if kind == "number_integer" and not value.lstrip("-").isdigit():
        return "Value must be an integer."
    if kind == "boolean" and value not in ("true", "false"):
        return "Value must be true or false."
    if kind == "single_line_text_field" and "\n" in value:
        return "Value must be a single line text string."
    if kind == "json" or str(kind).startswith("list."):
        try:
            json.loads(value)
        except ValueError as wrong:
            return f"Value is invalid JSON: {wrong}."
    return ""


def _compare(one: dict[str, Any], known: Node | None, at: list[str], context: Context) -> Errors:
    if "compareDigest" not in one:
        return []
    now = digest(known, context, {}) if known else None
    if one["compareDigest"] == now:
        return []
    text = "The resource has been updated since it was loaded. Try again with an updated `compareDigest` value."
    return [user_error(at, text, "STALE_OBJECT")]


def find(owner: Node, one: dict[str, Any]) -> Node | None:
    """The metafield of that name."""
    name = (one.get("namespace") or "app", one["key"])
    return next((known for known in owner.get("metafields") or () if (known["namespace"], known["key"]) == name), None)


def write(owner: Node, one: dict[str, Any], context: Context) -> Node:
    """Create or change one metafield of `owner`."""
    known = find(owner, one)
    if known is not None:
        known.update(value=one["value"], type=one.get("type") or known["type"])
        context.touch(known)
        return known
    made: Node = {"namespace": one.get("namespace") or "app", "key": one["key"], "value": one["value"], "type": one.get("type")}
    fill(made, context.store, context.now, "metafields")
    owner.setdefault("metafields", []).append(made)
    context.store.learn(made, "Metafield", owner["id"])
    return made


def write_all(owner: Node, given: list[dict[str, Any]] | None, context: Context) -> None:
    """Write the metafields that came with another input."""
    for one in given or ():
        if not one.get("key") or one.get("value") is None:
            raise ShopError("MetafieldInput must include the following arguments: key, value.", "INVALID_FIELD_ARGUMENTS")
        write(owner, one, context)
