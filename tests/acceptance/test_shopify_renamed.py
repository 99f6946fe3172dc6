"""An SKU that is renamed on one side stays the same article: no double, prices and stock still arrive."""

from __future__ import annotations

from decimal import Decimal

import pytest
from support.garden import POT, ROSE, Garden, exact_rows, purchase, shop_of, shopper, states_of

pytestmark = pytest.mark.walk
NEW = "POT-ROND"


@pytest.fixture
def garden(tmp_path):
    states = states_of(shop_of(purchase(1, shopper(1))))
    for item in exact_rows(states)["logistics/Items"]:
        item["IsWebshopItem"] = 1
    made = Garden(tmp_path, states)
    made.into_shop = made.flow("into-shop", "exactonline", "shopify", "product", filters={"Code": POT.sku})
    made.run(made.into_shop, ids=(item_of(made, POT.sku)["ID"],))
    yield made
    made.close()


def item_of(garden, code):
    return next(one for one in garden.exact("logistics/Items") if one["Code"].strip() == code)


def forms(garden):
    """Id of every form in the shop by its SKU."""
    found = [(form["sku"], form) for one in garden.state("shopify")["products"] for form in one["variants"]["nodes"]]
    assert len({sku for sku, _ in found}) == len(found)
    return dict(found)


def change_item(garden, key, **fields):
    garden.ask("exactonline", "PUT", f"/api/v1/3012345/logistics/Items(guid'{key}')", json=fields)


def test_prd_07_a_code_renamed_in_the_books_renames_the_sku_of_the_same_article_in_the_shop(garden):
    item, before = item_of(garden, POT.sku), forms(garden)
    change_item(garden, item["ID"], Code=NEW)
    summary = garden.run(garden.into_shop, ids=(item["ID"],)).summary
    assert (summary.created, summary.updated, summary.parked) == (0, 1, 0)
    after = forms(garden)
    assert set(after) == {NEW, ROSE.sku}
    assert after[NEW]["id"] == before[POT.sku]["id"]


def rename_in_shop(garden, old, new):
    products = [one for one in garden.state("shopify")["products"] if any(form["sku"] == old for form in one["variants"]["nodes"])]
    form = next(form for form in products[0]["variants"]["nodes"] if form["sku"] == old)
    text = """mutation R($id: ID!, $variants: [ProductVariantsBulkInput!]!) {
      productVariantsBulkUpdate(productId: $id, variants: $variants) { userErrors { message } } }"""
    variables = {"id": products[0]["id"], "variants": [{"id": form["id"], "inventoryItem": {"sku": new}}]}
    answer = garden.ask("shopify", "POST", "/admin/api/2026-10/graphql.json", json={"query": text, "variables": variables}).json()
    assert "errors" not in answer, answer
    return form["id"]


def test_prd_07_an_sku_renamed_in_the_shop_is_no_new_article_and_its_price_still_follows(garden):
    renamed = rename_in_shop(garden, POT.sku, NEW)
    item = item_of(garden, POT.sku)
    change_item(garden, item["ID"], Description="Ronde pot")
    summary = garden.run(garden.into_shop, ids=(item["ID"],)).summary
    assert (summary.created, summary.updated, summary.parked) == (0, 1, 0)
    (product,) = [one for one in garden.state("shopify")["products"] if one["variants"]["nodes"][0]["id"] == renamed]
    assert product["title"] == "Ronde pot"
    assert len(garden.state("shopify")["products"]) == 2


def test_prd_07_an_sku_renamed_in_the_shop_keeps_its_article_in_the_books(garden):
    flow = garden.flow("into-books", "shopify", "exactonline", "product")
    garden.run(flow)
    items, key = len(garden.exact("logistics/Items")), item_of(garden, ROSE.sku)["ID"]
    renamed = rename_in_shop(garden, ROSE.sku, "ROOS-PEACE")
    assert garden.run(flow).summary.parked == 0
    assert len(garden.exact("logistics/Items")) == items
    assert item_of(garden, "ROOS-PEACE")["ID"] == key
    assert Decimal(forms(garden)["ROOS-PEACE"]["price"]) == ROSE.price
    assert forms(garden)["ROOS-PEACE"]["id"] == renamed
