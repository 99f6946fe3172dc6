"""A month of the shop beside a month of the books: exactly what differs is named, with its reason."""

import tracemalloc
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from koppel.actions.reconcile import reconcile
from koppel.errors import ConfigurationError
from koppel.store.models import Rule
from support.pair import _rule, an_order, make_pair

PAYMENTS = ("payments[]", "payments[].method", "payments[].amount", "payments[].gift_card")
FIRST = datetime(2026, 10, 1, 10, tzinfo=UTC)


@pytest.fixture
def pair(tmp_path):
    made = make_pair(tmp_path)
    made.shop.page_size = made.ledger.page_size = 1000
    with made.site.db.write() as session:
        for system in ("shop", "ledger"):
            session.add_all(
                Rule(system=system, direction="inbound", resource="sales_order", target=name, position=99, spec={"from": name})
                for name in ("ordered_at", "currency")
            )
    yield made
    made.site.close()


def an_order_of(number, total="12.10", vat="2.10", **more):
    line = {"sku": "A", "description": "A", "kind": "article", "quantity": 1, "unit_price": total, "total": total,
            "taxes": [{"rate": "21", "amount": vat}]}  # fmt: skip
    moment = (FIRST + timedelta(minutes=number * 8)).isoformat()
    return an_order(number, total=total, lines=[line], ordered_at=moment, currency="EUR", payment_method="iDEAL", **more)


def both(pair, number, **there):
    pair.shop.add("sales_order", **an_order_of(number))
    pair.ledger.add("sales_order", **an_order_of(number, **there))


def october(pair):
    name = pair.flow("sales_order", release=["paid", "refunded"])
    return reconcile(pair.site, name, date(2026, 10, 1), date(2026, 10, 31))


def test_of_five_thousand_orders_exactly_the_seventeen_that_differ_are_named(pair):
    planted = {}
    for number in range(1, 5001):
        key = f"#{number}"
        if number in (100, 200, 300, 400):
            pair.shop.add("sales_order", **an_order_of(number))
            planted[key] = "missing"
        elif number in (500, 600):
            both(pair, number)
            pair.ledger.add("sales_order", **an_order_of(number))
            planted[key] = "double"
        elif number in (700, 800, 900):
            both(pair, number, total="12.11")
            planted[key] = "rounding"
        elif number in (1000, 1100):
            both(pair, number, total="22.10")
            planted[key] = "amount"
        elif number == 1200:
            both(pair, number, vat="1.00")
            planted[key] = "vat"
        elif number == 1300:
            pair.shop.add("sales_order", **an_order_of(number, cancelled=True))
            pair.ledger.add("sales_order", **an_order_of(number))
            planted[key] = "cancelled"
        elif number in (1400, 1500):
            pair.ledger.add("sales_order", **an_order_of(number))
            planted[key] = "only_there"
        elif number in (1600, 1700):
            pair.shop.add("sales_order", **an_order_of(number, total="10.00", vat="1.74", financial_status="refunded"))
            pair.ledger.add("sales_order", **an_order_of(number))
            planted[key] = "edited"
        else:
            both(pair, number)
    result = october(pair)
    assert {one.difference.reference: one.difference.kind for one in result.explained} == planted
    assert len(planted) == 17
    assert (result.report.equal, result.compared, result.unreadable) == (4983, 5000, ())
    assert all(one.why for one in result.explained)


def test_sums_per_rate_country_method_and_currency_show_what_is_missing(pair):
    both(pair, 1)
    pair.shop.add("sales_order", **an_order_of(2))
    rows = {name: [(row.key, row.here, row.there, row.difference) for row in group] for name, group in october(pair).report.rows.items()}
    missing = (Decimal("24.20"), Decimal("12.10"), Decimal("-12.10"))
    assert rows["vat"] == [("21 %", Decimal("4.20"), Decimal("2.10"), Decimal("-2.10"))]
    assert [rows[name] for name in ("country", "method", "currency")] == [
        [("NL", *missing)], [("iDEAL", *missing)], [("EUR", *missing)],
    ]  # fmt: skip


def test_sums_of_several_currencies_are_never_added(pair):
    both(pair, 1)
    pounds = {**an_order_of(2, total="24.20", vat="4.20"), "currency": "GBP"}
    for world in (pair.shop, pair.ledger):
        world.add("sales_order", **pounds)
    result = october(pair)
    assert (result.explained, result.compared) == ((), 2)
    rows = {name: [(row.key, row.currency, row.here, row.there) for row in group] for name, group in result.report.rows.items()}
    euros, sterling = (Decimal("12.10"),) * 2, (Decimal("24.20"),) * 2
    assert rows["country"] == [("NL", "EUR", *euros), ("NL", "GBP", *sterling)]
    assert rows["currency"] == [("EUR", "EUR", *euros), ("GBP", "GBP", *sterling)]
    assert [row[:2] for row in rows["vat"]] == [("21 %", "EUR"), ("21 %", "GBP")]


