"""Whatever the amounts: what is read is exact, what is split adds up, and what does not add up is told to the cent."""

import string
from decimal import Decimal, localcontext

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from koppel.documents import SalesOrder
from koppel.documents.base import read_document
from koppel.documents.money import decimals, round_money, to_decimal
from koppel.errors import MappingError
from koppel.finance.rounding import exact_parts

CENTS = st.integers(-(10**11), 10**11).map(lambda cents: Decimal(cents).scaleb(-2))
PRICES = st.decimals("0", "99999.99", places=2)
CURRENCIES = st.sampled_from(["EUR", "USD", "JPY", "KWD", "GBP", ""])


@given(st.decimals("-1e17", "1e17", places=4))
def test_an_amount_is_read_back_as_it_was_written(amount):
    for written in (str(amount), f"  {amount} ", amount):
        assert to_decimal(written) == amount


@given(st.text(string.printable + "€٣²", max_size=40) | st.floats() | st.booleans() | st.decimals() | st.none() | st.binary(max_size=5))
@example("1_000")
@example("1e9999999")
@example("0e-9999999")
@example("9" * 29)
@example("Infinity")
@example("sNaN")
def test_anything_else_is_refused_or_can_be_rounded(value):
    try:
        amount = to_decimal(value)
    except ValueError:
        return
    if amount is None:
        assert value in (None, "")
        return
    assert not isinstance(value, (bool, float))
    assert "_" not in str(value)
    for currency in ("EUR", "JPY", "KWD"):
        round_money(amount * amount, currency)


@given(st.decimals("-1e12", "1e12", places=6), CURRENCIES)
def test_rounding_moves_an_amount_by_half_a_cent_at_most_and_halves_go_away_from_zero(amount, currency):
    rounded, step = round_money(amount, currency), Decimal(1).scaleb(-decimals(currency))
    assert abs(rounded - amount) <= step / 2
    assert rounded % step == 0
    assert round_money(-amount, currency) == -rounded
    if abs(rounded - amount) == step / 2:
        assert abs(rounded) > abs(amount)


@given(st.decimals("-1e6", "1e6", places=3), CENTS, st.integers(0, 6))
@example(Decimal(3), Decimal("10.00"), 2)
@example(Decimal(-3), Decimal("10.00"), 2)
@example(Decimal("0.333"), Decimal("0.01"), 2)
@example(Decimal(0), Decimal("5.00"), 2)
def test_the_parts_of_a_line_come_to_its_amount_exactly(quantity, amount, places):
    parts = exact_parts(quantity, amount, places)
    with localcontext(prec=100):
        assert sum((pieces * price for pieces, price in parts), Decimal(0)) == amount
        assert 1 <= len(parts) <= 2
        if len(parts) == 2:
            (_, one), (_, other) = parts
            assert sum(pieces for pieces, _ in parts) == quantity
            assert abs(one - other) == Decimal(1).scaleb(-places)
            assert all(pieces and pieces == int(pieces) and (pieces > 0) == (quantity > 0) for pieces, _ in parts)


@given(st.decimals("-1e17", "1e17", places=8), st.decimals("-1e17", "1e17", places=8))
def test_a_line_of_any_size_can_be_split(quantity, amount):
    with localcontext(prec=100):
        assert sum((pieces * price for pieces, price in exact_parts(quantity, amount, 2)), Decimal(0)) == amount


LINES = st.lists(st.tuples(PRICES, st.integers(1, 500), st.integers(0, 100), st.sampled_from([0, 9, 21])), min_size=1, max_size=12)


def order_of(lines, including):
    """An order whose sums are right, with the discount in percent of each line and VAT to the cent."""
    made = []
    for price, quantity, off, rate in lines:
        whole = price * quantity
        discount = round_money(whole * off / 100)
        amount = whole - discount
        vat = round_money(amount * rate / (100 + rate)) if including else round_money(amount * rate / 100)
        made.append({"sku": "A", "quantity": quantity, "unit_price": price, "discount": discount, "total": amount,
                     "taxes": [{"rate": rate, "amount": vat}]})  # fmt: skip
    total = sum(row["total"] + (0 if including else row["taxes"][0]["amount"]) for row in made)
    return {"reference": "#1", "prices_include_vat": including, "lines": made, "total": total}


@given(LINES, st.booleans())
def test_an_order_whose_sums_are_right_is_read_and_both_sides_differ_by_its_vat(lines, including):
    order = read_document(SalesOrder, order_of(lines, including))
    assert sum(line.amount_incl for line in order.lines) == order.total
    assert sum(line.amount_incl - line.amount_excl for line in order.lines) == sum(line.vat for line in order.lines)
    assert order.lines_total == order.total


@given(LINES, st.booleans(), st.integers(1, 10_000), st.sampled_from([1, -1]))
def test_a_total_that_is_off_by_a_cent_or_more_is_told_with_the_difference(lines, including, cents, sign):
    fields = order_of(lines, including)
    off = Decimal(cents).scaleb(-2)
    fields["total"] += sign * off
    with pytest.raises(MappingError) as caught:
        read_document(SalesOrder, fields)
    assert caught.value.message.endswith(f"a difference of {off}.")


@given(LINES, st.booleans(), st.integers(1, 10_000), st.data())
def test_a_line_that_is_off_is_named(lines, including, cents, data):
    fields = order_of(lines, including)
    place = data.draw(st.integers(0, len(lines) - 1))
    fields["lines"][place]["unit_price"] += Decimal(cents).scaleb(-2)
    with pytest.raises(MappingError, match=rf"line {place + 1} \(A\) comes to"):
        read_document(SalesOrder, fields)
