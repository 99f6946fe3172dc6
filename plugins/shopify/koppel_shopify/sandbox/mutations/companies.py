"""Creating and changing companies, each whole: the company, its first place and its first contact."""

from __future__ import annotations

from typing import Any

from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import user_error
from koppel_shopify.sandbox.mutations.companycontacts import add_contact, contact_errors
from koppel_shopify.sandbox.mutations.companyplaces import add_place, place_errors
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.shapes import Node

LONGEST_NAME, LONGEST_NOTE, LONGEST_NUMBER = 255, 5000, 64
Errors = list[dict[str, Any]]


def text_errors(given: dict[str, Any], at: list[str]) -> Errors:
    """What is wrong with name, note or number (recorded, b2b-string-validation)."""
    errors = []
    if len(given.get("name") or "") > LONGEST_NAME:
        errors.append(user_error([*at, "name"], f"Name is too long (maximum is {LONGEST_NAME} characters)", "TOO_LONG"))
    if len(given.get("note") or "") > LONGEST_NOTE:
        errors.append(user_error([*at, "notes"], f"Notes is too long (maximum is {LONGEST_NOTE} characters)", "TOO_LONG"))
    if len(given.get("externalId") or "") > LONGEST_NUMBER:
        text = f"External id is too long (maximum is {LONGEST_NUMBER} characters)"
        errors.append(user_error([*at, "externalId"], text, "TOO_LONG"))
    return errors


def _taken(given: dict[str, Any], known: Node | None, at: list[str], context: Context) -> Errors:
    number = given.get("externalId")
    others = (one for one in context.store.records["companies"] if one is not known)
    if number and any(one.get("externalId") == number for one in others):
        return [user_error([*at, "externalId"], "External id has already been taken.", "TAKEN")]
    return []


@resolves("Mutation", "companyCreate")
def create(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """A company with one place; all of it or nothing."""
    given, at = args["input"], ["input", "company"]
    company, person, place = given["company"], given.get("companyContact"), given.get("companyLocation") or {}
    errors = [] if (company.get("name") or "").strip() else [user_error([*at, "name"], "Name can't be blank", "BLANK")]
    errors += text_errors(company, at) + _taken(company, None, at, context)
    errors += place_errors(place, ["input", "companyLocation"])
    errors += [] if person is None else contact_errors(person, ["input", "companyContact"], context)
    if errors:
        return {"company": None, "userErrors": errors}
    node: Node = {name: company[name] for name in ("name", "note", "externalId", "customerSince") if company.get(name) is not None}
    made = context.store.add("companies", {**node, "createdAt": context.stamp, "locations": [{"name": company["name"]}]}, context.now)
    first = made["locations"].pop()
    context.store.forget(first, "CompanyLocation")
    add_place(made, {**place, "name": place.get("name") or company["name"]}, context)
    if person is not None:
        add_contact(made, person, context, main=True)
    return {"company": made, "userErrors": []}


@resolves("Mutation", "companyUpdate")
def update(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Change a company's own fields."""
    given, node = args["input"], context.store.node(args["companyId"], "Company")
    errors = _update_errors(given, node, context)
    if errors or node is None:
        return {"company": None, "userErrors": errors}
    node.update({name: given[name] for name in ("name", "note", "externalId") if name in given})
    context.touch(node)
    return {"company": node, "userErrors": []}


def _update_errors(given: dict[str, Any], node: Node | None, context: Context) -> Errors:
    if node is None:
        return [user_error(["companyId"], "Resource requested does not exist.", "RESOURCE_NOT_FOUND")]
    if "customerSince" in given:
        return [user_error(["input", "customerSince"], "This field may only be set on creation.", "INVALID_INPUT")]
    if not given:
        return [user_error(["input"], "At least one attribute to change must be present", "INVALID")]
    if "name" in given and not (given["name"] or "").strip():
        return [user_error(["input", "name"], "Name can't be blank", "BLANK")]
    return text_errors(given, ["input"]) + _taken(given, node, ["input"], context)
