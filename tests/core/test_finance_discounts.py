"""Discounts become lines of their own without a cent of the order changing."""

from collections import defaultdict
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from koppel.documents import Line, SalesOrder, Tax
from koppel.documents.money import round_money
from koppel.finance.discounts import discounts_apart

CENTS = st.decimals(0, 500, places=2)


@st.composite
def orders(draw):
    """An order of any lines, with or without VAT in its prices, and discounts of at most the line."""
    included, lines = draw(st.booleans()), []
    for _ in range(draw(st.integers(1, 8))):
        quantity, price = draw(st.integers(1, 9)), draw(CENTS)
        discount = round_money(price * quantity * draw(st.integers(0, 100)) / 100)
        rate, total = Decimal(draw(st.sampled_from(["0", "9", "21"]))), price * quantity - discount
        vat = round_money(total * rate / ((100 + rate) if included else 100))
        lines.append(Line(quantity=quantity, unit_price=price, discount=discount, total=total, taxes=[Tax(rate=rate, amount=vat)]))
    vat = Decimal(0) if included else sum((line.vat for line in lines), Decimal(0))
    return SalesOrder(prices_include_vat=included, lines=lines, total=sum((line.total for line in lines), vat))


def sums(lines):
    """Per VAT rate: what the lines come to and their VAT."""
    made = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for line in lines:
        made[line.vat_rate][0] += line.total
        made[line.vat_rate][1] += line.vat
    return {rate: tuple(pair) for rate, pair in made.items()}


@given(orders())
def test_totals_and_vat_per_rate_stay_and_no_line_keeps_a_discount(order):
    before = sums(order.lines)
    order.lines = discounts_apart(order.lines, order.prices_include_vat)  # the order proves its own sums here
    assert sums(order.lines) == before
    assert not any(line.discount for line in order.lines)
    off = [line for line in order.lines if line.kind == "discount"]
    assert len({line.vat_rate for line in off}) == len(off)


def test_a_line_with_two_taxes_keeps_its_discount_in_the_price():
    taxes = [Tax(rate=Decimal(5), amount=Decimal("0.45")), Tax(rate=Decimal(8), amount=Decimal("0.72"))]
    line = Line(unit_price=Decimal(10), discount=Decimal(1), total=Decimal(9), taxes=taxes)
    assert discounts_apart([line], False) == [line]
