"""What a poured-in record lacks and every record has: ids, moments, names, and the objects it consists of."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from koppel_shopify.sandbox import gids
from koppel_shopify.sandbox.scalars import instant
from koppel_shopify.sandbox.shapes import BadState, Node

QUANTITIES = ("available", "committed", "reserved", "damaged", "safety_stock", "quality_control", "incoming")
ON_HAND = ("available", "committed", "reserved", "damaged", "safety_stock", "quality_control")


class Numbers(Protocol):
    """Whoever hands out ids."""

    def new_id(self, kind: str, extra: str = "") -> str:
        """A global id that nothing has yet."""


def identify(node: Node, kind: str, numbers: Numbers, where: str, extra: str = "") -> None:
    """Give `node` an id if it has none; a bare number becomes a global id. BadState for an id of another type."""
    given = node.get("id")
    if given in (None, ""):
        node["id"] = numbers.new_id(kind, extra)
    elif str(given).isdigit():
        node["id"] = gids.make(kind, str(given), extra)
    elif gids.kind_of(str(given)) != kind:
        raise BadState(f"{where}.id is {given!r}, which is no id of {kind}")


def stamp(node: Node, now: datetime, *names: str) -> None:
    """Fill the moments that are missing: created falls back to now, the others to created."""
    created = node.get("createdAt") or node.get("processedAt") or instant(now)
    node.setdefault("createdAt", created)
    for name in ("updatedAt", *names):
        if not node.get(name):
            node[name] = node["createdAt"] or created


def setdefaults(node: Node, **values: Any) -> None:
    """Fill what is absent or null."""
    for name, value in values.items():
        if node.get(name) is None:
            node[name] = value


def customer(node: Node, numbers: Numbers, now: datetime, where: str) -> None:
    """A customer with an id, a name to show and its addresses."""
    identify(node, "Customer", numbers, where)
    stamp(node, now)
    for name, field in (("email", "defaultEmailAddress"), ("phone", "defaultPhoneNumber")):
        _contact(node, name, field)
    names = " ".join(filter(None, (node.get("firstName"), node.get("lastName"))))
    setdefaults(node, displayName=names or node.get("email") or node.get("phone") or "", state="DISABLED", locale="nl", tags=[])
    known = node.get("addressesV2") or node.get("addresses") or ([node["defaultAddress"]] if node.get("defaultAddress") else [])
    node["addressesV2"] = known
    node.pop("addresses", None)
    for one in known:
        identify(one, "MailingAddress", numbers, where, "?model_name=CustomerAddress")
    setdefaults(node, defaultAddress=dict(known[0]) if known else None)
    if node["defaultAddress"]:
        identify(node["defaultAddress"], "MailingAddress", numbers, where, "?model_name=CustomerAddress")


def _contact(node: Node, name: str, field: str) -> None:
    inner = "emailAddress" if name == "email" else "phoneNumber"
    given = node.get(name) or (node.get(field) or {}).get(inner)
    node[name] = given or None
    if given:
        node[field] = {"marketingState": "NOT_SUBSCRIBED", **(node.get(field) or {}), inner: given}
    else:
        node[field] = None


def location(node: Node, numbers: Numbers, now: datetime, where: str) -> None:
    """A location that is active and ships."""
    identify(node, "Location", numbers, where)
    stamp(node, now)
    setdefaults(node, name=f"Location {gids.tail_of(node['id'])}", isActive=True, shipsInventory=True, address={})
    setdefaults(node, fulfillsOnlineOrders=True, activatable=True, deactivatable=False, addressVerified=False)


def collection(node: Node, numbers: Numbers, now: datetime, where: str) -> None:
    """A collection with a title and a handle."""
    identify(node, "Collection", numbers, where)
    stamp(node, now)
    setdefaults(node, title="Untitled", descriptionHtml="")
    setdefaults(node, handle=handle(node["title"]))


def image(node: Node, numbers: Numbers, now: datetime, where: str) -> None:
    """A picture of a product, at an address of the shop's own (reference: Products, media, collections)."""
    node.setdefault("__typename", "MediaImage")
    identify(node, node["__typename"], numbers, where)
    stamp(node, now)
    setdefaults(node, mediaContentType="IMAGE", status="READY", fileStatus="READY", alt="")


