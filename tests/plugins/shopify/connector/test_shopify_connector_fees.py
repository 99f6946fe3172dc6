"""Fees that a shop keeps of a return are lines of their own in the credit note, with the VAT of what came back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from koppel_shopify.refunds import shopify_refund_lines, shopify_refund_total
from koppel_shopify.resources.refunds import apart
from support.shopifyorders import line, money, order, tax

REFUND, RETURN = "gid://shopify/Refund/1", "gid://shopify/Return/1"


def returned(*rows: tuple[int, int, Any], shipping: Any = None, refunds: tuple[str, ...] = (REFUND,)) -> dict[str, Any]:
    """A return of (line, pieces, restocking fee)."""
    lines = [
        {"quantity": count, "fulfillmentLineItem": {"lineItem": {"id": f"gid://shopify/LineItem/{number}"}},
         "restockingFee": {"percentage": 10.0, "amountSet": money(fee)} if fee else None}
        for number, count, fee in rows
    ]  # fmt: skip
    fees = [{"amountSet": money(shipping)}] if shipping else []
    return {"id": RETURN, "status": "CLOSED", "returnLineItems": {"nodes": lines}, "returnShippingFees": fees,
            "refunds": {"nodes": [{"id": one} for one in refunds]}, "exchangeLineItems": {"nodes": []}}  # fmt: skip


def given_back(paid: Any, *rows: tuple[int, int, Any, Any], adjust: Any = None, gid: str = REFUND) -> dict[str, Any]:
    """A refund of (line, pieces, amount, VAT)."""
    lines = [{"quantity": count, "subtotalSet": money(value), "totalTaxSet": money(vat), "lineItem": {"id": f"gid://shopify/LineItem/{number}"}}
             for number, count, value, vat in rows]  # fmt: skip
    more = {"orderAdjustments": {"nodes": [{"reason": "REFUND_DISCREPANCY", "amountSet": money(adjust), "taxAmountSet": money(0)}]}} if adjust else {}
    return {"id": gid, "createdAt": "2026-11-05T10:00:00Z", "refundLineItems": {"nodes": lines}, **more,
            "transactions": {"nodes": [{"kind": "REFUND", "status": "SUCCESS", "amountSet": money(paid)}]}}  # fmt: skip


POTS = line(1, "12.10", 2, [tax("4.20")])
ROSES = line(2, "10.90", 1, [tax("0.90", 9)])


def credit(made: dict[str, Any]) -> tuple[dict[str, Any], list[Any]]:
    """The one refund of this order, and its lines in short: kind, description, amount, VAT per rate."""
    (record,) = apart(made, "name")
    return record.data, [
        (one["kind"], one["description"], one["total"], [(row["rate"], row["amount"]) for row in one["taxes"]]) for one in shopify_refund_lines(record.data)
    ]


def fees(rows: list[Any]) -> list[Any]:
    return [row for row in rows if row[0] == "fee"]


@pytest.mark.parametrize(
    ("paid", "count", "fee", "vat"),
    [("21.78", 2, "-2.42", "-0.42"), ("10.89", 1, "-1.21", "-0.21")],
)
def test_a_restocking_fee_is_taken_off_at_the_vat_of_its_goods_for_the_pieces_that_came_back(paid: str, count: int, fee: str, vat: str) -> None:
    value = Decimal("12.10") * count
    made = order("35.10", [POTS, ROSES], refunds=[given_back(paid, (1, count, value, Decimal("2.10") * count))], returns={"nodes": [returned((1, 2, "2.42"))]})
    data, rows = credit(made)
    assert fees(rows) == [("fee", "Restocking fee", Decimal(fee), [(Decimal(21), Decimal(vat))])]
    assert sum(row[2] for row in rows) == shopify_refund_total(data) == Decimal(paid)


def test_the_fee_for_the_parcel_follows_the_rates_of_all_that_came_back() -> None:
    back = given_back("30.10", (1, 2, "24.20", "4.20"), (2, 1, "10.90", "0.90"))
    made = order("35.10", [POTS, ROSES], refunds=[back], returns={"nodes": [returned((1, 2, None), (2, 1, None), shipping="5.00")]})
    data, rows = credit(made)
    assert fees(rows) == [
        ("fee", "Return shipping", Decimal("-3.45"), [(Decimal(21), Decimal("-0.60"))]),
        ("fee", "Return shipping", Decimal("-1.55"), [(Decimal(9), Decimal("-0.13"))]),
    ]
    assert sum(row[2] for row in rows) == shopify_refund_total(data)


def test_a_fee_that_was_waived_is_no_line_and_one_of_two_may_be() -> None:
    told = {"nodes": [returned((1, 2, "2.42"), shipping="5.00")]}
    whole = order("35.10", [POTS, ROSES], refunds=[given_back("24.20", (1, 2, "24.20", "4.20"))], returns=told)
    assert fees(credit(whole)[1]) == []
    one = order("35.10", [POTS, ROSES], refunds=[given_back("19.20", (1, 2, "24.20", "4.20"))], returns=told)
    assert [row[1] for row in fees(credit(one)[1])] == ["Return shipping"]


def test_what_is_withheld_besides_a_fee_stays_a_line_of_its_own() -> None:
    back = given_back("20.78", (1, 2, "24.20", "4.20"), adjust="1.00")
    made = order("35.10", [POTS, ROSES], refunds=[back], returns={"nodes": [returned((1, 2, "2.42"))]})
    assert [(row[0], row[2]) for row in credit(made)[1]] == [("article", Decimal("24.20")), ("fee", Decimal("-2.42")), ("adjustment", Decimal("-1.00"))]


def test_money_that_no_fee_explains_leaves_the_credit_note_as_it_is_so_that_it_waits() -> None:
    made = order("35.10", [POTS, ROSES], refunds=[given_back("20.00", (1, 2, "24.20", "4.20"))], returns={"nodes": [returned((1, 2, "2.42"))]})
    assert [row[0] for row in credit(made)[1]] == ["article"]


@pytest.mark.parametrize(("paid", "net", "vat"), [("21.78", "-2.00", "-0.42"), ("22.20", "-1.65", "-0.35")], ids=["on top", "within"])
def test_in_a_shop_with_prices_without_vat_the_money_tells_whether_vat_comes_on_top_of_a_fee(paid: str, net: str, vat: str) -> None:
    pots = line(1, "10.00", 2, [tax("4.20")])
    made = order("24.20", [pots], taxesIncluded=False, refunds=[given_back(paid, (1, 2, "20.00", "4.20"))], returns={"nodes": [returned((1, 2, "2.00"))]})
    data, rows = credit(made)
    assert fees(rows) == [("fee", "Restocking fee", Decimal(net), [(Decimal(21), Decimal(vat))])]
    assert sum(row[2] + sum(vat for _, vat in row[3]) for row in rows) == shopify_refund_total(data)


def test_a_refund_of_another_return_or_of_none_has_no_fees() -> None:
    made = order("35.10", [POTS, ROSES], refunds=[given_back("24.20", (1, 2, "24.20", "4.20"))], returns={"nodes": [returned((1, 2, "2.42"), refunds=())]})
    assert "fees" not in credit(made)[0]["refund"]
