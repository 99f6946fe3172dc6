"""What AccountView answers is read whole, in every shape it comes in."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from koppel_accountview.answers import rows_of, tables_of


def test_lines_are_given_to_their_own_header() -> None:
    body = {
        "SO_HDR": [{"ORD_NR": "1", "SO_HDR_Id": 0}, {"ORD_NR": "2", "SO_HDR_Id": 1}, {"ORD_NR": "3", "SO_HDR_Id": 2}],
        "SO_LINE": [
            {"ART_CODE": "A", "SO_HDR_Id": 0, "SO_LINE_Id": 0},
            {"ART_CODE": "C", "SO_HDR_Id": 2, "SO_LINE_Id": 1},
            {"ART_CODE": "D", "SO_HDR_Id": 2, "SO_LINE_Id": 2},
        ],
    }
    rows = rows_of(body, "SO_HDR")
    assert [[line["ART_CODE"] for line in row["SO_LINE"]] for row in rows] == [["A"], [], ["C", "D"]]


def test_a_row_s_place_in_the_answer_is_no_part_of_the_record() -> None:
    first = rows_of({"CONTACT": [{"SUB_NR": "9", "EXT_KEY": 4, "CONTACT_Id": 0}]}, "CONTACT")
    later = rows_of({"CONTACT": [{"SUB_NR": "1", "CONTACT_Id": 0}, {"SUB_NR": "9", "EXT_KEY": 4, "CONTACT_Id": 1}]}, "CONTACT")
    assert first[0] == later[1] == {"SUB_NR": "9", "EXT_KEY": 4}


def test_a_single_row_may_come_as_an_object() -> None:
    assert rows_of({"CONTACT": {"SUB_NR": "1"}}, "CONTACT") == [{"SUB_NR": "1"}]


def test_nothing_found_is_an_empty_array_or_null() -> None:
    assert rows_of({"CONTACT": []}, "CONTACT") == []
    assert rows_of({"CONTACT": None, "USR_LINK": []}, "CONTACT") == []
    assert rows_of({}, "CONTACT") == []


def test_another_base_table_than_expected_is_read_all_the_same() -> None:
    assert rows_of({"ACCT_REC": [{"SUB_NR": "1"}], "USR_LINK": []}, "CONTACT") == [{"SUB_NR": "1", "USR_LINK": []}]


def test_the_answer_of_a_write_may_leave_its_lines_unlinked() -> None:
    body = {"SO_HDR": {"ORD_NR": "7"}, "SO_LINE": [{"ART_CODE": "A"}, {"ART_CODE": "B"}]}
    assert [line["ART_CODE"] for line in rows_of(body, "SO_HDR")[0]["SO_LINE"]] == ["A", "B"]


def test_a_nested_array_stays_in_its_row() -> None:
    body = {"COMP_HDR": [{"COMP_ID": "1", "COMP_LN": [{"ADM_CODE": "A24"}]}]}
    assert rows_of(body, "COMP_HDR")[0]["COMP_LN"] == [{"ADM_CODE": "A24"}]


@given(st.lists(st.integers(0, 5), max_size=20))
def test_no_line_is_lost_or_doubled(links: list[int]) -> None:
    headers = [{"ORD_NR": str(n), "SO_HDR_Id": n} for n in range(6)]
    lines = [{"NR": number, "SO_HDR_Id": link} for number, link in enumerate(links)]
    rows = rows_of({"SO_HDR": headers, "SO_LINE": lines}, "SO_HDR")
    assert [link for row in rows for link in [int(row["ORD_NR"])] * len(row["SO_LINE"])] == sorted(links)
    assert sorted(line["NR"] for row in rows for line in row["SO_LINE"]) == list(range(len(links)))


@given(st.dictionaries(st.text(max_size=8), st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
), max_size=4))  # fmt: skip
def test_any_object_is_read_without_falling_over(body: dict[str, Any]) -> None:
    assert all(isinstance(row, dict) for row in rows_of(body, "CONTACT"))
    assert all(isinstance(row, dict) for rows in tables_of(body).values() for row in rows)
