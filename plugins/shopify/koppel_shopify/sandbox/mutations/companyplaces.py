"""The places of a company: made, changed, given addresses and a VAT number."""

from __future__ import annotations

from typing import Any

from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import user_error
from koppel_shopify.sandbox.fields.companies import TEMPLATES
from koppel_shopify.sandbox.filling_companies import address, location
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.shapes import Node

LONGEST_NAME, LONGEST_NOTE = 255, 5000
_PLAIN = ("name", "phone", "locale", "externalId", "note")
_ADDRESSES = {"BILLING": "billingAddress", "SHIPPING": "shippingAddress"}
Errors = list[dict[str, Any]]


def _invalid(at: list[str] | None) -> dict[str, Any]:
    return user_error(at, "Invalid input.", "INVALID_INPUT")


def place_errors(given: dict[str, Any], at: list[str]) -> Errors:
    """What is wrong with a place that is to be made (recorded, b2b-billing-same-as-shipping and b2b-string-validation)."""
    if given.get("billingSameAsShipping") and not given.get("shippingAddress"):
        return [_invalid([*at, "shippingAddress"])]
    if given.get("billingSameAsShipping") and given.get("billingAddress"):
        return [_invalid([*at, "billingAddress"])]
    if "taxExempt" in given and given["taxExempt"] is None:
        return [_invalid([*at, "taxExempt"])]
    return _text_errors(given, at) + _terms_errors(given, at)


def _text_errors(given: dict[str, Any], at: list[str]) -> Errors:
    errors = []
    if len(given.get("name") or "") > LONGEST_NAME:
        errors.append(user_error([*at, "name"], f"Name is too long (maximum is {LONGEST_NAME} characters)", "TOO_LONG"))
    if len(given.get("note") or "") > LONGEST_NOTE:
        errors.append(user_error([*at, "notes"], f"Notes is too long (maximum is {LONGEST_NOTE} characters)", "TOO_LONG"))
    return errors


def _terms_errors(given: dict[str, Any], at: list[str]) -> Errors:
    experience = given.get("buyerExperienceConfiguration")
    if experience is None:
        return []
    template = experience.get("paymentTermsTemplateId")
    if not experience or (template and all(one["id"] != template for one in TEMPLATES)):
        return [_invalid([*at, "buyerExperienceConfiguration"])]
    return []


def add_place(company: Node, given: dict[str, Any], context: Context) -> Node:
    """A place at the end of the company's list."""
    made: Node = {name: given[name] for name in _PLAIN if given.get(name)}
    made["createdAt"] = context.stamp
    for name in _ADDRESSES.values():
        if given.get(name):
            made[name] = address(given[name], None, context.store)
    if given.get("billingSameAsShipping"):
        made["billingAddress"] = address(given["shippingAddress"], None, context.store)
    made["taxSettings"] = {name: given[name] for name in ("taxRegistrationId", "taxExempt", "taxExemptions") if given.get(name) is not None}
    _experience(made, given.get("buyerExperienceConfiguration"))
    location(made, company, context.store, context.now, "companyLocation")
    company["locations"].append(made)
    context.store.learn(made, "CompanyLocation", company["id"])
    context.touch(company)
    return made


def _experience(place: Node, given: dict[str, Any] | None) -> None:
    if given is not None:
        kept = place.setdefault("buyerExperienceConfiguration", {})
        kept.update({name: value for name, value in given.items() if name != "paymentTermsTemplateId"})
        if "paymentTermsTemplateId" in given:
            wanted = given["paymentTermsTemplateId"]
            kept["paymentTermsTemplate"] = next((one for one in TEMPLATES if one["id"] == wanted), None)


def _touch(place: Node, context: Context) -> None:
    """Whether a change of a place is one of its company too is a switch."""
    context.touch(place)
    company = context.store.parent(place["id"])
    if company is not None and context.switches.company_touch == "whole":
        context.touch(company)


@resolves("Mutation", "companyLocationCreate")
def create(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """One more place; addresses alone do not make one (recorded, b2b-no-input-validation)."""
    given, company = args["input"], context.store.node(args["companyId"], "Company")
    if company is None:
        errors = [user_error(["companyId"], "Company does not exist.", "RESOURCE_NOT_FOUND")]
    elif not given.keys() - set(_ADDRESSES.values()):
        errors = [user_error(None, "Company location create input is empty.", "NO_INPUT")]
    else:
        errors = place_errors(given, ["input"])
    if errors or company is None:
        return {"companyLocation": None, "userErrors": errors}
    return {"companyLocation": add_place(company, given, context), "userErrors": []}


@resolves("Mutation", "companyLocationUpdate")
def update(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Change a place's own fields."""
    given, place = args["input"], context.store.node(args["companyLocationId"], "CompanyLocation")
    errors = _update_errors(given, place)
    if errors or place is None:
        return {"companyLocation": None, "userErrors": errors}
    place.update({name: given[name] for name in _PLAIN if name in given})
    _experience(place, given.get("buyerExperienceConfiguration"))
    _touch(place, context)
    return {"companyLocation": place, "userErrors": []}


def _update_errors(given: dict[str, Any], place: Node | None) -> Errors:
    if place is None:
        return [user_error(["input"], "The company location doesn't exist", "RESOURCE_NOT_FOUND")]
    if not given:
        return [user_error(None, "Company location update input is empty.", "NO_INPUT")]
    if "name" in given and given["name"] is None:
        return [user_error(["input", "name"], "Name is of unexpected type NilClass", "UNEXPECTED_TYPE")]
    if "name" in given and not given["name"].strip():
        return [user_error(["input", "name"], "Name can't be blank", "BLANK")]
    return _text_errors(given, ["input"]) + _terms_errors(given, ["input"])


@resolves("Mutation", "companyLocationAssignAddress")
def assign_address(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give a place its address for bills, for parcels or for both; each is an address of its own."""
    place, kinds = context.store.node(args["locationId"], "CompanyLocation"), args["addressTypes"]
    if place is None:
        return {"addresses": None, "userErrors": [user_error(["locationId"], "The company location doesn't exist", "RESOURCE_NOT_FOUND")]}
    if not kinds or len(set(kinds)) != len(kinds):
        return {"addresses": None, "userErrors": [_invalid(None)]}
    made = []
    for kind in sorted(kinds, reverse=True):
        name = _ADDRESSES[kind]
        place[name] = address(args["address"], place.get(name), context.store)
        context.store.learn(place[name], "CompanyAddress", place["id"])
        made.append(place[name])
    _touch(place, context)
    return {"addresses": made, "userErrors": []}


@resolves("Mutation", "companyLocationTaxSettingsUpdate")
def tax_settings(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Set the VAT number and what a place is exempt of."""
    place = context.store.node(args["companyLocationId"], "CompanyLocation")
    if place is None:
        error = user_error(["companyLocationId"], "The company location doesn't exist", "RESOURCE_NOT_FOUND")
        return {"companyLocation": None, "userErrors": [error]}
    kept = place["taxSettings"]
    kept.update({name: args[name] for name in ("taxRegistrationId", "taxExempt") if name in args})
    without = [one for one in kept["taxExemptions"] if one not in (args.get("exemptionsToRemove") or ())]
    kept["taxExemptions"] = list(dict.fromkeys([*without, *(args.get("exemptionsToAssign") or ())]))
    _touch(place, context)
    return {"companyLocation": place, "userErrors": []}
