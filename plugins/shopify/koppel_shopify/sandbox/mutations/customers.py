"""Creating and changing customers."""

from __future__ import annotations

import re
from typing import Any

from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import user_error
from koppel_shopify.sandbox.mutations.metafields import tag_list, write_all
from koppel_shopify.sandbox.mutations.orders import address
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.shapes import Node

_PLAIN = ("firstName", "lastName", "note", "locale", "taxExempt", "taxExemptions", "multipassIdentifier")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")
_LONGEST_NOTE = 5000
Errors = list[dict[str, Any]]


def _clean(given: dict[str, Any]) -> dict[str, Any]:
    """E-mail without any white space, phone in international form (reference: section 14)."""
    cleaned = dict(given)
    if cleaned.get("email"):
        cleaned["email"] = "".join(cleaned["email"].split())
    if cleaned.get("phone"):
        phone = re.sub(r"[\s().\-]", "", cleaned["phone"])
        cleaned["phone"] = "+31" + phone[1:] if re.fullmatch(r"0\d{9}", phone) else phone
    return cleaned


def _errors(given: dict[str, Any], known: Node, context: Context) -> Errors:
    merged = {**known, **given}
    if not any(merged.get(name) for name in ("firstName", "lastName", "email", "phone")):
        return [user_error(None, "A name, phone number, or email address must be present")]
    if given.get("email") and not _EMAIL.match(given["email"]):
        return [user_error(["email"], "Email is invalid")]
    if given.get("phone") and not re.fullmatch(r"\+\d{8,15}", given["phone"]):
        return [user_error(["phone"], "Phone is invalid")]
    if len(given.get("note") or "") > _LONGEST_NOTE:
        return [user_error(["note"], f"Note is too long (maximum is {_LONGEST_NOTE} characters)")]
    return [user_error([name], f"{name.capitalize()} has already been taken")
            for name in ("email", "phone") if given.get(name) and _taken(name, given[name], known, context)]


def _taken(name: str, value: str, known: Node, context: Context) -> bool:
    others = (one for one in context.store.records["customers"] if one.get("id") != known.get("id"))
    return any((one.get(name) or "").lower() == value.lower() for one in others)


def _write(node: Node, given: dict[str, Any], context: Context) -> None:
    node.update({name: given[name] for name in _PLAIN if name in given})
    for name, field, inner in (("email", "defaultEmailAddress", "emailAddress"), ("phone", "defaultPhoneNumber", "phoneNumber")):
        if name in given:
            node[name] = given[name] or None
            node[field] = {"marketingState": "NOT_SUBSCRIBED", inner: given[name]} if given[name] else None
    if given.get("tags") is not None:
        node["tags"] = tag_list(given["tags"])
    if given.get("addresses") is not None:
        node["addressesV2"] = [address(one, None, context, "CustomerAddress") for one in given["addresses"]]
        node["defaultAddress"] = dict(node["addressesV2"][0]) if node["addressesV2"] else None
    names = " ".join(filter(None, (node.get("firstName"), node.get("lastName"))))
    node["displayName"] = names or node.get("email") or node.get("phone") or ""


@resolves("Mutation", "customerCreate")
def create(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """A new customer; e-mail and phone must be free."""
    given = _clean(args["input"])
    for index, one in enumerate(given.get("addresses") or ()):
        if one.get("id"):
            error = user_error(["addresses", str(index), "id"], "Cannot specify address ID on creation")
            return {"customer": None, "userErrors": [error]}
    errors = _errors(given, {}, context)
    if errors:
        return {"customer": None, "userErrors": errors}
    node: Node = {"createdAt": context.stamp}
    _write(node, given, context)
    made = context.store.add("customers", node, context.now)
    write_all(made, given.get("metafields"), context)
    return {"customer": made, "userErrors": []}


@resolves("Mutation", "customerUpdate")
def update(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Change a customer's own fields."""
    given = _clean(args["input"])
    node = context.store.node(str(given.get("id") or ""), "Customer")
    if node is None:
        return {"customer": None, "userErrors": [user_error(["id"], "Customer does not exist")]}
    errors = _errors(given, node, context)
    if not errors:
        _write(node, given, context)
        write_all(node, given.get("metafields"), context)
        context.touch(node)
    return {"customer": None if errors else node, "userErrors": errors}


@resolves("Mutation", "customerAddressCreate")
def add_address(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """One more address of a customer."""
    node = context.store.node(args["customerId"], "Customer")
    if node is None:
        return {"address": None, "userErrors": [user_error(["customerId"], "Customer does not exist")]}
    made = address(args["address"], None, context, "CustomerAddress")
    if any(_same(made, one) for one in node["addressesV2"]):
        return {"address": None, "userErrors": [user_error(["address"], "Address already exists")]}
    node["addressesV2"].append(made)
    return _settle(node, made, bool(args.get("setAsDefault")), context)


@resolves("Mutation", "customerAddressUpdate")
def change_address(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Change one address of a customer."""
    node = context.store.node(args["customerId"], "Customer")
    known = next((one for one in (node or {}).get("addressesV2", ()) if one["id"] == args["addressId"]), None)
    if node is None or known is None:
        field, what = ("customerId", "Customer") if node is None else ("addressId", "Address")
        return {"address": None, "userErrors": [user_error([field], f"{what} does not exist")]}
    known.update(address(args["address"], known, context, "CustomerAddress"))
    default = (node.get("defaultAddress") or {}).get("id") == known["id"]
    return _settle(node, known, default or bool(args.get("setAsDefault")), context)


def _same(one: Node, other: Node) -> bool:
    names = ("address1", "address2", "zip", "city", "countryCodeV2", "company", "firstName", "lastName", "phone")
    return all((one.get(name) or "") == (other.get(name) or "") for name in names)


def _settle(node: Node, made: Node, default: bool, context: Context) -> dict[str, Any]:
    if default or not node.get("defaultAddress"):
        node["defaultAddress"] = dict(made)
    context.touch(node)
    return {"address": made, "userErrors": []}
