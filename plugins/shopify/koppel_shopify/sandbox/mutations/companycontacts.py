"""The people of a company: each is a customer too, with a role at a place."""

from __future__ import annotations

import re
from typing import Any

from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import user_error
from koppel_shopify.sandbox.filling_companies import contact
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.shapes import Node

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")
_PHONE = re.compile(r"\+\d{8,15}")
_MARKUP = re.compile(r"<[a-zA-Z/]")
_NAMES = ("firstName", "lastName")
FIRST_ROLE = "Ordering only"
Errors = list[dict[str, Any]]


def _customer(email: str, context: Context) -> Node | None:
    wanted = "".join(email.split()).lower()
    return next((one for one in context.store.records["customers"] if (one.get("email") or "").lower() == wanted), None)


def contact_errors(given: dict[str, Any], at: list[str], context: Context) -> Errors:
    """What is wrong with a person that is to be made (recorded, b2b-contact-email-name-validation).

    What the service says when the e-mail address belongs to a customer was not recorded: that is a switch."""
    email = given.get("email")
    if not email:
        return [user_error(at, "Either the attribute email or customer_id must be provided", "INVALID")]
    if not _EMAIL.match(email):
        return [user_error([*at, "email"], "Email is invalid", "INVALID")]
    if any(_MARKUP.search(given.get(name) or "") for name in _NAMES):
        return [user_error(at, "Invalid input.", "INVALID_INPUT")]
    if _customer(email, context) is not None and context.switches.contact_taken == "refuse":
        return [user_error([*at, "email"], "Email address has already been taken.", "TAKEN")]
    return []


def add_contact(company: Node, given: dict[str, Any], context: Context, *, main: bool = False) -> Node:
    """A person with an account; the first one of a new company may order at its first place."""
    known = _customer(given["email"], context)
    fields = {name: given[name] for name in (*_NAMES, "email", "phone", "locale") if given.get(name)}
    customer = known if known is not None else context.store.add("customers", {**fields, "createdAt": context.stamp}, context.now)
    made = join(company, customer, context, title=given.get("title"), main=main)
    if main:
        role = next(one for one in company["contactRoles"] if one["name"] == FIRST_ROLE)
        _assign(made, role, company["locations"][0], context)
    return made


def join(company: Node, customer: Node, context: Context, *, title: str | None = None, main: bool = False) -> Node:
    """A customer as one more contact."""
    made: Node = {"createdAt": context.stamp, "customer": {"id": customer["id"]}, "title": title, "isMainContact": main}
    contact(made, context.store, context.now, "companyContact")
    company["contacts"].append(made)
    context.store.learn(made, "CompanyContact", company["id"])
    context.touch(company)
    return made


def _assign(person: Node, role: Node, place: Node, context: Context) -> Node:
    made = {"id": context.store.new_id("CompanyContactRoleAssignment"), "roleId": role["id"], "placeId": place["id"],
            "createdAt": context.stamp, "updatedAt": context.stamp}
    person["roles"].append(made)
    return made


def _no_company(payload: str) -> dict[str, Any]:
    return {payload: None, "userErrors": [user_error(["companyId"], "Company does not exist.", "RESOURCE_NOT_FOUND")]}


