"""Rows are read strictly, named in every complaint, and written back as they were."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from koppel.errors import MappingError
from koppel.mapping import RuleSpec, Step, parse_rule, to_spec
from koppel.mapping.paths import Place, parse_target

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,8}", fullmatch=True)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(".".join)
ATOMS = st.none() | st.booleans() | st.integers(-999, 999) | st.decimals(-99, 99, places=2) | st.text(max_size=8)
VALUES = st.recursive(
    ATOMS, lambda more: st.lists(more, max_size=3) | st.dictionaries(NAMES, more, max_size=3), max_leaves=5
)
STEPS = st.builds(Step, NAMES, args=st.lists(VALUES, max_size=3).map(tuple), kwargs=st.just(())) | st.builds(
    Step, NAMES, kwargs=st.dictionaries(NAMES, VALUES, min_size=1, max_size=3).map(lambda one: tuple(one.items()))
)
RULES = st.builds(
    RuleSpec,
    target=PATHS,
    source=PATHS,
    transform=st.lists(STEPS, max_size=3).map(tuple),
    default=VALUES,
    required=st.booleans(),
    when=st.sampled_from(["always", "create", "update"]),
    owner=st.sampled_from(["", "source", "target"]),
    help=st.text(max_size=20),
)


@given(RULES)
def test_a_rule_is_written_and_read_back_the_same(rule: RuleSpec) -> None:
    assert parse_rule(rule.target, to_spec(rule)) == rule


@pytest.mark.parametrize(
    "spec",
    [
        {"from": "name", "transform": ["strip", {"cut": 60}], "required": True},
        {"from": "name", "transform": {"replace": ["a", "b"]}},
        {"expr": "item.price * item.quantity", "when": "create", "owner": "source", "help": "The line's total."},
        {"default": "C", "when": "update"},
        {"from": "kind", "transform": {"lookup": {"a": "b"}}, "default": {"a": ["x"]}},
        {"from": "lines", "transform": {"join": [["a", "b"]]}},
        {},
    ],
)
def test_a_spec_comes_back_as_it_was_written(spec: dict[str, Any]) -> None:
    assert to_spec(parse_rule("Field", spec)) == spec


def test_a_transform_takes_every_written_form() -> None:
    rule = parse_rule(
        "F", {"from": "a", "transform": ["strip", {"cut": 60}, {"replace": ["a", "b"]}, {"date": {"zone": "UTC"}}]}
    )
    assert rule.transform == (
        Step("strip"), Step("cut", (60,)), Step("replace", ("a", "b")), Step("date", kwargs=(("zone", "UTC"),))
    )  # fmt: skip
    assert rule.text == "a | strip | cut(60) | replace('a', 'b') | date(zone='UTC')"


def test_numbers_of_yaml_become_exact() -> None:
    rule = parse_rule("F", {"from": "a", "transform": {"multiply": 1.21}, "default": [0.1]})
    assert rule.transform[0].args == (Decimal("1.21"),)
    assert rule.default == [Decimal("0.1")]


def test_a_bare_yes_in_yaml_is_still_yes() -> None:
    rule = parse_rule("F", {"from": "a", "transform": {"yes_no": {True: "J", False: "N"}}})
    assert dict(rule.transform[0].kwargs) == {"yes": "J", "no": "N"}


@pytest.mark.parametrize(
    ("target", "spec", "words"),
    [
        ("Name", {"form": "a"}, '"form" is no part of a row. Did you mean "from"?'),
        ("Name", {"from": "a", "expr": "record.a"}, "not both"),
        ("Name", {"from": "a..b"}, "no path"),
        ("Name", {"from": "a["}, "no path"),
        ("Name", {"from": "a + b"}, "no path"),
        ("Name", {"from": "$x.b"}, "no path"),
        ("Name", {"from": ["a"]}, '"from" is a text'),
        ("Name", {"expr": "record.a +"}, "cannot be read"),
        ("Name", {"expr": "recrod.a"}, 'Did you mean "record"?'),
        ("Name", {"from": "a", "when": "creat"}, 'Did you mean "create"?'),
        ("Name", {"from": "a", "owner": "us"}, "owner"),
        ("Name", {"from": "a", "required": "yes"}, "true or false"),
        ("Name", {"from": "a", "transform": 5}, "a transform is a name"),
        ("Name", {"from": "a", "transform": {"cut": 1, "strip": 2}}, "a transform is a name"),
        ("Name", "a", "a row is written as"),
        ("lines[].", {"from": "a"}, "no target"),
        ("lines[0].a", {"from": "a"}, "no target"),
        ("", {"from": "a"}, "a target has"),
        ("a" * 201, {"from": "a"}, "a target has"),
    ],
)
def test_a_mistake_names_its_row(target: str, spec: Any, words: str) -> None:
    with pytest.raises(MappingError) as caught:
        parse_rule(target, spec)
    assert words in caught.value.message
    assert caught.value.field == target
    assert caught.value.cause == "mapping.rule"
    assert (target or "without a target") in caught.value.message


def test_targets_nest_in_objects_and_collections() -> None:
    assert parse_target("customer.billing.city") == (Place("customer"), Place("billing"), Place("city"))
    assert parse_target("lines[].taxes[].rate") == (Place("lines", True), Place("taxes", True), Place("rate"))


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_makes_the_reader_crash(target: str, path: str) -> None:
    try:
        rule = parse_rule(target, {"from": path})
    except MappingError:
        return
    assert parse_rule(target, to_spec(rule)) == rule
