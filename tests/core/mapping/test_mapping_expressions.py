"""Expressions: exact numbers, safe with missing values, and words that help."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from koppel.errors import MappingError
from koppel.mapping import Expression, TableEntry, Tables

RECORD: dict[str, Any] = {
    "one": 1,
    "price": Decimal("2.50"),
    "amount": "12.50",
    "float": 0.1,
    "name": "Jan",
    "none": None,
    "empty": "",
    "tags": ["red", "sale"],
    "address": {"city": "Gent", "items": "a field called items"},
    "at": datetime(2026, 1, 31, 23, 30, tzinfo=UTC),
    "lines": [
        {"kind": "article", "total": Decimal("1.10")},
        {"kind": "fee", "total": "2.20"},
        {"kind": "fee", "total": None},
    ],
}


def value(text: str, **more: Any) -> Any:
    """What an expression gives for the record above."""
    return Expression(text).run(record=RECORD, **more)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1.20", "1.20"),
        ("1.1 + 2.2", "3.3"),
        ("0.12345678901234567890123 * 1", "0.12345678901234567890123"),
        ("1 / 4", "0.25"),
        ("1 / 3", "0.3333333333333333333333333333"),
        ("7 // 2", "3"),
        ("7 % 4", "3"),
        ("2 ** 3", "8"),
        ("-record.price", "-2.50"),
        ("record.price * 2", "5.00"),
        ("record.amount * 2", "25.00"),
        ("record.price + record.amount", "15.00"),
        ("record.float + record.float + record.float", "0.3"),
        ("record.float", "0.1"),
        ("round(2.345, 2)", "2.35"),
        ("round(-2.345, 2)", "-2.35"),
        ("(2.5)|round", "3"),
        ("decimal('1.20')", "1.20"),
        ("record.amount|decimal", "12.50"),
        ("abs(-3.5)", "3.5"),
        ("integer('12.9')", "12"),
        ("max(1, 2.5, record.none)", "2.5"),
        ("min([3, 2])", "2"),
        ("sum(record.lines, 'total')", "3.30"),
        ("record.lines|selectattr('kind', 'equalto', 'fee')|map(attribute='total')|sum", "2.20"),
        ("where(record.lines, 'kind', 'article')[0].total", "1.10"),
        ("record.tags|length", "2"),
        ("record.at.year", "2026"),
    ],
)
def test_numbers_are_exact_and_never_float(text: str, result: str) -> None:
    found = value(text)
    assert type(found) in (int, Decimal)
    assert str(found) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("record.missing", None),
        ("record.missing.deeper.still[0]", None),
        ("record.missing + 1", None),
        ("record.none * record.price", None),
        ("-record.none", None),
        ("record.none < 5", False),
        ("record.none >= 5", False),
        ("record.none == none", True),
        ("record.none is none", True),
        ("record.missing is defined", False),
        ("record.missing == ''", False),
        ("'x' in record.missing", False),
        ("record.missing ~ 'x' ~ record.price", "x2.50"),
        ("record.missing or record.empty or 'third'", "third"),
        ("record.missing|default('d')", "d"),
        ("record.empty|default('d', true)", "d"),
        ("record.missing|upper", None),
        ("record.missing.upper()", None),
        ("record.missing|length", 0),
        ("sum(record.missing, 'total')", 0),
        ("record.name.upper", None),
        ("item.sku", None),
        ("'yes' if record.missing", None),
    ],
)
def test_what_is_missing_is_none_and_hurts_nobody(text: str, result: Any) -> None:
    assert value(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("record.address.city", "Gent"),
        ("record.address['city']", "Gent"),
        ("record.address.items", "a field called items"),
        ("record.name[0] ~ record.name[-1]", "Jn"),
        ("record.name[0:2]", "Ja"),
        ("record.name.lower().startswith('j')", True),
        ("record.name|replace('J', 'K')", "Kan"),
        ("'a;b; c'|split(';')", ["a", "b", "c"]),
        ("record.tags|join(', ')", "red, sale"),
        ("'sale' in record.tags and 'new' not in record.tags", True),
        ("1 < record.price < 3", True),
        ("record.amount > 12", True),
        ("record.amount == 12.5", True),
        ("record.name != 'Piet'", True),
        ("not record.empty", True),
        ("{'a': 1}.a", 1),
        ("[record.none, 1]", [None, 1]),
        ("record.tags + ['x']", ["red", "sale", "x"]),
        ("date(record.at, 'Europe/Amsterdam')", "2026-02-01"),
        ("date(record.at)", "2026-01-31"),
        ("text(record.price)", "2.50"),
        ("record.lines|map(attribute='kind')|first", "article"),
    ],
)
def test_texts_lists_and_choices(text: str, result: Any) -> None:
    assert value(text) == result


def test_item_and_table_are_known() -> None:
    tables = Tables([TableEntry("unit", {"unit": "pcs"}, "ST")])
    assert value("item.sku", item={"sku": "A"}) == "A"
    assert value("table('unit', unit=item.unit)", item={"unit": "PCS"}, table=tables.lookup) == "ST"
    assert value("table('unit', 'pcs')", table=tables.lookup) == "ST"
    assert Expression("table('unit', unit=record.a)").tables == (("unit", ("unit",)),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "between 1 and 2,000"),
        ("rekord.a", 'not known here. Did you mean "record"?'),
        ("name", "not known here"),
        ("rond(1.5)", 'Did you mean "round"?'),
        ("record.a|uper", 'Did you mean "upper"?'),
        ("record.a is definde", 'Did you mean "defined"?'),
        ("record.a.upppr()", 'Did you mean "upper"?'),
        ("record.a ==", "cannot be read"),
        ("record.a }} {{ 1", "cannot be read"),
        ("record.a b", 'from "b" on'),
        ("table", "write table(…)"),
        ("round", "write round(…)"),
        ("table(record.a)", "table('name', column=value)"),
    ],
)
def test_a_wrong_text_is_refused_when_it_is_made(text: str, words: str) -> None:
    with pytest.raises(MappingError) as caught:
        Expression(text)
    assert words in caught.value.message
    assert (caught.value.cause, caught.value.rule) == ("mapping.rule", text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 / 0", "divides by zero"),
        ("0.0 / 0", "divides by zero"),
        ("1.5 % 0", "divides by zero"),
        ("7 // 0", "divides by zero"),
        ("record.name * 2", "'Jan' is no number"),
        ("record.name + record.name", "joined with ~"),
        ("record.amount + record.amount", "decimal(…)"),
        ("record.tags < 3", "do not go together"),
        ("record.tags ~ ''", "a list or a record is no text"),
        ("decimal('x')", "'x' is no number"),
        ("true + 1", "is no number"),
        ("round(1.5, 99)", "decimals"),
        ("round(1.5, 1, 2, 3)", "do not go together"),
        ("table('unit', 'x')", "no value tables"),
    ],
)
def test_a_value_that_cannot_be_made_says_why(text: str, words: str) -> None:
    with pytest.raises(MappingError) as caught:
        value(text)
    assert words in caught.value.message


MONEY = st.decimals(-(10**9), 10**9, places=2)


@given(MONEY, MONEY, st.integers(-999, 999))
def test_sums_and_products_are_exact(a: Decimal, b: Decimal, n: int) -> None:
    found = Expression("(record.a + record.b) * record.n - record.a").run(record={"a": a, "b": str(b), "n": n})
    assert found == (a + b) * n - a


@given(st.decimals(-(10**6), 10**6, places=4), st.integers(0, 4))
def test_rounding_is_half_up_and_nearest(amount: Decimal, places: int) -> None:
    found = Expression("round(record.a, record.n)").run(record={"a": amount, "n": places})
    step = Decimal(1).scaleb(-places)
    assert found % step == 0
    assert abs(found - amount) <= step / 2
    if abs(found - amount) == step / 2:
        assert abs(found) > abs(amount)


@given(st.from_regex(r"[0-9]{1,20}\.[0-9]{1,20}", fullmatch=True))
def test_a_decimal_literal_is_what_is_written(text: str) -> None:
    assert str(Expression(text).run(record={})) == str(Decimal(text))
