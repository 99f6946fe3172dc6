"""Financial periods as flows see them: their days, and whether the sales journals still take documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from koppel import Query
from koppel_exactonline.resources.periods import is_closed


def test_periods_say_when_they_begin_end_and_are_closed(simulate: Callable[..., Any]) -> None:
    exact = simulate(closed_until="2026-03-31")
    rows = {one.id: one.data for one in exact.connector().fetch(Query("financial_period")).records}
    assert rows["2026-03"] == {
        "code": "2026-03", "name": "2026-03-01 – 2026-03-31, closed", "title": "2026-03-01 – 2026-03-31, closed",
        "start": "2026-03-01", "end": "2026-03-31", "closed": True,
    }  # fmt: skip
    assert (rows["2026-04"]["closed"], rows["2026-04"]["end"]) == (False, "2026-04-30")
    assert list(rows) == sorted(rows)
    assert [one.id for one in exact.connector().fetch(Query("financial_period", ids=("2026-05",))).records] == ["2026-05"]


def test_a_period_is_closed_only_when_every_sales_journal_is(simulate: Callable[..., Any]) -> None:
    exact = simulate(closed_until="2026-03-31", closed_journals="20,90")
    closed = {one.id for one in exact.connector().fetch(Query("financial_period")).records if one.data["closed"]}
    journals = exact.connector().fetch(Query("journal")).records
    others = {one.id for one in journals if one.data["Type"] in (20, 21)} - {"20"}
    assert closed == (set() if others else {one for one in closed if one <= "2026-03"})


@pytest.mark.parametrize(
    ("words", "status", "closed"),
    [("Afgesloten", 0, True), ("Clôturé", 7, True), ("Closed", 1, True), ("Ouvert", 1, False), ("Open", 20, False), ("", 1, True), ("", 0, False)],
)
def test_the_words_of_a_status_count_before_its_number(words: str, status: int, closed: bool) -> None:
    assert is_closed({"StatusDescription": words, "Status": status}) is closed


def test_the_test_of_a_connection_names_a_closed_period(simulate: Callable[..., Any]) -> None:
    exact = simulate(closed_until="2099-12-31")
    health = exact.connector().check()
    assert not health.ok
    assert any("the sales journals are closed for it" in one for one in health.missing)
    assert simulate().connector().check().ok
