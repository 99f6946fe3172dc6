"""Every transform does what its sentence says, and refuses in words what it cannot do."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from koppel.mapping import TRANSFORMS, TableEntry, Tables, Warned, describe

LATE = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
CASES: list[tuple[str, Any, tuple[Any, ...], Any]] = [
    ("strip", "  a b ", (), "a b"),
    ("lower", "ÀB", (), "àb"),
    ("upper", "straße", (), "STRASSE"),
    ("title", "jan's FIETSEN o'neil", (), "Jan's Fietsen O'neil"),
    ("text", Decimal("1E+3"), (), "1000"),
    ("text", True, (), "true"),
    ("text", LATE, (), "2026-01-31T23:30:00+00:00"),
    ("decimal", " 12.50 ", (), Decimal("12.50")),
    ("decimal", 12, (), Decimal(12)),
    ("decimal", "1.234,56", ("nl",), Decimal("1234.56")),
    ("decimal", 0.1, (), Decimal("0.1")),
    ("integer", "12.00", (), 12),
    ("money", "2.345", (), Decimal("2.35")),
    ("money", "-2.345", (), Decimal("-2.35")),
    ("money", 10, (0,), Decimal(10)),
    ("multiply", "1.10", (Decimal("1.1"),), Decimal("1.210")),
    ("divide", 1, (8,), Decimal("0.125")),
    ("add", "1.1", ("2.2",), Decimal("3.3")),
    ("negate", "1.10", (), Decimal("-1.10")),
    ("add_vat", "100", (21,), Decimal("121.00")),
    ("without_vat", "121.00", ("21",), Decimal(100)),
    ("join", ["a", None, "", 2], ("-",), "a-2"),
    ("join", [], (), ""),
    ("split", "a, b,,c", (), ["a", "b", "c"]),
    ("first", ["a", "b"], (), "a"),
    ("first", [], (), None),
    ("last", ("a", "b"), (), "b"),
    ("replace", "a.b.c", (".", "-"), "a-b-c"),
    ("prefix", 12, ("NR",), "NR12"),
    ("suffix", "a", (1,), "a1"),
    ("pad_left", 42, (5,), "00042"),
    ("pad_left", "abc", (2, " "), "abc"),
    ("or", None, ("x",), "x"),
    ("or", "", ("x",), "x"),
    ("or", 0, ("x",), 0),
    ("date", LATE, (), "2026-01-31"),
    ("date", LATE, ("Europe/Amsterdam",), "2026-02-01"),
    ("date", "2026-01-31T23:30:00Z", ("Europe/Amsterdam", "%d-%m-%Y"), "01-02-2026"),
    ("date", "2026-01-31", ("Europe/Amsterdam",), "2026-01-31"),
    ("datetime", "2026-01-31T23:30:00Z", (), LATE),
    ("datetime", "2026-01-31 23:30", (), LATE),
    ("datetime", "2026-02-01T00:30", ("Europe/Amsterdam",), LATE),
    ("datetime", date(2026, 1, 31), (), datetime(2026, 1, 31, tzinfo=UTC)),
    ("country", "nl", (), "NL"),
    ("country", "Nederland", (), "NL"),
    ("country", "the Netherlands", (), "NL"),
    ("country", "Pays-Bas", (), "NL"),
    ("country", "Belgique", (), "BE"),
    ("country", "België", (), "BE"),
    ("country", "Belgie", (), "BE"),
    ("country", "Österreich", (), "AT"),
    ("country", "DEU", (), "DE"),
    ("country", "nld", (), "NL"),
    ("country", "UK", (), "GB"),
    ("country", "EL", (), "GR"),
    ("language", "nl_NL", (), "nl"),
    ("language", "Nederlands", (), "nl"),
    ("language", "français", (), "fr"),
    ("language", "German", (), "de"),
    ("postcode_nl", "1234ab", (), "1234 AB"),
    ("postcode_nl", "1234  AB", (), "1234 AB"),
    ("postcode_nl", "B-9000", (), "B-9000"),
    ("phone", "+31 (0)6-12 34 56 78", (), "+31612345678"),
    ("phone", "0031 6 12345678", (), "+31612345678"),
    ("phone", "06-12345678", ("nl",), "+31612345678"),
    ("phone", "06-12345678", (), "0612345678"),
    ("digits", "NL 12.34", (), "1234"),
    ("one_line", "a\n  b\tc", (), "a b c"),
    ("vat_number", "nl 1234.56.789.b01", (), "NL123456789B01"),
    ("vat_number", "123456789B01", ("nl",), "NL123456789B01"),
    ("vat_number", "BE 0411.905.847", (), "BE0411905847"),
    ("vat_number", "CHE-123.456.788 MWST", (), "CHE123456788MWST"),
    ("ean", " 4006381333931", (), "4006381333931"),
    ("ean", "96385074", (), "96385074"),
    ("html_to_text", "<p>Een <b>rode</b>&nbsp;stoel</p><ul><li>hout</li><li>2&times;</li></ul><script>x()</script>", (), "Een rode stoel\n\n- hout\n- 2×"),
    ("html_to_text", "a<br>b &lt;c&gt;", (), "a\nb <c>"),
    ("html_to_text", "5 < 6 <a title='a > b' href=\"x\">link</a> <!-- <p>no</p> --> end <b", (), "5 < 6 link end"),
    ("html_to_text", "<STYLE>p{}</style>a<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", (), "a\n\n1 2\n3"),
    ("html_to_text", "<p>a</p><p class='x>b</p>c", (), "a\n\nb\n\nc"),
    ("html_to_text", "<![if mso]>a<![endif]><script>no end", (), "a"),
    ("yes_no", "Ja", (), True),
    ("yes_no", False, ("J", "N"), "N"),
    ("yes_no", 1, ("J", "N"), "J"),
    ("lookup", "Ideal ", ({"ideal": "1", "*": "9"},), "1"),
    ("lookup", "bank", ({"ideal": "1", "*": "9"},), "9"),
    ("lookup", "bank", ({"ideal": "1"},), None),
    ("lookup", 21, ({21: "H"},), "H"),
    ("lookup", None, ({"*": "9"},), None),
    ("lookup", "", ({"": "none"},), "none"),
    ("street", "Keizersgracht 12-A", (), "Keizersgracht"),
    ("house_number", "Keizersgracht 12-A", (), "12"),
    ("addition", "Keizersgracht 12-A", (), "A"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "arguments", "result"), CASES)
def test_a_transform_makes_its_value(name: str, value: Any, arguments: tuple[Any, ...], result: Any) -> None:
    made = TRANSFORMS[name](value, *arguments)
    assert made == result
    assert type(made) is type(result)


@pytest.mark.parametrize(
    ("name", "value", "arguments", "words"),
    [
        ("decimal", "12,50", (), "'12,50' is no number"),
        ("decimal", "x", ("nl",), "in the language"),
        ("decimal", "1", ("xx_YY",), "in the language"),
        ("decimal", True, (), "is no number"),
        ("decimal", Decimal("1E+999999999"), (), "at most 60 digits"),
        ("text", Decimal("1E+999999999"), (), "at most 60 digits"),
        ("text", {"a": 1}, (), "is no text"),
        ("integer", "1.5", (), "no whole number"),
        ("money", "1", (99,), "decimals"),
        ("add_vat", 1, (2100,), "no VAT rate"),
        ("cut", "a", ("x",), "whole number"),
        ("pad_left", "a", (10**9,), "longer than"),
        ("pad_left", "a", (5, "xy"), "one character"),
        ("replace", "a", ("", "b"), "piece of text"),
        ("replace", "a" * 10**5, ("a", "b" * 1000), "longer than"),
        ("split", "a", ("",), "separator"),
        ("date", "yesterday", (), "'yesterday' is no date"),
        ("date", LATE, ("Mars/Base",), "no time zone"),
        ("country", "Atlantis", (), "'Atlantis' is no country"),
        ("country", "ZZZ", (), "is no country"),
        ("language", "Klinkers", (), "is no language"),
        ("yes_no", "perhaps", (), "neither yes nor no"),
        ("lookup", "a", ("b",), "lookup wants"),
    ],
)
def test_a_transform_refuses_in_words(name: str, value: Any, arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        TRANSFORMS[name](value, *arguments)


def test_cut_and_ean_warn() -> None:
    assert TRANSFORMS["cut"]("abc", 3) == "abc"
    assert TRANSFORMS["cut"]("abcd", 3) == Warned("abc", "{field} was shortened to 3 characters.")
    assert TRANSFORMS["ean"]("4006381333930") == Warned(
        None, "{field}: 4006381333930 is no valid EAN and was left out."
    )


def test_table_asks_the_tables() -> None:
    tables = Tables([TableEntry("payment_term", {"method": "ideal"}, "00")])
    assert TRANSFORMS["table"]("iDEAL", "payment_term", tables=tables) == "00"


def test_division_by_zero_is_an_arithmetic_error() -> None:
    with pytest.raises(ZeroDivisionError):
        TRANSFORMS["divide"](1, 0)


def test_every_transform_is_described_in_a_sentence() -> None:
    described = {one.name: one for one in describe()}
    assert described.keys() == TRANSFORMS.keys()
    for one in described.values():
        assert one.sentence.endswith(".")
        assert len(one.sentence) > 15
    assert described["cut"].usage == "cut(length)"
    assert described["pad_left"].usage == "pad_left(length, character='0')"
    assert described["table"].usage == "table(name)"
    assert described["lookup"].usage == "lookup(lists…, pairs…)"


def test_a_plugins_transform_is_described_too() -> None:
    def exact_price(value: Any, factor: int = 1) -> Any:
        """Make the price per unit."""

    (one,) = describe({"exact_price": exact_price})
    assert (one.usage, one.sentence) == ("exact_price(factor=1)", "Make the price per unit.")


@given(st.text(max_size=200))
def test_no_text_makes_a_transform_crash(value: str) -> None:
    for name in ("strip", "title", "decimal", "integer", "date", "datetime", "country", "language", "postcode_nl", "phone",
                 "vat_number", "ean", "html_to_text", "yes_no", "digits", "split", "street", "one_line"):  # fmt: skip
        assert refusal(name, value).endswith(".")


def refusal(name: str, value: str) -> str:
    """Why a transform refuses a value; a point when it does not."""
    try:
        TRANSFORMS[name](value)
    except ValueError as error:
        return str(error)
    return "."


@given(st.decimals(0, 10**7, places=2), st.sampled_from([0, 6, 9, 12, 20, 21, "19.6"]))
def test_vat_on_and_off_again_is_the_same_amount(amount: Decimal, rate: Any) -> None:
    with_vat = TRANSFORMS["add_vat"](amount, rate)
    assert TRANSFORMS["money"](TRANSFORMS["without_vat"](with_vat, rate)) == amount


@pytest.mark.parametrize(
    "text",
    [
        "<" * 50_000,
        "<a " * 20_000,
        "&" * 50_000,
        "<!--" * 10_000,
        "<p>" * 30_000,
        "<![" * 20_000,
        '<a "><a "">' * 9_000 + "'",
        "<script>" * 20_000,
        "<a '>" * 20_000,
        "<p>&#9" * 20_000,
    ],
)
def test_broken_html_costs_no_minutes(text: str) -> None:
    before = time.process_time()
    assert isinstance(TRANSFORMS["html_to_text"](text), str)
    assert time.process_time() - before < 1
