"""Payments of the shop beside those of the books: summed per method and currency, and each difference named."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from koppel.finance.takings import Paid, compare_takings

AMOUNTS = st.integers(-5000, 5000).map(lambda cents: Decimal(cents) / 100)


def paid(number: int, received: str | Decimal, method: str = "iDEAL", currency: str = "EUR") -> Paid:
    return Paid(f"#{number}-P1", str(number), f"#{number}", method, currency, Decimal(received))


def test_what_is_missing_double_or_another_amount_is_named_with_its_order() -> None:
    made = [paid(1, "10.00"), paid(2, "20.00"), paid(3, "30.00"), paid(4, "-5.00")]
    found = compare_takings(made, {"#1-P1": [Decimal("10.00")], "#2-P1": [Decimal("20.00")] * 2, "#3-P1": [Decimal("30.01")]})
    assert [(one.order, one.kind, one.here, one.there) for one in found.differences] == [
        ("#2", "double", Decimal("20.00"), Decimal("40.00")), ("#3", "amount", Decimal("30.00"), Decimal("30.01")),
        ("#4", "missing", Decimal("-5.00"), None),
    ]  # fmt: skip
    assert (found.equal, found.compared) == (1, 4)


def test_sums_are_per_method_and_currency_and_currencies_are_never_added() -> None:
    made = [paid(1, "10.00"), paid(2, "5.00", "cash"), paid(3, "7.00", currency="USD"), paid(4, "-2.00")]
    found = compare_takings(made, {one.reference: [one.received] for one in made[:3]})
    assert [(row.key, row.currency, row.here, row.there, row.difference) for row in found.rows] == [
        ("cash", "EUR", 5, 5, 0), ("iDEAL", "EUR", 8, 10, 2), ("iDEAL", "USD", 7, 7, 0),
    ]  # fmt: skip


@given(st.lists(st.tuples(AMOUNTS, st.lists(AMOUNTS, max_size=2), st.sampled_from(["iDEAL", "cash"])), max_size=8))
def test_the_named_payments_explain_every_difference_between_the_sums(rows: list[tuple[Decimal, list[Decimal], str]]) -> None:
    made = [paid(number, amount, method) for number, (amount, _, method) in enumerate(rows)]
    found = compare_takings(made, {f"#{number}-P1": there for number, (_, there, _) in enumerate(rows) if there})
    for row in found.rows:
        mine = [one for one in found.differences if one.method == row.key]
        assert row.difference == sum(((one.there or Decimal(0)) - one.here for one in mine), Decimal(0))
