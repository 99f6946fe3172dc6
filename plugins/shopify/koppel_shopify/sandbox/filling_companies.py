"""What a poured-in company lacks and every company has: roles, a place, and people that are customers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from koppel_shopify.sandbox.filling import Numbers, identify, setdefaults, stamp
from koppel_shopify.sandbox.shapes import Node

ROLES = ("Location admin", "Ordering only")
"""The roles that every new company has; its first contact gets the second (recorded, b2b-contact-business-rules)."""
COUNTRIES = {"NL": "Netherlands", "BE": "Belgium", "DE": "Germany", "FR": "France", "GB": "United Kingdom", "US": "United States", "CA": "Canada"}


def company(node: Node, numbers: Numbers, now: datetime, where: str) -> None:
    """A company with roles and a place; the contact named as the main one is one of its contacts."""
    identify(node, "Company", numbers, where)
    stamp(node, now)
    setdefaults(node, name="Company", customerSince=node["createdAt"], contacts=[], locations=[])
    if not node.get("contactRoles"):
        node["contactRoles"] = [{"name": name} for name in ROLES]
    for one in node["contactRoles"]:
        identify(one, "CompanyContactRole", numbers, f"{where}.contactRoles")
    for one in node["locations"] or _first_place(node):
        location(one, node, numbers, now, f"{where}.locations")
    main = node.pop("mainContact", None)
    if main and all(one.get("id") != main.get("id") for one in node["contacts"]):
        node["contacts"].insert(0, {**main, "isMainContact": True})
    for one in node["contacts"]:
        contact(one, numbers, now, f"{where}.contacts")


def _first_place(node: Node) -> list[Node]:
    node["locations"].append({"name": node["name"]})
    return list(node["locations"])


def location(node: Node, parent: Node, numbers: Numbers, now: datetime, where: str) -> None:
    """A place of a company; without a name it is called as its address, or as the company."""
    identify(node, "CompanyLocation", numbers, where)
    stamp(node, now)
    setdefaults(node, name=(node.get("shippingAddress") or {}).get("address1") or parent["name"], locale="nl", taxSettings={})
    setdefaults(node["taxSettings"], taxExempt=False, taxExemptions=[], taxRegistrationId=node.get("taxRegistrationId"))
    setdefaults(node, buyerExperienceConfiguration={})
    setdefaults(node["buyerExperienceConfiguration"], checkoutToDraft=False, editableShippingAddress=False)
    for name in ("billingAddress", "shippingAddress"):
        if node.get(name):
            identify(node[name], "CompanyAddress", numbers, f"{where}.{name}")


def contact(node: Node, numbers: Numbers, now: datetime, where: str) -> None:
    """A person of a company."""
    identify(node, "CompanyContact", numbers, where)
    stamp(node, now)
    setdefaults(node, isMainContact=False, locale="nl", roles=[])


def address(given: dict[str, Any], known: Node | None, numbers: Numbers) -> Node:
    """An address as the API keeps it, from its input; one that is there keeps its id (recorded, location_assign_address)."""
    made: Node = {name: value for name, value in given.items() if value not in (None, "")}
    if known:
        made["id"] = known["id"]
    identify(made, "CompanyAddress", numbers, "address")
    setdefaults(made, address1="", country=COUNTRIES.get(str(made.get("countryCode") or "")))
    return made
