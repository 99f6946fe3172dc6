"""Questions with many values stay short enough, ask every value, and are quoted so that nothing leaks out."""

from __future__ import annotations

from datetime import datetime

import httpx
from hypothesis import given
from hypothesis import strategies as st
from koppel_accountview.filters import LARGEST_GROUP, Filter, changed_since, groups, params_of
from koppel_accountview.objects import DEBTORS

words = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=60)


@given(st.lists(words, max_size=60))
def test_every_value_is_asked_once_in_short_questions(values: list[str]) -> None:
    made = list(groups(["MAIL_BUS"], values))
    asked = [one.value for group in made for one in group]
    assert asked == list(dict.fromkeys(value for value in values if value.strip()))
    assert all(len(group) <= LARGEST_GROUP for group in made)


@given(st.lists(words, min_size=1, max_size=30))
def test_no_question_is_too_long_for_a_web_server(values: list[str]) -> None:
    for group in groups(["MAIL_BUS"], values):
        params = DEBTORS.ask(group, match_any=True).params(last_key="X" * 10)
        query = httpx.Request("GET", "http://x/", params=params).url.query
        assert len(query) <= 2048 or len(group) == 1


@given(words)
def test_a_value_arrives_as_it_is(value: str) -> None:
    url = httpx.Request("GET", "http://x/", params=params_of([Filter("MAIL_BUS", value)])).url
    params = dict(httpx.URL(str(url)).params)
    assert params["FilterValue1"] == value
    assert params["FilterControlSource1"] == "MAIL_BUS"
    assert len(params) == 5


def test_an_empty_value_is_never_asked() -> None:
    assert list(groups(["SUB_NR"], ["", "  "])) == []


def test_a_moment_is_written_in_the_notation_of_the_database() -> None:
    one = changed_since(datetime(2024, 1, 31, 13, 45))
    assert params_of([one]) == {
        "FilterControlSource1": "CNG_DATE", "FilterOperator1": "DateOnOrAfterDate", "FilterValueType1": "T",
        "FilterValue1": "{^2024-01-31 13:45:00}", "FilterIsListOfValues1": "false",
    }  # fmt: skip
