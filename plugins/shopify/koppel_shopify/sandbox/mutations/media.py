"""Pictures of products: added, described anew, ready after a while (reference: Products, media, collections)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import user_error
from koppel_shopify.sandbox.filling import image
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.scalars import moment
from koppel_shopify.sandbox.shapes import Node

LONGEST_ALT = 512
_SOURCE = re.compile(r"https?://[^\s/]+/\S+\Z")


def source_error(given: dict[str, Any], at: list[str], code: str | None = None) -> dict[str, Any] | None:
    """What is wrong with a picture's address or description."""
    if not _SOURCE.match(given.get("originalSource") or ""):
        return user_error([*at, "originalSource"], "File URL is invalid", code)
    if len(given.get("alt") or "") > LONGEST_ALT:
        return user_error([*at, "alt"], f"The alt value exceeds the maximum limit of {LONGEST_ALT} characters.", code)
    return None


def add_image(product: Node, given: dict[str, Any], context: Context) -> Node:
    """A new picture; the shop copies it to an address of its own, so where it came from is not told again."""
    name = given.get("filename") or given["originalSource"].split("?")[0].rsplit("/", 1)[1]
    made: Node = {"alt": given.get("alt") or "", "createdAt": context.stamp, "status": "UPLOADED", "fileStatus": "UPLOADED"}
    image(made, context.store, context.now, "media")
    url = f"https://cdn.shopify.com/s/files/1/0000/0001/files/{name}?v={int(context.now.timestamp())}"
    made["image"] = {"url": url, "altText": made["alt"] or None, "width": 800, "height": 800}
    made["preview"] = {"image": made["image"], "status": "READY"}
    product.setdefault("media", []).append(made)
    context.store.learn(made, "MediaImage", product["id"])
    return made


def _ready(one: Node, context: Context) -> bool:
    return moment(one.get("sourceAt") or one["createdAt"]) + timedelta(seconds=context.switches.media_seconds) <= context.now


def _status(one: Node, context: Context, args: dict[str, Any]) -> str:
    if one["status"] in ("UPLOADED", "PROCESSING"):
        return "READY" if _ready(one, context) else "PROCESSING"
    return str(one["status"])


def _preview(one: Node, context: Context, args: dict[str, Any]) -> Any:
    return one.get("preview") if _status(one, context, args) == "READY" else {"image": None, "status": "PROCESSING"}


def _image(one: Node, context: Context, args: dict[str, Any]) -> Any:
    return one.get("image") if _status(one, context, args) == "READY" else None


for _name, _answer in (("status", _status), ("fileStatus", _status), ("preview", _preview), ("image", _image)):
    resolves("MediaImage", _name)(_answer)


@resolves("Mutation", "fileUpdate")
def update(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Describe pictures anew; only those that are ready."""
    wanted = [(one, context.store.node(one["id"], "MediaImage")) for one in args["files"]]
    gone = [one["id"] for one, node in wanted if node is None]
    if gone:
        ids = ", ".join(f'"{one}"' for one in gone)
        text = f"File id{'s' if len(gone) > 1 else ''} [{ids}] do{'' if len(gone) > 1 else 'es'} not exist."
        return {"files": None, "userErrors": [user_error(["files"], text, "FILE_DOES_NOT_EXIST")]}
    if any(_status(node, context, {}) != "READY" for _, node in wanted if node is not None):
        return {"files": None, "userErrors": [user_error(["files"], "Non-ready files cannot be updated.", "NON_READY_STATE")]}
    errors = [error for place, (one, node) in enumerate(wanted) if node is not None and (error := _wrong(one, node, place, context))]
    if errors:
        return {"files": None, "userErrors": errors}
    for one, node in wanted:
        if node is not None:
            _change(one, node, context)
    return {"files": [node for _, node in wanted], "userErrors": []}


def _wrong(one: dict[str, Any], node: Node, place: int, context: Context) -> dict[str, Any] | None:
    """What is wrong with one change. What is said of another kind of file was not recorded; the code is of the schema."""
    at, source = ["files", str(place)], one.get("originalSource")
    if len(one.get("alt") or "") > LONGEST_ALT:
        text = f"The alt value exceeds the maximum limit of {LONGEST_ALT} characters."
        return user_error([*at, "alt"], text, "ALT_VALUE_LIMIT_EXCEEDED")
    if source and not _SOURCE.match(source):
        return user_error([*at, "originalSource"], "Invalid image source url value provided", "INVALID_IMAGE_SOURCE_URL")
    if source and _ending(source) != _ending(node["image"]["url"]):
        text = "The filename extension of the original source must match the original filename."
        return user_error([*at, "originalSource"], text, "MISMATCHED_FILENAME_AND_ORIGINAL_SOURCE")
    targets = [*(one.get("referencesToAdd") or ()), *(one.get("referencesToRemove") or ())]
    if any(context.store.node(gid, "Product") is None for gid in targets):
        return user_error(["files"], "The reference target does not exist", "REFERENCE_TARGET_DOES_NOT_EXIST")
    return None


def _ending(address: str) -> str:
    return address.split("?")[0].rsplit(".", 1)[-1].lower().replace("jpeg", "jpg")


def _change(one: dict[str, Any], node: Node, context: Context) -> None:
    """Describe a picture anew, give it another file at the same address, put it with a product or take it off one."""
    if one.get("alt") is not None:
        node["alt"] = node["image"]["altText"] = one["alt"]
    if one.get("originalSource"):
        address = node["image"]["url"].split("?")[0]
        node["image"]["url"] = f"{address}?v={int(context.now.timestamp())}"
        node["preview"] = {"image": node["image"], "status": "READY"}
        node |= {"status": "UPLOADED", "fileStatus": "UPLOADED", "sourceAt": context.stamp, "source": one["originalSource"]}
    for gid in one.get("referencesToRemove") or ():
        product = context.store.node(gid, "Product") or {}
        product["media"] = [kept for kept in product.get("media") or () if kept["id"] != node["id"]]
        context.touch(product)
    for gid in one.get("referencesToAdd") or ():
        product = context.store.node(gid, "Product") or {}
        product.setdefault("media", []).append(node)
        context.touch(product)
    context.touch(node)


@resolves("Mutation", "productReorderMedia")
def reorder(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Bring pictures to other places, one after another; a job does it, here at once."""
    product = context.store.node(args["id"], "Product")
    if product is None:
        error = user_error(["id"], "Product does not exist", "PRODUCT_DOES_NOT_EXIST")
        return {"job": None, "mediaUserErrors": [error], "userErrors": [error]}
    rows = product.setdefault("media", [])
    for place, move in enumerate(args["moves"]):
        found = next((one for one in rows if one["id"] == move["id"]), None)
        if found is None:
            error = user_error(["moves", str(place), "id"], "Media does not exist", "MEDIA_DOES_NOT_EXIST")
            return {"job": None, "mediaUserErrors": [error], "userErrors": [error]}
        rows.remove(found)
        rows.insert(int(move["newPosition"]), found)
    context.touch(product)
    return {"job": {"id": context.store.new_id("Job"), "done": False}, "mediaUserErrors": [], "userErrors": []}
