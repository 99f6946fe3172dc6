"""Daybook pages: they balance, lie in an open period, raise open items and pay them."""

from __future__ import annotations

from typing import Any

import pytest
from koppel_accountview.sandbox import plain_state

TABLES = ("DJ_PAGE", "DJ_LINE")
SALE = {"DJ_CODE": "VEK", "SUB_NR": "1001", "INV_NR": "W-1", "HDR_DESC": "Order W-1", "GROSS_FLG": False}
DEBTOR = {"ACCT_NR": "1210", "AMOUNT": 121, "BASE_AMT": 0, "VAT_CODE": "", "VAT_AMT": 0}
REVENUE = {"ACCT_NR": "8000", "AMOUNT": -100, "BASE_AMT": -100, "VAT_CODE": "1", "VAT_AMT": -21}


@pytest.fixture
def post(installed: Any, bodies: Any) -> Any:
    def posted(*lines: dict[str, Any], state: Any = None, api: Any = None, header: Any = (), **options: Any) -> Any:
        api = api or installed(state or plain_state(), **options)
        return api, api.http.post("/api/v3/accountviewdata", json=bodies.document("DJ2", TABLES, {**SALE, **dict(header)}, *lines))

    return posted


def test_a_balanced_page_is_stored_numbered_and_open(post: Any, bodies: Any) -> None:
    api, answer = post(DEBTOR, REVENUE)
    page, line = answer.json()["DJ_PAGE"][0], answer.json()["DJ_LINE"][1]
    assert (page["PAGE_NR"], page["PAGE_NRD"], page["PAGE_AMT"], page["PAGE_VAT"]) == ("1".rjust(10), "VEK" + "1".rjust(10), 121, 21)
    assert (page["TRN_DATE"][:4], line["SRC_ID"], line["SRC_TYPE"]) == (str(bodies.year), page["REC_ID"], 1)
    assert [(row["SUB_INV"], row["ITEM_REST"], row["DR_AMT"]) for row in api.rows("RE1")] == [("1001      W-1", 121, 121)]
    assert [row["PAGE_NR"] for row in api.rows("DJ2P")] == ["1".rjust(10)]


def test_a_payment_in_another_daybook_closes_the_item(post: Any) -> None:
    api, _ = post(DEBTOR, REVENUE)
    paid = {**DEBTOR, "AMOUNT": -121, "SUB_NR": "1001", "INV_NR": "W-1"}
    bank = {**DEBTOR, "ACCT_NR": "1100", "SUB_NR": "", "INV_NR": ""}
    _, answer = post(paid, bank, api=api, header={"DJ_CODE": "BNK", "SUB_NR": "", "INV_NR": "", "HDR_DESC": "Bank"})
    assert answer.status_code == 200, answer.text
    assert [(row["ITEM_REST"], row["ITEM_PAID"], row["DATE_PAID"] is not None) for row in api.rows("RE1")] == [(0, 121, True)]


@pytest.mark.parametrize(("lines", "header", "text"), [
    ([DEBTOR, {**REVENUE, "VAT_AMT": -20}], {}, "niet in evenwicht: debet en credit verschillen 1"),
    ([DEBTOR, {**REVENUE, "ACCT_NR": "9999"}], {}, "9999"),
    ([DEBTOR, {**REVENUE, "VAT_CODE": ""}], {}, "VAT_CODE"),
    ([DEBTOR, REVENUE], {"SUB_NR": ""}, "SUB_NR"),
    ([DEBTOR, REVENUE], {"DJ_CODE": "XXX"}, "XXX"),
    ([DEBTOR, REVENUE], {"TRN_DATE": "2001-01-01"}, "valt niet in boekjaar"),
    ([DEBTOR, REVENUE], {"PERIOD": 14}, "Periode 14"),
])  # fmt: skip
def test_a_page_that_is_wrong_is_refused_whole(post: Any, lines: Any, header: Any, text: str) -> None:
    api, answer = post(*lines, header=header)
    assert (answer.status_code, text in answer.json()["ErrorMessage"]) == (400, True), answer.text
    assert api.rows("DJ2") == api.rows("RE1") == []


def test_a_closed_period_takes_no_page(post: Any) -> None:
    state = plain_state()
    state["companies"][0]["administrations"][-1]["settings"]["closed_periods"] = "1,2,3"
    _, answer = post(DEBTOR, REVENUE, state=state, header={"PERIOD": 2})
    assert "Periode 2" in answer.json()["ErrorMessage"]
    assert "gesloten" in answer.json()["ErrorMessage"]


@pytest.mark.parametrize(("options", "lines", "gross"), [
    ({"page_sides": "one"}, [REVENUE], False),
    ({"page_sides": "one", "page_sign": "credit"}, [{**REVENUE, "AMOUNT": 100, "VAT_AMT": 21}], False),
    ({"page_sign": "credit"}, [{**DEBTOR, "AMOUNT": -121}, {**REVENUE, "AMOUNT": 100, "VAT_AMT": 21}], False),
    ({}, [DEBTOR, {**REVENUE, "AMOUNT": -121}], True),
    ({"page_amounts": "gross"}, [DEBTOR, {**REVENUE, "AMOUNT": -121}], False),
    ({"page_amounts": "net"}, [DEBTOR, REVENUE], True),
    ({"page_vat_lines": "own_line"}, [DEBTOR, REVENUE, {**REVENUE, "ACCT_NR": "1600", "AMOUNT": -21, "VAT_AMT": 0}], False),
    ({"page_vat_check": "checked"}, [DEBTOR, REVENUE], False),
])  # fmt: skip
def test_each_convention_books_the_same_sale(post: Any, options: Any, lines: Any, gross: bool) -> None:
    api, answer = post(*lines, header={"GROSS_FLG": gross}, **options)
    assert answer.status_code == 200, answer.text
    assert [row["ITEM_REST"] for row in api.rows("RE1")] == [121]


@pytest.mark.parametrize(("options", "lines", "text"), [
    ({"page_sides": "one"}, [DEBTOR, REVENUE], "zelf geboekt"),
    ({"page_vat_lines": "own_line"}, [DEBTOR, REVENUE], "evenwicht"),
    ({"page_vat_check": "checked"}, [{**DEBTOR, "AMOUNT": 120}, {**REVENUE, "VAT_AMT": -20}], "past niet"),
])  # fmt: skip
def test_the_other_convention_is_refused(post: Any, options: Any, lines: Any, text: str) -> None:
    assert text in post(*lines, **options)[1].json()["ErrorMessage"]


def test_the_same_invoice_number_twice_is_stored_twice_unless_it_is_refused(post: Any) -> None:
    api, _ = post(DEBTOR, REVENUE)
    post(DEBTOR, REVENUE, api=api)
    assert len(api.rows("DJ2")) == 2
    api, _ = post(DEBTOR, REVENUE, double_invoice="refuse")
    assert "bestaat al" in post(DEBTOR, REVENUE, api=api)[1].json()["ErrorMessage"]


def test_a_page_is_not_changed(installed: Any, bodies: Any) -> None:
    body = bodies.write("DJ2", "DJ_PAGE", {"HDR_DESC": "Anders"}, id="VEK         1")
    assert "niet toegestaan" in installed(plain_state()).http.put("/api/v3/accountviewdata", json=body).json()["ErrorMessage"]
