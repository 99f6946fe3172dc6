"""Whatever the order: its journal balances to the cent in every split, and so does what is sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from koppel import MappingError
from koppel_accountview.booking.journal import Books, Conventions, journal, page_lines, total_of
from koppel_accountview.booking.parts import Accounts, parts_of, split

BOOKS = Books("1210", {"1": "1600", "2": "1601"})
OWN = Accounts({"shipping": "8100", "discount": "8200", "gift_card": "2220"})
CONVENTIONS = [Conventions(*(bool(number >> bit & 1) for bit in range(4))) for number in range(16)]
CENTS = st.decimals(min_value=-10_000, max_value=10_000, places=2, allow_nan=False)


@st.composite
def a_line(draw: st.DrawFn) -> dict[str, Any]:
    rate, code = draw(st.sampled_from([("21", "1"), ("9", "2"), ("0", "0"), (None, "")]))
    vat = draw(CENTS) if code in ("1", "2") else Decimal(0)
    return {
        "kind": draw(st.sampled_from(["article", "shipping", "fee", "tip", "gift_card"])), "net": draw(CENTS), "vat": vat,
        "rate": rate, "vat_code": code, "account": draw(st.sampled_from(["8000", "8010"])), "text": draw(st.sampled_from(["", "Pot"])),
        "discount": draw(st.sampled_from([None, Decimal("0.01"), Decimal("3.33"), Decimal(500)])), "including": draw(st.booleans()),
        "cost_centre": draw(st.sampled_from(["", "WEB"])),
    }


def of(*lines: dict[str, Any], how: str = "recommended") -> list[tuple[str, Decimal, str]]:
    """Account, debit less credit, and VAT code of each line of the journal."""
    rows = journal(split(parts_of(lines, OWN), how), BOOKS)
    return [(row["account"], row["debit"] - row["credit"], row["vat_code"]) for row in rows]


def rows(*lines: tuple[str, str, str]) -> list[tuple[str, Decimal, str]]:
    return [(account, Decimal(amount), code) for account, amount, code in lines]


def booked(row: dict[str, Any], how: Conventions) -> Decimal:
    """What a line comes to with its VAT, read as the conventions say."""
    vat = Decimal(0) if how.own_vat_lines or how.gross else row.get("VAT_AMT", Decimal(0))
    return Decimal(row["AMOUNT"] + vat)


@pytest.mark.parametrize("how", ["recommended", "complex", "extreme"])
@settings(max_examples=40, deadline=None)
@given(lines=st.lists(a_line(), min_size=1, max_size=8))
def test_debit_equals_credit_and_the_debtor_owes_the_order(lines: list[dict[str, Any]], how: str) -> None:
    parts = split(parts_of(lines, OWN), how)
    made = journal(parts, BOOKS)
    owed = sum((line["net"] + line["vat"] for line in lines), Decimal(0))
    assert sum(row["debit"] for row in made) == sum(row["credit"] for row in made)
    assert total_of(parts) == owed
    assert all(row["debit"] >= 0 and row["credit"] >= 0 for row in made)


@pytest.mark.parametrize("how", ["simple", "recommended", "complex", "extreme"])
@settings(max_examples=40, deadline=None)
@given(lines=st.lists(a_line(), min_size=1, max_size=8), convention=st.sampled_from(CONVENTIONS))
def test_what_is_sent_balances_under_every_convention(lines: list[dict[str, Any]], how: str, convention: Conventions) -> None:
    if how == "simple":
        lines = [{**line, "vat_code": "1", "rate": "21", "account": "8000"} for line in lines]
    parts = split(parts_of(lines, OWN), how)
    made = page_lines(parts, BOOKS, convention)
    sign = 1 if convention.debit_positive else -1
    rest = sum((booked(row, convention) for row in made), Decimal(0))
    assert rest == (0 if convention.both_sides else -sign * total_of(parts))
    vat = sum((part.vat for part in parts), Decimal(0))
    own = sum((row["AMOUNT"] for row in made if row["ACCT_NR"] in ("1600", "1601")), Decimal(0))
    along = sum((row.get("VAT_AMT", Decimal(0)) for row in made), Decimal(0))
    assert -sign * vat == (own if convention.own_vat_lines else along)


POT = {"net": Decimal(100), "vat": Decimal(21), "rate": 21, "vat_code": "1", "account": "8000", "text": "Pot"}
BULB = {"net": Decimal(10), "vat": Decimal("0.90"), "rate": 9, "vat_code": "2", "account": "8010", "text": "Tulpenbol"}
POST = {"kind": "shipping", "net": Decimal(5), "vat": Decimal("1.05"), "rate": 21, "vat_code": "1", "account": "8000"}
CHEAP = {**POT, "discount": Decimal("12.10"), "including": True}


def test_simple_is_one_line_on_each_side() -> None:
    assert of(POT, CHEAP, POST, how="simple") == rows(
        ("1210", "248.05", ""), ("8000", "-205", "1"), ("1600", "-43.05", "1"),
    )  # fmt: skip


def test_simple_says_so_where_one_line_cannot_hold_the_order() -> None:
    with pytest.raises(MappingError, match="more than one VAT code") as caught:
        of(POT, BULB, how="simple")
    assert "recommended split" in caught.value.resolution
    with pytest.raises(MappingError, match="more than one revenue account"):
        of(POT, {**POT, "account": "8050"}, how="simple")


def test_recommended_shows_revenue_shipping_and_discount_by_vat_code() -> None:
    assert of(CHEAP, POT, BULB, POST) == rows(
        ("1210", "258.95", ""), ("8000", "-210", "1"), ("8200", "10", "1"), ("8010", "-10", "2"), ("8100", "-5", "1"),
        ("1600", "-43.05", "1"), ("1601", "-0.90", "2"),
    )  # fmt: skip


def test_complex_keeps_ledger_accounts_and_cost_centres_apart() -> None:
    made = of(POT, {**POT, "account": "8050"}, {**POT, "cost_centre": "WEB"}, how="complex")
    assert [row[0] for row in made] == ["1210", "8000", "8050", "8000", "1600"]


def test_extreme_gives_every_part_its_own_line() -> None:
    made = journal(split(parts_of([CHEAP, POT, POST], OWN), "extreme"), BOOKS)
    assert [row["text"] for row in made] == ["Debiteur", "Pot", "Korting Pot", "Pot", "Verzendkosten", "Btw"]


def test_a_discount_is_taken_apart_by_the_way_the_source_counts() -> None:
    net = {**CHEAP, "discount": Decimal(10), "including": False}
    assert of(net) == of(CHEAP)
    without = {**POT, "vat": Decimal(0), "vat_code": "0", "rate": 0, "discount": Decimal(10), "including": True}
    assert of(without) == rows(("1210", "100", ""), ("8000", "-110", "0"), ("8200", "10", "0"))


def test_an_order_of_nothing_has_two_sides_all_the_same() -> None:
    free = {**POT, "net": Decimal(0), "vat": Decimal(0)}
    assert len(of(free)) == 2
    assert [row["AMOUNT"] for row in page_lines(split(parts_of([free], OWN), "recommended"), BOOKS, Conventions())] == [0, 0]


@pytest.mark.parametrize(("name", "what"), [("account", "revenue account"), ("vat_code", "VAT code")])
def test_what_a_line_lacks_is_named_with_the_table_that_gives_it(name: str, what: str) -> None:
    with pytest.raises(MappingError, match=rf"Line 2 \(Pot\) has no {what}") as caught:
        of(BULB, {**POT, name: ""})
    assert f"{what.capitalize()}s" in caught.value.resolution
