"""Comparing and reading settings, with whatever may come in."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from koppel.errors import ConfigurationError
from koppel.runner.compare import differences
from koppel.runner.policy import Policy, read_policy
from koppel.store.db import dumps, loads

WORDS = st.text(max_size=12)
SCALARS = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | WORDS | st.decimals(allow_nan=False, allow_infinity=False, places=2)
VALUES = st.recursive(SCALARS, lambda more: st.lists(more, max_size=3) | st.dictionaries(WORDS, more, max_size=3), max_leaves=10)
RECORDS = st.dictionaries(WORDS, VALUES, max_size=5)


@given(RECORDS)
def test_a_record_does_not_differ_from_itself_nor_from_what_the_database_gives_back(record):
    assert differences(record, record) == []
    assert differences(record, loads(dumps(record))) == []


@given(RECORDS, VALUES)
def test_anything_can_be_compared_with_anything(record, other):
    assert differences(record, dict.fromkeys(record, other)) is not None


@given(WORDS.map(str.strip), WORDS.map(str.strip))
@example("0123", "123")
@example("1e2", "100")
@example("1_0", "10")
@example("12.50", "12.5")
@example("9" * 30, "9" * 29 + "8")
def test_two_texts_differ_when_they_are_not_the_same_text(wanted, current):
    assert (differences({"phone": wanted}, {"phone": current}) == []) == (wanted == current)


@given(st.decimals("-1e15", "1e15", places=3), st.integers(0, 4))
def test_a_number_equals_its_own_writing(number, zeros):
    for written in (f"{number:f}{'0' * zeros}", f" {number:f} ", number.normalize()):
        assert differences({"price": number}, {"price": written}) == []
        assert differences({"price": number + Decimal("0.001")}, {"price": written})


NAMES = st.sampled_from([*Policy.__dataclass_fields__, "updaet", "", "release "])
SETTINGS = st.dictionaries(NAMES, st.none() | st.booleans() | st.integers() | st.text(max_size=10) | st.lists(st.text(max_size=5), max_size=2)
                           | st.floats() | st.sampled_from(["yes", "nee", "2026-01-31", "-5", "nan", "1e400"]), max_size=4)  # fmt: skip


@given(SETTINGS)
@example({"settle_seconds": "nan"})
@example({"settle_seconds": "-1"})
@example({"settle_seconds": "inf"})
@example({"customer_update": ""})
@example({"since": "0001-01-01"})
def test_settings_are_read_or_refused_with_the_name_and_the_way_out(settings):
    refusal = None
    try:
        policy = read_policy(settings, "orders")
    except ConfigurationError as error:
        refusal = error
    if refusal is not None:
        assert refusal.field in settings or refusal.field == "condition"
        assert refusal.message
        assert refusal.resolution
        return
    assert 0 <= policy.settle_seconds < 10**9
    assert policy.since is None or policy.since.tzinfo is not None
    assert policy.customer_update in (True, False)
    assert all(isinstance(word, str) for word in policy.release)
    assert isinstance(policy.shipping_sku, str)
    assert policy.since is None or policy.since < datetime(9999, 12, 31, tzinfo=UTC)


@pytest.mark.parametrize("name", ["update", "customer_update", "pass_on", "since", "settle_seconds", "when_missing", "release", "shipping_sku"])
def test_an_empty_setting_is_as_if_it_were_not_there(name):
    assert read_policy({name: ""}, "orders") == Policy()
