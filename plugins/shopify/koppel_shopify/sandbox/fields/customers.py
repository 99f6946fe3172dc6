"""Customers: lists, searches, and the orders that belong to each."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from koppel_shopify.sandbox.connections import connection
from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import bad_request
from koppel_shopify.sandbox.fields.common import by_id, count, searched
from koppel_shopify.sandbox.fields.orders import orders_page
from koppel_shopify.sandbox.fields.products import at, number
from koppel_shopify.sandbox.money import money, shop_amount
from koppel_shopify.sandbox.registry import resolves
from koppel_shopify.sandbox.searching import Field, Search
from koppel_shopify.sandbox.shapes import Node

_MOMENTS = {
    "id": Field("id", lambda one: one["id"]),
    "customer_date": Field("time", lambda one: one["createdAt"]),
    "updated_at": Field("time", lambda one: one["updatedAt"]),
}
_COUNTED = Search(_MOMENTS)


def _orders(one: Node, context: Context) -> list[Node]:
    return [order for order in context.orders() if (order.get("customer") or {}).get("id") == one["id"]]


def _spent(one: Node, context: Context) -> Decimal:
    return sum((shop_amount(order["netPaymentSet"]) for order in _orders(one, context)), Decimal(0))


def _search(context: Context) -> Search:
    return Search(
        {
            **_MOMENTS,
            "email": Field("exact", lambda one: one.get("email")), "phone": Field("exact", lambda one: one.get("phone")),
            "first_name": Field("exact", lambda one: one.get("firstName")),
            "last_name": Field("exact", lambda one: one.get("lastName")),
            "country": Field("list", _countries),
            "state": Field("enum", lambda one: [one["state"].lower()], ("declined", "disabled", "enabled", "invited")),
            "tag": Field("list", lambda one: one["tags"]), "tag_not": Field("unlist", lambda one: one["tags"]),
            "orders_count": Field("number", lambda one: len(_orders(one, context))),
            "total_spent": Field("number", lambda one: _spent(one, context)),
            "order_date": Field("time", lambda one: max((o["createdAt"] for o in _orders(one, context)), default=None)),
        },
        lambda one: (one.get("displayName"), one.get("email"), one.get("phone"), *one["tags"]),
    )


def _countries(one: Node) -> list[Any]:
    place = one.get("defaultAddress") or {}
    return [place.get("country"), place.get("countryCodeV2")]


_SORTS = {
    "CREATED_AT": lambda one: at(one["createdAt"]), "UPDATED_AT": lambda one: at(one["updatedAt"]),
    "NAME": lambda one: f"{one.get('lastName') or ''}, {one.get('firstName') or ''}".lower(),
    "LOCATION": lambda one: (one.get("defaultAddress") or {}).get("country") or "",
}


@resolves("QueryRoot", "customer")
def customer(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.customer`."""
    return by_id(args["id"], "Customer", context)


@resolves("QueryRoot", "customerByIdentifier")
def by_identifier(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.customerByIdentifier`."""
    wanted = {name: value for name, value in args["identifier"].items() if value is not None}
    if len(wanted) != 1:
        raise bad_request("identifier must include exactly one of the following arguments: emailAddress, id, phoneNumber.")
    if "id" in wanted:
        return by_id(wanted["id"], "Customer", context)
    name, value = ("email", wanted["emailAddress"]) if "emailAddress" in wanted else ("phone", wanted["phoneNumber"])
    return next((one for one in context.store.records["customers"] if (one.get(name) or "").lower() == value.lower()), None)


@resolves("QueryRoot", "customers")
def customers(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Answers `QueryRoot.customers`."""
    rows = searched(context.store.records["customers"], args, _search(context), "customers", context)
    return connection(rows, args, _SORTS.get(args.get("sortKey") or "ID", number))


@resolves("QueryRoot", "customersCount")
def customers_count(root: Any, context: Context, args: dict[str, Any]) -> Any:
    """Counts know fewer search fields than lists do."""
    rows = searched(context.store.records["customers"], args, _COUNTED, "customersCount", context)
    return count(len(rows), args.get("limit"))


@resolves("Customer", "orders")
def customer_orders(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `Customer.orders`."""
    return orders_page(_orders(one, context), args, "customer.orders", context)


@resolves("Customer", "lastOrder")
def last_order(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `Customer.lastOrder`."""
    return max(_orders(one, context), key=lambda order: (order["createdAt"], number(order)), default=None)


@resolves("Customer", "numberOfOrders")
def number_of_orders(one: Node, context: Context, args: dict[str, Any]) -> str:
    """Answers `Customer.numberOfOrders`."""
    found = _orders(one, context)
    return str(len(found)) if found or not one.get("numberOfOrders") else str(one["numberOfOrders"])


@resolves("Customer", "amountSpent")
def amount_spent(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `Customer.amountSpent`."""
    return one.get("amountSpent") or money(_spent(one, context), context.store.currency)


@resolves("Customer", "canDelete")
def can_delete(one: Node, context: Context, args: dict[str, Any]) -> bool:
    """Answers `Customer.canDelete`."""
    return not _orders(one, context)


@resolves("Customer", "addresses")
def addresses(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `Customer.addresses`."""
    rows = one.get("addressesV2") or []
    return rows if args.get("first") is None else rows[: max(0, args["first"])]


@resolves("Customer", "addressesV2")
def addresses_page(one: Node, context: Context, args: dict[str, Any]) -> Any:
    """Answers `Customer.addressesV2`."""
    rows = [] if context.switches.protected_data != "full" else one.get("addressesV2") or []
    return connection(rows, args)
