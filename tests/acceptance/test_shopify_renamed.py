"""An SKU that is renamed on one side stays the same article: no double, prices and stock still arrive."""

from __future__ import annotations

from decimal import Decimal

import pytest
from koppel.actions.records import retry
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


def buy(garden, form):
    """A paid order of one piece of this form; the service writes down the SKU that it has at this moment."""
    text = """mutation O($order: OrderCreateOrderInput!) { orderCreate(order: $order) { userErrors { message }
      order { name lineItems(first: 1) { nodes { sku } } } } }"""
    line = {"variantId": form, "quantity": 1, "taxLines": [{"title": "BTW", "rate": "0.21", "priceSet": euro("2.10")}]}
    order = {"lineItems": [line], "email": "klant.1@example.nl", "taxesIncluded": True, "financialStatus": "PAID",
             "transactions": [{"kind": "SALE", "status": "SUCCESS", "gateway": "iDEAL", "amountSet": euro("12.10")}],
             "shippingAddress": {"firstName": "Zoë", "lastName": "Jansen", "address1": "Zaanweg 1", "zip": "1521 AA", "city": "Wormer", "countryCode": "NL"}}  # fmt: skip
    body = {"query": text, "variables": {"order": order}}
    made = garden.ask("shopify", "POST", "/admin/api/2026-10/graphql.json", json=body).json()["data"]["orderCreate"]
    assert made["userErrors"] == []
    return made["order"]["name"], made["order"]["lineItems"]["nodes"][0]["sku"]


def euro(amount):
    return {"shopMoney": {"amount": amount, "currencyCode": "EUR"}}


@pytest.fixture
def linked(garden):
    """The pot is linked between the shop and both ledgers, its SKU is changed in the shop, and then it is sold."""
    garden.run(garden.flow("articles", "shopify", "accountview", "product"))
    rename_in_shop(garden, POT.sku, NEW)
    garden.name, sku = buy(garden, forms(garden)[NEW]["id"])
    assert sku == NEW
    return garden


def booked_in_exact(garden, name):
    """The articles of this order in Exact Online."""
    (order,) = [one for one in garden.exact("salesorder/SalesOrders") if one["YourRef"] == name]
    return [one["Item"] for one in garden.exact("salesorder/SalesOrderLines") if one["OrderID"] == order["OrderID"]]


def test_ord_04_an_order_of_an_article_whose_sku_was_renamed_is_booked_on_the_article_it_is_linked_to(linked):
    for system in ("exactonline", "accountview"):
        assert sell(linked, linked.flow(system, "shopify", system), linked.name) == (1, 0), linked.waiting(system)
    pot = item_of(linked, POT.sku)["ID"]
    assert booked_in_exact(linked, linked.name) == [pot]
    (header,) = [one for one in linked.accountview("SO_HDR") if one["COMMENT1"] == linked.name]
    assert [one["ART_CODE"] for one in linked.accountview("SO_LINE") if one["HDR_ID"] == header["REC_ID"]] == [POT.sku]
    told = f"SKU {NEW} is not in Exact Online; booked on the article that it is linked to."
    assert told in [step.text for step in linked.steps(kind="found")]

    other = make_item(linked, NEW)
    name, _ = buy(linked, forms(linked)[NEW]["id"])
    assert sell(linked, "exactonline", name) == (1, 0)
    assert booked_in_exact(linked, name) == [pot] != [other]


def test_ord_04_an_article_that_left_the_books_is_no_longer_booked_on_the_sku_says_which_one_is(linked):
    flow, pot = linked.flow("gone", "shopify", "exactonline"), item_of(linked, POT.sku)["ID"]
    linked.ask("exactonline", "DELETE", f"/api/v1/3012345/logistics/Items(guid'{pot}')")
    assert sell(linked, flow, linked.name) == (0, 1)
    assert linked.waiting(flow) == {linked.name: f"SKU {NEW} is not in Exact Online."}
    other = make_item(linked, NEW)
    retry(linked.site, flow=flow, by="test")
    assert linked.send(flow).created == 1
    assert booked_in_exact(linked, linked.name) == [other]


def test_ord_04_an_article_that_took_the_place_of_another_under_its_code_is_booked_on(garden):
    flow, pot = garden.flow("anew", "shopify", "exactonline"), item_of(garden, POT.sku)["ID"]
    change_item(garden, pot, Code="POT-OUD", IsSalesItem=False)
    other = make_item(garden, POT.sku)
    assert sell(garden, flow, "#1") == (1, 0)
    assert other in booked_in_exact(garden, "#1")
    assert pot not in booked_in_exact(garden, "#1")


def make_item(garden, code):
    """A new article in Exact Online."""
    given = {"Code": code, "Description": "Another pot", "IsSalesItem": True, "StartDate": "2020-01-01"}
    garden.ask("exactonline", "POST", "/api/v1/3012345/logistics/Items", json=given)
    return item_of(garden, code)["ID"]


def sell(garden, flow, name):
    """How many orders were booked and how many wait after this one was sent."""
    summary = garden.send(flow, name[1:])
    return summary.created, summary.parked


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