def test_what_was_paid_with_a_gift_card_is_compared_as_it_is_booked(pair):
    with pair.site.db.write() as session:
        session.add_all(_rule("shop", "inbound", "sales_order", 90 + place, name) for place, name in enumerate(PAYMENTS))
    paid = [{"method": "gift_card", "amount": "10.00", "gift_card": True}, {"method": "iDEAL", "amount": "2.10"}]
    pair.shop.add("sales_order", **an_order_of(1), payments=paid)
    pair.ledger.add("sales_order", **an_order_of(1, total="2.10", vat="2.10"))
    name = pair.flow("sales_order", release=["paid"], gift_cards="line")
    assert reconcile(pair.site, name, date(2026, 10, 1), date(2026, 10, 31)).explained == ()
    whole = pair.flow("sales_order", name="whole", release=["paid"])
    (one,) = reconcile(pair.site, whole, date(2026, 10, 1), date(2026, 10, 31)).explained
    assert one.difference.kind == "amount"


def test_a_period_of_any_length_takes_little_memory_and_tells_how_far_it_is(pair):
    for number in range(1, 5001):
        both(pair, number)
    told = []
    tracemalloc.start()
    pair.shop.page_size = pair.ledger.page_size = 250
    name = pair.flow("sales_order", release=["paid", "refunded"])
    result = reconcile(pair.site, name, date(2026, 10, 1), date(2026, 10, 31), told.append)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (result.report.equal, told[-1]) == (5000, 10_000)
    assert told == sorted(told)
    assert peak < 40_000_000, f"{peak / 1e6:.0f} MB"


def test_what_is_missing_says_why_it_waits(pair):
    pair.shop.add("sales_order", **an_order_of(1))
    name = pair.flow("sales_order")
    pair.run(name)
    (one,) = reconcile(pair.site, name, date(2026, 10, 1), date(2026, 10, 31)).explained
    assert (one.difference.kind, one.why) == ("missing", "SKU A is not in Ledger.")


def test_days_are_the_shops_own_and_orders_that_are_not_to_be_sent_are_not_missed(pair):
    late = datetime(2026, 10, 31, 23, 30, tzinfo=UTC).isoformat()  # the first of November in Amsterdam
    pair.shop.add("sales_order", **{**an_order_of(1), "ordered_at": late})
    pair.shop.add("sales_order", **an_order_of(2, financial_status="pending"))
    pair.shop.add("sales_order", **an_order_of(3, cancelled=True))
    result = october(pair)
    assert (result.compared, result.explained) == (0, ())


def test_what_cannot_be_read_is_named_and_the_rest_is_compared(pair):
    both(pair, 1)
    pair.ledger.add("sales_order", **{**an_order_of(2), "total": "99.00"})
    result = october(pair)
    assert result.report.equal == 1
    assert len(result.unreadable) == 1
    assert "does not add up" in result.unreadable[0]


def test_a_flow_of_articles_cannot_be_compared_and_says_so(pair):
    with pytest.raises(ConfigurationError, match="cannot be compared"):
        reconcile(pair.site, pair.flow("product"), date(2026, 10, 1), date(2026, 10, 31))


def test_invoice_numbers_that_are_missing_or_double_in_the_books_are_named(pair):
    names = ["reference", "total", "number", "ordered_at", "currency", "lines[]", "lines[].sku", "lines[].unit_price", "lines[].total"]
    with pair.site.db.write() as session:
        session.add_all(_rule("ledger", "inbound", "sales_invoice", place, name) for place, name in enumerate(names))
    for number, theirs in ((1, "F26-001"), (2, "F26-002"), (3, "F26-004"), (4, "F26-004")):
        pair.shop.add("sales_order", **an_order_of(number))
        pair.ledger.add("sales_invoice", **an_order_of(number), number=theirs)
    name = pair.flow("sales_order", document="sales_invoice")
    (series,) = reconcile(pair.site, name, date(2026, 10, 1), date(2026, 10, 31)).series
    assert series.gaps == (("F26-003", "F26-003"),)
    assert series.doubles == ("F26-004",)
