"""Reading a path gives the value or None, whatever the record holds."""

from __future__ import annotations

import copy
from collections import defaultdict
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from koppel.mapping.paths import reader

RECORD: dict[str, Any] = {
    "name": "#1",
    "nodes": [{"sku": "A", "tags": ["x", "y"]}, {"sku": "B"}, None],
    "deep": {"er": {"value": 0}},
    "a.b": {"odd key!": 5},
    "none": None,
    "text": "abc",
    "view": MappingProxyType({"city": "Gent"}),
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("name", "#1"),
        ("$.name", "#1"),
        ("deep.er.value", 0),
        ("nodes[0].sku", "A"),
        ("nodes.0.sku", "A"),
        ("nodes[-2].sku", "B"),
        ("nodes[9].sku", None),
        ("nodes[].sku", ["A", "B", None]),
        ("nodes[0].tags[]", ["x", "y"]),
        ('["a.b"]["odd key!"]', 5),
        ("view.city", "Gent"),
        ("none.a", None),
        ("text.a", None),
        ("text[0]", None),
        ("text.0", None),
        ("missing.a.b", None),
        ("deep[0]", None),
        ("name[]", None),
        ("$", RECORD),
        (".", RECORD),
    ],
)
def test_a_path_gives_its_value_or_none(path: str, value: Any) -> None:
    assert reader(path)(RECORD, None) == value


def test_inside_a_collection_a_path_starts_at_the_item() -> None:
    item = {"name": "item"}
    assert reader("name", inside=True)(RECORD, item) == "item"
    assert reader("$.name", inside=True)(RECORD, item) == "#1"
    assert reader(".", inside=True)(RECORD, "plain") == "plain"
    assert reader("name", inside=True)(RECORD, None) is None


def test_reading_adds_nothing_to_a_record_that_grows_when_asked() -> None:
    record: defaultdict[str, Any] = defaultdict(dict)
    assert reader("a.b")(record, None) is None
    assert not record


NAMES = st.sampled_from(["a", "b", "c", "0", "1"])
RECORDS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=3) | st.datetimes(),
    lambda more: st.lists(more, max_size=3) | st.dictionaries(NAMES | st.integers(0, 2), more, max_size=3),
    max_leaves=15,
)
PATHS = st.lists(NAMES | st.sampled_from(["a[0]", "b[]", "c[-1]", "a[].b"]), min_size=1, max_size=4).map(".".join)


@given(RECORDS, PATHS)
def test_no_record_makes_a_path_crash_or_is_changed(record: Any, path: str) -> None:
    before = copy.deepcopy(record)
    reader(path)(record, None)
    assert repr(record) == repr(before)
