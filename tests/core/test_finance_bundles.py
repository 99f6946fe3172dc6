"""Bundles kept or taken apart: to the cent, per VAT rate, whatever they cost."""

from collections import defaultdict
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from koppel.documents import CreditNote, Line, SalesOrder, Tax
from koppel.documents.bundle import Bundle, Component
from koppel.documents.money import round_money, shared_out
from koppel.finance.bundles import exploded, kept
from koppel.runner.lines import bundled
from koppel.runner.policy import read_policy
from support.profiles import examples

CENT = Decimal("0.01")
CENTS = st.integers(0, 100_000).map(lambda cents: Decimal(cents) / 100)
RATES = st.sampled_from([Decimal(21), Decimal(9), Decimal(0)])


def line(sku, total, *, rate="21", vat=None, quantity=1, discount=0, bundle=None, **more):
    """A line with VAT in its price, the amount reckoned where it is not given."""
    total, rate = Decimal(str(total)), Decimal(rate)
    vat = round_money(total * rate / (100 + rate)) if vat is None else Decimal(str(vat))
    price = (total + Decimal(str(discount))) / quantity
    return Line(sku=sku, quantity=quantity, unit_price=price, discount=discount, total=total, taxes=[Tax(rate=rate, amount=vat)], bundle=bundle, **more)


def part_of(pieces=1, parts=2, sku="BOX", key="1"):
    return Bundle(source_id=key, sku=sku, description="Gift box", pieces=pieces, parts=parts)


def sums(lines):
    """Total, discount and VAT per rate."""
    vat = defaultdict(Decimal)
    for one in lines:
        for tax in one.taxes:
            vat[tax.rate] += tax.amount
    return sum(one.total for one in lines), sum(one.discount for one in lines), {rate: amount for rate, amount in vat.items() if amount}


def test_the_parts_of_a_bundle_become_one_line_on_its_own_article():
    parts = [line("SOAP", "11.00", quantity=4, discount="1.00", bundle=part_of(2)), line("CANDLE", "8.95", quantity=2, bundle=part_of(1))]
    (one, other), apart = kept([*parts, line("POT", "12.10")])
    assert (one.sku, one.description, one.quantity, one.discount, one.total) == ("BOX", "Gift box", 2, 1, Decimal("19.95"))
    assert one.unit_price * 2 - one.discount == Decimal("19.95")
    assert one.vat == parts[0].vat + parts[1].vat
    assert (other.sku, apart) == ("POT", [])


def test_two_boxes_of_one_order_stay_two_lines():
    lines = [line("SOAP", 5, bundle=part_of(key=key)) for key in "1212"]
    made, _ = kept(lines)
    assert [(one.sku, one.total) for one in made] == [("BOX", 10), ("BOX", 10)]


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ([line("SOAP", 5, bundle=part_of()), line("BOOK", 5, rate="9", bundle=part_of())], "their VAT is 9 % and 21 %"),
        ([line("SOAP", 5, bundle=part_of(parts=3)), line("CANDLE", 5, bundle=part_of(parts=3))], "it is not whole here"),
        ([line("SOAP", 5, quantity=3, bundle=part_of(2)), line("CANDLE", 5, bundle=part_of())], "it is not whole here"),
        ([line("SOAP", 5, bundle=part_of(2)), line("CANDLE", 5, bundle=part_of(2))], "it is not whole here"),
        ([line("SOAP", 5, bundle=part_of()), line("", 5, rate="0", kind="gift_card", bundle=part_of())], "not all of them are goods"),
    ],
)
def test_a_bundle_that_cannot_be_one_line_stays_in_its_parts_and_says_why(parts, why):
    made, (apart,) = kept(parts)
    assert made == parts
    assert str(apart) == f"The bundle BOX is booked in its parts: {why}."


def test_a_part_that_came_free_goes_along_at_the_rate_of_the_others():
    made, apart = kept([line("CARD", 0, rate="21", bundle=part_of()), line("BOOK", "10.90", rate="9", bundle=part_of())])
    assert ([(one.sku, one.total, one.vat_rate, one.vat) for one in made], apart) == ([("BOX", Decimal("10.90"), 9, Decimal("0.90"))], [])


def test_a_bundle_has_the_group_that_all_of_its_parts_have():
    (one,), _ = kept([line("SOAP", 5, bundle=part_of(), group="BATH", vendor="A"), line("OIL", 5, bundle=part_of(), group="BATH", vendor="B")])
    assert (one.group, one.vendor) == ("BATH", "")


