"""Creating and changing products and variants, as far as a bookkeeping connector does."""

from __future__ import annotations

from typing import Any

from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import ShopError, user_error
from koppel_shopify.sandbox.filling import handle
from koppel_shopify.sandbox.filling import variant as fill_variant
from koppel_shopify.sandbox.money import money_text
from koppel_shopify.sandbox.mutations.collections import join
from koppel_shopify.sandbox.mutations.inventory import apply_item
from koppel_shopify.sandbox.mutations.media import add_image, source_error
from koppel_shopify.sandbox.mutations.metafields import tag_list, write_all
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.shapes import Node

_PLAIN = ("title", "descriptionHtml", "vendor", "productType", "status", "templateSuffix", "requiresSellingPlan", "seo")
_LONGEST = 255
Errors = list[dict[str, Any]]


def _input(field: str, args: dict[str, Any]) -> dict[str, Any]:
    """Either `product` or the older `input`, one of the two (reference: section 4)."""
    given = [args[name] for name in ("input", "product") if args.get(name) is not None]
    if len(given) != 1:
        text = f"{field} must include exactly one of the following arguments: input, product."
        raise ShopError(text, "INVALID_FIELD_ARGUMENTS")
    return dict(given[0])


def _errors(given: dict[str, Any], known: Node | None, context: Context) -> Errors:
    if ("title" in given or known is None) and not (given.get("title") or "").strip():
        return [user_error(["title"], "Title can't be blank")]
    for name in ("title", "handle"):
        if len(given.get(name) or "") > _LONGEST:
            return [user_error([name], f"{name.capitalize()} is too long (maximum is {_LONGEST} characters)")]
    wanted = given.get("handle")
    if wanted and any(one["handle"] == handle(wanted) and one is not known for one in context.store.records["products"]):
        text = f"Handle '{wanted}' already in use. Please provide a new handle."
        return [user_error(["input", "handle"], text)]
    return []


def free_handle(title: str, context: Context) -> str:
    """A handle from the title, with a number where it is taken."""
    used = {one["handle"] for one in context.store.records["products"]}
    wanted, number = handle(title), 0
    while (f"{wanted}-{number}" if number else wanted) in used:
        number += 1
    return f"{wanted}-{number}" if number else wanted


def write_plain(node: Node, given: dict[str, Any]) -> None:
    """Write the fields that are not lists of objects."""
    node.update({name: given[name] for name in _PLAIN if given.get(name) is not None})
    if given.get("tags") is not None:
        node["tags"] = tag_list(given["tags"])
    if given.get("handle"):
        node["handle"] = handle(given["handle"])


