"""Stock: setting quantities, stocking an item somewhere, changing an item."""

from __future__ import annotations

from collections import Counter
from typing import Any

from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import ShopError, user_error
from koppel_shopify.sandbox.fields.inventory import level_at, quantity
from koppel_shopify.sandbox.filling import level as fill_level
from koppel_shopify.sandbox.idempotency import SHAPES
from koppel_shopify.sandbox.money import money
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.schema import STOCKED_ANYWHERE
from koppel_shopify.sandbox.shapes import Node
from koppel_shopify.sandbox.versions import IDEMPOTENT_REQUIRED, behaves_as

REASONS = (
    "correction", "cycle_count_available", "damaged", "movement_canceled", "movement_created", "movement_received", "movement_updated",
    "other", "promotion", "quality_control", "received", "reservation_created", "reservation_deleted", "reservation_updated", "restock",
    "safety_stock", "shrinkage",
)
HIGHEST = 1_000_000_000
Errors = list[dict[str, Any]]


def _demand_change_from(field: str, args: dict[str, Any], context: Context) -> None:
    """`changeFromQuantity` must be present, even if null (reference: section 11)."""
    if field != "inventorySetQuantities" or behaves_as(context.version) < IDEMPOTENT_REQUIRED:
        return
    if any("changeFromQuantity" not in one for one in args["input"]["quantities"]):
        text = "InventoryQuantityInput must include the following argument: changeFromQuantity."
        raise ShopError(text, "INVALID_FIELD_ARGUMENTS")


SHAPES.append(_demand_change_from)