def product(node: Node, numbers: Numbers, now: datetime, where: str, locations: list[str]) -> None:
    """A product with at least one variant (reference: section 10)."""
    identify(node, "Product", numbers, where)
    stamp(node, now)
    setdefaults(node, title="Untitled", vendor="", productType="", status="ACTIVE", tags=[], descriptionHtml="", seo={})
    setdefaults(node, handle=handle(node["title"]))
    for index, one in enumerate(node.get("media") or ()):
        image(one, numbers, now, f"{where}.media[{index}]")
    if not node.get("variants"):
        node["variants"] = [{"title": "Default Title"}]
    for index, one in enumerate(node["variants"]):
        variant(one, node, index, numbers, now, f"{where}.variants[{index}]", locations)
    if not node.get("options"):
        node["options"] = _options(node["variants"])
    for index, one in enumerate(node["options"], 1):
        identify(one, "ProductOption", numbers, where)
        setdefaults(one, position=index, values=[], optionValues=[])


def metafield(node: Node, numbers: Numbers, now: datetime, where: str) -> None:
    """A metafield with a type; BadState without namespace, key or value."""
    for name in ("namespace", "key", "value"):
        if not node.get(name):
            raise BadState(f"{where} has no {name}")
    identify(node, "Metafield", numbers, where)
    stamp(node, now)
    setdefaults(node, type="single_line_text_field")


def handle(title: str) -> str:
    """The part of a web address that stands for `title`."""
    return "-".join("".join(x if x.isalnum() else " " for x in title.lower()).split()) or "product"


def _options(variants: list[Node]) -> list[Node]:
    values: dict[str, list[str]] = {}
    for one in variants:
        for chosen in one["selectedOptions"]:
            found = values.setdefault(chosen["name"], [])
            if chosen["value"] not in found:
                found.append(chosen["value"])
    return [{"name": name, "values": found} for name, found in values.items()]


def variant(
    node: Node, parent: Node, index: int, numbers: Numbers, now: datetime, where: str, locations: list[str]
) -> None:
    """A variant with its inventory item."""
    identify(node, "ProductVariant", numbers, where)
    setdefaults(node, createdAt=parent["createdAt"], updatedAt=parent["updatedAt"], position=index + 1, price="0.00")
    setdefaults(node, taxable=True, inventoryPolicy="DENY")
    if not node.get("selectedOptions"):
        node["selectedOptions"] = [{"name": "Title", "value": node.get("title") or "Default Title"}]
    setdefaults(node, title=" / ".join(chosen["value"] for chosen in node["selectedOptions"]))
    for place, one in enumerate(node.get("productVariantComponents") or ()):
        identify(one, "ProductVariantComponent", numbers, f"{where}.productVariantComponents[{place}]")
        setdefaults(one, quantity=1)
        node["requiresComponents"] = True
    given = node.get("inventoryItem") or {}
    node["inventoryItem"] = given
    setdefaults(given, sku=node.get("sku"), createdAt=node["createdAt"], updatedAt=node["updatedAt"], requiresShipping=True)
    setdefaults(given, tracked=parent.get("tracksInventory") is not False)
    setdefaults(node, sku=given.get("sku"))
    identify(given, "InventoryItem", numbers, f"{where}.inventoryItem")
    if given.get("inventoryLevels") is None:
        stock = [{"name": "available", "quantity": node.get("inventoryQuantity") or 0}]
        given["inventoryLevels"] = [{"location": {"id": locations[0]}, "quantities": stock}] if locations else []
    for place, one in enumerate(given["inventoryLevels"]):
        level(one, given, numbers, now, f"{where}.inventoryItem.inventoryLevels[{place}]", locations)


def level(node: Node, item: Node, numbers: Numbers, now: datetime, where: str, locations: list[str]) -> None:
    """The stock of one item at one location, every kind of quantity present (reference: section 11)."""
    identify(node, "InventoryLevel", numbers, where, f"?inventory_item_id={gids.tail_of(item['id'])}")
    stamp(node, now)
    if not (node.get("location") or {}).get("id"):
        if not locations:
            raise BadState(f"{where} names no location, and the shop has none")
        node["location"] = {"id": locations[0]}
    setdefaults(node, isActive=True)
    node["quantities"] = _quantities(node.get("quantities") or [], node["updatedAt"])


def _quantities(given: list[Node], at: str) -> list[Node]:
    have = {one["name"]: one for one in given}
    counts = {name: int((have.get(name) or {}).get("quantity") or 0) for name in QUANTITIES}
    if "available" not in have and "on_hand" in have:
        counts["available"] = int(have["on_hand"]["quantity"]) - sum(counts[name] for name in ON_HAND)
    return [{"name": name, "quantity": n, "updatedAt": (have.get(name) or {}).get("updatedAt")
             or (at if name == "available" else None)} for name, n in counts.items()]
