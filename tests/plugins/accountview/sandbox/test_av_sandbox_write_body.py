"""Bodies of writes to the AccountView simulator: what shape is taken and what a wrong one gets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TERM = {"DISC_CODE": "8", "DISC_DESC": "8 dagen"}
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=8,
)


def body(bodies: Any, row: dict[str, Any] | None = None) -> dict[str, Any]:
    made: dict[str, Any] = bodies.write("PT1", "PAY_COND", row or TERM)
    return made


def test_property_names_work_in_any_case(api: Any) -> None:
    lower = {
        "bookdate": "", "businessobject": "pt1",
        "table": {"definition": {"name": "pay_cond", "fields": [{"name": "disc_code", "fieldtype": "c"}, {"name": "DISC_DESC", "fieldType": "C"}]}},
        "tabledata": {"data": {"rows": [{"values": ["8", "8 dagen"]}]}},
    }
    assert api.post(lower).json()["PAY_COND"][0]["DISC_DESC"] == "8 dagen"


def test_detail_parts_may_be_null(api: Any, bodies: Any) -> None:
    sent = body(bodies)
    sent["Table"]["DetailDefinitions"] = None
    sent["TableData"]["DetailData"] = None
    assert api.post(sent).status_code == 200


@pytest.mark.parametrize("part", ["Table", "TableData"])
@pytest.mark.parametrize("value", [None, [], "x", 5])
def test_a_missing_part_is_named(api: Any, bodies: Any, part: str, value: Any) -> None:
    assert part in api.message(api.post(body(bodies) | {part: value}))


def test_values_and_fields_must_be_as_many(api: Any, bodies: Any) -> None:
    for values in (["8"], ["8", "x", "y"]):
        sent = body(bodies)
        sent["TableData"]["Data"]["Rows"][0]["Values"] = values
        assert f"{len(values)} waarden voor 2 velden" in api.message(api.post(sent))


def test_a_field_named_twice_or_none_at_all_is_refused(api: Any, bodies: Any) -> None:
    sent = body(bodies)
    sent["Table"]["Definition"]["Fields"][1]["Name"] = "disc_code"
    assert "tweemaal" in api.message(api.post(sent))
    sent["Table"]["Definition"]["Fields"] = []
    assert "leeg" in api.message(api.post(sent))


@pytest.mark.parametrize(("name", "kind", "word"), [
    ("ONZIN", "C", "ONZIN"), ("DISC_DESC", "N", "DISC_DESC"), ("DISC_DESC", "M", "'M'"), ("CRED_DAYS", "Y", "'Y'"),
    ("CRED_DAYS", "C", "verwacht N"), ("CNG_DATE", "T", "CNG_DATE"), ("CRED_DAYS", "", "FieldType"),
])
def test_fields_must_exist_with_the_type_of_the_wire(api: Any, bodies: Any, name: str, kind: str, word: str) -> None:
    sent = body(bodies)
    sent["Table"]["Definition"]["Fields"][1] = {"Name": name, "FieldType": kind}
    assert word in api.message(api.post(sent))


def test_by_switch_unknown_fields_are_passed_over(open_api: Any, bodies: Any) -> None:
    assert open_api(unknown_fields="ignore").post(body(bodies, TERM | {"ONZIN": "x"})).status_code == 200


@pytest.mark.parametrize(("value", "stored"), [(8, 8), ("8", 8), (8.0, 8), (None, 0)])
def test_numbers_come_as_number_or_text(api: Any, bodies: Any, value: Any, stored: int) -> None:
    assert api.post(body(bodies, TERM | {"CRED_DAYS": value})).json()["PAY_COND"][0]["CRED_DAYS"] == stored


@pytest.mark.parametrize("value", [True, "acht", "", "8,0", [8], 8.5, 1000, 10**40, "1e3", -1000])
def test_a_number_that_cannot_be_is_refused(api: Any, bodies: Any, value: Any) -> None:
    assert "CRED_DAYS" in api.message(api.post(body(bodies, TERM | {"CRED_DAYS": value})))


def test_a_number_with_an_enormous_exponent_is_refused(api: Any, bodies: Any) -> None:
    text = '{"BookDate":"","BusinessObject":"PT1","Table":{"Definition":{"Name":"PAY_COND","Fields":[{"Name":"CRED_DAYS","FieldType":"N"}]}},' \
           '"TableData":{"Data":{"Rows":[{"Values":[1.0e%d]}]}}}'
    for exponent in (10**9, -(10**9), 300):
        response = api.http.post("/api/v3/accountviewdata", content=text % exponent, headers={"Content-Type": "application/json"})
        assert "CRED_DAYS" in api.message(response)


def test_by_switch_decimals_are_rounded_half_up(open_api: Any, bodies: Any) -> None:
    row = open_api(excess_decimals="round").post(body(bodies, TERM | {"CRED_DAYS": 7.5})).json()["PAY_COND"][0]
    assert row["CRED_DAYS"] == 8


@pytest.mark.parametrize("value", [8, True, ["x"], {"x": 1}])
def test_text_must_be_text(api: Any, bodies: Any, value: Any) -> None:
    assert "DISC_DESC" in api.message(api.post(body(bodies, TERM | {"DISC_DESC": value})))


def test_a_logical_must_be_true_or_false(api: Any, bodies: Any) -> None:
    assert "BLK_SP" in api.message(api.put(bodies.write("AR1", "CONTACT", {"BLK_SP": "ja"}, id="1")))
    assert api.put(bodies.write("AR1", "CONTACT", {"BLK_SP": True}, id="1")).json()["CONTACT"][0]["BLK_SP"] is True


def test_another_table_than_the_objects_own_is_refused(api: Any, bodies: Any) -> None:
    assert "CONTACT" in api.message(api.post(bodies.write("AR1", "ACCT_REC", {"SUB_NR": "7"})))
    assert "PAY_COND" in api.message(api.post(bodies.write("PT1", "SO_HDR", TERM)))


def test_details_without_a_detail_table_are_refused(api: Any, bodies: Any) -> None:
    sent = body(bodies)
    sent["Table"]["DetailDefinitions"] = [bodies.definition("SO_LINE", ["ART_CODE"])]
    assert "evenveel" in api.message(api.post(sent))
    sent["TableData"]["DetailData"] = [{"Rows": []}]
    assert "detailtabel" in api.message(api.post(sent))


def test_no_row_at_all_is_refused(api: Any, bodies: Any) -> None:
    sent = body(bodies)
    sent["TableData"]["Data"]["Rows"] = []
    assert "geen rij" in api.message(api.post(sent))


def test_the_fiscal_year_in_the_body_counts(api: Any, bodies: Any) -> None:
    assert api.post(body(bodies) | {"BookDate": f"{bodies.year}-05-01T10:00:00.000Z"}).status_code == 200
    assert "1999" in api.message(api.post(body(bodies) | {"BookDate": "1999-05-01"}))


@pytest.mark.parametrize("where", ["BusinessObject", "id", "Name", "Value"])
def test_half_a_character_is_answered_like_any_other(api: Any, bodies: Any, where: str) -> None:
    sent = body(bodies)
    if where == "Name":
        sent["Table"]["Definition"]["Fields"][0]["Name"] = "\ud800"
    elif where == "Value":
        sent["TableData"]["Data"]["Rows"][0]["Values"][1] = "a\ud800b"
    else:
        sent[where] = "\ud800"
    text = json.dumps(sent)
    response = api.http.post("/api/v3/accountviewdata", content=text, headers={"Content-Type": "application/json"})
    if where == "Value":
        assert response.json()["PAY_COND"][0]["DISC_DESC"] == "a?b"
    else:
        assert api.message(response)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANY_JSON, st.sampled_from(["", "Table", "TableData", "BookDate", "BusinessObject", "id", "Values", "Fields", "Rows"]),
       st.sampled_from(["POST", "PUT"]))
def test_no_json_brings_the_service_down(api: Any, bodies: Any, junk: Any, where: str, verb: str) -> None:
    sent: Any = body(bodies, {"DISC_CODE": "14" if verb == "PUT" else "ZZ", "DISC_DESC": "x"})
    sent |= {"id": "14"} if verb == "PUT" else {}
    if where == "":
        sent = junk
    elif where == "Values":
        sent["TableData"]["Data"]["Rows"][0]["Values"] = [junk, junk]
    elif where == "Fields":
        sent["Table"]["Definition"]["Fields"] = junk
    elif where == "Rows":
        sent["TableData"]["Data"]["Rows"] = junk
    else:
        sent[where] = junk
    response = api.http.request(
        verb, "/api/v3/accountviewdata", content=json.dumps(sent), headers={"Content-Type": "application/json"}
    )
    assert response.status_code in (200, 400)
    assert ("ErrorMessage" in response.json()) == (response.status_code == 400)


@pytest.mark.parametrize(("change", "words"), [
    ({"COMMENT1": "twee\nregels"}, "stuurtekens"), ({"COMMENT1": "a\x00b"}, "stuurtekens"), ({"COMMENT2": "a\x00b"}, "stuurtekens"),
    ({"ORD_DATE": "2026-05-01T10:00:00+02:00"}, "geen geldige datum"), ({"ORD_DATE": "0001-01-01"}, "geen geldige datum"),
])  # fmt: skip
def test_what_a_foxpro_table_cannot_keep_is_refused(api: Any, bodies: Any, change: Any, words: str) -> None:
    order = bodies.order({"RPL_INV": "1", **change}, {"ART_CODE": "SPADE", "ORD_QTY": 1, "ART_PX": 10})
    assert words in api.message(api.post(order))