@resolves("Mutation", "inventorySetQuantities")
def set_quantities(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """All of the quantities, or none of them."""
    given = args["input"]
    errors = _wrong(given, context) or _each_wrong(given, context) or _stale(given, context)
    if errors:
        return {"inventoryAdjustmentGroup": None, "userErrors": errors}
    changes = [change for one in given["quantities"] for change in _set(one, given["name"], context)]
    group = {
        "id": context.store.new_id("InventoryAdjustmentGroup"), "reason": given["reason"], "createdAt": context.stamp,
        "referenceDocumentUri": given.get("referenceDocumentUri"), "changes": changes,
    }
    return {"inventoryAdjustmentGroup": group if changes else None, "userErrors": []}


def _wrong(given: dict[str, Any], context: Context) -> Errors:
    if given["name"] not in ("available", "on_hand"):
        text = "The quantity name must be either 'available' or 'on_hand'."
        return [user_error(["input", "name"], text, "INVALID_NAME")]
    if given["reason"] not in REASONS:
        text = f"The specified reason is invalid. Valid values are: {', '.join(REASONS)}."
        return [user_error(["input", "reason"], text, "INVALID_REASON")]
    uri = given.get("referenceDocumentUri")
    if uri is not None and "://" not in uri:
        return [user_error(["input", "referenceDocumentUri"], "The specified reference document is invalid.", "INVALID_REFERENCE_DOCUMENT")]
    return []


def _each_wrong(given: dict[str, Any], context: Context) -> Errors:
    counted = Counter((one["inventoryItemId"], one["locationId"]) for one in given["quantities"])
    errors: Errors = []
    for index, one in enumerate(given["quantities"]):
        at = ["input", "quantities", str(index)]
        if counted[(one["inventoryItemId"], one["locationId"])] > 1:
            text = "The combination of inventoryItemId and locationId must be unique."
            errors.append(user_error([*at, "locationId"], text, "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"))
        errors.extend(_one_wrong(one, at, context))
    return errors


def _one_wrong(one: dict[str, Any], at: list[str], context: Context) -> Errors:
    if one["quantity"] < 0:
        return [user_error([*at, "quantity"], "The quantity can't be negative.", "INVALID_QUANTITY_NEGATIVE")]
    if one["quantity"] > HIGHEST:
        return [user_error([*at, "quantity"], "The quantity can't be higher than 1,000,000,000.", "INVALID_QUANTITY_TOO_HIGH")]
    if context.store.node(one["inventoryItemId"], "InventoryItem") is None:
        text = "The specified inventory item could not be found."
        return [user_error([*at, "inventoryItemId"], text, "INVALID_INVENTORY_ITEM")]
    if (context.store.parent(one["inventoryItemId"]) or {}).get("requiresComponents"):
        text = "The specified inventory item is not allowed to be adjusted via API."
        return [user_error([*at, "inventoryItemId"], text, "NON_MUTABLE_INVENTORY_ITEM")]
    if context.store.node(one["locationId"], "Location") is None:
        return [user_error([*at, "locationId"], "The specified location could not be found.", "INVALID_LOCATION")]
    stocked = level_at(context, one["inventoryItemId"], one["locationId"]) is not None
    if not stocked and behaves_as(context.version) < STOCKED_ANYWHERE:
        text = "The specified inventory item is not stocked at the location."
        return [user_error([*at, "locationId"], text, "ITEM_NOT_STOCKED_AT_LOCATION")]
    return []


def _stale(given: dict[str, Any], context: Context) -> Errors:
    old = behaves_as(context.version) < IDEMPOTENT_REQUIRED
    ignore = old and given.get("ignoreCompareQuantity")
    errors: Errors = []
    for index, one in enumerate(given["quantities"]):
        at = ["input", "quantities", str(index)]
        if old and not ignore and "changeFromQuantity" not in one and one.get("compareQuantity") is None:
            text = "The compareQuantity argument must be given to each quantity or ignored using ignoreCompareQuantity."
            errors.append(user_error([*at, "compareQuantity"], text, "COMPARE_QUANTITY_REQUIRED"))
            continue
        name = "compareQuantity" if old and "changeFromQuantity" not in one else "changeFromQuantity"
        expected = None if ignore and name == "compareQuantity" else one.get(name)
        if expected is not None and expected != _now(one, given["name"], context):
            text = f"The {name} argument no longer matches the persisted quantity."
            errors.append(user_error([*at, name], text, "COMPARE_QUANTITY_STALE" if name == "compareQuantity" else "CHANGE_FROM_QUANTITY_STALE"))
    return errors


def _now(one: dict[str, Any], name: str, context: Context) -> int:
    level = level_at(context, one["inventoryItemId"], one["locationId"])
    return quantity(level, name) if level else 0


def _set(one: dict[str, Any], name: str, context: Context) -> list[dict[str, Any]]:
    level = level_at(context, one["inventoryItemId"], one["locationId"], inactive=True) or _stock(one, context)
    level["isActive"] = True
    delta = one["quantity"] - quantity(level, name)
    if not delta:
        return []
    _shift(level, delta, context)
    place = {"item": {"id": one["inventoryItemId"]}, "location": {"id": one["locationId"]}}
    return [{"name": kind, "delta": delta, "quantityAfterChange": None, "ledgerDocumentUri": None, **place}
            for kind in ("available", "on_hand")]


def _shift(level: Node, delta: int, context: Context) -> None:
    """On hand follows from what is available, so both move together."""
    entry = next(one for one in level["quantities"] if one["name"] == "available")
    entry["quantity"] += delta
    entry["updatedAt"] = context.stamp
    context.touch(level)
    item = context.store.parent(level["id"])
    if item is not None:
        context.touch(item)


def _stock(one: dict[str, Any], context: Context) -> Node:
    item = context.store.node(one["inventoryItemId"], "InventoryItem")
    assert item is not None
    level: Node = {"location": {"id": one["locationId"]}, "createdAt": context.stamp}
    fill_level(level, item, context.store, context.now, "inventoryLevel", [])
    item["inventoryLevels"].append(level)
    context.store.learn(level, "InventoryLevel", item["id"])
    return level


@resolves("Mutation", "inventoryActivate")
def activate(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Stock an item at a location (reference: section 11)."""
    error = _cannot_activate(args, context)
    if error:
        return {"inventoryLevel": None, "userErrors": [error]}
    known = level_at(context, args["inventoryItemId"], args["locationId"], inactive=True)
    if known is not None and known["isActive"]:
        return {"inventoryLevel": {"id": known["id"]}, "userErrors": _already(args)}
    level = known or _stock(args, context)
    level["isActive"] = True
    if behaves_as(context.version) < IDEMPOTENT_REQUIRED and known is not None:
        _shift(level, -quantity(level, "available"), context)
    for name, kind in (("available", "available"), ("onHand", "on_hand")):
        if args.get(name) is not None:
            _shift(level, args[name] - quantity(level, kind), context)
    return {"inventoryLevel": {"id": level["id"]}, "userErrors": []}


def _cannot_activate(args: dict[str, Any], context: Context) -> dict[str, Any] | None:
    place = context.store.node(args["locationId"], "Location")
    start = "The product couldn't be stocked"
    if place is None:
        return user_error(["locationId"], f"{start} because the location wasn't found.")
    if context.store.node(args["inventoryItemId"], "InventoryItem") is None:
        return user_error(["inventoryItemId"], f"{start} at {place['name']} because the product was deleted.")
    if args.get("available") is not None and args.get("onHand") is not None:
        text = f"{start} at {place['name']} because not allowed to set available and on_hand quantities at the same time."
        return user_error(["available"], text)
    for name in ("available", "onHand"):
        if abs(args.get(name) or 0) > HIGHEST:
            text = f"{start} at {place['name']} because the quantity needs to be between -1 billion and 1 billion."
            return user_error([name], text)
    return None


def _already(args: dict[str, Any]) -> Errors:
    if args.get("available") is not None:
        return [user_error(["available"], "Not allowed to set available quantity when the item is already active at the location.")]
    if args.get("onHand") is not None:
        return [user_error(["onHand"], "Not allowed to set an on_hand quantity when the item is already active at the location.")]
    return []


@resolves("Mutation", "inventoryItemUpdate")
def update_item(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Change what is known of an item; its SKU is also the variant's."""
    item = context.store.node(args["id"], "InventoryItem")
    if item is None:
        text = "The product couldn't be updated because it does not exist."
        return {"inventoryItem": None, "userErrors": [user_error(["id"], text)]}
    errors = _item_errors(args["input"])
    if not errors:
        apply_item(item, args["input"], context)
    return {"inventoryItem": None if errors else item, "userErrors": errors}


def _item_errors(given: dict[str, Any]) -> Errors:
    if (given.get("cost") or 0) < 0:
        return [user_error(["input", "cost"], "Cost must be greater than or equal to 0")]
    code = given.get("harmonizedSystemCode")
    if code and not (code.isdigit() and 6 <= len(code) <= 13):
        text = "Harmonized system code must be a number between six and thirteen digits"
        return [user_error(["input", "harmonizedSystemCode"], text)]
    return []


def apply_item(item: Node, given: dict[str, Any], context: Context) -> None:
    """Write the given fields of an `InventoryItemInput`."""
    for name, value in given.items():
        if name == "cost":
            item["unitCost"] = None if value is None else money(value, context.store.currency)
        elif value is not None or name in ("harmonizedSystemCode", "countryCodeOfOrigin", "provinceCodeOfOrigin", "sku"):
            item[name] = value
    context.touch(item)
    owner = context.store.parent(item["id"])
    if owner is not None and "sku" in given:
        owner["sku"] = given["sku"]
        context.touch(owner)
