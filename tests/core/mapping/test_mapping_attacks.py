"""Whatever is written in an expression, it ends within a second, in a value or in a MappingError."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from koppel.errors import MappingError
from koppel.mapping import Expression
from koppel.mapping.budget import MAX_LENGTH

BIG = "x" * 40_000
RECORD: dict[str, Any] = {
    "big": BIG,
    "list": list(range(50_000)),
    "nested": [[{"a": number} for number in range(300)] for _ in range(300)],
    "twin": [[{"a": number} for number in range(300)] for _ in range(300)],
    "huge": Decimal("1E+999999"),
    "small": Decimal("1E-999999"),
    "nan": Decimal("NaN"),
    "inf": float("inf"),
    "digits": 10**70,
    "n": 10**9,
    "code": print,
}
ATTACKS = [
    # more text than there is memory
    "'a' * 10**9",
    "10**9 * 'a'",
    "['a'] * 10**9",
    "''.join(['a'])",
    "'%1000000d' % 1",
    "'%s' % record",
    "'{:1000000000}'.format(1)",
    "'{0.__class__}'.format(record)",
    "'x'|format(1)",
    "'x'|center(10**9)",
    "'x'.center(10**9)",
    "'x'.ljust(10**9)",
    "'x'.zfill(10**9)",
    "'x'|indent(10**9)",
    "'x'|wordwrap(1)",
    "'aaaaaaaaaa'" + ".replace('a','aaaaaaaaaa')" * 8,
    "'aaaaaaaaaa'" + "|replace('a','aaaaaaaaaa')" * 8,
    "record.big ~ record.big ~ record.big",
    "record.big.replace('x', record.big)",
    "(record.big ~ record.big).replace('x', 'yy')",
    "[record.big, record.big, record.big]|join",
    "record.list + record.list + record.list",
    "[0]|join(record.big)" + "|replace('0', '00')" * 40 + "|nosuch",
    # numbers without end
    "2**10**9",
    "2**(10**9)",
    "9**99**9",
    "10**101",
    "(10**59)*(10**59)",
    "0.1**99*0.1**99",
    "1" + "0" * 70,
    "0x" + "f" * 900,
    "1e999999999",
    "1e-999999999 * 1e-999999999",
    "1" + "0" * 1500 + ".5",
    "record.huge + 1",
    "record.huge * 1",
    "record.huge ~ ''",
    "text(record.huge)",
    "integer(record.huge)",
    "round(record.huge, 2)",
    "round(record.small, 2)",
    "record.nan > 1",
    "record.inf + 1",
    "record.digits * 2",
    "round(1, 10**9)",
    "round(1, -10**9)",
    # out of the box
    "().__class__",
    "''.__class__.__mro__",
    "record.__class__",
    "record['__class__']",
    "record._private",
    "(1).__class__.__base__.__subclasses__()",
    "record|attr('__class__')",
    "table.__globals__",
    "round.__globals__",
    "self",
    "self.__init__",
    "cycler",
    "joiner",
    "namespace",
    "lipsum.__globals__",
    "dict",
    "range(10**9)",
    "range(10)|list",
    "record.code('x')",
    "record.code",
    "record.code()",
    "record['co' ~ 'de']('x')",
    "record.update({'a': 1})",
    "record.pop('big')",
    "record.list.append(1)",
    "record.clear()",
    "open('/etc/passwd')",
    "import os",
    "{% for x in record %}{% endfor %}",
    "{{ 1 }}",
    "1 }}{{ 2",
    "caller()",
    "loop.index",
    "_('x')",
    "round(*[1])",
    "round(**{'a': 1})",
    "record|map('upper')|list",
    "record|tojson",
    "record|pprint",
    "record|xmlattr",
    "'x'|safe",
    "'x'.encode()",
    "'x'.__add__('y')",
    "lambda: 1",
    "[x for x in record]",
    # too deep
    "(" * 900 + "1" + ")" * 900,
    "[" * 900 + "]" * 900,
    "-" * 1900 + "1",
    "not " * 400 + "1",
    "record" + ".a" * 900,
    "record" + "['a']" * 300,
    "1" + "+1" * 900,
    "1" + "|abs" * 400,
    "1 if 1 else " * 150 + "1",
    "1" + " ~ " * 5,
    "'" + "a" * 3000 + "'",
    "round(" + "1," * 30 + "1)",
    # much work
    "[" + ",".join(["record.nested == record.twin"] * 60) + "]",
    "[" + ",".join(["record.twin"] * 120) + "]",
    "[" + ",".join(["record.big.replace('x','y')"] * 70) + "]",
    "[" + ",".join(["sum(record.list)"] * 100) + "]",
    "[" + ",".join(["where(record.list,'a',1)"] * 70) + "]",
]


@pytest.mark.parametrize("text", ATTACKS, ids=lambda text: f"{text[:40]}…{len(text)}" if len(text) > 40 else text)
def test_an_attack_ends_in_a_mapping_error_within_a_second(text: str) -> None:
    before = time.process_time()
    with pytest.raises(MappingError) as caught:
        Expression(text).run(record=RECORD, item=RECORD)
    assert time.process_time() - before < 1
    assert len(caught.value.message) < 500


def test_a_name_of_forty_thousand_characters_is_real_input() -> None:
    assert Expression("record.big.strip()|upper|replace('X', 'y')").run(record=RECORD) == "y" * 40_000
    assert len(Expression("record.big ~ ' ' ~ record.big").run(record=RECORD)) == 80_001


def test_a_value_over_the_limit_is_refused_and_one_at_the_limit_is_not() -> None:
    at, over = {"t": "x" * MAX_LENGTH}, {"t": "x" * (MAX_LENGTH + 1)}
    assert Expression("record.t").run(record=at) == at["t"]
    for text in ("record.t", "item", "record.t ~ ''"):
        with pytest.raises(MappingError, match="longer than"):
            Expression(text).run(record=over, item=over["t"])


def test_a_record_nested_without_end_is_refused_in_words() -> None:
    record: dict[str, Any] = {}
    for _ in range(100_000):
        record = {"a": record}
    with pytest.raises(MappingError, match="nested too deep"):
        Expression("record.a").run(record=record)


def test_an_expression_leaves_the_record_as_it_is() -> None:
    record = {"list": [1], "map": {"a": 1}}
    found = Expression("[record.list + [2], record.map]").run(record=record)
    found[1]["a"] = 9
    assert record == {"list": [1], "map": {"a": 1}}


WORDS = st.sampled_from(
    [
        "record",
        "item",
        "table",
        "round",
        "sum",
        "join",
        "replace",
        "text",
        ".",
        ".a",
        ".big",
        ".list",
        ".huge",
        "['a']",
        "[0]",
        "[1:2]",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "+",
        "-",
        "*",
        "/",
        "//",
        "%",
        "**",
        "~",
        "|",
        "|upper",
        "|length",
        "|join",
        "|first",
        "==",
        "<",
        "in",
        "not",
        "and",
        "or",
        "if",
        "else",
        "is",
        "defined",
        "none",
        "true",
        "1",
        "2.5",
        "99",
        "1e50",
        "''",
        "'a'",
        '"b"',
        "=",
        "__class__",
        "|map(attribute='a')",
        "|replace('a','aa')",
        ".format(",
        ".upper()",
        "\n",
        "\\",
        ";",
        "{{",
        "}}",
        "{%",
        "#",
        "$",
    ]
)


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow], deadline=1000)
@given(st.lists(WORDS, min_size=1, max_size=25).map(" ".join) | st.text(max_size=80))
def test_any_text_gives_a_value_or_a_mapping_error(text: str) -> None:
    try:
        found = Expression(text).run(record=RECORD, item={"a": Decimal("1.5")})
    except MappingError:
        return
    assert not isinstance(found, float)


LEAVES = st.sampled_from(
    ["record.big", "record.list", "record.huge", "record.n", "'aXb'", "9", "9.99", "10**50", "item.a", "none"]
)
TREES = st.recursive(
    LEAVES,
    lambda more: st.tuples(more, st.sampled_from(["+", "-", "*", "/", "//", "%", "**", "~", "==", "<", "and", "or", "in"]), more)
    .map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})")
    | st.tuples(more, st.sampled_from(["upper", "length", "join", "text", "sum", "first", "replace('x', 'xyz')", "round", "int"]))
    .map(lambda parts: f"({parts[0]}|{parts[1]})"),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=1000)
@given(TREES)
def test_any_calculation_stays_small(text: str) -> None:
    try:
        found = Expression(text).run(record=RECORD, item={"a": Decimal("1.5")})
    except MappingError:
        return
    assert not isinstance(found, float)
    if isinstance(found, str | list):
        assert len(found) <= MAX_LENGTH
    if isinstance(found, int | Decimal):
        assert Decimal(-10) ** 61 < found < Decimal(10) ** 61
