"""What became of an order comes along: currency, payments and gift cards, parcels, instalments, risk, returns, exchanges."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from koppel import Query
from koppel_shopify.amounts import chosen_money
from support.shopifyorders import line, order, shipping, tax

Read = Callable[[str, Any], Any]


def both(shop: str, customer: str) -> dict[str, Any]:
    """An amount on both sides: the shop counts in Canadian dollars, the customer in American ones."""
    return {
        "shopMoney": {"amount": shop, "currencyCode": "CAD"},
        "presentmentMoney": {"amount": customer, "currencyCode": "USD"},
    }


def abroad() -> dict[str, Any]:
    """An order of two pieces from another country, at 1.5 Canadian dollars for an American one."""
    vat = {"title": "GST", "rate": 0.05, "ratePercentage": 5, "priceSet": both("0.64", "0.43")}
    goods = line(1, "6.75", 2, [vat], originalUnitPriceSet=both("6.75", "4.5"), originalTotalSet=both("13.5", "9.0"))
    total = both("13.5", "9.0")
    return order("13.5", [goods], currencyCode="CAD", totalPriceSet=total, currentTotalPriceSet=total, totalOutstandingSet=total)


def paid(number: int, gateway: str, amount: str, **more: Any) -> dict[str, Any]:
    """A payment that came in."""
    return {
        "id": f"gid://shopify/OrderTransaction/{number}",
        "kind": "SALE",
        "status": "SUCCESS",
        "gateway": gateway,
        "amountSet": {"shopMoney": {"amount": amount, "currencyCode": "EUR"}},
        "processedAt": f"2026-11-01T1{number}:00:00Z",
        **more,
    }


def test_amounts_are_the_shops_unless_the_connection_asks_for_the_customers(read_in: Read) -> None:
    shops, customers = read_in("sales_order", abroad()), read_in("sales_order", chosen_money(abroad()))
    assert (shops.currency, shops.shop_currency, shops.total, shops.exchange_rate) == ("CAD", "CAD", Decimal("13.5"), 1)
    assert (customers.currency, customers.shop_currency, customers.total) == ("USD", "CAD", Decimal("9.0"))
    assert customers.exchange_rate == Decimal("1.5")
    assert (customers.lines[0].unit_price, customers.lines[0].vat, customers.open_amount) == (Decimal("4.5"), Decimal("0.43"), 9)


def test_the_setting_of_the_connection_chooses_the_side(shop: Any) -> None:
    page = {"shop": {"myshopifyDomain": "bloem.myshopify.com"}, "orders": {"nodes": [abroad()], "pageInfo": {"hasNextPage": False}}}
    for side, currency in (("shop", None), ("customer", "USD")):
        (record,) = shop(lambda name, given: page, order_money=side).connector.fetch(Query("sales_order")).records
        assert record.data["totalPriceSet"].get("money", {}).get("currencyCode") == currency


def test_a_gift_card_that_was_used_is_a_payment_and_reserved_money_is_none(read_in: Read) -> None:
    payments = [
        paid(1, "klarna", "40.00", kind="AUTHORIZATION"), paid(2, "gift_card", "12.00"),
        paid(3, "klarna", "40.00", kind="CAPTURE"), paid(4, "klarna", "40.00", status="FAILURE"),
    ]  # fmt: skip
    paper = read_in("sales_order", order("52.00", [line(1, "52.00", 1, [tax("9.02")])], transactions=payments))
    assert [(one.method, one.amount, one.gift_card) for one in paper.payments] == [
        ("gift_card", Decimal("12.00"), True),
        ("klarna", Decimal("40.00"), False),
    ]
    assert paper.paid_at.isoformat() == "2026-11-01T12:00:00+00:00"
    unpaid = read_in("sales_order", order("52.00", [line(1, "52.00", 1, [tax("9.02")])], transactions=payments[:1]))
    assert (unpaid.paid_at, unpaid.payments) == (None, [])


def test_the_first_parcel_that_left_dates_the_shipment(read_in: Read) -> None:
    parcels = [
        {"status": "CANCELLED", "createdAt": "2026-11-02T08:00:00Z"},
        {"status": "SUCCESS", "createdAt": "2026-11-04T08:00:00Z"},
        {"status": "SUCCESS", "createdAt": "2026-11-03T08:00:00Z"},
    ]
    parts = {"nodes": [{"status": "ON_HOLD", "assignedLocation": {"name": "Magazijn"}}]}
    raw = order("52.00", [line(1, "52.00", 1, [tax("9.02")])], fulfillments=parcels, fulfillmentOrders=parts)
    paper = read_in("sales_order", raw)
    assert paper.shipped_at.isoformat() == "2026-11-03T08:00:00+00:00"
    assert paper.fulfilments == ["Magazijn: on_hold"]


def test_a_company_is_one_customer_with_its_own_number_branch_and_terms(read_in: Read) -> None:
    bought = {
        "company": {"id": "gid://shopify/Company/7", "name": "Groen BV", "externalId": "10042"},
        "location": {"name": "Utrecht", "taxSettings": {"taxRegistrationId": "NL001234567B01"}},
    }
    terms = {"paymentTermsName": "Net 30", "paymentSchedules": {"nodes": [{"dueAt": "2026-12-01T00:00:00Z"}]}}
    customer = {"id": "gid://shopify/Customer/9", "firstName": "Emma", "lastName": "Bos"}
    raw = order("52.00", [line(1, "52.00", 1, [tax("9.02")])], purchasingEntity=bought, paymentTerms=terms, customer=customer)
    paper = read_in("sales_order", {**raw, "poNumber": "PO-9", "risk": {"assessments": [{"riskLevel": "LOW"}, {"riskLevel": "HIGH"}]}})
    assert (paper.customer.source_id, paper.customer.code, paper.customer.name) == ("gid://shopify/Company/7", "10042", "Groen BV")
    assert (paper.company_location, paper.purchase_number, paper.payment_term, paper.risk) == ("Utrecht", "PO-9", "Net 30", "high")
    assert paper.due_at.isoformat() == "2026-12-01T00:00:00+00:00"


def test_lines_name_their_group_and_brand(read_in: Read) -> None:
    goods = line(1, "52.00", 1, [tax("9.02")], product={"productType": "Vaste planten"}, vendor="Bloem & Blad")
    paper = read_in("sales_order", order("58.95", [goods], [shipping("6.95", [tax("1.21")])]))
    assert [(one.group, one.vendor) for one in paper.lines] == [("Vaste planten", "Bloem & Blad"), ("", "")]


def test_a_return_tells_what_came_back_and_what_was_sent_instead(read_in: Read) -> None:
    came = {"quantity": 1, "returnReasonNote": "Te klein", "fulfillmentLineItem": {"lineItem": {"id": "L1", "sku": "A"}}}
    sent = {"quantity": 1, "lineItems": [{"id": "L2", "sku": "B", "name": "Groter"}]}
    made = {
        "id": "gid://shopify/Return/1", "name": "#1001-R1", "status": "CLOSED", "createdAt": "2026-11-09T08:00:00Z",
        "returnLineItems": {"nodes": [came]}, "exchangeLineItems": {"nodes": [sent]},
        "refunds": {"nodes": [{"totalRefundedSet": {"shopMoney": {"amount": "2.50", "currencyCode": "EUR"}}}]},
    }  # fmt: skip
    (back,) = read_in("sales_order", order("52.00", [line(1, "52.00", 1, [tax("9.02")])], returns={"nodes": [made]})).returns
    assert (back.number, back.status, back.refunded) == ("#1001-R1", "closed", Decimal("2.50"))
    assert [(one.sku, one.line_source_id, one.reason) for one in back.lines] == [("A", "L1", "Te klein")]
    assert [(one.sku, one.line_source_id) for one in back.exchanged] == [("B", "L2")]


def test_an_order_without_returns_says_so_over_http(served: Any) -> None:
    order_id = next(one["id"] for one in served.state["orders"] if one["fulfillments"])
    (record,) = served.connect().fetch(Query("sales_order", ids=(order_id,))).records
    assert record.data["fulfillments"][0]["status"] == "SUCCESS"
    assert record.data["transactions"][0]["amountSet"]["shopMoney"]["currencyCode"] == "EUR"
    assert record.data["returnStatus"] == "NO_RETURN"
