"""What a client gets page by page, forwards and backwards, at every level."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from koppel_shopify.sandbox.connections import connection

PAGE = """query($first: Int, $last: Int, $after: String, $before: String, $reverse: Boolean) {
  orders(first: $first, last: $last, after: $after, before: $before, reverse: $reverse, sortKey: UPDATED_AT) {
    nodes { name updatedAt } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


def test_all_orders_come_once_over_the_pages(shop: Any) -> None:
    names, after = [], None
    while True:
        page = shop.data(PAGE, {"first": 5, "after": after})["orders"]
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        names += [one["name"] for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert len(names) == len(set(names)) == 12


def test_a_cursor_is_base64_json_of_the_last_row(shop: Any) -> None:
    page = shop.data(PAGE, {"first": 1})["orders"]
    held = json.loads(base64.b64decode(page["pageInfo"]["endCursor"]))
    moment = page["nodes"][0]["updatedAt"].replace("T", " ").replace("Z", ".000000")
    assert held == {"last_id": held["last_id"], "last_value": moment}


def test_last_and_before_walk_backwards(shop: Any) -> None:
    forward = [one["name"] for one in shop.data(PAGE, {"first": 12})["orders"]["nodes"]]
    tail = shop.data(PAGE, {"last": 3})["orders"]
    assert [one["name"] for one in tail["nodes"]] == forward[-3:]
    earlier = shop.data(PAGE, {"last": 4, "before": tail["pageInfo"]["startCursor"]})["orders"]
    assert [one["name"] for one in earlier["nodes"]] == forward[-7:-3]
    assert earlier["pageInfo"]["hasNextPage"] is True


def test_reverse_turns_the_order_around(shop: Any) -> None:
    forward = [one["name"] for one in shop.data(PAGE, {"first": 12})["orders"]["nodes"]]
    first = shop.data(PAGE, {"first": 5, "reverse": True})["orders"]
    rest = shop.data(PAGE, {"first": 9, "reverse": True, "after": first["pageInfo"]["endCursor"]})["orders"]
    assert [one["name"] for one in first["nodes"] + rest["nodes"]] == forward[::-1]


def test_a_row_that_changes_on_the_way_is_not_lost_to_the_next_pages(shop: Any) -> None:
    first = shop.data(PAGE, {"first": 6})["orders"]
    named = {"q": f"name:{first['nodes'][0]['name']}"}
    gone = shop.data("query($q: String) { orders(first: 1, query: $q) { nodes { id } } }", named)["orders"]["nodes"][0]["id"]
    shop.data('mutation($i: ID!) { tagsAdd(id: $i, tags: ["x"]) { userErrors { message } } }', {"i": gone})
    rest = shop.data(PAGE, {"first": 250, "after": first["pageInfo"]["endCursor"]})["orders"]["nodes"]
    assert len(rest) == 7
    assert rest[-1]["name"] == first["nodes"][0]["name"]


def test_a_cursor_of_another_sort_is_malformed(shop: Any) -> None:
    cursor = shop.data(PAGE, {"first": 1})["orders"]["pageInfo"]["endCursor"]
    error = shop.error("query($a: String) { orders(first: 1, after: $a, sortKey: ORDER_NUMBER) { nodes { id } } }", {"a": cursor})
    assert error["message"] == "Malformed cursor"


def test_nested_lines_are_cut_off_silently_and_page_on(shop: Any) -> None:
    query = """query($id: ID!, $n: Int!, $a: String) { order(id: $id) {
        lineItems(first: $n, after: $a) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } } } }"""
    sizes = shop.data("{ orders(first: 12) { nodes { id lineItems(first: 9) { nodes { id } } } } }")["orders"]["nodes"]
    biggest = max(sizes, key=lambda one: len(one["lineItems"]["nodes"]))
    first = shop.data(query, {"id": biggest["id"], "n": 1})["order"]["lineItems"]
    assert first["pageInfo"] == {"hasNextPage": True, "endCursor": first["edges"][0]["cursor"]}
    rest = shop.data(query, {"id": biggest["id"], "n": 250, "a": first["pageInfo"]["endCursor"]})["order"]["lineItems"]
    found = [edge["node"]["id"] for edge in first["edges"] + rest["edges"]]
    assert found == [line["id"] for line in biggest["lineItems"]["nodes"]]


def test_an_empty_page_has_null_cursors(shop: Any) -> None:
    page = shop.data('{ orders(first: 5, query: "tag:none") { nodes { id } pageInfo { hasNextPage startCursor endCursor } } }')["orders"]
    assert page == {"nodes": [], "pageInfo": {"hasNextPage": False, "startCursor": None, "endCursor": None}}


@pytest.mark.parametrize("key", ["CREATED_AT", "UPDATED_AT", "PROCESSED_AT", "ID", "ORDER_NUMBER", "TOTAL_PRICE", "CUSTOMER_NAME",
                                 "FINANCIAL_STATUS", "PO_NUMBER", "DESTINATION", "RELEVANCE"])
def test_every_sort_key_pages_through_all(shop: Any, key: str) -> None:
    query = "query($k: OrderSortKeys, $a: String) { orders(first: 7, after: $a, sortKey: $k) { nodes { id } pageInfo { endCursor hasNextPage } } }"
    first = shop.data(query, {"k": key})["orders"]
    rest = shop.data(query, {"k": key, "a": first["pageInfo"]["endCursor"]})["orders"]
    assert len({one["id"] for one in first["nodes"] + rest["nodes"]}) == 12


@given(values=st.lists(st.integers(0, 9), max_size=40), size=st.integers(1, 12), reverse=st.booleans())
@settings(max_examples=120, deadline=None)
def test_pages_of_any_size_hold_every_row_once_and_in_order(values: list[int], size: int, reverse: bool) -> None:
    rows: list[dict[str, Any]] = [{"id": f"gid://shopify/Order/{number}", "value": value} for number, value in enumerate(values, 1)]
    seen: list[dict[str, Any]] = []
    after = None
    while True:
        page = connection(rows, {"first": size, "after": after, "reverse": reverse}, lambda row: row["value"])
        seen += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    wanted = sorted(rows, key=lambda row: (row["value"], int(row["id"].rsplit("/", 1)[1])), reverse=reverse)
    assert seen == wanted
    backwards = connection(rows, {"last": size, "reverse": reverse}, lambda row: row["value"])["nodes"]
    assert backwards == wanted[-size:]
