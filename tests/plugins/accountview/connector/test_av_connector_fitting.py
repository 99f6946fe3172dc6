"""A draft is made to fit this installation: cut with a warning, never a code, never silently."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from koppel import RejectedError
from koppel_accountview.codepage import keepable
from koppel_accountview.dictionary import Column, Table
from koppel_accountview.fitting import fit, same
from koppel_accountview.payload import Lines, body_of

TABLE = Table("CONTACT", [
    Column("SUB_NR", "C", 10, capitals=True), Column("ACCT_NAME", "C", 40), Column("NOTE", "M", 4), Column("CODE", "C", 5, capitals=True),
    Column("PRICE", "Y", 8), Column("COUNT", "I", 4), Column("BLOCKED", "L", 1), Column("DAY", "D", 8), Column("AT", "T", 8),
])  # fmt: skip
LINES = Table("SO_LINE", [Column("ART_CODE", "C", 15), Column("ORD_QTY", "N", 12), Column("ART_PX", "Y", 8), Column("VAT_CODE", "C", 2)])


def test_a_long_text_is_cut_with_a_warning() -> None:
    fitted = fit(TABLE, {"ACCT_NAME": "x" * 50})
    assert fitted.values == {"ACCT_NAME": "x" * 40}
    assert fitted.warnings == ["ACCT_NAME was shortened to 40 characters."]


def test_a_memo_takes_any_length() -> None:
    assert fit(TABLE, {"NOTE": "x" * 9000}).values == {"NOTE": "x" * 9000}


def test_a_code_is_never_cut() -> None:
    with pytest.raises(RejectedError, match="longer than the 10 characters") as caught:
        fit(TABLE, {"SUB_NR": "12345678901"}, ("SUB_NR",))
    assert caught.value.field == "SUB_NR"


def test_a_field_that_is_not_there_is_left_out_and_told() -> None:
    fitted = fit(TABLE, {"X15_SHOE": 43, "CODE": "ab"})
    assert fitted.values == {"CODE": "AB"}
    assert fitted.warnings == ["CONTACT has no field X15_SHOE in this AccountView; it was left out."]


@pytest.mark.parametrize(("field", "value", "wanted"), [
    ("PRICE", "12.50", Decimal("12.50")), ("PRICE", 3, Decimal(3)), ("COUNT", "7", Decimal(7)), ("PRICE", Decimal("0.1"), Decimal("0.1")),
    ("BLOCKED", True, True), ("BLOCKED", "nee", False), ("BLOCKED", "1", True),
    ("DAY", "2026-03-01", "2026-03-01T00:00:00.000Z"), ("DAY", date(2026, 3, 1), "2026-03-01T00:00:00.000Z"),
    ("AT", datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "2026-07-02T00:30:00.000Z"), ("AT", "2026-07-01T10:00:00", "2026-07-01T10:00:00.000Z"),
])  # fmt: skip
def test_values_get_the_type_of_their_field(field: str, value: Any, wanted: Any) -> None:
    assert fit(TABLE, {field: value}).values == {field: wanted}


@pytest.mark.parametrize(("field", "value"), [
    ("PRICE", "twelve"), ("PRICE", "NaN"), ("COUNT", "1,5"), ("BLOCKED", "perhaps"), ("DAY", "31-12-2026"),
])  # fmt: skip
def test_a_value_of_another_kind_names_its_field(field: str, value: Any) -> None:
    with pytest.raises(RejectedError) as caught:
        fit(TABLE, {field: value})
    assert caught.value.field == field


def test_parts_and_empty_values_are_left_alone() -> None:
    assert fit(TABLE, {"ACCT_NAME": None, "PEOPLE": [{}], "DEL_ADDR": {}}).values == {}


@given(st.text(max_size=60))
def test_any_text_fits_and_means_the_same_when_read_back(text: str) -> None:
    value = fit(TABLE, {"ACCT_NAME": text}).values["ACCT_NAME"]
    assert len(value) <= 40
    value.encode("cp1252")
    assert same(TABLE, {"ACCT_NAME": value}, {"ACCT_NAME": value.rstrip()})


@given(st.text(max_size=30))
@example("ᵃ ﬁ ŉ ß")
@example(" " * 39 + "ab")
def test_a_looked_up_text_takes_the_form_it_was_written_in(text: str) -> None:
    for name in ("ACCT_NAME", "CODE"):
        column, written = TABLE[name], fit(TABLE, {name: text}).values[name]
        assert column.normal(text) == written == column.normal(written)


@pytest.mark.parametrize(("text", "kept"), [
    ("Łukasz Żółć", "Lukasz Zólc"), ("Özdemir & Zn €", "Özdemir & Zn €"), ("Zoe\u0308", "Zoë"), ("№ 7", "No 7"), ("花", "?"), ("ﬁets", "fiets"),
])  # fmt: skip
def test_letters_that_cannot_be_kept_stay_readable(text: str, kept: str) -> None:
    assert keepable(text) == kept


def test_signs_without_a_plain_form_are_told() -> None:
    assert fit(TABLE, {"ACCT_NAME": "花 & Co"}).warnings == [
        "ACCT_NAME has signs that AccountView cannot keep; they became question marks."
    ]


@pytest.mark.parametrize(("wanted", "current", "equal"), [
    ({"ACCT_NAME": "Jan"}, {"ACCT_NAME": "Jan  "}, True), ({"PRICE": Decimal("12.10")}, {"PRICE": Decimal("12.1")}, True),
    ({"PRICE": Decimal(0)}, {"PRICE": None}, True), ({"BLOCKED": False}, {"BLOCKED": ""}, True),
    ({"DAY": "2026-03-01T00:00:00.000Z"}, {"DAY": "2026-03-01T00:00:00"}, True), ({"DAY": None}, {"DAY": None}, True),
    ({"NOTE": "a\nb"}, {"NOTE": "a\r\nb\n"}, True), ({"ACCT_NAME": "Jan"}, {}, False), ({"ACCT_NAME": "Jan"}, {"ACCT_NAME": "JAN"}, False),
    ({"PRICE": Decimal(1)}, {"PRICE": "?"}, False), ({"PRICE": Decimal(1)}, {"PRICE": 2}, False),
])  # fmt: skip
def test_what_is_the_same_is_seen_to_be_the_same(wanted: dict[str, Any], current: dict[str, Any], equal: bool) -> None:
    assert same(TABLE, wanted, current) is equal


def test_a_write_names_its_fields_and_gives_values_by_place() -> None:
    values = fit(TABLE, {"SUB_NR": "1", "PRICE": "1.50", "BLOCKED": False, "DAY": "2026-03-01"}).values
    body = body_of("AR1", TABLE, values, id="1")
    assert body["Table"]["Definition"] == {"Name": "CONTACT", "Fields": [
        {"Name": "RowId", "FieldType": "C"}, {"Name": "SUB_NR", "FieldType": "C"}, {"Name": "PRICE", "FieldType": "N"},
        {"Name": "BLOCKED", "FieldType": "L"}, {"Name": "DAY", "FieldType": "T"},
    ]}  # fmt: skip
    assert body["TableData"] == {"Data": {"Rows": [{"Values": ["1", "1", Decimal("1.50"), False, "2026-03-01T00:00:00.000Z"]}]}}
    assert (body["BusinessObject"], body["id"], body["BookDate"]) == ("AR1", "1", "")
    assert "DetailDefinitions" not in body["Table"]


def test_lines_share_one_definition_and_point_at_their_header() -> None:
    rows = [{"ART_CODE": "A", "ORD_QTY": Decimal(2)}, {"ART_CODE": "B", "ORD_QTY": Decimal(1), "VAT_CODE": "1"}]
    body = body_of("SO1", TABLE, {"SUB_NR": "1"}, Lines(LINES, rows))
    assert [one["Name"] for one in body["Table"]["DetailDefinitions"][0]["Fields"]] == [
        "RowId", "HeaderId", "ART_CODE", "ORD_QTY", "VAT_CODE",
    ]  # fmt: skip
    assert [row["Values"] for row in body["TableData"]["DetailData"][0]["Rows"]] == [
        ["1", "1", "A", Decimal(2), ""], ["2", "1", "B", Decimal(1), "1"],
    ]  # fmt: skip
    assert "id" not in body


@given(st.lists(st.dictionaries(st.sampled_from(list(LINES)), st.integers(0, 9).map(str), min_size=1), min_size=1, max_size=6))
def test_every_value_stands_under_its_own_field(rows: list[dict[str, str]]) -> None:
    body = body_of("SO1", TABLE, {"SUB_NR": "1"}, Lines(LINES, rows))
    names = [one["Name"] for one in body["Table"]["DetailDefinitions"][0]["Fields"]]
    for row, sent in zip(rows, body["TableData"]["DetailData"][0]["Rows"], strict=True):
        assert len(sent["Values"]) == len(names)
        assert {name: value for name, value in zip(names, sent["Values"], strict=True) if name in row} == row


def test_a_line_end_becomes_a_space_where_a_field_has_one_line_and_control_characters_go() -> None:
    from koppel_accountview.dictionary import Column

    assert Column("COMMENT1", "C", 40).held("Bel eerst\r\naan de deur\x00") == "Bel eerst aan de deur"
    assert Column("COMMENT2", "M").held("Bel eerst\r\naan de deur\x07") == "Bel eerst\naan de deur"