@resolves("Mutation", "companyContactCreate")
def create(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """One more contact, with an account of its own and no role yet."""
    given, company = args["input"], context.store.node(args["companyId"], "Company")
    if company is None:
        return _no_company("companyContact")
    if not given:
        return {"companyContact": None, "userErrors": [user_error(None, "Company contact create input is empty.", "NO_INPUT")]}
    errors = contact_errors(given, ["input"], context)
    made = None if errors else add_contact(company, given, context)
    return {"companyContact": made, "userErrors": errors}


@resolves("Mutation", "companyContactUpdate")
def update(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Change a contact; the names are those of the customer."""
    given, person = args["input"], context.store.node(args["companyContactId"], "CompanyContact")
    errors = _update_errors(given, person) or _phone_errors(given, person, context)
    if errors or person is None:
        return {"companyContact": None, "userErrors": errors}
    person.update({name: given[name] for name in ("title", "locale") if name in given})
    customer = context.store.node(person["customer"]["id"], "Customer")
    if customer is not None:
        customer.update({name: given[name] for name in (*_NAMES, "phone") if name in given})
        if given.get("phone"):
            customer["defaultPhoneNumber"] = {**(customer.get("defaultPhoneNumber") or {}), "phoneNumber": given["phone"]}
        customer["displayName"] = " ".join(filter(None, (customer.get(name) for name in _NAMES))) or customer.get("email") or ""
        context.touch(customer)
    context.touch(person)
    return {"companyContact": person, "userErrors": []}


def _update_errors(given: dict[str, Any], person: Node | None) -> Errors:
    if person is None:
        return [user_error(["companyContactId"], "The company contact doesn't exist.", "RESOURCE_NOT_FOUND")]
    if not given:
        return [user_error(None, "Company contact update input is empty.", "NO_INPUT")]
    if given.get("email") and not _EMAIL.match(given["email"]):
        return [user_error(["input", "email"], "Email address is invalid", "INVALID")]
    errors = []
    for name, shown in (("firstName", "First name"), ("lastName", "Last name"), ("phone", "Phone")):
        if name in given and given[name] is None:
            errors.append(user_error(["input", name], f"{shown} is of unexpected type NilClass", "UNEXPECTED_TYPE"))
    if "phone" in given and given["phone"] is None:
        errors.append(user_error(["input", "phone"], "Phone is invalid", "INVALID"))
    if "email" in given and given["email"] is None:
        errors.append(user_error(["input"], "Unexpected keys given: email", "INVALID"))
    return errors


def _phone_errors(given: dict[str, Any], person: Node | None, context: Context) -> Errors:
    """A number is of one customer only (reference: section 14); the words are those of customers."""
    phone, own = given.get("phone"), (person or {}).get("customer", {}).get("id")
    if phone and not _PHONE.fullmatch(phone):
        return [user_error(["input", "phone"], "Phone is invalid", "INVALID")]
    if phone and any(one.get("phone") == phone and one["id"] != own for one in context.store.records["customers"]):
        return [user_error(["input", "phone"], "Phone has already been taken", "TAKEN")]
    return []


@resolves("Mutation", "companyAssignCustomerAsContact")
def assign_customer(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Make a customer a contact (recorded, assign-customer-as-contact)."""
    company, customer = context.store.node(args["companyId"], "Company"), context.store.node(args["customerId"], "Customer")
    if company is None:
        return _no_company("companyContact")
    error = _join_error(customer, context)
    if error or customer is None:
        return {"companyContact": None, "userErrors": [error]}
    return {"companyContact": join(company, customer, context), "userErrors": []}


def _join_error(customer: Node | None, context: Context) -> dict[str, Any] | None:
    if customer is None:
        return user_error(["customerId"], "Customer does not exist.", "RESOURCE_NOT_FOUND")
    if not customer.get("email"):
        return user_error(["companyId"], "Customer must have an email address.", "INVALID_INPUT")
    if any(one["customer"]["id"] == customer["id"] for company in context.store.records["companies"] for one in company["contacts"]):
        return user_error(["companyId"], "Customer is already associated with a company contact.", "INVALID_INPUT")
    return None


@resolves("Mutation", "companyAssignMainContact")
def assign_main(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Make a contact the main one."""
    company = context.store.node(args["companyId"], "Company")
    if company is None:
        return _no_company("company")
    if all(one["id"] != args["companyContactId"] for one in company["contacts"]):
        text = "The company contact does not belong to the company."
        return {"company": None, "userErrors": [user_error(["companyContactId"], text, "INVALID_INPUT")]}
    for one in company["contacts"]:
        one["isMainContact"] = one["id"] == args["companyContactId"]
    context.touch(company)
    return {"company": company, "userErrors": []}


@resolves("Mutation", "companyContactAssignRole")
def assign_role(root: Any, context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give a contact a role at a place (recorded, b2b-contact-business-rule-preconditions)."""
    person = context.store.node(args["companyContactId"], "CompanyContact")
    company = context.store.parent(args["companyContactId"]) if person is not None else None
    if person is None or company is None:
        return _no_role(["companyContactId"], "The company contact doesn't exist.")
    place = next((one for one in company["locations"] if one["id"] == args["companyLocationId"]), None)
    if place is None:
        return _no_role(["companyLocationId"], "The company location doesn't exist.")
    role = next((one for one in company["contactRoles"] if one["id"] == args["companyContactRoleId"]), None)
    if role is None:
        return _no_role(["companyContactRoleId"], "The company contact role doesn't exist.")
    if any(one["placeId"] == place["id"] for one in person["roles"]):
        return _no_role(None, "Company contact has already been assigned a role in that company location.", "LIMIT_REACHED")
    made = _assign(person, role, place, context)
    return {"companyContactRoleAssignment": {**made, "contactId": person["id"]}, "userErrors": []}


def _no_role(at: list[str] | None, text: str, code: str = "RESOURCE_NOT_FOUND") -> dict[str, Any]:
    return {"companyContactRoleAssignment": None, "userErrors": [user_error(at, text, code)]}
