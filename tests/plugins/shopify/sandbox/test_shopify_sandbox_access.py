"""What an app sees with fewer scopes, without approval for customer data, and of old orders."""

from __future__ import annotations

from typing import Any

import pytest

DOCS = "https://shopify.dev/api/usage/access-scopes"


@pytest.mark.parametrize(("query", "field", "scope"), [
    ("{ orders(first: 1) { nodes { id } } }", "orders", "read_orders"),
    ("{ ordersCount { count } }", "ordersCount", "read_orders"),
    ("{ products(first: 1) { nodes { id } } }", "products", "read_products"),
    ("{ inventoryItems(first: 1) { nodes { id } } }", "inventoryItems", "read_inventory"),
    ("{ locations(first: 1) { nodes { id } } }", "locations", "read_locations"),
    ('{ customer(id: "gid://shopify/Customer/1") { id } }', "customer", "read_customers"),
    ('mutation { orderUpdate(input: {id: "gid://shopify/Order/1"}) { userErrors { message } } }', "orderUpdate", "write_orders"),
])
def test_a_missing_scope_is_an_error_at_the_field(open_shop: Any, query: str, field: str, scope: str) -> None:
    caller = open_shop(None, scopes="read_returns")
    answer = caller.ask(query)
    error = answer["errors"][0]
    assert error["message"] == f"Access denied for {field} field. Required access: `{scope}` access scope."
    assert error["extensions"] == {"code": "ACCESS_DENIED", "documentation": DOCS, "requiredAccess": f"`{scope}` access scope."}
    assert error["path"] == [field]
    assert not answer["data"] or answer["data"][field] is None


def test_a_missing_scope_below_leaves_the_rest_of_the_order(open_shop: Any, few: dict[str, Any]) -> None:
    caller = open_shop(few, scopes="read_orders,read_all_orders")
    answer = caller.ask("{ orders(first: 2) { nodes { name customer { id } paymentTerms { id } lineItems(first: 1) { nodes { sku variant { id } } } } } }")
    node = answer["data"]["orders"]["nodes"][0]
    assert node["name"].startswith("#")
    assert (node["customer"], node["paymentTerms"], node["lineItems"]["nodes"][0]["variant"]) == (None, None, None)
    assert {tuple(error["path"][-1:]) for error in answer["errors"]} == {("customer",), ("paymentTerms",), ("variant",)}


def test_a_write_scope_implies_reading(open_shop: Any, few: dict[str, Any]) -> None:
    caller = open_shop(few, scopes="write_products,write_inventory")
    assert caller.data("{ products(first: 1) { nodes { variants(first: 1) { nodes { inventoryItem { id } } } } } }")["products"]["nodes"]


def test_a_node_by_id_needs_the_scope_of_its_kind(open_shop: Any, few: dict[str, Any]) -> None:
    caller = open_shop(few, scopes="read_products")
    query = "query($i: ID!) { node(id: $i) { id } }"
    assert caller.data(query, {"i": few["products"][0]["id"]})["node"]
    assert caller.error(query, {"i": few["orders"][0]["id"]})["extensions"]["code"] == "ACCESS_DENIED"
    tags = 'mutation($i: ID!) { tagsAdd(id: $i, tags: ["x"]) { userErrors { message } } }'
    assert caller.error(tags, {"i": few["products"][0]["id"]})["extensions"]["requiredAccess"] == "`write_products` access scope."


def test_orders_older_than_sixty_days_are_silently_absent(open_shop: Any, few: dict[str, Any]) -> None:
    caller = open_shop(few, scopes="read_orders,read_customers")
    assert caller.data("{ ordersCount { count } }")["ordersCount"]["count"] == 12
    caller.sandbox.clock.advance(61 * 86_400)
    answer = caller.ask("query($i: ID!) { ordersCount { count } orders(first: 9) { nodes { id } } order(id: $i) { id } node(id: $i) { id } }", {"i": few["orders"][-1]["id"]})
    assert answer["data"] == {"ordersCount": {"count": 0}, "orders": {"nodes": []}, "order": None, "node": None}
    assert "errors" not in answer
    everything = open_shop(few, scopes="read_orders,read_all_orders")
    everything.sandbox.clock.advance(61 * 86_400)
    assert everything.data("{ ordersCount { count } }")["ordersCount"]["count"] == 12


PERSON = """{ orders(first: 12) { nodes { name email billingAddress { city } totalPriceSet { shopMoney { amount } }
  customer { id displayName email defaultAddress { city } } } } }"""


def test_without_level_two_names_and_addresses_are_null(open_shop: Any, few: dict[str, Any]) -> None:
    nodes = open_shop(few, protected_data="level1").data(PERSON)["orders"]["nodes"]
    assert all(one["email"] is None and one["billingAddress"] is None for one in nodes)
    known = [one["customer"] for one in nodes if one["customer"]]
    assert all(one["id"] and one["displayName"] == "" and one["email"] is None and one["defaultAddress"] is None for one in known)
    assert known


def test_without_approval_customers_are_refused_and_orders_still_come(open_shop: Any, few: dict[str, Any]) -> None:
    caller = open_shop(few, protected_data="none")
    answer = caller.ask(PERSON)
    assert all(one["customer"] is None and one["email"] is None and one["totalPriceSet"] for one in answer["data"]["orders"]["nodes"])
    assert answer["errors"][0]["message"] == (
        "This app is not approved to access the Customer object. "
        "See https://shopify.dev/docs/apps/launch/protected-customer-data for more details.")
    assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
    assert caller.ask("{ customers(first: 1) { nodes { id } } }")["data"] is None
    assert caller.error("query($i: ID!) { node(id: $i) { id } }", {"i": few["customers"][0]["id"]})["extensions"]["code"] == "ACCESS_DENIED"
