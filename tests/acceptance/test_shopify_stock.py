"""Stock out of the books into the shop: places by a table, the chosen figure, and one article that cannot be set."""

from __future__ import annotations

import pytest
from koppel.actions.connections import save_connection
from koppel.actions.flows import save_flow
from koppel.actions.records import retry
from koppel.store.models import TableRow
from support.garden import POT, ROSE, Garden, av_tables, exact_rows, purchase, shop_of, shopper, states_of

pytestmark = pytest.mark.walk
NORTH, SOUTH = "gid://shopify/Location/71000000001", "gid://shopify/Location/71000000002"
HELD = {"1": 5, "2": 7, "3": 100}
"""How many pots lie in each warehouse of Exact Online."""


def with_warehouses(states):
    """Three warehouses in Exact Online, two locations in the shop."""
    books = exact_rows(states)
    ids = {code: f"00000000-0000-0000-0000-00000000000{code}" for code in HELD}
    main = books["inventory/Warehouses"][0]
    books["inventory/Warehouses"] = [{**main, "ID": ids[code], "Code": code, "Main": int(code == "1")} for code in HELD]
    for item in books["logistics/Items"]:
        item["IsStockItem"] = item["Code"] == POT.sku
    pot = next(item["ID"] for item in books["logistics/Items"] if item["Code"] == POT.sku)
    books["inventory/ItemWarehouses"] = [{"Item": pot, "Warehouse": ids[code], "CurrentStock": held} for code, held in HELD.items()]
    for article in av_tables(states)["ARTICLE"]:
        article["QTY_TECH"] = article.get("QTY_TECH", 0) + 4
    here = states["shopify"]["locations"][0]
    for product in states["shopify"]["products"]:
        for form in product["variants"]["nodes"]:
            for level in form["inventoryItem"]["inventoryLevels"]["nodes"]:
                next(one for one in level["quantities"] if one["name"] == "available")["quantity"] = 1
    states["shopify"]["locations"] = [here, {**here, "id": SOUTH, "name": "Winkel"}]
    return states


@pytest.fixture
def garden(tmp_path):
    made = Garden(tmp_path, with_warehouses(states_of(shop_of(purchase(1, shopper(1))))))
    yield made
    made.close()


LEVELS = """query L($q: String) { productVariants(first: 5, query: $q) { nodes { inventoryItem { inventoryLevels(first: 5) { nodes {
  location { id } quantities(names: ["available", "on_hand", "committed"]) { name quantity } } } } } } }"""


def in_shop(garden, sku, name="available"):
    """How many pieces the shop has of this article, by location."""
    (form,) = told(garden, LEVELS, q=f"sku:{sku}")["productVariants"]["nodes"]
    levels = form["inventoryItem"]["inventoryLevels"]["nodes"]
    return {one["location"]["id"]: next(q["quantity"] for q in one["quantities"] if q["name"] == name) for one in levels}


def told(garden, text, **variables):
    """What the shop answers."""
    answer = garden.ask("shopify", "POST", "/admin/api/2026-10/graphql.json", json={"query": text, "variables": variables}).json()
    assert "errors" not in answer, answer
    return answer["data"]


def place(garden, *pairs):
    connection = garden.site.connection("shopify")
    with garden.site.db.write() as session:
        for warehouse, location in pairs:
            session.add(TableRow(connection_id=connection.id, table="location", conditions={"location": warehouse}, value=location))


def count(garden, warehouse, pieces):
    """A count in Exact Online, as the warehouse makes it."""
    pot = next(one["ID"] for one in garden.exact("logistics/Items") if one["Code"] == POT.sku)
    house = next(one["ID"] for one in garden.exact("inventory/Warehouses") if one["Code"] == warehouse)
    body = {"StockCountDate": "2026-11-24", "Warehouse": house, "Status": 21, "StockCountLines": [{"Item": pot, "QuantityNew": pieces}]}
    garden.ask("exactonline", "POST", "/api/v1/3012345/inventory/StockCounts", json=body)


def test_stk_03_a_warehouse_counts_for_two_locations_and_a_location_is_the_sum_of_two_warehouses(garden):
    place(garden, ("1", NORTH), ("2", NORTH), ("2", SOUTH))
    flow = garden.flow("places", "exactonline", "shopify", "stock")
    first = garden.run(flow).summary
    assert (first.outcome, first.parked) == ("done", 0)
    assert in_shop(garden, POT.sku) == {NORTH: 12, SOUTH: 7}
    (out,) = garden.inbox(flow, state="skipped")
    assert out.reason == f"{POT.sku}: no stock location in Shopify takes the stock of 3."
    count(garden, "2", 10)
    assert garden.run(flow).summary.parked == 0
    assert in_shop(garden, POT.sku) == {NORTH: 15, SOUTH: 10}
    before = len(garden.requests("shopify"))
    assert garden.run(flow).summary.updated == 0
    assert [one for one in garden.requests("shopify")[before:] if "graphql" in one.get("line", "")] == []


def test_stk_06_an_article_that_cannot_be_set_waits_with_a_sentence_while_the_rest_of_its_batch_is_set(garden):
    items = {form["sku"]: form["inventoryItem"]["id"] for one in garden.state("shopify")["products"] for form in one["variants"]["nodes"]}
    track(garden, items[POT.sku], False)
    flow = garden.flow("stock", "accountview", "shopify", "stock")
    summary = garden.run(flow).summary
    assert (summary.outcome, summary.parked) == ("done", 1)
    assert in_shop(garden, ROSE.sku)[NORTH] == ROSE.stock
    assert garden.waiting(flow) == {POT.sku: f"Shopify does not keep stock of {POT.sku}."}
    track(garden, items[POT.sku], True)
    retry(garden.site, flow=flow, by="test")
    assert garden.run(flow).summary.parked == 0
    assert in_shop(garden, POT.sku)[NORTH] == POT.stock


def track(garden, item, on):
    text = "mutation T($id: ID!, $on: Boolean!) { inventoryItemUpdate(id: $id, input: {tracked: $on}) { userErrors { message } } }"
    told(garden, text, id=item, on=on)


def test_stk_01_and_stk_08_the_figure_of_the_books_and_the_count_of_the_shop_are_chosen(garden):
    accountview, shopify = (garden.site.connection(name) for name in ("accountview", "shopify"))
    save_connection(garden.site, "accountview", "accountview", {**accountview.settings, "stock_figure": "QTY_TECH"})
    save_connection(garden.site, "shopify", "shopify", {**shopify.settings, "quantity_name": "on_hand"})
    save_flow(garden.site, "figure", "accountview", "shopify", "stock")
    assert garden.run("figure").summary.parked == 0
    assert {one.sku: in_shop(garden, one.sku, "on_hand")[NORTH] for one in (POT, ROSE)} == {one.sku: one.stock + 4 for one in (POT, ROSE)}
