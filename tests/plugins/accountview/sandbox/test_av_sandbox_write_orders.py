"""Sales orders in the AccountView simulator: numbering, defaults, totals to the cent, stock and refusals."""

from __future__ import annotations

from typing import Any

import pytest


def place(api: Any, bodies: Any, header: dict[str, Any], *lines: dict[str, Any]) -> Any:
    return api.post(bodies.order({"RPL_INV": "10", **header}, *lines))


def header_of(response: Any) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    row: dict[str, Any] = response.json()["SO_HDR"][0]
    return row


def totals(response: Any) -> tuple[float, float, float]:
    row = header_of(response)
    return row["NETT_AMT"], row["VAT_AMT"], row["ORD_TOT"]


ROSE, SPADE = {"ART_CODE": "ROOS-1", "ORD_QTY": 3}, {"ART_CODE": "SPADE", "ORD_QTY": 1}


def test_an_order_gets_its_number_from_the_server(api: Any, bodies: Any) -> None:
    first = place(api, bodies, {"COMMENT1": "#1001", "ORD_DATE": "2026-05-01T10:00:00.000Z"}, ROSE, SPADE)
    assert header_of(first)["ORD_NR"] == "2600001"
    assert header_of(first)["ORD_DATE"] == "2026-05-01T10:00:00"
    assert [line["ART_DESC1"] for line in first.json()["SO_LINE"]] == ["Roos", "Spade"]
    assert header_of(place(api, bodies, {}, ROSE))["ORD_NR"] == "2600002"


def test_the_same_order_posted_twice_is_stored_twice(api: Any, bodies: Any) -> None:
    for _ in range(2):
        place(api, bodies, {"COMMENT1": "#1001"}, ROSE)
    found = api.rows("SO1", FilterControlSource1="COMMENT1", FilterOperator1="Equal", FilterValueType1="C", FilterValue1="#1001")
    assert len(found) == 2


def test_missing_values_come_from_debtor_and_article(api: Any, bodies: Any) -> None:
    response = place(api, bodies, {}, ROSE)
    header, line = header_of(response), response.json()["SO_LINE"][0]
    assert header["RPL_DEL"] == "10"
    assert header["ORD_DATE"].endswith("T00:00:00")
    assert header["INP_USR"] == "BEHEER"
    assert (line["ART_PX"], line["VAT_CODE"], line["ART_AMT"], line["REC_ORD"]) == (10, "2", 30, 1)
    assert line["HDR_ID"] == header["REC_ID"]


def test_net_prices_get_vat_per_code_on_top(api: Any, bodies: Any) -> None:
    lines = ({**ROSE, "ART_PX": 10.33}, {**SPADE, "ART_PX": 24.95}, {"ART_CODE": "SPADE", "ORD_QTY": 2, "ART_PX": 0.03})
    assert totals(place(api, bodies, {}, *lines)) == (56, 8.04, 64.04)


def test_gross_prices_contain_their_vat(open_api: Any, bodies: Any) -> None:
    state = bodies.state()
    state["companies"][0]["settings"] = {"gross_prices": True}
    lines = ({**ROSE, "ART_PX": 10.33}, {**SPADE, "ART_PX": 24.95})
    response = place(open_api(state), bodies, {}, *lines)
    assert totals(response) == (49.05, 6.89, 55.94)
    assert header_of(response)["GROSS_FLG"] is True
    assert totals(place(open_api(gross_prices="gross"), bodies, {}, *lines)) == (49.05, 6.89, 55.94)


@pytest.mark.parametrize(("discount", "net"), [({"DISC_PCT": 10}, 27), ({"DISC_AMT": 0.5}, 29.5), ({"DISC_PCT": 33.33}, 20)])
def test_a_line_discount_lowers_the_line(api: Any, bodies: Any, discount: dict[str, Any], net: float) -> None:
    response = place(api, bodies, {}, {**ROSE, **discount})
    assert totals(response)[0] == net == response.json()["SO_LINE"][0]["ART_AMT"]


def test_the_vat_code_is_the_lines_else_the_debtors_else_the_articles(api: Any, bodies: Any) -> None:
    assert totals(place(api, bodies, {}, {**ROSE, "VAT_CODE": "1"})) == (30, 6.3, 36.3)
    api.put(bodies.write("AR1", "CONTACT", {"VAT_CODE": "5"}, id="10"))
    assert totals(place(api, bodies, {}, ROSE)) == (30, 0, 30)
    assert totals(place(api, bodies, {}, {**ROSE, "VAT_CODE": "2"})) == (30, 2.7, 32.7)


def test_a_payment_discount_leaves_the_total_unless_switched(api: Any, open_api: Any, bodies: Any) -> None:
    assert totals(place(api, bodies, {"PD_AMT": 5}, ROSE))[2] == 32.7
    assert totals(place(open_api(pd_amt_lowers_total=True), bodies, {"PD_AMT": 5}, ROSE))[2] == 27.7


def free_stock(api: Any) -> dict[str, Any]:
    return next(one for one in api.rows("AK1") if one["ART_CODE"] == "ROOS-1")


def test_an_order_reserves_free_stock_without_touching_the_article(api: Any, open_api: Any, bodies: Any) -> None:
    before = free_stock(api)
    place(api, bodies, {}, ROSE, ROSE)
    assert free_stock(api) == before | {"QTY_FREE2": 44}
    touched = open_api(stock_touches_article=True)
    place(touched, bodies, {}, ROSE)
    assert free_stock(touched)["CNG_NR"] == 1
    assert free_stock(touched)["CNG_DATE"]


