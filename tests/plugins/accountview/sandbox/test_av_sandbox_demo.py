"""The demo webshop in the AccountView simulator: who logs in there finds a believable administration."""

from __future__ import annotations

from typing import Any

import pytest
from koppel.demo.webshop import build
from koppel_accountview.sandbox import demo_state
from koppel_accountview.sandbox.demo.shop import CLIENT_ID, CLIENT_SECRET


@pytest.fixture
def demo(open_api: Any) -> Any:
    state = demo_state(build())
    ticket = {"value": "toegang", "client_id": CLIENT_ID, "scope": "readaccountviewdata updateaccountviewdata"}
    state["oauth"]["access_tokens"] = [ticket | {"expires_at": "2999-01-01T00:00:00+00:00"}]
    api = open_api(state)
    api.http.headers["x-company"] = next(one["Id"] for one in api.http.get("/api/v3/companies").json() if one["Code"] == "BB01")
    return api


def test_the_published_client_logs_in_from_this_computer(demo: Any) -> None:
    back = "http://127.0.0.1:8477/anything/terug"
    asked = {"response_type": "code", "client_id": CLIENT_ID, "redirect_uri": back, "scope": "readaccountviewdata", "approve": "1"}
    code = demo.http.get("/ams/authorize.aspx", params=asked).next_request.url.params["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    assert demo.http.post("/api/v3/token", data=form).status_code == 200


def test_the_debtors_are_the_shops_customers_in_text_order(demo: Any) -> None:
    shop, rows = build(), demo.rows("AR1")
    assert {row["SUB_NR"] for row in rows} == {str(one.number) for one in shop.ledger_customers}
    assert [row["SUB_NR"] for row in rows][:3] == ["1", "10", "11"]
    assert {row["MAIL_BUS"] for row in rows} == {one.email for one in shop.ledger_customers}
    assert all(row["ACCT_NR"] == "1210" and row["SRC_CODE"] for row in rows)


def test_the_articles_are_those_of_the_shop_and_more(demo: Any) -> None:
    shop, rows = build(), {row["ART_CODE"]: row for row in demo.rows("AK1", PageSize=1000)}
    assert set(rows) == {one.sku for one in (*shop.articles, *shop.ledger_only)} | {"VERZENDKOSTEN", "KORTING"}
    for one in shop.articles:
        row = rows[one.sku]
        assert (row["A8_EAN"], row["QTY_AVAIL"], row["ART_DESC1"]) == (one.ean, one.stock, one.title)
        assert row["PX_SELL"] == float(one.price)
        assert row["VAT_CODE"] == {21: "1", 9: "2"}[one.vat]


def test_what_is_named_exists(demo: Any) -> None:
    codes = {table: {row[key] for row in demo.rows(code, PageSize=1000)} for code, table, key in (
        ("VA1", "VAT", "VAT_CODE"), ("AG1", "ART_GRP", "AG_CODE"), ("PT1", "PAY_COND", "DISC_CODE"), ("IL1", "ISO_CNT", "CNT_CODE"),
        ("GL1", "LEDGER", "ACCT_NR"))}
    for row in demo.rows("AK1", PageSize=1000):
        assert row["VAT_CODE"] in codes["VAT"]
        assert row["AG_CODE"] in codes["ART_GRP"]
    for row in demo.rows("AR1"):
        assert row["DISC_CODE"] in codes["PAY_COND"]
        assert row["CNT_CODE"] in codes["ISO_CNT"]
        assert row["ACCT_NR"] in codes["LEDGER"]
    assert {row["STAT_ACCT"] for row in demo.rows("AG1")} <= codes["LEDGER"]


def test_companies_have_their_contact_person(demo: Any) -> None:
    firms = [one for one in build().ledger_customers if one.company]
    assert len(demo.rows("LNCP")) == len(demo.rows("PP1")) == len(firms) > 0
    main = {row["SUB_NR"]: row["MC_MAILB"] for row in demo.rows("AR1") if row["MAIN_PP"]}
    assert main == {str(one.number): one.email for one in firms}


def test_there_is_no_order_yet_and_last_year_is_closed(demo: Any, bodies: Any) -> None:
    assert demo.rows("SO1") == []
    years = demo.http.get("/api/v3/accountviewsystemdata", params={"BusinessObject": "ADL"}).json()["ADM_LIST"]
    assert [row["ATS_YEAR"] for row in years] == [str(bodies.year - 1), str(bodies.year)]
    body = bodies.write("PT1", "PAY_COND", {"DISC_CODE": "X", "DISC_DESC": "x"}) | {"BookDate": f"{bodies.year - 1}-12-31"}
    assert "afgesloten" in demo.message(demo.post(body))


def test_every_sale_of_the_shop_adds_up_to_what_the_customer_paid(demo: Any, bodies: Any) -> None:
    shop = build()
    known = {one.number for one in shop.ledger_customers}
    sold = [one for one in shop.purchases if one.shopper.number in known and not (one.shopper.company and one.shopper.country != "NL")]
    codes = {article.sku for article in shop.articles}
    for purchase in [one for one in sold if {sale.article.sku for sale in one.sales} <= codes][:12]:
        lines = [{"ART_CODE": s.article.sku, "ORD_QTY": s.quantity, "ART_PX": float(s.article.price), "DISC_AMT": float(s.discount)} for s in purchase.sales]
        lines.append({"ART_CODE": "VERZENDKOSTEN", "ORD_QTY": 1, "ART_PX": float(purchase.shipping), "DISC_AMT": 0})
        stored = demo.post(bodies.order({"RPL_INV": str(purchase.shopper.number)}, *lines)).json()["SO_HDR"][0]
        assert stored["ORD_TOT"] == float(purchase.total)
        assert round(stored["NETT_AMT"] + stored["VAT_AMT"], 2) == stored["ORD_TOT"]


def test_a_group_that_the_shop_adds_later_is_in_the_books_too(open_api: Any) -> None:
    from dataclasses import replace

    shop = build()
    state = demo_state(replace(shop, articles=(*shop.articles, replace(shop.articles[0], sku="NIEUW", group="VIJVER"))))
    groups = state["companies"][0]["administrations"][1]["tables"]["ART_GRP"]
    assert "VIJVE" in {row["AG_CODE"] for row in groups}
