"""Companies, their places and their people: lists, searches, and what each belongs to."""

from __future__ import annotations

from typing import Any

from koppel_shopify.sandbox.connections import connection
from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.fields.common import count, searched
from koppel_shopify.sandbox.fields.products import at, number
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.searching import Field, Search
from koppel_shopify.sandbox.shapes import Node

_MOMENTS = {
    "id": Field("id", lambda one: one["id"]),
    "created_at": Field("time", lambda one: one["createdAt"]),
    "updated_at": Field("time", lambda one: one["updatedAt"]),
    "name": Field("text", lambda one: one["name"]),
    "external_id": Field("exact", lambda one: one.get("externalId")),
}
_COMPANIES = Search({**_MOMENTS, "since_date": Field("time", lambda one: one["customerSince"])}, lambda one: (one["name"], one.get("externalId")))
_SORTS = {
    "CREATED_AT": lambda one: at(one["createdAt"]), "UPDATED_AT": lambda one: at(one["updatedAt"]),
    "NAME": lambda one: one["name"].lower(), "SINCE_DATE": lambda one: at(one["customerSince"]),
}


def _template(tail: int, name: str, days: int | None, kind: str = "NET") -> Node:
    words = {"Fixed": "Fixed date"}.get(name, f"Within {days} days" if days else name)
    return {"id": f"gid://shopify/PaymentTermsTemplate/{tail}", "name": name, "description": words, "dueInDays": days,
            "paymentTermsType": kind, "translatedName": name}


TEMPLATES = [
    _template(1, "Due on receipt", None, "RECEIPT"), _template(9, "Due on fulfillment", None, "FULFILLMENT"), _template(2, "Net 7", 7),
    _template(3, "Net 15", 15), _template(4, "Net 30", 30), _template(8, "Net 45", 45), _template(5, "Net 60", 60),
    _template(6, "Net 90", 90), _template(7, "Fixed", None, "FIXED"),
]
"""The same for every shop (recorded, payment-terms-templates-read)."""


@resolves("QueryRoot", "companies")
def companies(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.companies`."""
    rows = searched(context.store.records["companies"], args, _COMPANIES, "companies", context)
    return connection(rows, args, _SORTS.get(args.get("sortKey") or "ID", number))


@resolves("QueryRoot", "companiesCount")
def companies_count(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.companiesCount`."""
    return count(len(context.store.records["companies"]), args.get("limit"))


@resolves("QueryRoot", "company", "companyContact", "companyLocation")
def one_by_id(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """One company, contact or place by its id; null for none."""
    found = context.store.entry(args["id"])
    return found.node if found is not None and found.kind.startswith("Company") else None


@resolves("QueryRoot", "companyLocations")
def places(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.companyLocations`."""
    parents = {one["id"]: company["id"] for company in context.store.records["companies"] for one in company["locations"]}
    search = Search({**_MOMENTS, "company_id": Field("id", lambda one: parents[one["id"]])}, lambda one: (one["name"],))
    rows = [one for company in context.store.records["companies"] for one in company["locations"]]
    found = searched(rows, args, search, "companyLocations", context)
    return connection(found, args, _SORTS.get(args.get("sortKey") or "ID", number))


@resolves("QueryRoot", "paymentTermsTemplates")
def templates(root: Any, context: Context, args: dict[str, Any]) -> list[Node]:
    """Answers `QueryRoot.paymentTermsTemplates`."""
    wanted = args.get("paymentTermsType")
    return [one for one in TEMPLATES if wanted in (None, one["paymentTermsType"])]


@resolves("Company", "mainContact")
def main_contact(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `Company.mainContact`."""
    return next((person for person in one.get("contacts") or () if person["isMainContact"]), None)


def _counting(name: str) -> Any:
    return lambda one, context, args: count(len(one.get(name) or ()), None)


resolves("Company", "contactsCount")(_counting("contacts"))
resolves("Company", "locationsCount")(_counting("locations"))


@resolves("Company", "defaultRole")
def default_role(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `Company.defaultRole`."""
    return next((role for role in one["contactRoles"] if role["name"] == "Ordering only"), None)


@resolves("CompanyContact", "roleAssignments")
def assignments(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `CompanyContact.roleAssignments`."""
    return connection([{**role, "contactId": one["id"]} for role in one.get("roles") or ()], args)


@resolves("CompanyContactRoleAssignment", "role")
def role_of(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `CompanyContactRoleAssignment.role`."""
    return context.store.node(one["roleId"])


@resolves("CompanyContactRoleAssignment", "companyLocation")
def place_of(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `CompanyContactRoleAssignment.companyLocation`."""
    return context.store.node(one["placeId"])


@resolves("CompanyContactRoleAssignment", "companyContact")
def person_of(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `CompanyContactRoleAssignment.companyContact`."""
    return context.store.node(one["contactId"])


@resolves("CompanyContactRoleAssignment", "company")
def company_of(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `CompanyContactRoleAssignment.company`."""
    return context.store.parent(one["contactId"])


@resolves("CompanyAddress", "companyName")
def address_company(one: Node, context: Context, args: dict[str, Any]) -> str:
    """An address bears the name of its company."""
    place = context.store.parent(str(one.get("id") or ""))
    company = context.store.parent(place["id"]) if place else None
    return str((company or {}).get("name") or one.get("companyName") or "")


@resolves("CompanyLocation", "currency")
def place_currency(one: Node, context: Context, args: dict[str, Any]) -> str:
    """Answers `CompanyLocation.currency`."""
    return context.store.currency


@resolves("Customer", "companyContactProfiles")
def profiles(one: Node, context: Context, args: dict[str, Any]) -> list[Node]:
    """The contacts that this customer is."""
    return [person for company in context.store.records["companies"] for person in company["contacts"]
            if person["customer"]["id"] == one["id"]]


def _bought(name: str, kind: str) -> Any:
    def resolver(one: Node, context: Context, args: dict[str, Any]) -> Any:
        given = one.get(name) or {}
        return context.store.node(str(given.get("id") or ""), kind) or (given or None)

    return resolver


for _name, _kind in (("company", "Company"), ("location", "CompanyLocation"), ("contact", "CompanyContact")):
    resolves("PurchasingCompany", _name)(_bought(_name, _kind))