@pytest.mark.parametrize(("header", "line", "word"), [
    ({"RPL_INV": "zoek"}, ROSE, "ZOEK"), ({"RPL_INV": ""}, ROSE, "RPL_INV"), ({"RPL_DEL": "zoek"}, ROSE, "ZOEK"),
    ({"DEL_CODE": "X"}, ROSE, "DEL_CODE"), ({"COMMENT1": "x" * 41}, ROSE, "COMMENT1"), ({"ORD_NR": "1"}, ROSE, "ORD_NR"),
    ({"ORD_DATE": "01-05-2026"}, ROSE, "ORD_DATE"), ({"ORD_DATE": "2026-02-30"}, ROSE, "ORD_DATE"),
    ({}, {"ART_CODE": "ZOEK", "ORD_QTY": 1}, "ZOEK"), ({}, {"ART_CODE": "", "ORD_QTY": 1}, "ART_CODE"), ({}, {"ART_CODE": "SPADE"}, "ORD_QTY"),
    ({}, {**ROSE, "VAT_CODE": "8"}, "VAT_CODE"), ({}, {**ROSE, "ART_PX": 1.005}, "decimalen"), ({}, {**ROSE, "ORD_QTY": 10**9}, "groot"),
    ({"DISC_CODE": "99"}, ROSE, "99"),
])
def test_an_order_that_cannot_be_is_refused_whole(api: Any, bodies: Any, header: Any, line: Any, word: str) -> None:
    stock = free_stock(api)
    assert word in api.message(place(api, bodies, header, {**line}))
    assert api.read("SO1").json() == {"SO_HDR": [], "SO_LINE": []}
    assert free_stock(api) == stock


def test_a_wrong_second_line_leaves_nothing_behind(api: Any, bodies: Any) -> None:
    assert "ZOEK" in api.message(place(api, bodies, {}, ROSE, {"ART_CODE": "ZOEK", "ORD_QTY": 1}))
    assert api.rows("SO1") == []
    assert free_stock(api)["QTY_FREE2"] == 50


def test_blocked_debtors_and_articles_are_refused(open_api: Any, bodies: Any) -> None:
    for flag in ("BLK_SP", "REC_BLK"):
        state = bodies.state()
        state["companies"][0]["tables"]["CONTACT"][2][flag] = True
        assert "geblokkeerd voor orders" in (api := open_api(state)).message(place(api, bodies, {}, ROSE))
    state = bodies.state()
    state["companies"][0]["tables"]["ARTICLE"][0]["REC_BLK"] = True
    assert "Artikel" in (api := open_api(state)).message(place(api, bodies, {}, ROSE))


def test_a_delivery_address_must_be_the_debtors_own(api: Any, bodies: Any) -> None:
    address = bodies.write("ADDR", "DEL_ADDR", {"SUB_NR": "2", "DEL_NAME": "Elders"})
    code = api.post(address).json()["DEL_ADDR"][0]["REC_ID"]
    assert "hoort niet bij" in api.message(place(api, bodies, {"DEL_CODE": code}, ROSE))
    assert header_of(place(api, bodies, {"DEL_CODE": code, "RPL_DEL": "2"}, ROSE))["DEL_CODE"] == code


def test_lines_must_point_at_their_header(api: Any, bodies: Any) -> None:
    for header_id in ("2", "", None):
        body = bodies.order({"RPL_INV": "10"}, ROSE)
        body["TableData"]["DetailData"][0]["Rows"][0]["Values"][1] = header_id
        assert "HeaderId" in api.message(api.post(body))


def test_an_order_without_lines_is_refused(api: Any, bodies: Any) -> None:
    body = bodies.order({"RPL_INV": "10"}, ROSE)
    body["TableData"]["DetailData"][0]["Rows"] = []
    assert "geen regels" in api.message(api.post(body))
    assert "SO_LINE" in api.message(api.post(bodies.write("SO1", "SO_HDR", {"RPL_INV": "10"})))


def two_orders(bodies: Any, second: str) -> dict[str, Any]:
    body: dict[str, Any] = bodies.order({"RPL_INV": "10"}, ROSE, SPADE)
    body["TableData"]["Data"]["Rows"].append({"Values": ["2", second]})
    body["TableData"]["DetailData"][0]["Rows"][1]["Values"][1] = "2"
    return body


def test_one_order_per_call_unless_switched(api: Any, open_api: Any, bodies: Any) -> None:
    assert "één rij" in api.message(api.post(two_orders(bodies, "2")))
    several = open_api(one_header_per_call=False)
    answer = several.post(two_orders(bodies, "2")).json()
    assert [(one["RPL_INV"], one["ORD_NR"]) for one in answer["SO_HDR"]] == [("10", "2600001"), ("2", "2600002")]
    assert [line["SO_HDR_Id"] for line in answer["SO_LINE"]] == [0, 1]


def test_of_several_orders_a_wrong_one_stops_all(open_api: Any, bodies: Any) -> None:
    api = open_api(one_header_per_call=False)
    assert "ZOEK" in api.message(api.post(two_orders(bodies, "zoek")))
    assert api.read("SO1").json() == {"SO_HDR": [], "SO_LINE": []}
    assert free_stock(api)["QTY_FREE2"] == 50


def test_a_header_can_be_changed_and_its_lines_cannot(api: Any, bodies: Any) -> None:
    number = header_of(place(api, bodies, {}, ROSE))["ORD_NR"]
    changed = header_of(api.put(bodies.write("SO1", "SO_HDR", {"COMMENT1": "#2"}, id=number)))
    assert changed["COMMENT1"] == "#2"
    assert changed["ORD_TOT"] == 32.7
    body = bodies.order({"COMMENT1": "#3"}, ROSE) | {"id": number}
    assert "Detailregels" in api.message(api.put(body))


def test_a_status_201_by_switch(open_api: Any, bodies: Any) -> None:
    assert place(open_api(insert_status=201), bodies, {}, ROSE).status_code == 201
