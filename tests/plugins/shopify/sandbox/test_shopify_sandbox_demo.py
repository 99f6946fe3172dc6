"""The demo webshop as a client finds it: complete, and right to the cent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from koppel.demo.webshop import Webshop, build
from koppel_shopify.sandbox import create, demo_state
from werkzeug.test import Client

ORDERS = """query($after: String) { orders(first: 10, after: $after, sortKey: ID) { nodes {
  name taxesIncluded email tags displayFinancialStatus paymentGatewayNames discountCodes sourceName channelInformation { channelDefinition { handle } }
  totalPriceSet { ...m } subtotalPriceSet { ...m } totalTaxSet { ...m } totalDiscountsSet { ...m } totalShippingPriceSet { ...m }
  totalReceivedSet { ...m } totalOutstandingSet { ...m } currentTotalPriceSet { ...m }
  taxLines { rate priceSet { ...m } } customer { id email } billingAddress { company countryCodeV2 }
  lineItems(first: 20) { nodes { sku quantity originalUnitPriceSet { ...m } originalTotalSet { ...m } taxLines { rate priceSet { ...m } } variant { sku }
    discountAllocations { allocatedAmountSet { ...m } discountApplication { targetType value { ... on PricingPercentageValue { percentage } } ... on DiscountCodeApplication { code } } } } }
  shippingLines(first: 3) { nodes { title discountedPriceSet { ...m } taxLines { ratePercentage priceSet { ...m } } } }
  discountApplications(first: 3) { nodes { __typename allocationMethod } } transactions { kind status gateway amountSet { ...m } }
} pageInfo { hasNextPage endCursor } } } fragment m on MoneyBag { shopMoney { amount } }"""


def money(bag: dict[str, Any]) -> Decimal:
    return Decimal(bag["shopMoney"]["amount"])


@pytest.fixture(scope="module")
def told() -> Webshop:
    return build()


@pytest.fixture(scope="module")
def orders(told: Webshop, open_orders: Any) -> dict[str, Any]:
    return {one["name"]: one for one in open_orders}


@pytest.fixture(scope="module")
def open_orders(demo: dict[str, Any]) -> list[dict[str, Any]]:
    sandbox = create(demo, {})
    http, found, after = Client(sandbox.wsgi_app), list[dict[str, Any]](), None
    while True:
        page: Any = http.post("/admin/api/2026-10/graphql.json", json={"query": ORDERS, "variables": {"after": after}},
                         headers={"X-Shopify-Access-Token": "shpat_koppel_sandbox_static"}).json
        assert "errors" not in page, page["errors"]
        found += page["data"]["orders"]["nodes"]
        if not page["data"]["orders"]["pageInfo"]["hasNextPage"]:
            return found
        after = page["data"]["orders"]["pageInfo"]["endCursor"]
        sandbox.clock.advance(30)


def test_every_purchase_is_an_order_with_its_total(told: Webshop, orders: dict[str, Any]) -> None:
    assert len(orders) == len(told.purchases)
    for purchase in told.purchases:
        order = orders[f"#{purchase.number}"]
        assert money(order["totalPriceSet"]) == purchase.total, order["name"]
        assert order["taxesIncluded"] is True
        assert money(order["currentTotalPriceSet"]) == purchase.total
        assert order["displayFinancialStatus"] == ("PAID" if purchase.paid else "PENDING")
        assert money(order["totalOutstandingSet"]) == (0 if purchase.paid else purchase.total)
        assert money(order["totalReceivedSet"]) == (purchase.total if purchase.paid else 0)


def test_lines_discounts_shipping_and_taxes_add_up_to_the_cent(told: Webshop, orders: dict[str, Any]) -> None:
    for purchase in told.purchases:
        order = orders[f"#{purchase.number}"]
        lines, shipping = order["lineItems"]["nodes"], order["shippingLines"]["nodes"]
        off = sum((money(one["allocatedAmountSet"]) for line in lines for one in line["discountAllocations"]), Decimal(0))
        whole = sum((money(line["originalTotalSet"]) for line in lines), Decimal(0))
        assert whole - off == money(order["subtotalPriceSet"])
        assert off == money(order["totalDiscountsSet"]) == sum(sale.discount for sale in purchase.sales)
        assert sum(money(one["discountedPriceSet"]) for one in shipping) == money(order["totalShippingPriceSet"]) == purchase.shipping
        taxes = [tax for line in (*lines, *shipping) for tax in line["taxLines"]]
        assert sum((money(tax["priceSet"]) for tax in taxes), Decimal(0)) == money(order["totalTaxSet"])
        assert sum((money(tax["priceSet"]) for tax in order["taxLines"]), Decimal(0)) == money(order["totalTaxSet"])


def test_vat_is_inside_each_lines_price_and_shipping_bears_21_percent(told: Webshop, orders: dict[str, Any]) -> None:
    for purchase in told.purchases:
        order = orders[f"#{purchase.number}"]
        for sale, line in zip(purchase.sales, order["lineItems"]["nodes"], strict=True):
            left = sale.article.price * sale.quantity - sale.discount
            assert [tax["rate"] for tax in line["taxLines"]] == [sale.article.vat / 100]
            exact = left * sale.article.vat / (100 + sale.article.vat)
            assert abs(money(line["taxLines"][0]["priceSet"]) - exact) <= Decimal("0.005")
        rates = [tax["ratePercentage"] for line in order["shippingLines"]["nodes"] for tax in line["taxLines"]]
        assert rates == ([21.0] if purchase.shipping else [])


def test_the_code_is_told_on_the_order_and_allocated_to_its_lines(told: Webshop, orders: dict[str, Any]) -> None:
    coded = [one for one in told.purchases if one.discount_code]
    assert coded
    for purchase in coded:
        order = orders[f"#{purchase.number}"]
        assert order["discountCodes"] == ["LENTE10"]
        assert order["discountApplications"]["nodes"] == [{"__typename": "DiscountCodeApplication", "allocationMethod": "ACROSS"}]
        for line in order["lineItems"]["nodes"]:
            assert [one["discountApplication"] for one in line["discountAllocations"]] == [
                {"targetType": "LINE_ITEM", "value": {"percentage": 10.0}, "code": "LENTE10"}]


def test_customers_guests_companies_and_strangers(told: Webshop, orders: dict[str, Any], demo: dict[str, Any]) -> None:
    for purchase in told.purchases:
        order = orders[f"#{purchase.number}"]
        assert (order["customer"] is None) is purchase.shopper.guest
        assert order["email"] == purchase.shopper.email
        assert order["billingAddress"] == {"company": purchase.shopper.company or None, "countryCodeV2": purchase.shopper.country}
    unknown = [line for one in orders.values() for line in one["lineItems"]["nodes"] if line["variant"] is None]
    assert {line["sku"] for line in unknown} == {"ROOS-12-ONBEKEND"}
    assert len(demo["customers"]) == sum(not one.guest for one in told.shoppers)


def test_payments_tell_gateway_and_state(told: Webshop, orders: dict[str, Any]) -> None:
    for purchase in told.purchases:
        order = orders[f"#{purchase.number}"]
        assert order["paymentGatewayNames"] == [{"PayPal": "paypal"}.get(purchase.method, purchase.method)]
        kinds = [one["kind"] for one in order["transactions"]]
        assert kinds == (["AUTHORIZATION", "CAPTURE"] if purchase.method == "Klarna" and purchase.paid else ["SALE"])
        assert {one["status"] for one in order["transactions"]} == {"SUCCESS" if purchase.paid else "PENDING"}


def test_articles_are_variants_of_their_parent_with_stock_of_their_own(told: Webshop, demo: dict[str, Any]) -> None:
    variants = {one["sku"]: (product, one) for product in demo["products"] for one in product["variants"]["nodes"]}
    assert len(variants) == len(told.articles)
    assert len(demo["products"]) == len({one.parent or one.sku for one in told.articles})
    different = 0
    for article in told.articles:
        product, variant = variants[article.sku]
        assert (product["title"], variant["barcode"], variant["price"]) == (article.parent, article.ean, f"{article.price:.2f}")
        assert tuple((one["name"], one["value"]) for one in variant["selectedOptions"]) == article.options
        assert variant["inventoryItem"]["tracked"] is True
        levels = variant["inventoryItem"]["inventoryLevels"]["nodes"]
        assert [one["location"]["id"] for one in levels] == [demo["locations"][0]["id"]]
        different += next(one["quantity"] for one in levels[0]["quantities"] if one["name"] == "available") != article.stock
    assert len(told.articles) * 0.4 < different < len(told.articles) * 0.6


def test_the_demo_is_the_same_every_time_it_is_told(told: Webshop) -> None:
    assert demo_state(told)["orders"] == demo_state(told)["orders"]
