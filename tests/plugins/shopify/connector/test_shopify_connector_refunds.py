"""A refund comes out as a credit note of exactly what was given back, or it waits and says what is missing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from koppel import MappingError, Query

Read = Callable[[str, Any], Any]
CENT = Decimal("0.01")
ORDER, REFUND = "gid://shopify/Order/1", "gid://shopify/Refund/7"


def money(amount: Any) -> dict[str, Any]:
    return {"shopMoney": {"amount": str(Decimal(amount)), "currencyCode": "EUR"}}


def tax(amount: Any, percent: Any = 21) -> dict[str, Any]:
    return {"title": "BTW", "rate": float(percent) / 100, "ratePercentage": float(percent), "priceSet": money(amount)}


def inside(amount: Any, percent: Any) -> Decimal:
    """The VAT that is in an amount."""
    return (Decimal(amount) * percent / (100 + Decimal(percent))).quantize(CENT, ROUND_HALF_UP)


def sold(number: int, price: Any, quantity: int, percent: Any = 21, off: Any = 0, **more: Any) -> dict[str, Any]:
    """A line of the order, prices with VAT."""
    total = Decimal(price) * quantity - Decimal(off)
    return {
        "id": f"gid://shopify/LineItem/{number}", "sku": f"SKU-{number}", "name": f"Artikel {number}", "quantity": quantity,
        "originalUnitPriceSet": money(price), "originalTotalSet": money(Decimal(price) * quantity), "isGiftCard": False,
        "discountAllocations": [{"allocatedAmountSet": money(off)}] if off else [],
        "taxLines": [tax(inside(total, percent), percent)] if percent else [], **more,
    }  # fmt: skip


def back(number: int, quantity: int, subtotal: Any, vat: Any, kind: str = "RETURN") -> dict[str, Any]:
    """Pieces of a line that were refunded."""
    return {"lineItem": {"id": f"gid://shopify/LineItem/{number}"}, "quantity": quantity, "restockType": kind,
            "subtotalSet": money(subtotal), "totalTaxSet": money(vat)}  # fmt: skip


def refund(paid: Any, *rows: Any, way: Any = None, adjusted: Any = None, status: str = "SUCCESS", **more: Any) -> dict[str, Any]:
    """A refund for which this was paid; `way` is what went back of the shipping, `adjusted` what Shopify says besides."""
    ways = [{"shippingLine": {"id": "gid://shopify/ShippingLine/1"}, "subtotalAmountSet": money(way or 0), "taxAmountSet": money(inside(way or 0, 21))}]
    rest = [{"reason": "REFUND_DISCREPANCY", "amountSet": money(adjusted or 0), "taxAmountSet": money(0)}]
    return {
        "id": REFUND, "createdAt": "2026-11-05T10:00:00Z", "note": "Kapot", "number": 1, "totalRefundedSet": money(paid), "duties": [],
        "transactions": {"nodes": [{"kind": "REFUND", "status": status, "amountSet": money(paid)}]},
        "orderAdjustments": {"nodes": rest if adjusted is not None else []},
        "refundShippingLines": {"nodes": ways if way is not None else []}, "refundLineItems": {"nodes": list(rows)}, **more,
    }  # fmt: skip


def record(given: dict[str, Any], *lines: Any, **more: Any) -> dict[str, Any]:
    """The order with this refund beside it, as it is read."""
    way = {"id": "gid://shopify/ShippingLine/1", "title": "PostNL pakket", "originalPriceSet": money("6.95"),
           "discountedPriceSet": money("6.95"), "discountAllocations": [], "taxLines": [tax("1.21")]}  # fmt: skip
    return {
        "id": ORDER, "name": "#1001", "processedAt": "2026-11-01T10:00:00Z", "cancelledAt": None, "currencyCode": "EUR",
        "taxesIncluded": True, "email": "emma@example.nl", "customer": None, "tags": [], "note": "Graag voor vrijdag",
        "lineItems": {"nodes": list(lines)}, "shippingLines": {"nodes": [way]}, "shop": {"ianaTimezone": "Europe/Amsterdam"},
        "transactions": [{"kind": "SALE", "status": "SUCCESS", "gateway": "iDEAL"}], "refund": given, **more,
    }  # fmt: skip


def test_fin_10_pieces_and_shipping_go_back_at_the_price_the_discount_and_the_vat_they_were_sold_with(read_in: Read) -> None:
    given = refund("18.95", back(1, 1, "9.00", inside("9.00", 9)), back(2, 1, "3.00", inside("3.00", 21), "NO_RESTOCK"), way="6.95")
    note = read_in("credit_note", record(given, sold(1, "10.00", 2, 9, off="2.00"), sold(2, "3.00", 3)))
    assert [(one.kind, one.sku, one.quantity, one.unit_price, one.discount, one.total) for one in note.lines] == [
        ("article", "SKU-1", 1, Decimal("10.00"), Decimal("1.00"), Decimal("9.00")),
        ("article", "SKU-2", 1, Decimal("3.00"), Decimal("0.00"), Decimal("3.00")),
        ("shipping", "", 1, Decimal("6.95"), Decimal("0"), Decimal("6.95")),
    ]
    assert [(one.vat_rate, one.vat) for one in note.lines] == [
        (9, Decimal("0.74")), (21, Decimal("0.52")), (21, Decimal("1.21"))]  # fmt: skip
    assert (note.reference, note.order_reference, note.order_source_id) == ("#1001-C1", "#1001", ORDER)
    assert (note.total, note.reason, note.note, note.payment_method, note.financial_status) == (
        Decimal("18.95"), "Kapot", "Kapot", "iDEAL", "paid")  # fmt: skip
    assert note.ordered_at.isoformat() == note.invoiced_at.isoformat() == "2026-11-05T10:00:00+00:00"
    assert note.customer.email == "emma@example.nl"


def test_ord_10_a_refund_of_a_cancelled_order_is_given_back_like_any_other(read_in: Read) -> None:
    given = refund("10.00", back(1, 1, "10.00", inside("10.00", 21), "CANCEL"))
    note = read_in("credit_note", record(given, sold(1, "10.00", 1), cancelledAt="2026-11-05T10:00:00Z"))
    assert (note.cancelled, note.total) == (False, Decimal("10.00"))


@pytest.mark.parametrize("sign", [1, -1])
def test_fin_10_an_amount_alone_is_shared_over_the_rates_of_the_order_whichever_sign_shopify_gives_it(read_in: Read, sign: int) -> None:
    given = refund("10.00", adjusted=sign * Decimal(10))
    note = read_in("credit_note", record(given, sold(1, "60.00", 1, 9), sold(2, "33.05", 1)))
    assert [(one.kind, one.total, one.vat_rate, one.vat) for one in note.lines] == [
        ("adjustment", Decimal("6.00"), 9, Decimal("0.50")), ("adjustment", Decimal("4.00"), 21, Decimal("0.69"))]  # fmt: skip
    assert {one.description for one in note.lines} == {"Price reduction"}


def test_fin_10_what_is_withheld_has_the_rate_of_the_goods_that_came_back(read_in: Read) -> None:
    given = refund("8.00", back(1, 1, "10.00", inside("10.00", 9)), adjusted="2.00")
    note = read_in("credit_note", record(given, sold(1, "10.00", 1, 9), sold(2, "50.00", 1)))
    assert [(one.total, one.vat_rate) for one in note.lines] == [(Decimal("10.00"), 9), (Decimal("-2.00"), 9)]
    assert note.lines[1].description == "Withheld"


def test_vat_on_top_is_given_back_too(read_in: Read) -> None:
    line = sold(1, "100.00", 1, taxLines=[tax("21.00")])
    given = refund("133.10", back(1, 1, "100.00", "21.00"), adjusted="-12.10")
    note = read_in("credit_note", record(given, line, taxesIncluded=False, shippingLines={"nodes": []}))
    assert [(one.total, one.vat) for one in note.lines] == [(Decimal("100.00"), Decimal("21.00")), (Decimal("10.00"), Decimal("2.10"))]
    assert note.lines_total == note.total == Decimal("133.10")


def test_two_taxes_on_a_line_share_the_vat_that_shopify_says_of_the_refund(read_in: Read) -> None:
    line = sold(1, "30.00", 3, taxLines=[tax("5.98", 5), tax("11.93", "9.975")])
    given = refund("34.49", back(1, 1, "30.00", "4.49"))
    note = read_in("credit_note", record(given, line, taxesIncluded=False))
    assert [(one.rate, one.amount) for one in note.lines[0].taxes] == [(5, Decimal("1.50")), (Decimal("9.975"), Decimal("2.99"))]


def test_duties_and_a_gift_card_are_kinds_of_their_own(read_in: Read) -> None:
    given = refund("29.00", back(1, 1, "25.00", "0"), duties=[{"amountSet": money("4.00")}])
    note = read_in("credit_note", record(given, sold(1, "25.00", 1, 0, isGiftCard=True)))
    assert [(one.kind, one.total) for one in note.lines] == [("gift_card", Decimal("25.00")), ("duty", Decimal("4.00"))]


@pytest.mark.parametrize("adjusted", [None, "1.00"])
def test_fin_10_a_refund_that_shopify_itself_does_not_explain_waits_with_a_sentence(read_in: Read, adjusted: Any) -> None:
    given = refund("12.10", back(1, 1, "10.00", inside("10.00", 21)), adjusted=adjusted)
    with pytest.raises(MappingError) as caught:
        read_in("credit_note", record(given, sold(1, "10.00", 1)))
    assert caught.value.message == (
        "The credit note does not add up: the lines come to 10.00, the credit note says 12.10: a difference of 2.10."
    )


def test_money_on_its_way_counts_and_is_called_pending(read_in: Read) -> None:
    given = refund("10.00", back(1, 1, "10.00", inside("10.00", 21)), status="PENDING")
    given["orderAdjustments"] = {"nodes": [{"reason": "PENDING_REFUND_DISCREPANCY", "amountSet": money("10.00"), "taxAmountSet": money(0)}]}
    note = read_in("credit_note", record(given, sold(1, "10.00", 1)))
    assert (note.total, note.financial_status) == (Decimal("10.00"), "pending")


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_fin_10_whatever_is_given_back_adds_up_to_the_cent(read_in: Read, data: st.DataObject) -> None:
    cents = st.integers(1, 20_000).map(lambda value: Decimal(value) / 100)
    rows, given_rows, value = [], [], Decimal(0)
    for number in range(1, data.draw(st.integers(1, 4)) + 1):
        price, quantity = data.draw(cents), data.draw(st.integers(1, 5))
        rate = data.draw(st.sampled_from([0, 9, 21, 5.5]).map(lambda one: Decimal(str(one))))
        off = (price * quantity * data.draw(st.integers(0, 100)) / 100).quantize(CENT, ROUND_HALF_UP)
        rows.append(sold(number, price, quantity, rate, off))
        if pieces := data.draw(st.integers(0, quantity)):
            part = ((price * quantity - off) * pieces / quantity).quantize(CENT, ROUND_HALF_UP)
            given_rows.append(back(number, pieces, part, inside(part, rate)))
            value += part
    paid = data.draw(cents)
    note = read_in("credit_note", record(refund(paid, *given_rows, adjusted=value - paid), *rows))
    assert note.lines_total == note.total == paid
    for line in note.lines:
        assert all(abs(tax.amount - line.total * tax.rate / (100 + tax.rate)) < CENT for tax in line.taxes)


def test_what_is_no_refund_is_named(read_in: Read) -> None:
    order = record({}, sold(1, "10.00", 1))
    order["refund"] = None
    with pytest.raises(MappingError, match="it wants an order with one of its refunds"):
        read_in("credit_note", order)


def test_refunds_of_orders_paid_with_play_money_stay_out_unless_asked_for(shop: Any) -> None:
    for more, term in (({}, "test:false"), ({"test_orders": "yes"}, "")):
        made = shop(answering(two()), **more)
        made.connector.fetch(Query("credit_note"))
        assert ("test:false" in (made.asked[0][1]["query"] or "")) == bool(term)


def answering(refunds: list[dict[str, Any]]) -> Callable[[str, dict[str, Any]], Any]:
    """A shop of one order with these refunds, and one order without any."""
    order = record({}, sold(1, "10.00", 3, currentQuantity=2), totalRefundedSet=money("10.00"), updatedAt="2026-11-05T10:00:00Z")
    order.pop("refund")
    page = {"pageInfo": {"hasNextPage": False, "endCursor": None}}
    plain = {**order, "id": "gid://shopify/Order/2", "name": "#1002", "totalRefundedSet": money(0)}

    def answer(name: str, variables: dict[str, Any]) -> Any:
        if name == "OrderRefunds":
            assert variables["ids"] == [ORDER]
            return {"nodes": [{"id": ORDER, "refunds": refunds}]}
        if name == "OrdersOfRefunds":
            return {"nodes": [{"id": one, "order": {"id": ORDER}} for one in variables["ids"]]}
        if name == "OrdersById":
            return {"nodes": [one for one in (order, plain) if one["id"] in variables["ids"]]}
        return {"orders": {"nodes": [order, plain], **page}}

    return answer


def two() -> list[dict[str, Any]]:
    """The younger one first, and an edit that moved no money between them."""
    older, edit, younger = (
        {**refund("10.00", back(1, 1, "10.00", "1.74")), "id": f"gid://shopify/Refund/{number}", "createdAt": f"2026-11-0{number}T10:00:00Z"}
        for number in (5, 6, 7)
    )
    return [younger, {**edit, "transactions": {"nodes": []}}, older]


def test_fin_10_each_refund_for_which_money_moved_is_a_record_and_keeps_its_number(shop: Any, read_in: Read) -> None:
    page = shop(answering(two())).connector.fetch(Query("credit_note"))
    assert [(one.id, one.label) for one in page.records] == [("gid://shopify/Refund/5", "#1001-C1"), ("gid://shopify/Refund/7", "#1001-C3")]
    assert [read_in("credit_note", one.data).reference for one in page.records] == ["#1001-C1", "#1001-C3"]
    alone = shop(answering(two()[2:])).connector.fetch(Query("credit_note")).records
    assert alone[0].data == page.records[0].data  # a later refund changes nothing of this one
    assert page.cursor


@pytest.mark.parametrize(
    ("ids", "labels"),
    [
        ((ORDER,), ["#1001-C1", "#1001-C3"]),
        (("gid://shopify/Refund/7",), ["#1001-C3"]),
        (("gid://shopify/Refund/7", ORDER), ["#1001-C1", "#1001-C3"]),
        (("gid://shopify/Order/2",), []),
    ],
)
def test_refunds_are_asked_for_by_their_own_id_or_by_their_order(shop: Any, ids: tuple[str, ...], labels: list[str]) -> None:
    page = shop(answering(two())).connector.fetch(Query("credit_note", ids=ids))
    assert ([one.label for one in page.records], page.cursor) == (labels, None)
