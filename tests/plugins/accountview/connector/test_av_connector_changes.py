"""What changes in AccountView is read, also when it changes while we read; what does not change is left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from koppel import Query, Settings
from koppel_accountview import changes
from koppel_accountview.changes import Cursor, read_changes
from koppel_accountview.client import Ask
from koppel_accountview.times import local, read_moment, repeated_hour

Row = dict[str, Any]
ASK = Ask("AK1", "ARTICLE", size=5, keys=("ART_CODE",))
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Office:
    """Articles that people change, on a clock that the test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, count: int = 0) -> None:
        self.now = START
        self.rows: dict[str, Row] = {}
        self.settings = Settings({})
        self.asked: list[str] = []
        monkeypatch.setattr(changes, "now", lambda: self.now)
        for number in range(count):
            self.change(f"A{number:03d}")

    def change(self, code: str) -> None:
        version = self.rows.get(code, {"CNG_NR": 0})["CNG_NR"] + 1
        self.rows[code] = {"ART_CODE": code, "CNG_NR": version, "CNG_DATE": local(self.now).isoformat()}

    def read(self, ask: Ask, last_key: str = "", page: int = 0) -> list[Row]:
        since = ask.filters[0].value.strip("{^}").replace(" ", "T") if ask.filters else ""
        self.asked.append(since)
        rows = [row for code, row in sorted(self.rows.items()) if code > last_key and row["CNG_DATE"] >= since]
        return [dict(row) for row in rows[: ask.size]]


def _read(office: Office, cursor: str | None, dated: bool = True, **more: Any) -> tuple[list[Row], Cursor, bool]:
    return read_changes(office, ASK, Query("product", cursor, **more), dated)  # type: ignore[arg-type]


def _pass(office: Office, cursor: str | None) -> tuple[list[Row], str]:
    rows: list[Row] = []
    while True:
        page, made, more = _read(office, cursor)
        rows, cursor = rows + page, str(made)
        if not more:
            return rows, cursor


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 29), st.integers(0, 400)), max_size=60))
def test_no_change_is_ever_lost(steps: list[tuple[int, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        office, cursor, known = Office(patch, 12), None, dict[str, int]()
        for number, seconds in steps:  # something changes between any two pages
            rows, made, _ = _read(office, cursor)
            cursor = str(made)
            known |= {row["ART_CODE"]: row["CNG_NR"] for row in rows}
            office.now += timedelta(seconds=seconds)
            office.change(f"A{number:03d}")
        for _ in range(3):
            rows, cursor = _pass(office, cursor)
            known |= {row["ART_CODE"]: row["CNG_NR"] for row in rows}
        assert known == {code: row["CNG_NR"] for code, row in office.rows.items()}


def test_a_row_changed_behind_our_back_comes_in_the_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(monkeypatch, 20)
    _, cursor, more = _read(office, None)
    assert more
    office.now += timedelta(minutes=1)
    office.change("A001")  # the first page has passed it
    _, text = _pass(office, str(cursor))
    office.now += timedelta(hours=1)
    rows, _ = _pass(office, text)
    assert {"ART_CODE": "A001", "CNG_NR": 2}.items() <= next(row for row in rows if row["ART_CODE"] == "A001").items()


def test_nothing_is_read_again_once_it_is_certain(monkeypatch: pytest.MonkeyPatch) -> None:
    office, cursor = Office(monkeypatch, 20), None
    _, cursor = _pass(office, cursor)
    office.now += timedelta(minutes=11)
    again, cursor = _pass(office, cursor)
    assert len(again) == 20
    office.asked.clear()
    quiet, cursor = _pass(office, cursor)
    assert quiet == []
    assert len(office.asked) == 1
    office.change("A007")
    assert [row["ART_CODE"] for row in _pass(office, cursor)[0]] == ["A007"]


def test_the_first_read_can_be_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(monkeypatch, 3)
    office.now += timedelta(days=1)
    office.change("A002")
    rows, _, _ = _read(office, None, since=START + timedelta(hours=2))
    assert [row["ART_CODE"] for row in rows] == ["A002"]
    assert office.asked == ["2026-03-02T12:00:00"]  # two hours later, as an office in the Netherlands says it


def test_a_table_without_a_moment_of_change_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(monkeypatch, 3)
    _, cursor, _ = _read(office, None, dated=False)
    assert len(_read(office, str(cursor), dated=False)[0]) == 3
    assert office.asked == ["", ""]


@pytest.mark.parametrize("text", ["", "{}", "nonsense", "[1]", '{"unknown": 1}', "null"])
def test_a_cursor_that_cannot_be_read_begins_anew(text: str) -> None:
    assert Cursor.read(text) == Cursor()


@given(st.builds(Cursor, since=st.text(max_size=9), last=st.text(max_size=9), page=st.integers(0, 99), settled=st.booleans()))
def test_a_cursor_survives_being_written_down(cursor: Cursor) -> None:
    assert Cursor.read(str(cursor)) == cursor


def test_the_hour_that_comes_twice_is_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(monkeypatch)
    office.now = datetime(2026, 10, 25, 0, 58, tzinfo=UTC)  # 02:58 in summer time
    office.change("A001")
    _, cursor = _pass(office, None)
    office.now += timedelta(minutes=30)  # 02:28 for the second time
    office.change("A002")
    assert "A002" in [row["ART_CODE"] for row in _pass(office, cursor)[0]]
    assert repeated_hour(datetime(2026, 10, 25, 2, 30)) == timedelta(hours=1)
    assert repeated_hour(datetime(2026, 10, 25, 4, 0)) == timedelta()


@pytest.mark.parametrize(("value", "wanted"), [
    (None, None), ("", None), ("soon", None), (7, None), ("2024-01-31", datetime(2024, 1, 31)),
    ("2024-01-31T10:20:30", datetime(2024, 1, 31, 10, 20, 30)), ("2024-07-01T10:00:00Z", datetime(2024, 7, 1, 12)),
])  # fmt: skip
def test_a_moment_is_read_in_all_its_forms(value: Any, wanted: datetime | None) -> None:
    assert read_moment(value) == wanted
