"""`productSet`: a whole product in one call, where every list that is given replaces the one that was there."""

from __future__ import annotations

from typing import Any

from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import not_found, user_error
from koppel_shopify.sandbox.filling import handle
from koppel_shopify.sandbox.gids import kind_of
from koppel_shopify.sandbox.mutations.collections import join
from koppel_shopify.sandbox.mutations.inventory import HIGHEST
from koppel_shopify.sandbox.mutations.media import add_image, source_error
from koppel_shopify.sandbox.mutations.metafields import write_all
from koppel_shopify.sandbox.mutations.products import add_variant, chosen_of, free_handle, write_plain, write_variant
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.shapes import Node

_LONGEST = 255
_MOST_VARIANTS, _MOST_OPTIONS = 2048, 3
_LIMITED = {"title": "title", "handle": "Handle", "vendor": "Vendor", "productType": "Product type"}
Errors = list[dict[str, Any]]


@resolves("Mutation", "productSet")
def product_set(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Create or change (reference: section 10). Asked not to wait, it gives an operation that is done at the next look."""
    given, identifier = args["input"], args.get("identifier")
    if identifier and given.get("id"):
        return _refused([user_error(["input"], "The id field is not allowed if identifier is provided.", "ID_NOT_ALLOWED")])
    known, errors = _known(given, identifier, context)
    errors = errors or _errors(given, known, context)
    if errors:
        return _refused(errors)
    product = _write(known, given, identifier or {}, context)
    if args.get("synchronous"):
        return {"product": product, "productSetOperation": None, "userErrors": []}
    operation: Node = {"id": context.store.new_id("ProductSetOperation"), "status": "CREATED", "product": None, "userErrors": []}
    done = {**operation, "__typename": "ProductSetOperation", "status": "COMPLETE", "product": {"id": product["id"]}}
    context.store.learn(done, "ProductSetOperation")
    return {"product": None, "productSetOperation": operation, "userErrors": []}


@resolves("QueryRoot", "productOperation")
def operation(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.productOperation`."""
    if kind_of(args["id"]) != "ProductSetOperation":
        raise not_found(args["id"])
    return context.store.node(args["id"], "ProductSetOperation")


def _refused(errors: Errors) -> dict[str, Any]:
    return {"product": None, "productSetOperation": None, "userErrors": errors}


def _known(given: dict[str, Any], identifier: dict[str, Any] | None, context: Context) -> tuple[Node | None, Errors]:
    gid = (identifier or {}).get("id") or given.get("id")
    if gid:
        found = context.store.node(gid, "Product")
        at = ["identifier"] if identifier else ["input"]
        return found, [] if found else [user_error(at, "Product does not exist", "PRODUCT_DOES_NOT_EXIST")]
    wanted = (identifier or {}).get("handle")
    rows = context.store.records["products"]
    return next((one for one in rows if wanted and one["handle"] == handle(wanted)), None), []


def _errors(given: dict[str, Any], known: Node | None, context: Context) -> Errors:
    if ("title" in given or known is None) and not (given.get("title") or "").strip():
        return [user_error(["input", "title"], "Title can't be blank", "INVALID_PRODUCT")]
    for name, shown in _LIMITED.items():
        if len(given.get(name) or "") > _LONGEST:
            at = ["input", "title"] if name == "title" else ["input"]
            text = f"{'' if name == 'title' else shown + ' '}is too long (maximum is {_LONGEST} characters)"
            return [user_error(at, text, "INVALID_PRODUCT")]
    wanted = given.get("handle")
    if wanted and any(one["handle"] == handle(wanted) and one is not known for one in context.store.records["products"]):
        return [user_error(["input", "handle"], f"Handle '{wanted}' already in use. Please provide a new handle.", "HANDLE_NOT_UNIQUE")]
    return _list_errors(given, known, context)


def _list_errors(given: dict[str, Any], known: Node | None, context: Context) -> Errors:
    if given.get("productOptions") is not None and given.get("variants") is None:
        text = "Variants input is required when updating product options"
        return [user_error(["input", "variants"], text, "VARIANTS_INPUT_MISSING")]
    if given.get("variants") is not None and given.get("productOptions") is None and known is None:
        text = "Product options input is required when updating variants"
        return [user_error(["input", "productOptions"], text, "PRODUCT_OPTIONS_INPUT_MISSING")]
    if len(given.get("productOptions") or ()) > _MOST_OPTIONS:
        return [user_error(["input", "productOptions"], "Options count is over the allowed limit (3)", "OPTIONS_OVER_LIMIT")]
    if len(given.get("variants") or ()) > _MOST_VARIANTS:
        return [user_error(["input", "variants"], "The number of variants is above the limit (2048)", "VARIANTS_OVER_LIMIT")]
    files = (source_error(one, ["input", "files", str(place)], "INVALID_INPUT")
             for place, one in enumerate(given.get("files") or ()) if not one.get("id"))
    return [error for error in files if error] or _variant_errors(given, known, context)


def _variant_errors(given: dict[str, Any], known: Node | None, context: Context) -> Errors:
    errors: Errors = []
    seen: list[list[Node]] = []
    ours = {one["id"] for one in (known or {}).get("variants", ())}
    for place, one in enumerate(given.get("variants") or ()):
        at, chosen = ["input", "variants", str(place)], chosen_of(one)
        if chosen in seen:
            title = " / ".join(two["value"] for two in chosen)
            text = f"The variant '{title}' already exists. Please change at least one option value."
            errors.append(user_error(at, text, "INVALID_VARIANT"))
        if one.get("id") and one["id"] not in ours:
            errors.append(user_error([*at, "id"], "Product variant does not exist", "PRODUCT_VARIANT_DOES_NOT_EXIST"))
        for stock in one.get("inventoryQuantities") or ():
            if context.store.node(stock["locationId"], "Location") is None or abs(stock["quantity"]) > HIGHEST:
                errors.append(user_error([*at, "inventoryQuantities"], "Inventory quantity is invalid", "INVALID_VARIANT"))
        seen.append(chosen)
    return errors


def _write(known: Node | None, given: dict[str, Any], identifier: dict[str, Any], context: Context) -> Node:
    product = known or _new(given, identifier, context)
    write_plain(product, given)
    if given.get("variants") is not None:
        _replace_variants(product, given, context)
    if given.get("collections") is not None:
        product["collections"] = []
        join(product, given["collections"], context)
    if given.get("files") is not None:
        _replace_files(product, given["files"], context)
    if given.get("metafields") is not None:
        _replace_metafields(product, given["metafields"], context)
    context.touch(product)
    return product


def _new(given: dict[str, Any], identifier: dict[str, Any], context: Context) -> Node:
    wanted = handle(identifier["handle"]) if identifier.get("handle") else free_handle(given["title"], context)
    node: Node = {"title": given["title"], "createdAt": context.stamp, "handle": wanted, "status": given.get("status") or "ACTIVE",
                  "variants": [{"title": "Default Title", "inventoryItem": {"tracked": False}}]}
    return context.store.add("products", node, context.now)


def _replace_variants(product: Node, given: dict[str, Any], context: Context) -> None:
    """Those that are not in the list are gone; one with the same option values is the same one."""
    before = product["variants"]
    kept: list[Node] = []
    options = given.get("productOptions")
    if options is not None:
        names = [one.get("name") or "Title" for one in options]
        product["options"] = [{"id": context.store.new_id("ProductOption"), "name": name, "position": place, "values": [],
                               "optionValues": []} for place, name in enumerate(names, 1)]
    else:
        for one in product["options"]:
            one["values"] = []
    product["variants"] = []
    for one in given["variants"]:
        same = next((old for old in before if old["id"] == one.get("id")), None) or next(
            (old for old in before if not one.get("id") and old["selectedOptions"] == chosen_of(one) and old not in kept), None)
        if same is not None:
            product["variants"].append(same)
        node = same if same is not None else add_variant(product, _stocked(one), context)
        node["selectedOptions"] = chosen_of(one) or node["selectedOptions"]
        write_variant(node, one, context)
        _sku(node, one)
        kept.append(node)
    for old in before:
        if old not in kept:
            context.store.forget(old, "ProductVariant")
    for place, node in enumerate(kept, 1):
        node["position"] = place
        _note(product, node)


def _stocked(one: dict[str, Any]) -> dict[str, Any]:
    rows = [{"locationId": stock["locationId"], "availableQuantity": stock["quantity"]} for stock in one.get("inventoryQuantities") or ()]
    return {**one, "inventoryQuantities": rows}


def _sku(node: Node, one: dict[str, Any]) -> None:
    if "sku" in one:
        node["sku"] = node["inventoryItem"]["sku"] = one["sku"]


def _note(product: Node, variant: Node) -> None:
    for option in product["options"]:
        for chosen in variant["selectedOptions"]:
            if chosen["name"] == option["name"] and chosen["value"] not in option["values"]:
                option["values"].append(chosen["value"])


def _replace_files(product: Node, files: list[dict[str, Any]], context: Context) -> None:
    before = {one["id"]: one for one in product.get("media") or ()}
    product["media"] = [before[one["id"]] for one in files if one.get("id") in before]
    for one in files:
        if not one.get("id"):
            add_image(product, one, context)
    for gid, old in before.items():
        if all(one is not old for one in product["media"]):
            context.store.index.pop(gid, None)


def _replace_metafields(product: Node, given: list[dict[str, Any]], context: Context) -> None:
    names = {(one.get("namespace") or "app", one.get("key")) for one in given}
    product["metafields"] = [one for one in product.get("metafields") or () if (one["namespace"], one["key"]) in names]
    write_all(product, given, context)
