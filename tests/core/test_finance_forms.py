"""Delivery costs over the rates of the goods, gift cards that are used, and what a line is for VAT."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from koppel.documents import Line, SalesOrder, Tax
from koppel.documents.history import Paid
from koppel.documents.money import round_money
from koppel.finance.giftcards import without_gift_cards
from koppel.finance.shipping import SPLIT, shipping_taxed
from koppel.finance.supplies import supplies
from koppel.runner.lines import arranged
from koppel.runner.policy import Policy, read_policy

RATES = st.sampled_from([Decimal(rate) for rate in ("0", "6", "9", "12", "19", "21")])
CENTS = st.integers(1, 500_000).map(lambda cents: Decimal(cents) / 100)


def line(kind, gross, rate, included=True, **more):
    vat = round_money(gross * rate / (100 + rate))
    price = gross if included else gross - vat
    return Line(kind=kind, unit_price=price, total=price, taxes=[Tax(rate=rate, amount=vat)], **more)


def order(*lines, included=True, **more):
    total = sum((one.total + (0 if included else one.vat) for one in lines), Decimal(0))
    return SalesOrder(lines=list(lines), prices_include_vat=included, total=total, **more)


@given(st.lists(st.tuples(CENTS, RATES), min_size=1, max_size=6), CENTS, RATES, st.booleans())
def test_fin_06_split_delivery_keeps_every_cent_and_adds_up_by_rate(goods, cost, rate, included):
    before = order(*(line("article", *one, included) for one in goods), line("shipping", cost, rate, included), included=included)
    after = shipping_taxed(before.lines, SPLIT, included)
    again = order(*after, included=included)
    assert again.total == before.total
    parts = [one for one in after if one.kind == "shipping"]
    assert {one.vat_rate for one in parts} <= {one[1] for one in goods}
    for one in parts:
        gross = one.total if included else one.total + one.vat
        assert abs(one.vat - gross * one.vat_rate / (100 + one.vat_rate)) <= Decimal("0.005")


def test_fin_06_delivery_at_a_fixed_rate_and_none_where_the_goods_have_none():
    at_home = order(line("article", Decimal("10.90"), Decimal(9)), line("shipping", Decimal("6.95"), Decimal(9)))
    (_, delivery) = shipping_taxed(at_home.lines, Decimal(21), True)
    assert (delivery.vat_rate, delivery.vat, delivery.total) == (21, Decimal("1.21"), Decimal("6.95"))
    abroad = order(line("article", Decimal("10.00"), Decimal(0)), line("shipping", Decimal("6.95"), Decimal(0)))
    assert shipping_taxed(abroad.lines, Decimal(21), True)[1].vat == 0


def test_fin_06_goods_of_an_unknown_rate_split_nothing():
    lines = [Line(kind="article", unit_price=5, total=5), line("shipping", Decimal("6.95"), Decimal(21))]
    made = order(*lines)
    assert shipping_taxed(made.lines, SPLIT, True) == made.lines


def test_fin_09_a_gift_card_that_is_used_is_a_payment_or_a_line_below_zero():
    paid = [Paid(amount=Decimal("25.00"), gift_card=True), Paid(amount=Decimal("10.15"), method="iDEAL")]
    made = order(line("article", Decimal("35.15"), Decimal(21)), payments=paid)
    assert arranged(Policy(), made).total == Decimal("35.15")
    less = without_gift_cards(made)
    assert (less.total, less.lines_total) == (Decimal("10.15"), Decimal("10.15"))
    assert (less.lines[-1].kind, less.lines[-1].total, less.lines[-1].vat) == ("gift_card", Decimal("-25.00"), 0)


def test_what_a_line_is_for_vat():
    goods = [Line(kind="article", total=0), Line(kind="article", total=0, goods="services"), Line(kind="shipping", total=0)]
    assert supplies(goods) == ["goods", "services", "goods"]
    assert supplies([*goods[1:], Line(kind="gift_card", total=0)]) == ["services", "services", "voucher"]


def test_fin_07_a_deposit_and_a_service_are_known_by_the_settings():
    policy = read_policy({"deposit_skus": "KRAT, FLES", "service_groups": "Cursus en advies"}, "orders")
    made = order(line("article", Decimal(1), Decimal(0), sku="FLES"), line("article", Decimal(1), Decimal(21), group="cursus en advies"))
    assert [(one.kind, one.goods) for one in arranged(policy, made).lines] == [("deposit", ""), ("article", "services")]


@pytest.mark.parametrize(("kind", "sku", "form"), [
    ("shipping", "", "ledger"), ("tip", "", "charge"), ("fee", "", "article"), ("article", "", "ledger"), ("article", "A", "article"),
])
def test_fin_06_and_ord_17_each_kind_is_booked_as_the_flow_says(kind, sku, form):
    policy = read_policy({"on_ledger": "shipping custom", "as_charge": "tip"}, "orders")
    assert policy.line_form(kind, sku) == form
