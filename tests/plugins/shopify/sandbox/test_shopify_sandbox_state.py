"""What goes in comes out: dumps, restarts, half-filled records, recorded ones, and states that cannot be."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from koppel_shopify.sandbox import create

CAPTURES = Path(__file__).resolve().parents[5] / "shared/data/shopify/graphql-captures"
ANY = "{ orders(first: 50) { nodes { id name createdAt totalPriceSet { shopMoney { amount currencyCode } } lineItems(first: 5) { nodes { title } } } } }"


def test_a_dump_taken_back_dumps_the_same(demo: dict[str, Any]) -> None:
    first = create(demo, {}).dump()
    assert create(first, {}).dump() == first
    assert json.loads(json.dumps(first)) == first


def test_a_state_that_was_handed_in_is_left_alone(few: dict[str, Any], open_shop: Any) -> None:
    before = copy.deepcopy(few)
    caller = open_shop(few)
    caller.data('mutation($i: ID!) { tagsAdd(id: $i, tags: ["x"]) { userErrors { message } } }', {"i": few["orders"][0]["id"]})
    assert few == before


def test_a_restart_knows_tokens_keys_and_writes(open_shop: Any, few: dict[str, Any]) -> None:
    caller = open_shop(few)
    caller.token = caller.grant().json["access_token"]
    made = caller.data('mutation { productCreate(product: {title: "Nieuw"}) { product { id } userErrors { message } } }')["productCreate"]["product"]
    item = caller.data("query($i: ID!) { product(id: $i) { variants(first: 1) { nodes { inventoryItem { id inventoryLevels(first: 1) { nodes { location { id } } } } } } } }", {"i": made["id"]})
    item = item["product"]["variants"]["nodes"][0]["inventoryItem"]
    stock = """mutation($i: ID!, $l: ID!) { inventorySetQuantities(input: {name: "available", reason: "correction", quantities: [
      {inventoryItemId: $i, locationId: $l, quantity: 9, changeFromQuantity: 0}]}) @idempotent(key: "once") {
      inventoryAdjustmentGroup { id changes { delta item { id } } } userErrors { code } } }"""
    wanted = {"i": item["id"], "l": item["inventoryLevels"]["nodes"][0]["location"]["id"]}
    first = caller.data(stock, wanted)
    later = open_shop(caller.sandbox.dump())
    later.token = caller.token
    assert later.data(stock, wanted) == first
    assert later.data("query($i: ID!) { product(id: $i) { totalInventory tracksInventory } }", {"i": made["id"]})["product"] == {"totalInventory": 0, "tracksInventory": False}
    again = later.data('mutation { productCreate(product: {title: "Nog een"}) { product { id } userErrors { message } } }')["productCreate"]["product"]
    assert again["id"] != made["id"]


def test_revoked_tokens_stay_revoked_after_a_restart(open_shop: Any, few: dict[str, Any]) -> None:
    caller = open_shop(few)
    caller.sandbox.expire_tokens()
    assert open_shop(caller.sandbox.dump()).post("{ shop { name } }").status_code == 401


def test_an_empty_shop_answers(open_shop: Any) -> None:
    caller = open_shop(None)
    assert caller.data("{ shop { myshopifyDomain } orders(first: 5) { nodes { id } } productsCount { count } }") == {
        "shop": {"myshopifyDomain": "koppel-sandbox.myshopify.com"}, "orders": {"nodes": []}, "productsCount": {"count": 0}}


@pytest.mark.parametrize("lines", [
    {"nodes": [{"title": "Roos"}]}, {"edges": [{"cursor": "x", "node": {"title": "Roos"}}]}, [{"title": "Roos"}],
])
def test_connections_may_come_in_three_shapes(open_shop: Any, lines: Any) -> None:
    caller = open_shop({"orders": [{"id": 7, "lineItems": lines}]})
    node = caller.data(ANY)["orders"]["nodes"][0]
    assert (node["id"], node["name"], node["lineItems"]["nodes"]) == ("gid://shopify/Order/7", "#7", [{"title": "Roos"}])
    assert caller.sandbox.dump()["orders"][0]["lineItems"]["nodes"][0]["title"] == "Roos"


def test_missing_money_follows_from_the_lines(open_shop: Any) -> None:
    tax = {"title": "BTW", "rate": 0.21, "priceSet": {"shopMoney": {"amount": "3.47", "currencyCode": "EUR"}}}
    order = {
        "taxesIncluded": True, "currencyCode": "EUR",
        "lineItems": [{"quantity": 2, "originalUnitPriceSet": {"shopMoney": {"amount": 12.5, "currencyCode": "EUR"}}, "taxLines": [tax],
                       "discountAllocations": [{"allocatedAmountSet": {"amount": "5.00", "currencyCode": "EUR"},
                                                "discountApplication": {"allocationMethod": "ACROSS", "code": "X"}}]}],
        "shippingLines": [{"title": "Post", "originalPriceSet": {"shopMoney": {"amount": "6.95", "currencyCode": "EUR"}}}],
        "transactions": [{"kind": "SALE", "status": "SUCCESS", "gateway": "ideal", "amountSet": {"shopMoney": {"amount": "20", "currencyCode": "EUR"}}}],
    }
    query = """{ orders(first: 1) { nodes { subtotalPriceSet { ...m } totalPriceSet { ...m } totalTaxSet { ...m } totalDiscountsSet { ...m }
      totalShippingPriceSet { ...m } totalReceivedSet { ...m } totalOutstandingSet { ...m } paymentGatewayNames
      lineItems(first: 1) { nodes { originalTotalSet { ...m } discountedTotalSet(withCodeDiscounts: true) { ...m } totalDiscountSet { ...m }
        discountedUnitPriceAfterAllDiscountsSet { ...m } priceAfterAllDiscountsBeforeTaxesSet { ...m } } } } } }
      fragment m on MoneyBag { shopMoney { amount } }"""
    node = open_shop({"orders": [order]}).data(query)["orders"]["nodes"][0]
    line = node.pop("lineItems")["nodes"][0]
    assert node.pop("paymentGatewayNames") == ["ideal"]
    assert {name: value["shopMoney"]["amount"] for name, value in node.items()} == {
        "subtotalPriceSet": "20.0", "totalPriceSet": "26.95", "totalTaxSet": "3.47", "totalDiscountsSet": "5.0",
        "totalShippingPriceSet": "6.95", "totalReceivedSet": "20.0", "totalOutstandingSet": "6.95"}
    assert {name: value["shopMoney"]["amount"] for name, value in line.items()} == {
        "originalTotalSet": "25.0", "discountedTotalSet": "25.0", "totalDiscountSet": "0.0",
        "discountedUnitPriceAfterAllDiscountsSet": "10.0", "priceAfterAllDiscountsBeforeTaxesSet": "16.53"}


def test_a_customer_inside_an_order_becomes_a_record(open_shop: Any) -> None:
    state = {"orders": [{"customer": {"firstName": "Noor", "email": "n@x.nl"}}, {"customer": {"id": "gid://shopify/Customer/404"}}]}
    caller = open_shop(state)
    assert caller.data("{ customers(first: 5) { nodes { displayName email numberOfOrders } } }")["customers"]["nodes"] == [
        {"displayName": "Noor", "email": "n@x.nl", "numberOfOrders": "1"}]
    assert caller.data("{ orders(first: 5) { nodes { customer { email } } } }")["orders"]["nodes"] == [{"customer": {"email": "n@x.nl"}}, {"customer": None}]


def test_a_bare_product_has_a_variant_an_item_and_a_place(open_shop: Any) -> None:
    state = {"products": [{"title": "Roos", "variants": [{"sku": "R", "price": 3, "inventoryQuantity": 4}]}]}
    query = """{ productVariants(first: 1) { nodes { sku price title inventoryQuantity availableForSale product { title handle totalInventory priceRangeV2 { minVariantPrice { amount } } }
      inventoryItem { sku tracked inventoryLevels(first: 1) { nodes { location { name } } } } } } }"""
    node = open_shop(state).data(query)["productVariants"]["nodes"][0]
    assert node == {
        "sku": "R", "price": "3.00", "title": "Default Title", "inventoryQuantity": 4, "availableForSale": True,
        "product": {"title": "Roos", "handle": "roos", "totalInventory": 4, "priceRangeV2": {"minVariantPrice": {"amount": "3.0"}}},
        "inventoryItem": {"sku": "R", "tracked": True, "inventoryLevels": {"nodes": [{"location": {"name": "Shop location"}}]}}}


@pytest.mark.parametrize(("state", "words"), [
    ({"ordres": []}, ["ordres", "orders"]), ({"orders": {}}, ["orders"]), ({"orders": 3}, ["orders"]),
    ({"orders": [{}, 3]}, ["orders[1]"]),
    ({"orders": [{"lineItems": 3}]}, ["orders[0].lineItems"]),
    ({"orders": [{"id": "gid://shopify/Product/1"}]}, ["orders[0].id", "Order"]),
    ({"orders": [{"id": 1}, {"id": 1}]}, ["orders[1]", "gid://shopify/Order/1"]),
    ({"orders": [{"displayFinancialStatus": "PAYED"}]}, ["orders[0].displayFinancialStatus", "PAYED"]),
    ({"orders": [{"createdAt": "gisteren"}]}, ["orders[0].createdAt"]),
    ({"orders": [{"totalPriceSet": {"shopMoney": {"amount": "veel"}}}]}, ["orders[0].totalPriceSet", "amount"]),
    ({"orders": [{"taxesIncluded": "ja"}]}, ["orders[0].taxesIncluded"]),
    ({"products": [{"variants": [{"id": 1}, {"id": 1}]}]}, ["products[0]", "ProductVariant/1"]),
    ({"customers": [{"tags": "a,b"}]}, ["customers[0].tags"]),
    ({"products": [{"metafields": [{"key": "x"}]}]}, ["products[0].metafields[0]", "namespace"]),
    ({"shop": {"ianaTimezone": "Mars/Base"}}, ["ianaTimezone"]),
    ({"apps": [{}]}, ["apps[0]"]), ({"tokens": [{"token": "x"}]}, ["tokens[0]"]), ({"idempotencyKeys": [{}]}, ["idempotencyKeys[0]"]),
])
def test_a_bad_state_is_refused_naming_the_place(state: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(ValueError, match=re.escape(words[0])) as refused:
        create(state, {})
    assert all(word in str(refused.value) for word in words), str(refused.value)


@pytest.mark.parametrize(("options", "words"), [
    ({"bucketsize": 1}, ["bucketsize", "bucket_size"]), ({"bucket_size": "big"}, ["bucket_size"]),
    ({"protected_data": "some"}, ["protected_data", "full"]), ({"oldest_version": "v1"}, ["v1"]),
])
def test_a_wrong_option_is_refused_naming_the_right_one(options: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(ValueError, match=re.escape(words[0])) as refused:
        create(None, options)
    assert all(word in str(refused.value) for word in words)


def test_options_may_come_as_text() -> None:
    assert create(None, {"bucket_size": "50", "max_query_cost": "10", "scopes": ["read_orders"]})


def captured(kind: str) -> list[dict[str, Any]]:
    """Recorded objects of `kind`, one per id, the richest of each."""
    found: dict[str, dict[str, Any]] = {}

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            gid = node.get("id")
            if isinstance(gid, str) and gid.startswith(f"gid://shopify/{kind}/") and len(node) > len(found.get(gid, {})):
                found[gid] = node
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    for path in sorted(CAPTURES.rglob("*.json")):
        walk(json.loads(path.read_text(encoding="utf-8")))
    return [node for node in found.values() if len(node) > 3]


@pytest.mark.skipif(not CAPTURES.is_dir(), reason="the recorded traffic is not here")
@pytest.mark.parametrize(("kind", "collection", "query"), [
    ("Order", "orders", "{ orders(first: 9, query: \"id:%s\") { nodes { id name totalPriceSet { shopMoney { amount } } customer { id displayName } lineItems(first: 9) { nodes { id title taxLines { title } } } shippingLines(first: 2) { nodes { title } } transactions { kind status } refunds { id totalRefundedSet { shopMoney { amount } } } } } }"),
    ("Product", "products", "{ products(first: 9, query: \"id:%s\") { nodes { id title status variants(first: 9) { nodes { id sku price inventoryItem { id tracked } } } } } }"),
    ("Customer", "customers", "{ customers(first: 9, query: \"id:%s\") { nodes { id displayName email tags addressesV2(first: 3) { nodes { city } } } } }"),
    ("Location", "locations", "{ locations(first: 9, includeInactive: true, query: \"id:%s\") { nodes { id name address { city } } } }"),
])
def test_recorded_records_load_and_answer(open_shop: Any, kind: str, collection: str, query: str) -> None:
    loaded, refused = 0, []
    for node in captured(kind)[:150]:
        try:
            caller = open_shop({collection: [node]}, order_window_days=36_500)
        except ValueError as wrong:
            refused.append(str(wrong))
            continue
        number = node["id"].rsplit("/", 1)[1]
        assert caller.data(query % number)[collection]["nodes"][0]["id"] == node["id"]
        first = caller.sandbox.dump()
        assert create(first, {}).dump() == first
        loaded += 1
    assert loaded > 5
    assert len(refused) <= loaded / 20, refused


def test_a_company_order_with_terms_and_a_refund_comes_back_whole(open_shop: Any) -> None:
    euro = {"amount": "10", "currencyCode": "EUR"}
    order = {
        "id": 9, "poNumber": "PO-9", "taxesIncluded": True,
        "purchasingEntity": {"company": {"id": "gid://shopify/Company/1", "name": "Bries", "externalId": "D100"},
                             "location": {"id": "gid://shopify/CompanyLocation/2", "taxSettings": {"taxRegistrationId": "NL1"}}},
        "paymentTerms": {"paymentTermsName": "Net 30", "paymentTermsType": "NET", "dueInDays": 30,
                         "paymentSchedules": {"nodes": [{"dueAt": "2026-12-01T00:00:00Z"}]}},
        "lineItems": [{"id": "gid://shopify/LineItem/77", "title": "Roos", "quantity": 5, "originalUnitPriceSet": euro}],
        "transactions": [{"id": 4, "kind": "SALE", "amountSet": {"amount": "50", "currencyCode": "EUR"}}, {"id": 5, "kind": "REFUND", "amountSet": euro}],
        "refunds": [{"refundLineItems": [{"quantity": 1, "subtotalSet": euro, "lineItem": {"id": "gid://shopify/LineItem/77"}}],
                     "transactions": [{"id": "gid://shopify/OrderTransaction/5", "kind": "REFUND", "amountSet": euro}]}],
    }
    query = """{ orders(first: 1) { nodes { purchasingEntity { __typename ... on PurchasingCompany { company { externalId } location { taxSettings { taxRegistrationId } } } }
      paymentTerms { dueInDays paymentSchedules(first: 2) { nodes { dueAt } } } currentTotalPriceSet { ...m } netPaymentSet { ...m } totalOutstandingSet { ...m }
      refunds { totalRefundedSet { ...m } refundLineItems(first: 3) { nodes { quantity lineItem { title } } } transactions(first: 2) { nodes { kind } } } } } }
      fragment m on MoneyBag { shopMoney { amount } }"""
    caller = open_shop({"orders": [order]})
    node = caller.data(query)["orders"]["nodes"][0]
    assert node["purchasingEntity"] == {"__typename": "PurchasingCompany", "company": {"externalId": "D100"},
                                        "location": {"taxSettings": {"taxRegistrationId": "NL1"}}}
    assert node["paymentTerms"] == {"dueInDays": 30, "paymentSchedules": {"nodes": [{"dueAt": "2026-12-01T00:00:00Z"}]}}
    assert [node[name]["shopMoney"]["amount"] for name in ("currentTotalPriceSet", "netPaymentSet", "totalOutstandingSet")] == ["40.0", "40.0", "0.0"]
    assert node["refunds"] == [{"totalRefundedSet": {"shopMoney": {"amount": "10.0"}}, "transactions": {"nodes": [{"kind": "REFUND"}]},
                                "refundLineItems": {"nodes": [{"quantity": 1, "lineItem": {"title": "Roos"}}]}}]
    first = caller.sandbox.dump()
    assert create(first, {}).dump() == first
