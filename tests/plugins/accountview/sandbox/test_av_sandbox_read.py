"""What a read of the AccountView simulator looks like: tables, ids, fields and values."""

from __future__ import annotations

from typing import Any

import pytest


def test_rows_come_under_the_base_table_with_record_number_and_position(api: Any) -> None:
    answer = api.read("AR1", Fields="SUB_NR").json()
    assert list(answer) == ["CONTACT", "USR_LINK"]
    assert answer["USR_LINK"] == []
    assert answer["CONTACT"][1] == {"SUB_NR": "10", "EXT_KEY": 3, "CONTACT_Id": 1}


@pytest.mark.parametrize("fields", ["SUB_NR,ACCT_NAME", "contact.sub_nr, CONTACT.acct_name", " sub_nr ,acct_rec.acct_name"])
def test_fields_are_named_in_both_notations_and_any_case(api: Any, fields: str) -> None:
    assert set(api.rows("AR1", Fields=fields)[0]) == {"SUB_NR", "ACCT_NAME", "EXT_KEY", "CONTACT_Id"}


@pytest.mark.parametrize("params", [{}, {"Fields": "*"}, {"Fields": "CONTACT.*"}, {"Fields": ""}])
def test_all_fields_come_when_none_or_all_are_asked(api: Any, params: dict[str, str]) -> None:
    rows = api.rows("AR1", **params)
    assert {"ACCT_NAME", "POST_CODE", "BLK_SP", "CNG_DATE"} <= set(rows[0])
    assert len({frozenset(row) for row in rows}) == 1


def test_an_unknown_field_is_an_error_or_by_switch_left_out(api: Any, open_api: Any) -> None:
    assert "'ITYP_CODEV'" in api.message(api.read("AR1", Fields="SUB_NR,ITYP_CODEV"))
    assert "SUB_NR" in open_api(unknown_fields="ignore").rows("AR1", Fields="SUB_NR,ITYP_CODEV")[0]


def test_values_come_typed(api: Any) -> None:
    row = api.rows("AR1", PageSize=1)[0]
    assert row["DEB_SHOW"] is True
    assert row["BLK_SP"] is False
    assert row["POST_CODE"] == ""
    assert row["INP_DATE"] is None
    assert row["ACCT_LINK"] == 2
    assert isinstance(row["ACCT_LINK"], int)
    assert len(row["CNG_DATE"]) == 19
    assert row["CNG_DATE"].endswith("T12:00:00")
    prices = {one["ART_CODE"]: one["PX_SELL"] for one in api.rows("AK1")}
    assert prices == {"ROOS-1": 10, "SPADE": 24.95}
    assert isinstance(prices["ROOS-1"], int)


def test_text_is_sent_as_utf8_without_escapes(open_api: Any, bodies: Any) -> None:
    state = bodies.state()
    state["companies"][0]["tables"]["CONTACT"][0]["ACCT_NAME"] = "Café € Zoë   "
    response = open_api(state).read("AR1", PageSize=1)
    assert "Café € Zoë".encode() in response.content
    assert response.json()["CONTACT"][0]["ACCT_NAME"] == "Café € Zoë"


def test_nothing_found_is_an_empty_list(api: Any) -> None:
    assert api.read("SO1").json() == {"SO_HDR": [], "SO_LINE": []}
    assert api.read("ADDR").json() == {"DEL_ADDR": []}


def test_by_switch_a_single_row_is_no_list(open_api: Any) -> None:
    api = open_api(single_row="object")
    assert api.read("AR1", PageSize=1, Fields="SUB_NR").json()["CONTACT"]["SUB_NR"] == "1"
    assert isinstance(api.read("AR1", PageSize=2).json()["CONTACT"], list)


def order(api: Any, bodies: Any, debtor: str, *articles: str) -> dict[str, Any]:
    lines = [{"ART_CODE": one, "ORD_QTY": 1} for one in articles]
    answer: dict[str, Any] = api.post(bodies.order({"RPL_INV": debtor}, *lines)).json()
    return answer


def test_lines_stand_beside_their_headers_and_carry_the_headers_position(api: Any, bodies: Any) -> None:
    order(api, bodies, "1", "SPADE", "ROOS-1")
    order(api, bodies, "2", "ROOS-1")
    answer = api.read("SO1").json()
    assert [one["SO_HDR_Id"] for one in answer["SO_HDR"]] == [0, 1]
    assert [(one["SO_HDR_Id"], one["ART_CODE"]) for one in answer["SO_LINE"]] == [(0, "SPADE"), (0, "ROOS-1"), (1, "ROOS-1")]
    assert [one["SO_LINE_Id"] for one in answer["SO_LINE"]] == [0, 1, 2]


def test_lines_come_only_when_a_line_field_is_asked(api: Any, bodies: Any) -> None:
    order(api, bodies, "1", "SPADE")
    assert api.read("SO1", Fields="ORD_NR").json()["SO_LINE"] == []
    line = api.read("SO1", Fields="ORD_NR,SO_LINE.DEL_DATE,ART_CODE").json()["SO_LINE"][0]
    assert set(line) == {"DEL_DATE", "ART_CODE", "EXT_KEY", "SO_LINE_Id", "SO_HDR_Id"}


def test_a_looked_up_table_gives_its_fields_with_its_name_before_them(api: Any, bodies: Any) -> None:
    order(api, bodies, "2", "SPADE")
    assert api.rows("SO1", Fields="ORD_NR,CONTACT.ACCT_NAME")[0]["CONTACT_ACCT_NAME"] == "Relatie 2"
    assert "bestaat niet" in api.message(api.read("SO1", Fields="VAT.VAT_NAME"))


def test_rows_that_are_no_debtor_are_not_among_the_debtors(open_api: Any, bodies: Any) -> None:
    state = bodies.state()
    state["companies"][0]["tables"]["CONTACT"][0]["DEB_SHOW"] = False
    api = open_api(state)
    assert "1" not in [row["SUB_NR"] for row in api.rows("AR1")]
    assert "1" in [row["SUB_NR"] for row in api.rows("CON")]


def test_reading_a_thousand_rows_takes_a_moment_only(open_api: Any, bodies: Any) -> None:
    import time

    state = bodies.state()
    state["companies"][0]["tables"]["CONTACT"] = [
        {"SUB_NR": str(n), "ACCT_NAME": f"Relatie {n}", "SRC_CODE": "R", "ACCT_NR": "1210", "DEB_SHOW": True} for n in range(1, 1001)
    ]
    api = open_api(state)
    api.rows("AR1", PageSize=1)
    started = time.perf_counter()
    for _ in range(20):
        api.rows("AR1", PageSize=1, FilterControlSource1="SUB_NR", FilterOperator1="Equal", FilterValueType1="C", FilterValue1="700")
    assert (time.perf_counter() - started) / 20 < 0.05
