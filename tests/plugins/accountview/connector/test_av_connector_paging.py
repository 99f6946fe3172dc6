"""Long lists are read whole from any server that pages by key, and never for ever."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from koppel import ConfigurationError, Settings
from koppel_accountview.client import Ask
from koppel_accountview.paging import order_key, read_all

Row = dict[str, Any]
ASK = Ask("AR1", "CONTACT", size=20, keys=("SUB_NR", "REC_ID"))


class Server:
    """Gives `rows` in the order of `key` as text, at most `cap` at a time."""

    def __init__(self, rows: Sequence[Row], key: str = "SUB_NR", cap: int = 10_000, **moods: bool) -> None:
        self.rows = sorted(rows, key=lambda row: str(row[key]))
        self.key, self.cap, self.moods, self.calls = key, cap, moods, 0
        self.settings = Settings({"paging": "page_number" if moods.get("numbered") else "last_key"})

    def read(self, ask: Ask, last_key: str = "", page: int = 0) -> list[Row]:
        self.calls += 1
        if self.calls > 2_000:
            pytest.fail("reading goes round for ever")
        size = min(ask.size, self.cap)
        if self.moods.get("deaf"):
            return self.rows[:size]
        if self.moods.get("numbered"):
            return self.rows[(page - 1) * size : page * size]
        inclusive = self.moods.get("inclusive")
        after = [row for row in self.rows if str(row[self.key]) > last_key or (inclusive and str(row[self.key]) == last_key)]
        return after[:size]


def _all(server: Server) -> list[Row]:
    return read_all(server, ASK)  # type: ignore[arg-type]


def _rows(count: int) -> list[Row]:
    return [{"SUB_NR": str(number), "REC_ID": f"_{(number * 7919) % 10_007:05d}"} for number in range(1, count + 1)]


@settings(max_examples=60, deadline=None)
@given(count=st.integers(0, 130), cap=st.sampled_from([10_000, 10, 5, 16, 20]), inclusive=st.booleans())
def test_every_row_is_read_once(count: int, cap: int, inclusive: bool) -> None:
    got = _all(Server(_rows(count), cap=32 if cap == 16 else cap, inclusive=inclusive))
    assert sorted(int(row["SUB_NR"]) for row in got) == list(range(1, count + 1))


@settings(max_examples=30, deadline=None)
@given(count=st.integers(0, 90))
def test_every_row_is_read_by_page_number_too(count: int) -> None:
    got = _all(Server(_rows(count), numbered=True))
    assert sorted(int(row["SUB_NR"]) for row in got) == list(range(1, count + 1))


def test_text_order_is_followed_not_number_order() -> None:
    got = [row["SUB_NR"] for row in _all(Server(_rows(120)))]
    assert got[:4] == ["1", "10", "100", "101"]


def test_the_field_that_orders_the_rows_is_recognised() -> None:
    server = Server(_rows(100), key="REC_ID")
    assert len(_all(server)) == 100
    assert order_key(server.rows[:20], ASK.keys) == "REC_ID"


def test_a_server_that_gives_the_same_page_again_ends_in_an_error() -> None:
    with pytest.raises(ConfigurationError, match="same page") as caught:
        _all(Server(_rows(50), deaf=True))
    assert caught.value.field == "paging"


def test_an_order_nobody_knows_ends_in_an_error_rather_than_in_half_a_list() -> None:
    rows = [{"SUB_NR": "", "REC_ID": "", "OTHER": str(number)} for number in range(50)]
    with pytest.raises(ConfigurationError, match="order that Koppel does not know"):
        _all(Server(rows, key="OTHER"))


def test_a_server_that_goes_round_in_a_circle_ends_in_an_error() -> None:
    pages = [_rows(40)[0:20], _rows(40)[20:40]]

    class Circle(Server):
        def read(self, ask: Ask, last_key: str = "", page: int = 0) -> list[Row]:
            super().read(ask)
            return sorted(pages[self.calls % 2], key=lambda row: str(row["SUB_NR"]))

    with pytest.raises(ConfigurationError, match="same page"):
        _all(Circle([]))


def test_a_short_page_costs_no_second_call() -> None:
    server = Server(_rows(7))
    assert len(_all(server)) == 7
    assert server.calls == 1


@given(st.lists(st.text(min_size=1, max_size=6), min_size=2, max_size=30, unique=True))
def test_a_key_in_order_is_recognised_whatever_its_letters(codes: list[str]) -> None:
    plain: Callable[[str], bytes] = lambda one: one.rstrip().upper().encode("cp1252", "replace")  # noqa: E731
    rows = [{"SUB_NR": code} for code in sorted(codes, key=plain)]
    assert order_key(rows, ("SUB_NR",)) == "SUB_NR"
