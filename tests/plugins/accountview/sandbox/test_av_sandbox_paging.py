"""Paging in the AccountView simulator: text order, LastKey, PageNumber, sorting."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


def numbers(api: Any, **params: Any) -> list[str]:
    return [row["SUB_NR"] for row in api.rows("AR1", Fields="SUB_NR", **params)]


def test_the_default_order_is_the_key_as_text(api: Any) -> None:
    assert numbers(api) == ["1", "10", "100", "11", "2"]


def test_last_key_goes_on_after_the_given_key(api: Any) -> None:
    assert numbers(api, PageSize=2) == ["1", "10"]
    assert numbers(api, PageSize=2, LastKey="10") == ["100", "11"]
    assert numbers(api, PageSize=2, lastkey="11 ") == ["2"]
    assert numbers(api, LastKey="2") == []


def test_a_last_key_that_is_gone_still_marks_its_place(api: Any) -> None:
    assert numbers(api, LastKey="105") == ["11", "2"]


def test_page_number_is_ignored_unless_switched(api: Any, open_api: Any) -> None:
    assert numbers(api, PageSize=2, PageNumber=2) == ["1", "10"]
    assert numbers(open_api(paging="page_number"), PageSize=2, PageNumber=2) == ["100", "11"]
    assert numbers(open_api(paging="page_number"), PageSize=2, LastKey="11") == ["1", "10"]
    assert numbers(open_api(paging="both"), PageSize=2, PageNumber=2) == ["100", "11"]


@pytest.mark.parametrize("size", ["0", "-1", "veel", "1.5", "9" * 300, "1001"])
def test_a_page_size_that_cannot_be_is_refused(api: Any, size: str) -> None:
    assert "PageSize" in api.message(api.read("AR1", PageSize=size))


def test_by_switch_a_large_page_is_cut(open_api: Any) -> None:
    assert len(numbers(open_api(max_page_size=2, page_size_over_max="cap"), PageSize=500)) == 2


def test_without_page_size_the_default_counts(open_api: Any) -> None:
    assert len(numbers(open_api(default_page_size=3))) == 3


def test_rows_are_sorted_by_other_fields(api: Any) -> None:
    assert numbers(api, SortFields="CNG_DATE") == ["1", "2", "10", "11", "100"]
    assert numbers(api, SortFields="contact.acct_link,SUB_NR", SortOrder="descending") == ["2", "11", "100", "10", "1"]
    assert "ONZIN" in api.message(api.read("AR1", SortFields="ONZIN"))
    assert "SortOrder" in api.message(api.read("AR1", SortOrder="omhoog"))


def test_last_key_wants_the_default_order(api: Any, open_api: Any) -> None:
    assert "LastKey" in api.message(api.read("AR1", LastKey="10", SortFields="ACCT_NAME"))
    assert "LastKey" in api.message(api.read("AR1", LastKey="10", SortOrder="Descending"))
    assert numbers(api, LastKey="11", SortFields="sub_nr") == ["2"]
    assert numbers(open_api(last_key_with_sort="key"), LastKey="100", SortFields="CNG_DATE") == ["2", "11"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sets(st.text("ABC019 -.ÉZ", min_size=1, max_size=10).map(str.strip).filter(bool), min_size=1, max_size=25),
    st.integers(1, 7),
)
def test_walking_by_last_key_meets_every_row_once(open_api: Any, bodies: Any, keys: set[str], size: int) -> None:
    state = bodies.state()
    state["companies"][0]["tables"]["CONTACT"] = [
        {"SUB_NR": key, "ACCT_NAME": "x", "SRC_CODE": "X", "DEB_SHOW": True} for key in keys
    ]
    api, seen = open_api(state), list[str]()
    while page := numbers(api, PageSize=size, **({"LastKey": seen[-1]} if seen else {})):
        seen += page
    assert sorted(seen) == sorted(keys)
    assert len(set(seen)) == len(seen)
    assert seen == sorted(keys, key=lambda key: key.encode("cp1252"))
