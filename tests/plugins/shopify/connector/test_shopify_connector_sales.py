"""Orders go into the shop with the prices and VAT of the books, once, without a mail, and can be cancelled."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from koppel import Batch, Draft, Lookup, Query, Write
from koppel.documents import SalesOrder
from koppel_shopify.resources.order_input import order_input
from koppel_shopify.scopes import wanted

Make = Callable[[str, Any], dict[str, Any]]
VAT = [{"rate": "21", "amount": "5.21"}]


def paper(**more: Any) -> SalesOrder:
    """An order of the books: three pots that do not divide evenly, and shipping."""
    lines = [
        {"sku": "POT-1", "description": "Pot", "quantity": 3, "unit_price": "10.00", "discount": "0.01", "total": "29.99", "taxes": VAT},
        {"kind": "shipping", "description": "PostNL", "unit_price": "6.95", "total": "6.95", "taxes": [{"rate": "21", "amount": "1.21"}]},
    ]
    fields = {
        "reference": "26001", "ordered_at": "2026-11-01T10:00:00Z", "lines": lines, "total": "36.94", "note": "Achterom",
        "customer": {"name": "Zoë Jansen", "email": "Zoe@example.nl", "billing": {"line": "Zaanweg 1", "city": "Wormer", "country": "NL"}},
    }  # fmt: skip
    return SalesOrder.model_validate({**fields, **more})


def write(fields: dict[str, Any], gid: str | None = None) -> Batch:
    """One order to write."""
    return Batch("sales_order", (Write("k", Draft("26001", fields), gid),))


def sums(made: dict[str, Any]) -> tuple[Decimal, Decimal]:
    """What the lines of an input come to, and their VAT."""
    lines = [*made["lineItems"], *({**one, "quantity": 1} for one in made["shippingLines"])]
    total = sum((Decimal(one["priceSet"]["shopMoney"]["amount"]) * one["quantity"] for one in lines), Decimal(0))
    return total, sum((Decimal(tax["priceSet"]["shopMoney"]["amount"]) for one in lines for tax in one["taxLines"]), Decimal(0))


def test_a_price_that_does_not_divide_becomes_two_lines_to_the_cent(make_out: Make) -> None:
    made = order_input(make_out("sales_order", paper()), {"POT-1": "gid://shopify/ProductVariant/1"})
    assert [(one["quantity"], one["priceSet"]["shopMoney"]["amount"]) for one in made["lineItems"]] == [(1, "9.99"), (2, "10.00")]
    assert {one["variantId"] for one in made["lineItems"]} == {"gid://shopify/ProductVariant/1"}
    assert sums(made) == (Decimal("36.94"), Decimal("6.42"))
    assert (made["financialStatus"], made["taxesIncluded"], made["sourceIdentifier"], made["email"]) == (
        "PENDING", True, "26001", "zoe@example.nl",
    )  # fmt: skip
    assert made["shippingAddress"]["city"] == "Wormer"


def test_a_paid_order_carries_its_payment_with_the_vat_on_top(make_out: Make) -> None:
    lines = [{"sku": "X", "description": "X", "unit_price": "100", "total": "100", "taxes": [{"rate": "21", "amount": "21"}]}]
    out = paper(lines=lines, total="121", prices_include_vat=False, financial_status="paid", payment_method="iDEAL")
    made = order_input(make_out("sales_order", out), {})
    assert made["transactions"][0]["amountSet"]["shopMoney"] == {"amount": "121", "currencyCode": "EUR"}
    assert made["transactions"][0]["gateway"] == "iDEAL"
    assert made["lineItems"][0]["sku"] == "X"
    assert made["lineItems"][0]["taxLines"] == [
        {"title": "VAT 21%", "rate": "0.21", "priceSet": {"shopMoney": {"amount": "21", "currencyCode": "EUR"}}}
    ]


@given(cents=st.integers(0, 10**7), count=st.integers(1, 400), vat=st.integers(0, 10**6))
def test_whatever_the_price_the_lines_come_to_the_cent(cents: int, count: int, vat: int) -> None:
    total, tax = Decimal(cents) / 100, Decimal(vat) / 100
    line = {"kind": "article", "title": "Pot", "quantity": count, "total": total, "taxes": [{"rate": 21, "amount": tax}]}
    made = order_input({"currency": "EUR", "lines": [line]}, {})
    assert sums(made) == (total, tax)
    assert sum(one["quantity"] for one in made["lineItems"]) == count


def test_half_a_piece_is_one_line_that_says_so() -> None:
    line = {"kind": "article", "title": "Lint", "quantity": "2.50", "total": "7.25", "taxes": []}
    (made,) = order_input({"currency": "EUR", "lines": [line]}, {})["lineItems"]
    assert (made["title"], made["quantity"], made["priceSet"]["shopMoney"]["amount"]) == ("2.5 × Lint", 1, "7.25")


def test_a_line_below_zero_waits_with_a_way_out(served: Any) -> None:
    lines = [{"kind": "discount", "title": "Korting", "quantity": 1, "total": "-2.00"}]
    (receipt,) = served.connect().upsert(write({"currency": "EUR", "sourceIdentifier": "9", "lines": lines})).items
    assert "below zero" in str(receipt.error)
    assert receipt.error.resolution


def test_an_order_is_made_found_by_its_number_changed_and_cancelled(served: Any, make_out: Make, read_in: Any) -> None:
    connector = served.connect()
    sku = next(line["sku"] for one in served.state["orders"] for line in one["lineItems"]["nodes"] if line["variant"])
    fields = make_out("sales_order", paper())
    fields["lines"][0]["sku"] = sku
    (receipt,) = connector.upsert(write(fields)).items
    assert (receipt.error, receipt.action, receipt.total) == (None, "created", Decimal("36.94"))
    (match,) = connector.find(Lookup("sales_order", "reference", ("26001", "nowhere"))).matches["26001"]
    assert match.id == receipt.id
    (record,) = connector.fetch(Query("sales_order", ids=(receipt.id,))).records
    back = read_in("sales_order", record.data)
    assert (back.total, back.lines[0].sku, back.financial_status, back.note) == (Decimal("36.94"), sku, "pending", "Achterom")
    (changed,) = connector.upsert(write({**fields, "note": "Voordeur"}, receipt.id)).items
    (again,) = connector.upsert(write({**fields, "note": "Voordeur"}, receipt.id)).items
    assert (changed.action, again.action) == ("updated", "unchanged")
    (cancelled,) = connector.upsert(write({**fields, "cancelled": True}, receipt.id)).items
    assert (cancelled.error, cancelled.action) == (None, "updated")
    (record,) = connector.fetch(Query("sales_order", ids=(receipt.id,))).records
    assert read_in("sales_order", record.data).cancelled_at is not None


def test_what_is_sent_asks_for_no_mail_and_no_stock_unless_the_setting_says_so(shop: Any) -> None:
    def answer(name: str, variables: dict[str, Any]) -> Any:
        if name == "FindVariants":
            return {"productVariants": {"nodes": [], "pageInfo": {"hasNextPage": False}}}
        if name == "CreateOrder":
            return {"orderCreate": {"order": {"id": "gid://shopify/Order/1", "name": "#1"}, "userErrors": []}}
        return {"shop": {"myshopifyDomain": "bloem.myshopify.com"}}

    fields = {"currency": "EUR", "sourceIdentifier": "9", "lines": [
        {"kind": "article", "title": "Pot", "sku": "P", "quantity": 1, "total": "1.00"}]}  # fmt: skip
    for flag, behaviour in (("no", "BYPASS"), ("yes", "DECREMENT_IGNORING_POLICY")):
        asked = shop(answer, order_stock=flag)
        asked.connector.upsert(write(fields))
        (options,) = [given["options"] for name, given in asked.asked if name == "CreateOrder"]
        assert options == {"sendReceipt": False, "sendFulfillmentReceipt": False, "inventoryBehaviour": behaviour}


def test_a_sku_that_two_articles_have_is_not_guessed(shop: Any) -> None:
    rows = [{"id": f"gid://shopify/ProductVariant/{number}", "sku": "P"} for number in (1, 2)]
    answer = {"productVariants": {"nodes": rows, "pageInfo": {"hasNextPage": False}}}
    asked = shop(lambda name, given: answer if name == "FindVariants" else {"shop": {"myshopifyDomain": "bloem.myshopify.com"}})
    fields = {"currency": "EUR", "lines": [{"kind": "article", "title": "Pot", "sku": "P", "quantity": 1, "total": "1.00"}]}
    (receipt,) = asked.connector.upsert(write(fields)).items
    assert "SKU P" in str(receipt.error)
    assert "CreateOrder" not in asked.names()


@pytest.mark.parametrize("scope", ["write_orders", "read_products", "write_customers"])
def test_the_use_sales_names_its_scopes(scope: str) -> None:
    assert scope in wanted("sales")
