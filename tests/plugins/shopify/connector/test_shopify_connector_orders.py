"""An order comes out right to the cent, however the shop discounts, taxes, edits and refunds it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from koppel import MappingError
from koppel_shopify.lines import shopify_lines, shopify_total
from support.shopifyorders import line, money, order, shipping, tax

Read = Callable[[str, Any], Any]
CENT = Decimal("0.01")


def test_a_plain_order_with_vat_inside(read_in: Read) -> None:
    raw = order("110.95", [line(1, "52.00", 2, [tax("18.05")])], [shipping("6.95", [tax("1.21")])])
    paper = read_in("sales_order", raw)
    goods, freight = paper.lines
    assert (paper.reference, paper.total, paper.lines_total) == ("#1001", Decimal("110.95"), Decimal("110.95"))
    assert (goods.kind, goods.sku, goods.description, goods.quantity) == ("article", "SKU-1", "Lavendel - P9", 2)
    assert (goods.amount_incl, goods.amount_excl, goods.vat_rate) == (Decimal("104.00"), Decimal("85.95"), 21)
    assert (freight.kind, freight.description, freight.total) == ("shipping", "PostNL pakket", Decimal("6.95"))
    assert (paper.payment_method, paper.shipping_method) == ("iDEAL", "PostNL pakket")
    assert (paper.financial_status, paper.fulfilment_status) == ("partially_paid", "unfulfilled")
    assert (paper.time_zone, paper.channel, paper.tags, paper.cancelled) == (
        "Europe/Amsterdam",
        "web",
        ["wholesale"],
        False,
    )
    assert paper.ordered_at.isoformat() == "2026-11-01T09:59:00+00:00"


def test_vat_on_top_is_part_of_the_total(read_in: Read) -> None:
    raw = order(
        "133.10", [line(1, "100.00", 1, [tax("21.00")])], [shipping("10.00", [tax("2.10")])], taxesIncluded=False
    )
    paper = read_in("sales_order", raw)
    assert paper.lines_total == Decimal("133.10")
    assert (paper.lines[0].amount_incl, paper.lines[0].amount_excl) == (Decimal("121.00"), Decimal("100.00"))


def test_an_order_discount_is_counted_once_where_it_was_shared_out(read_in: Read) -> None:
    lines = [line(1, "60.00", 1, [tax("9.37")], ("6.00",)), line(2, "20.00", 2, [tax("5.88")], ("4.00", "2.10"))]
    raw = order("87.90", lines, totalDiscountsSet=money("12.10"), discountCodes=["LENTE10"])
    paper = read_in("sales_order", raw)
    assert [one.discount for one in paper.lines] == [Decimal("6.00"), Decimal("6.10")]
    assert paper.discount_codes == ["LENTE10"]


def test_shipping_given_for_free_keeps_its_price_and_discount(read_in: Read) -> None:
    ways = [shipping("6.95", [tax("0.00")], ("6.95",))]
    paper = read_in("sales_order", order("52.00", [line(1, "52.00", 1, [tax("9.02")])], ways))
    assert (paper.lines[1].unit_price, paper.lines[1].discount, paper.lines[1].total) == (
        Decimal("6.95"),
        Decimal("6.95"),
        0,
    )


def test_a_shipping_discount_without_allocation_is_seen_in_the_price(read_in: Read) -> None:
    way = shipping("6.95", [tax("0.69")], discountedPriceSet=money("3.95"))
    paper = read_in("sales_order", order("55.95", [line(1, "52.00", 1, [tax("9.02")])], [way]))
    assert paper.lines[1].discount == Decimal("3.00")


@pytest.mark.parametrize("among_goods", [False, True])
def test_a_tip_is_counted_once_whether_or_not_it_is_among_the_goods(read_in: Read, among_goods: bool) -> None:
    lines = [line(1, "52.00", 1, [tax("9.02")])]
    if among_goods:
        lines.append(line(2, "5.00", 1, [], name="Tip", sku=None))
    paper = read_in("sales_order", order("57.00", lines, totalTipReceivedSet=money("5.00")))
    assert [one.total for one in paper.lines] == [52, 5]
    assert paper.lines[1].kind == ("article" if among_goods else "tip")


def test_duties_and_fees_become_lines(read_in: Read) -> None:
    fee = {
        "id": "gid://shopify/AdditionalFee/1",
        "name": "Statiegeld",
        "price": money("2.42"),
        "taxLines": [tax("0.42")],
    }
    raw = order(
        "62.42", [line(1, "50.00", 1, [tax("8.68")])], additionalFees=[fee], originalTotalDutiesSet=money("10.00")
    )
    paper = read_in("sales_order", raw)
    assert [(one.kind, one.description, one.total) for one in paper.lines[1:]] == [
        ("duty", "Duties", 10),
        ("fee", "Statiegeld", Decimal("2.42")),
    ]
    assert paper.lines[2].vat_rate == 21


def test_a_gift_card_is_a_line_of_its_own_kind(read_in: Read) -> None:
    paper = read_in("sales_order", order("25.00", [line(1, "25.00", 1, [], isGiftCard=True)]))
    assert (paper.lines[0].kind, paper.lines[0].vat_rate) == ("gift_card", 0)


def test_no_tax_charged_is_zero_percent_and_no_tax_known_is_none(read_in: Read) -> None:
    lines = [line(1, "10.00", 1, []), line(2, "5.00", 1, [])]
    del lines[1]["taxLines"]
    paper = read_in("sales_order", order("15.00", lines))
    assert [one.vat_rate for one in paper.lines] == [0, None]


def test_what_came_free_goes_along_at_the_rate_of_the_dearest_line(read_in: Read) -> None:
    lines = [line(1, "10.00", 1, [tax("0.83", 9)]), line(2, "50.00", 1, [tax("8.68")])]
    paper = read_in("sales_order", order("60.00", lines, [shipping("0.00", [])]))
    assert (paper.lines[2].vat_rate, paper.lines[2].vat) == (21, 0)
    paper = read_in("sales_order", order("10.00", [line(1, "10.00", 1, [])], [shipping("0.00", [])]))
    assert [one.vat_rate for one in paper.lines] == [0, 0]


def test_two_rates_on_one_line_add_up(read_in: Read) -> None:
    vat = [tax("5.00", 5), tax("9.98", "9.975")]
    paper = read_in("sales_order", order("114.98", [line(1, "100.00", 1, vat)], taxesIncluded=False))
    assert paper.lines[0].vat_rate == Decimal("14.975")


def test_an_amount_converted_from_another_currency_keeps_the_line_total(read_in: Read) -> None:
    raw = order("10.00", [line(1, "3.33", 3, [], originalTotalSet=money("10.00"))])
    paper = read_in("sales_order", raw)
    assert paper.lines[0].total == Decimal("10.00")


def test_a_currency_without_cents(read_in: Read) -> None:
    raw = order("1100", [line(1, "1000", 1, [tax("100", 10)])], currencyCode="JPY", taxesIncluded=False)
    assert read_in("sales_order", raw).lines_total == 1100


def test_pieces_taken_off_by_an_edit_were_never_sold(read_in: Read) -> None:
    lines = [line(1, "10.00", 3, [tax("5.04")], ("1.00",), currentQuantity=1), line(2, "949.95", 2, [tax("329.73")])]
    raw = order("1928.90", lines, currentTotalPriceSet=money("1909.57"), refunds=[])
    paper = read_in("sales_order", raw)
    assert [(one.quantity, one.total) for one in paper.lines] == [(1, Decimal("9.67")), (2, Decimal("1899.90"))]
    assert paper.lines[0].taxes[0].amount == Decimal("1.68")
    assert paper.total == Decimal("1909.57")


def refund(pieces: dict[int, tuple[int, Any]], status: str = "SUCCESS", shipped: Any = 0) -> dict[str, Any]:
    """A refund of so many pieces per line, and what they came to."""
    rows = [
        {
            "quantity": quantity,
            "subtotalSet": money(value),
            "totalTaxSet": money(0),
            "lineItem": {"id": f"gid://shopify/LineItem/{n}"},
        }
        for n, (quantity, value) in pieces.items()
    ]
    ways = [{"subtotalAmountSet": money(shipped), "taxAmountSet": money(0)}] if shipped else []
    moved = [{"kind": "REFUND", "status": status}] if status else []
    return {
        "transactions": {"nodes": moved},
        "refundLineItems": {"nodes": rows},
        "refundShippingLines": {"nodes": ways},
    }


def test_a_refund_leaves_the_order_as_it_was_sold(read_in: Read) -> None:
    raw = order(
        "45.00",
        [line(1, "10.00", 2, [], currentQuantity=1), line(2, "10.00", 2, [])],
        [shipping("5.00", [])],
        currentTotalPriceSet=money("35.00"),
        totalRefundedSet=money("10.00"),
        refunds=[refund({1: (1, "10.00")})],
    )
    paper = read_in("sales_order", raw)
    assert [one.quantity for one in paper.lines] == [2, 2, 1]
    assert paper.total == 45


def test_an_edit_and_a_refund_are_told_apart(read_in: Read) -> None:
    raw = order(
        "50.00",
        [line(1, "10.00", 3, [], currentQuantity=1), line(2, "20.00", 1, [])],
        currentTotalPriceSet=money("30.00"),
        totalRefundedSet=money("10.00"),
        refunds=[refund({1: (1, "10.00")}, status=""), refund({1: (1, "10.00")})],
    )
    paper = read_in("sales_order", raw)
    assert [(one.quantity, one.total) for one in paper.lines] == [(2, 20), (1, 20)]
    assert paper.total == 40


def test_a_line_taken_off_wholly_is_left_out(read_in: Read) -> None:
    lines = [line(1, "10.00", 1, [], currentQuantity=0), line(2, "20.00", 1, [])]
    raw = order("30.00", lines, currentTotalPriceSet=money("20.00"), refunds=[])
    assert [one.sku for one in read_in("sales_order", raw).lines] == ["SKU-2"]


def test_a_cancelled_order_shows_what_was_ordered(read_in: Read) -> None:
    lines = [line(1, "10.00", 2, [], currentQuantity=0)]
    raw = order(
        "20.00",
        lines,
        cancelledAt="2026-11-02T10:00:00Z",
        currentTotalPriceSet=money("0.0"),
        refunds=[refund({1: (2, 20)}, "")],
    )
    paper = read_in("sales_order", raw)
    assert (paper.cancelled, paper.total, paper.lines[0].quantity) == (True, 20, 2)


def test_a_sum_that_is_wrong_is_said_and_never_smoothed_over(read_in: Read) -> None:
    with pytest.raises(MappingError, match=r"difference of 0\.01"):
        read_in("sales_order", order("52.01", [line(1, "52.00", 1, [tax("9.02")])]))


def test_a_tip_does_not_hide_a_wrong_sum(read_in: Read) -> None:
    raw = order("57.01", [line(1, "52.00", 1, [tax("9.02")])], totalTipReceivedSet=money("5.00"))
    with pytest.raises(MappingError, match=r"difference of 5\.01"):
        read_in("sales_order", raw)


def test_the_payment_is_the_first_that_succeeded_else_the_first_tried(read_in: Read) -> None:
    raw = order("10.00", [line(1, "10.00", 1, [])], transactions=[])
    assert read_in("sales_order", raw).payment_method == "paypal"
    raw = order("10.00", [line(1, "10.00", 1, [])], transactions=[], paymentGatewayNames=[])
    assert read_in("sales_order", raw).payment_method == ""


def test_payment_terms_and_purchase_number_of_a_company(read_in: Read) -> None:
    raw = order(
        "10.00", [line(1, "10.00", 1, [])], paymentTerms={"paymentTermsName": "Net 30"}, poNumber="PO-7", note="Bel aan"
    )
    paper = read_in("sales_order", raw)
    assert (paper.payment_term, paper.purchase_number, paper.note) == ("Net 30", "PO-7", "Bel aan")


cents = st.integers(1, 200_000).map(lambda value: value * CENT)


@st.composite
def placed_orders(draw: Any) -> dict[str, Any]:
    """Orders as the shop computes them: discounts shared out, VAT per line, rounded to the cent."""
    included, rate = draw(st.booleans()), draw(st.sampled_from([0, 9, 21]))

    def vat(amount: Decimal) -> list[Any]:
        base = Decimal(rate) / (100 + rate if included else 100)
        return [tax((amount * base).quantize(CENT, ROUND_HALF_UP), rate)]

    lines, ways, total = [], [], Decimal(0)
    for number in range(draw(st.integers(1, 6))):
        price, quantity = draw(cents), draw(st.integers(1, 40))
        shares = draw(st.lists(st.integers(0, 30), max_size=2))
        discounts = tuple((price * quantity * one / 100).quantize(CENT, ROUND_HALF_UP) for one in shares)
        net = price * quantity - sum(discounts)
        lines.append(line(number, price, quantity, vat(net), discounts))
        total += net
    if draw(st.booleans()):
        price = draw(cents)
        ways.append(shipping(price, vat(price)))
        total += price
    if not included:
        total += sum(Decimal(one["taxLines"][0]["priceSet"]["shopMoney"]["amount"]) for one in [*lines, *ways])
    return order(total, lines, ways, taxesIncluded=included)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(placed_orders())
def test_every_order_the_shop_can_make_fits_to_the_cent(read_in: Read, raw: dict[str, Any]) -> None:
    paper = read_in("sales_order", raw)
    assert paper.lines_total == paper.total == shopify_total(raw)
    assert len(paper.lines) == len(shopify_lines(raw))
    for one in paper.lines:
        assert one.amount_incl - one.amount_excl == one.vat
