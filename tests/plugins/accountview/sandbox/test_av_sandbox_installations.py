"""The two installations, their invoices, and the positions of the switches that concern every installation."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from koppel_accountview.sandbox import create, measured_state, plain_state

LINE = {"ART_CODE": "POT-1", "ORD_QTY": 2, "ART_PX": 10}


def invoice(bodies: Any, code: str, tables: tuple[str, str], **header: Any) -> dict[str, Any]:
    body: dict[str, Any] = bodies.document(code, tables, {"RPL_INV": "1001", "COMMENT1": "W-1", **header}, LINE)
    return body


def objects(api: Any) -> dict[str, Any]:
    return {one["Code"]: one for one in api.http.get("/api/v3/accountviewsystembusinessobjects").json()}


def columns(api: Any, table: str) -> set[str]:
    params = {"businessobject": "fld", "pagesize": 999, "FilterControlSource1": "DBF_NAME", "FilterOperator1": "Equal",
              "FilterValueType1": "C", "FilterValue1": table}
    return {row["FIELD_NAME"] for row in api.http.get("/api/v3/accountviewsystemdata", params=params).json()["DCT_FLD"]}


def test_they_differ_in_objects_rights_fields_and_codes(installed: Any) -> None:
    plain, measured = installed(plain_state()), installed(measured_state())
    assert not {"PP1", "LNCP", "CI1"} & set(objects(plain))
    assert not objects(measured)["SI1"]["InsertAllowed"]
    assert "K1B" in objects(measured)
    assert "K1_GTIN" in columns(measured, "ARTICLE") - columns(plain, "ARTICLE")
    assert "X15_WEBNR" in columns(measured, "SO_HDR") - columns(plain, "SO_HDR")
    assert {row["DJ_CODE"] for row in measured.rows("DJ1")} == {"600", "610", "800", "860", "900"}
    assert len([row for row in measured.rows("GL1") if row["ACCT_LINK"] == 2]) == 2


@pytest.mark.parametrize("made", [plain_state, measured_state])
def test_an_installation_survives_being_written_down(made: Any) -> None:
    once = create(made(), {}).dump()
    assert create(once, {}).dump() == once


@pytest.mark.parametrize(("made", "code", "total"), [(plain_state, "SI1", 24.2), (measured_state, "K1B", 20)])
def test_an_invoice_takes_stock_and_is_open_until_paid(installed: Any, bodies: Any, made: Any, code: str, total: float) -> None:
    api = installed(made())
    tables = ("SOI_HDR", "SOI_LINE") if code == "SI1" else ("CI_HDR", "CI_LINE")
    answer = api.http.post("/api/v3/accountviewdata", json=invoice(bodies, code, tables))
    assert answer.status_code == 200, answer.text
    row = answer.json()[tables[0]][0]
    assert (row["INV_NR"], row["ORD_TOT"]) == (f"{bodies.year}0001", total)
    assert [(item["INV_NR"], item["ITEM_REST"]) for item in api.rows("RE1")] == [(row["INV_NR"], total)]
    assert [(one["QTY_AVAIL"], one["QTY_FREE2"]) for one in api.rows("AK1") if one["ART_CODE"] == "POT-1"] == [(8, 6)]


def test_an_invoice_without_the_right_is_refused(installed: Any, bodies: Any) -> None:
    api = installed(measured_state())
    answer = api.http.post("/api/v3/accountviewdata", json=invoice(bodies, "SI1", ("SOI_HDR", "SOI_LINE")))
    assert "niet toegestaan" in answer.json()["ErrorMessage"]
    assert api.rows("SI1") == []


def test_one_image_is_kept_as_the_installation_writes_it(installed: Any, bodies: Any) -> None:
    data = b64encode(b"beeld").decode()
    for option, kept, wrong in (("base64", data, "data:,"), ("data_url", f"data:image/png;base64,{data}", data)):
        api = installed(plain_state(), image_encoding=option)
        for value, status in ((wrong, 400), (kept, 200)):
            body = bodies.write("AK1", "ARTICLE", {"IMG_MEDIUM": "pot.png", "IMG_M_DATA": value}, id="POT-1")
            assert api.http.put("/api/v3/accountviewdata", json=body).status_code == status


def test_errors_may_be_bare_and_nothing_found_may_be_one(installed: Any) -> None:
    api = installed(plain_state(), error_texts="bare", error_numbers="list", nothing_found="404")
    answer = api.read("AR1", FilterControlSource1="SUB_NR", FilterOperator1="Equal", FilterValueType1="C", FilterValue1="9")
    assert (answer.status_code, answer.json()["ErrorNumbers"]) == (404, [1526])
    assert "gevonden" not in answer.json()["ErrorMessage"]
    assert installed(plain_state(), error_numbers="text").read("XX").json()["ErrorNumbers"] == "1526"


def test_a_taken_key_may_overwrite_and_put_may_be_for_debtors_alone(installed: Any, bodies: Any) -> None:
    api = installed(plain_state(), double_key="overwrite", put="debtors")
    body = bodies.write("AG1", "ART_GRP", {"AG_CODE": "POT", "AG_DESC": "Andere potten"})
    assert api.http.post("/api/v3/accountviewdata", json=body).status_code == 200
    assert [row["AG_DESC"] for row in api.rows("AG1") if row["AG_CODE"] == "POT"] == ["Andere potten"]
    assert api.http.put("/api/v3/accountviewdata", json={**body, "id": "POT"}).status_code == 400


def test_the_last_key_may_come_again_and_fields_may_be_in_a_table(installed: Any) -> None:
    api = installed(plain_state(), last_key_included=True, fields_answer="table")
    assert api.rows("AK1", PageSize=1, LastKey="POT-1")[0]["ART_CODE"] == "POT-1"
    assert api.http.get("/api/v3/accountviewfields", params={"BusinessObject": "AK1"}).json()["FIELDS"]


def test_a_relay_that_waits_in_vain_says_so_with_a_page(installed: Any) -> None:
    answer = installed(plain_state(), offline=True, offline_answer="timeout").read("AR1")
    assert (answer.status_code, answer.headers["content-type"]) == (504, "text/html; charset=utf-8")
