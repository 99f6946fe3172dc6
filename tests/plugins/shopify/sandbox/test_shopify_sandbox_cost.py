"""What an operation costs, when it is refused, and how the bucket fills again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from koppel_shopify.sandbox.cost import Estimate, steps
from koppel_shopify.sandbox.schema import schema_for
from koppel_shopify.sandbox.static import Documents, Refused, chosen

CAPTURES = Path(__file__).resolve().parents[5] / "shared/data/shopify/graphql-captures"


def cost(shop: Any, query: str, variables: Any = None) -> dict[str, Any]:
    return dict(shop.ask(query, variables)["extensions"]["cost"])


@pytest.mark.parametrize(("size", "weight"), [(1, 1), (2, 1), (3, 2), (5, 3), (10, 4), (20, 5), (50, 7), (100, 9), (200, 10), (250, 11)])
def test_a_page_weighs_with_the_logarithm_of_its_size(size: int, weight: int) -> None:
    assert steps(size) == weight


@pytest.mark.parametrize(("query", "requested"), [
    ("{ orders(first: 250) { nodes { id name } pageInfo { hasNextPage } } }", 13),
    ("{ orders(first: 250) { nodes { lineItems(first: 250) { nodes { id } } } } }", 156),
    ("{ orders(first: 250) { edges { cursor node { id } } } }", 13),
    ("{ orders(first: 250) { nodes { id } edges { cursor node { id } } } }", 24),
    ("{ orders(first: 10) { nodes { totalPriceSet { shopMoney { amount } } billingAddress { city } } } }", 6),
    ("{ shop { name } }", 1),
    ("{ ordersCount { count } }", 10),
    ("{ customer(id: \"gid://shopify/Customer/1\") { defaultEmailAddress { emailAddress } defaultAddress { city } } }", 2),
    ("{ node(id: \"gid://shopify/Order/1\") { id ... on Order { customer { id } } ... on Product { id } } }", 2),
    ("mutation { tagsAdd(id: \"gid://shopify/Order/1\", tags: []) { node { id } userErrors { message } } }", 10),
    ("mutation { inventoryItemUpdate(id: \"x\", input: {}) { inventoryItem { variant { product { id } } } userErrors { message } } }", 12),
    ("{ locations(first: 20) { nodes { id hasUnfulfilledOrders } } }", 12),
])
def test_the_requested_cost_follows_the_measured_model(shop: Any, query: str, requested: int) -> None:
    assert cost(shop, query)["requestedQueryCost"] == requested


def test_a_page_size_in_a_variable_counts_too(shop: Any) -> None:
    assert cost(shop, "query($n: Int) { orders(first: $n) { nodes { id } } }", {"n": 100})["requestedQueryCost"] == 11


def test_skipped_fields_cost_nothing(shop: Any) -> None:
    query = "query($no: Boolean!) { shop { name } orders(first: 250) @include(if: $no) { nodes { id } } }"
    assert cost(shop, query, {"no": False})["requestedQueryCost"] == 1


def test_only_the_actual_cost_is_kept(shop: Any) -> None:
    found = cost(shop, "{ orders(first: 250) { nodes { lineItems(first: 250) { nodes { id } } } } }")
    assert found["requestedQueryCost"] == 156
    assert found["actualQueryCost"] < 30
    assert found["throttleStatus"] == {
        "maximumAvailable": 2000.0, "currentlyAvailable": 2000 - found["actualQueryCost"], "restoreRate": 100.0,
    }


def test_no_rows_cost_two(shop: Any) -> None:
    assert cost(shop, '{ orders(first: 250, query: "name:nothing") { nodes { id } } }')["actualQueryCost"] == 2


DEAR = "{ orders(first: 250) { nodes { lineItems(first: 250) { nodes { id taxLines { title } variant { id product { id } } customAttributes { key } discountAllocations { discountApplication { index } } } } } } }"


def test_a_query_over_the_limit_is_refused_and_nothing_is_spent(shop: Any) -> None:
    answer = shop.ask(DEAR.replace("product { id }", "product { id variants(first: 250) { nodes { id } } }"))
    assert set(answer) == {"errors"}
    error = answer["errors"][0]
    assert error["message"].startswith(f"Query cost is {error['extensions']['cost']}, which exceeds the single query max cost limit (1000).")
    assert error["extensions"]["code"] == "MAX_COST_EXCEEDED"
    assert (error["extensions"]["cost"] > 1000, error["extensions"]["maxCost"]) == (True, 1000)
    assert cost(shop, "{ shop { name } }")["throttleStatus"]["currentlyAvailable"] == 1999


def test_an_empty_bucket_throttles_until_enough_has_flowed_back(open_shop: Any, demo: dict[str, Any]) -> None:
    caller = open_shop(demo, bucket_size=60, restore_rate=10)
    query = "{ orders(first: 250) { nodes { id fulfillments(first: 1) { id } refunds { id } transactions { id } customer { id } } } }"
    first = caller.ask(query)["extensions"]["cost"]
    left = first["throttleStatus"]["currentlyAvailable"]
    assert left < first["requestedQueryCost"]
    answer = caller.ask(query)
    assert "data" not in answer
    assert answer["errors"] == [{"message": "Throttled", "extensions": {
        "code": "THROTTLED", "documentation": "https://shopify.dev/api/usage/rate-limits"}}]
    told = answer["extensions"]["cost"]
    assert (told["requestedQueryCost"], told["actualQueryCost"]) == (first["requestedQueryCost"], None)
    caller.sandbox.clock.advance((told["requestedQueryCost"] - told["throttleStatus"]["currentlyAvailable"]) / 10)
    assert "data" in caller.ask(query)


def test_the_bucket_never_overflows_and_each_app_has_its_own(open_shop: Any) -> None:
    apps = [{"clientId": "one"}, {"clientId": "two"}]
    caller = open_shop({"apps": apps, "tokens": [{"token": "1", "clientId": "one"}, {"token": "2", "clientId": "two"}]}, bucket_size=20, restore_rate=1)
    caller.token = "1"
    caller.sandbox.clock.advance(3600)
    assert cost(caller, "{ ordersCount { count } }")["throttleStatus"]["currentlyAvailable"] == 10
    caller.token = "2"
    assert cost(caller, "{ shop { name } }")["throttleStatus"]["currentlyAvailable"] == 19


def test_cost_debug_lists_every_field(shop: Any) -> None:
    answer = shop.ask("{ orders(first: 10) { nodes { id customer { id } } } }", Shopify_GraphQL_Cost_Debug="1")
    fields = answer["extensions"]["cost"]["fields"]
    assert fields[0] == {"path": ["orders"], "definedCost": 2, "requestedTotalCost": 10, "requestedChildrenCost": 2}
    assert {"path": ["orders", "nodes", "id"], "definedCost": 0, "requestedTotalCost": 0, "requestedChildrenCost": None} in fields
    assert "fields" not in shop.ask("{ shop { name } }")["extensions"]["cost"]


def recorded(node: Any, query: str = "", variables: Any = None) -> Any:
    """Every (query, variables, cost) in a capture."""
    if isinstance(node, dict):
        query = node["query"] if isinstance(node.get("query"), str) else query
        variables = node["variables"] if isinstance(node.get("variables"), dict) else variables
        if query and "data" in node and isinstance(node.get("extensions"), dict) and "cost" in node["extensions"]:
            yield query, variables or {}, node["extensions"]["cost"]["requestedQueryCost"]
        for value in node.values():
            yield from recorded(value, query, variables)
    elif isinstance(node, list):
        for value in node:
            yield from recorded(value, query, variables)


@pytest.mark.skipif(not CAPTURES.is_dir(), reason="the recorded traffic is not here")
def test_recorded_operations_cost_what_was_recorded() -> None:
    schema, documents, right, seen = schema_for("2026-10"), Documents(size=2000), 0, 0
    for path in sorted(CAPTURES.rglob("*.json")):
        for query, variables, requested in recorded(json.loads(path.read_text(encoding="utf-8"))):
            if "__type" in query:
                continue
            try:
                document = documents.read(schema, query)
                operation = chosen(document, None)
            except Refused:
                continue
            seen += 1
            right += Estimate(schema, document, operation, variables).requested == requested
    assert seen > 200
    assert right / seen > 0.9
