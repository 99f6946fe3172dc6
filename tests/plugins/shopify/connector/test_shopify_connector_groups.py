"""The article group of a line: the product type, or the collection that the connection names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from koppel import Query


@pytest.fixture
def sorted_shop(served_with: Callable[..., Any]) -> Any:
    """The demo shop with its first articles in collections; gives the connector maker, the ids and the groups by SKU."""
    served = served_with(order_window_days=100000)
    api = served.connect().api
    state = httpx.get(f"{served.url}/_sandbox/state", timeout=60).json()
    sold = {line["sku"] for one in state["orders"] for line in one["lineItems"]["nodes"]}
    products = [one for one in state["products"] if {form["sku"] for form in one["variants"]["nodes"]} & sold][:2]
    ids = {}
    for title in ("Aanbieding", "Kamer", "Tuin"):
        made = api.ask("create_collection", {"collection": {"title": title}})["collectionCreate"]["collection"]
        ids[title] = made["id"]
    for product, titles in zip(products, (("Aanbieding", "Tuin"), ("Aanbieding",)), strict=True):
        joined = {"id": product["id"], "collectionsToJoin": [ids[title] for title in titles]}
        api.ask("update_product", {
            "id": product["id"], "product": joined, "media": None, "changed": [], "added": [], "writeProduct": True, "writeChanged": False,
            "writeAdded": False,
        })  # fmt: skip
    return served, ids, products


def groups(served: Any, read_in: Any, **settings: Any) -> dict[str, set[str]]:
    """The groups of the lines by SKU, over all orders."""
    connector, found = served.connect(**settings), {}
    page = connector.fetch(Query("sales_order"))
    while True:
        for record in page.records:
            for line in read_in("sales_order", record.data).lines:
                if line.sku:
                    found.setdefault(line.sku, set()).add(line.group)
        if not page.more:
            return found
        page = connector.fetch(Query("sales_order", page.cursor))


def test_fin_04_lines_are_grouped_by_the_chosen_collection_and_else_by_type(sorted_shop: Any, read_in: Any) -> None:
    served, ids, (first, second) = sorted_shop
    skus = [{form["sku"] for form in one["variants"]["nodes"]} for one in (first, second)]
    by_type = groups(served, read_in)
    chosen = groups(served, read_in, group_collections=f"{ids['Kamer']}, {ids['Tuin']}")
    for sku, found in chosen.items():
        assert found == ({"Tuin"} if sku in skus[0] else by_type[sku])
    assert any(sku in skus[0] for sku in chosen)
    assert any(sku in skus[1] and found == {second["productType"]} for sku, found in chosen.items())


def test_of_several_chosen_collections_the_first_counts(sorted_shop: Any, read_in: Any) -> None:
    served, ids, (first, _) = sorted_shop
    found = groups(served, read_in, group_collections=f"{ids['Aanbieding']}, {ids['Tuin']}")
    assert {group for sku, names in found.items() if sku in {form["sku"] for form in first["variants"]["nodes"]} for group in names} == {"Aanbieding"}


def test_each_product_is_asked_for_once_in_a_conversation(sorted_shop: Any) -> None:
    served, ids, _ = sorted_shop
    connector, asked = served.connect(group_collections=ids["Tuin"]), []
    ask = connector.api._ask
    connector.api._ask = lambda name, variables: (asked.append(name), ask(name, variables))[1]
    connector.fetch(Query("sales_order"))
    assert "product_groups" in asked
    asked.clear()
    connector.fetch(Query("sales_order"))
    assert "orders" in asked
    assert "product_groups" not in asked


def test_the_collections_can_be_chosen_from_by_title(sorted_shop: Any) -> None:
    served, ids, _ = sorted_shop
    rows = {one.label: one.id for one in served.connect().fetch(Query("collection")).records}
    assert {name: rows[name] for name in ids} == ids