@resolves("Mutation", "productCreate")
def create(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """A product with its first variant only (reference: section 10)."""
    given = _input("productCreate", args)
    if given.get("id"):
        return {"product": None, "userErrors": [user_error(["input"], "id cannot be specified during creation")]}
    errors = _errors(given, None, context)
    if errors:
        return {"product": None, "userErrors": errors}
    node: Node = {"createdAt": context.stamp, "handle": free_handle(given["title"], context)}
    write_plain(node, given)
    options = given.get("productOptions") or []
    if options:
        node["options"] = [{"name": one.get("name") or "Title", "values": [v.get("name") or "" for v in one.get("values") or ()]}
                           for one in options]
        chosen = [{"name": one["name"], "value": one["values"][0]} for one in node["options"] if one["values"]]
        node["variants"] = [{"selectedOptions": chosen}]
    node.setdefault("variants", [{"title": "Default Title"}])[0]["inventoryItem"] = {"tracked": False}
    made = context.store.add("products", node, context.now)
    write_all(made, given.get("metafields"), context)
    return {"product": made, "userErrors": []}


@resolves("Mutation", "productUpdate")
def update(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Change a product's own fields."""
    given = _input("productUpdate", args)
    named = args.get("identifier") or {}
    gid = given.get("id") or named.get("id") or ""
    node = context.store.node(gid, "Product")
    if node is None and named.get("handle"):
        node = next((one for one in context.store.records["products"] if one["handle"] == named["handle"]), None)
    if node is None:
        return {"product": None, "userErrors": [user_error(["id"], "Product does not exist")]}
    errors = _errors(given, node, context) + _media_errors(args)
    if not errors:
        write_plain(node, given)
        write_all(node, given.get("metafields"), context)
        join(node, given.get("collectionsToJoin") or [], context)
        gone = [{"id": gid} for gid in given.get("collectionsToLeave") or ()]
        node["collections"] = [one for one in node["collections"] if one not in gone]
        for one in args.get("media") or ():
            add_image(node, one, context)
        context.touch(node)
    return {"product": None if errors else node, "userErrors": errors}


def _media_errors(args: dict[str, Any]) -> Errors:
    found = (source_error(one, ["media", str(place)]) for place, one in enumerate(args.get("media") or ()))
    return [error for error in found if error]


@resolves("Mutation", "productVariantsBulkUpdate")
def update_variants(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Change variants of one product: all, or with `allowPartialUpdates` those without errors."""
    node = context.store.node(args["productId"], "Product")
    if node is None:
        return _no_product()
    known = {one["id"]: one for one in node["variants"]}
    errors: Errors = []
    good: list[tuple[Node, dict[str, Any]]] = []
    for index, given in enumerate(args["variants"]):
        found = _variant_errors(given, known, index)
        errors.extend(found)
        if not found:
            good.append((known[given["id"]], given))
    if errors and not args.get("allowPartialUpdates"):
        return {"product": node, "productVariants": None, "userErrors": errors}
    for one, given in good:
        write_variant(one, given, context)
    if good:
        context.touch(node)
    return {"product": node, "productVariants": [one for one, _ in good], "userErrors": errors}


def _no_product() -> dict[str, Any]:
    error = user_error(["productId"], "Product does not exist", "PRODUCT_DOES_NOT_EXIST")
    return {"product": None, "productVariants": None, "userErrors": [error]}


def _variant_errors(given: dict[str, Any], known: dict[str, Node] | None, index: int) -> Errors:
    at = ["variants", str(index)]
    if known is not None and given.get("id") not in known:
        return [user_error([*at, "id"], "Product variant does not exist", "PRODUCT_VARIANT_DOES_NOT_EXIST")]
    if given.get("price") is not None and given["price"] < 0:
        return [user_error([*at, "price"], "Price must be greater than or equal to 0", "GREATER_THAN_OR_EQUAL_TO")]
    if known is not None and given.get("inventoryQuantities"):
        text = "Inventory quantities can only be provided during create. To update inventory for existing variants, use inventoryAdjustQuantities."
        return [user_error([*at, "inventoryQuantities"], text, "NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE")]
    return []


def write_variant(node: Node, given: dict[str, Any], context: Context) -> None:
    """Write the fields of a variant that are given."""
    for name in ("price", "compareAtPrice"):
        if name in given:
            node[name] = None if given[name] is None else money_text(given[name])
    node.update({name: given[name] for name in ("barcode", "inventoryPolicy", "taxable") if name in given})
    for one in given.get("optionValues") or ():
        for chosen in node["selectedOptions"]:
            if chosen["name"] == one.get("optionName") and one.get("name"):
                chosen["value"] = one["name"]
    node["title"] = " / ".join(chosen["value"] for chosen in node["selectedOptions"])
    if given.get("inventoryItem"):
        apply_item(node["inventoryItem"], given["inventoryItem"], context)
    write_all(node, given.get("metafields"), context)
    context.touch(node)


@resolves("Mutation", "productVariantsBulkCreate")
def create_variants(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Add variants to a product, all or none."""
    node = context.store.node(args["productId"], "Product")
    if node is None:
        return _no_product()
    errors = [one for index, given in enumerate(args["variants"]) for one in _variant_errors(given, None, index)]
    errors += [one for index, given in enumerate(args["variants"]) for one in _exists(given, node, index)]
    if errors:
        return {"product": node, "productVariants": None, "userErrors": errors}
    made = [add_variant(node, given, context) for given in args["variants"]]
    _drop_standalone(node, made, args.get("strategy"), context)
    context.touch(node)
    return {"product": node, "productVariants": made, "userErrors": []}


def chosen_of(given: dict[str, Any]) -> list[Node]:
    """The option values of a variant, as the API shows them."""
    return [{"name": one.get("optionName") or "Title", "value": one.get("name") or "Default Title"} for one in given.get("optionValues") or ()]


def _exists(given: dict[str, Any], node: Node, index: int) -> Errors:
    chosen = chosen_of(given)
    if any(one["selectedOptions"] == chosen for one in node["variants"]):
        title = " / ".join(one["value"] for one in chosen)
        text = f"The variant '{title}' already exists. Please change at least one option value."
        return [user_error(["variants", str(index)], text, "VARIANT_ALREADY_EXISTS")]
    return []


def add_variant(node: Node, given: dict[str, Any], context: Context) -> Node:
    """A variant at the end of the product's list."""
    stock = [{"location": {"id": one["locationId"]}, "quantities": [{"name": "available", "quantity": one["availableQuantity"]}]}
             for one in given.get("inventoryQuantities") or ()]
    chosen = chosen_of(given)
    fresh: Node = {"selectedOptions": chosen} if chosen else {}
    fresh["inventoryItem"] = {"tracked": False, "inventoryLevels": stock} if stock else {"tracked": False}
    places = [one["id"] for one in context.store.records["locations"]]
    fill_variant(fresh, node, len(node["variants"]), context.store, context.now, "variants", places)
    node["variants"].append(fresh)
    _note_options(node, chosen)
    context.store.learn(fresh, "ProductVariant", node["id"])
    write_variant(fresh, given, context)
    return fresh


def _note_options(node: Node, chosen: list[Node]) -> None:
    for option in node["options"]:
        for one in chosen:
            if option["name"] == one["name"] and one["value"] not in option["values"]:
                option["values"].append(one["value"])


def _drop_standalone(node: Node, made: list[Node], strategy: str | None, context: Context) -> None:
    """The placeholder variant gives way to the first real ones."""
    first = node["variants"][0]
    if not made or first in made or strategy == "PRESERVE_STANDALONE_VARIANT":
        return
    alone = len(node["variants"]) == len(made) + 1
    if first["title"] == "Default Title" or (strategy == "REMOVE_STANDALONE_VARIANT" and alone):
        node["variants"].remove(first)
        context.store.forget(first, "ProductVariant")