def test_an_article_is_taken_apart_by_what_its_parts_cost_by_themselves():
    box = line("BOX", "20.00", quantity=2, discount="4.00", components=[
        Component(sku="SOAP", quantity=2, price="3.00"), Component(sku="CANDLE", price="6.00"), Component(sku="CARD", price="0.00"),
    ])  # fmt: skip
    soap, candle, card = exploded([box])
    assert [(one.sku, one.quantity, one.total, one.discount) for one in (soap, candle, card)] == [
        ("SOAP", 4, 10, 2), ("CANDLE", 2, 10, 2), ("CARD", 2, 0, 0)
    ]  # fmt: skip
    assert sums([soap, candle, card]) == sums([box])


def test_parts_without_any_price_weigh_the_same_per_piece():
    box = line("BOX", "9.00", components=[Component(sku="SOAP", quantity=2), Component(sku="CANDLE")])
    assert [one.total for one in exploded([box])] == [6, 3]


def test_an_entry_of_either_kind_is_left_as_it_is_where_nothing_is_chosen():
    order = SalesOrder(total=10, lines=[line("SOAP", 5, bundle=part_of()), line("OIL", 5, bundle=part_of())])
    assert bundled(read_policy({}, "orders"), order) == []
    assert [one.sku for one in order.lines] == ["SOAP", "OIL"]


@pytest.mark.parametrize(("back", "wanted"), [([("SOAP", 2, "5.50"), ("OIL", 1, "4.45")], [("BOX", 1)]), ([("SOAP", 2, "5.50")], [("SOAP", 2)])])
def test_a_whole_bundle_that_came_back_is_credited_as_one_and_a_part_of_it_as_that_part(back, wanted):
    pieces = {"SOAP": 2, "OIL": 1}
    lines = [line(sku, total, quantity=count, bundle=part_of(pieces[sku])) for sku, count, total in back]
    note = CreditNote(total=sum(one.total for one in lines), lines=lines)
    bundled(read_policy({"bundles": "keep"}, "credits"), note)
    assert [(one.sku, one.quantity) for one in note.lines] == wanted


@st.composite
def bundles(draw):
    """An order of a few bundles and loose articles: parts with VAT of one or more rates, discounts, free parts."""
    lines = []
    for key in range(draw(st.integers(1, 4))):
        count, parts = draw(st.integers(1, 5)), draw(st.integers(1, 6))
        rates = draw(st.lists(RATES, min_size=1, max_size=2))
        for _ in range(parts):
            pieces, rate = draw(st.integers(1, 4)), draw(st.sampled_from(rates))
            lines.append(line(
                draw(st.sampled_from("ABCDEF")), draw(CENTS), rate=rate, quantity=count * pieces, discount=draw(CENTS),
                bundle=part_of(pieces, parts, key=str(key)),
            ))  # fmt: skip
    for _ in range(draw(st.integers(0, 3))):
        made = draw(st.lists(st.builds(Component, sku=st.sampled_from("ABCDEF"), quantity=st.integers(1, 4), price=CENTS), max_size=6))
        lines.append(line("WHOLE", draw(CENTS), rate=draw(RATES), quantity=draw(st.integers(1, 5)), discount=draw(CENTS), components=made))
    return draw(st.permutations(lines))


@settings(max_examples=examples(300), deadline=None)
@given(bundles(), st.sampled_from(["keep", "explode"]))
def test_any_bundle_with_any_prices_comes_to_the_cent_per_vat_rate(lines, how):
    order = SalesOrder(total=sum(one.total for one in lines), lines=lines)
    before = sums(order.lines)
    apart = bundled(read_policy({"bundles": how}, "orders"), order)  # the order proves its own sums here
    assert sums(order.lines) == before
    assert all(one.total == round_money(one.total) and one.discount >= 0 and one.total >= 0 for one in order.lines)
    if how == "keep":
        alike = {bundle.source_id for bundle in (one.bundle for one in lines) if bundle} - {one.bundle.source_id for one in apart}
        assert sorted(one.source_id for one in order.lines if one.sku == "BOX") == sorted(alike)
    else:
        assert not any(one.components for one in order.lines)


@settings(max_examples=examples(300), deadline=None)
@given(CENTS, st.lists(CENTS, min_size=1, max_size=12).filter(any), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_shares_come_to_the_amount_none_is_a_coin_off_and_nothing_goes_to_what_weighs_nothing(amount, weights, currency):
    shares = shared_out(amount, weights, currency)
    coin = {"EUR": CENT, "JPY": Decimal(1), "KWD": Decimal("0.001")}[currency]
    assert sum(shares) == amount
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - amount * weight / sum(weights)) < 2 * coin
        assert weight or not share
