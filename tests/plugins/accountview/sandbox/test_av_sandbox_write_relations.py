"""Writing relations, contact persons, addresses and articles to the AccountView simulator."""

from __future__ import annotations

from typing import Any

import pytest

DEBTOR = {"RowId": "1", "ACCT_NAME": "Zoë Jansen", "SRC_CODE": "jansen", "ACCT_NR": "1210", "ADDRESS1": "Kade 3",
          "POST_CODE": "1531 aa", "CITY": "Wormer", "CNT_CODE": "nl", "MAIL_BUS": "zoe@example.nl"}


def stored(response: Any, table: str = "CONTACT") -> dict[str, Any]:
    assert response.status_code == 200, response.text
    row: dict[str, Any] = response.json()[table][0]
    return row


def add(api: Any, bodies: Any, **changes: Any) -> Any:
    row = {name: value for name, value in (DEBTOR | changes).items() if value is not ...}
    return api.post(bodies.write("AR1", "CONTACT", row))


def test_a_debtor_without_a_number_gets_the_next_one(api: Any, open_api: Any, bodies: Any) -> None:
    assert stored(add(api, bodies))["SUB_NR"] == "10001"
    assert stored(add(api, bodies, SUB_NR=""))["SUB_NR"] == "10002"
    state = bodies.state()
    state["companies"][0]["settings"] = {"first_debtor": 50}
    assert stored(add(open_api(state), bodies))["SUB_NR"] == "101"


def test_the_answer_has_what_the_server_filled_in(api: Any, bodies: Any) -> None:
    row = stored(add(api, bodies))
    assert row["SRC_CODE"] == "JANSEN"
    assert row["POST_CODE"] == "1531 AA"
    assert row["CNT_CODE"] == "NL"
    assert row["COUNTRY"] == "Nederland"
    assert row["VIS_ADDRES"] == "Kade 3\n1531 AA  Wormer\n"
    assert row["DEB_SHOW"] is True
    assert row["ACCT_LINK"] == 2
    assert row["CNG_NR"] == 1
    assert row["INP_DATE"] == row["CNG_DATE"]
    assert api.read("AR1", LastKey="10000", PageSize=1).json()["CONTACT"][0] == row


def test_dates_are_the_dutch_wall_clock(open_api: Any, bodies: Any) -> None:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    api = open_api()
    told = datetime.fromisoformat(stored(add(api, bodies))["CNG_DATE"])
    here = api.sandbox.clock.now().astimezone(ZoneInfo("Europe/Amsterdam")).replace(tzinfo=None)
    assert abs((here - told).total_seconds()) < 5


def test_a_taken_number_is_refused_and_nothing_is_stored(api: Any, bodies: Any) -> None:
    assert "'10' bestaat al" in api.message(add(api, bodies, SUB_NR="10"))
    assert len(api.rows("AR1")) == 5


def test_the_same_debtor_twice_is_stored_twice(api: Any, bodies: Any) -> None:
    assert stored(add(api, bodies))["SUB_NR"] != stored(add(api, bodies))["SUB_NR"]
    assert len(api.rows("AR1")) == 7


@pytest.mark.parametrize(("changes", "word"), [
    ({"ACCT_NAME": ""}, "ACCT_NAME"), ({"ACCT_NAME": ...}, "ACCT_NAME"), ({"SRC_CODE": ...}, "SRC_CODE"), ({"ACCT_NR": ...}, "ACCT_NR"),
    ({"ACCT_NR": "8000"}, "verzamelrekening"), ({"ACCT_NR": "9999"}, "9999"), ({"CNT_CODE": "XX"}, "XX"), ({"DISC_CODE": "99"}, "99"),
    ({"VAT_CODE": "7"}, "'7'"), ({"RPL_INV": "zoek"}, "ZOEK"), ({"ACCT_NAME": "x" * 41}, "40"), ({"MAIL_BUS": "m" * 51}, "50"),
    ({"SUB_NR": "12345678901"}, "10"), ({"CNG_DATE": "2024-01-01"}, "CNG_DATE"), ({"VIS_ADDRES": "x"}, "VIS_ADDRES"),
])
def test_a_debtor_that_cannot_be_is_refused_by_field(api: Any, bodies: Any, changes: dict[str, Any], word: str) -> None:
    assert word in api.message(add(api, bodies, **changes))


def test_without_a_control_account_no_relation_can_be_made(open_api: Any, bodies: Any) -> None:
    state = bodies.state()
    state["companies"][0]["tables"]["LEDGER"][0]["ACCT_LINK"] = 0
    assert "Er is geen verzamelrekening" in (api := open_api(state)).message(add(api, bodies))


def test_by_switch_long_text_is_cut(open_api: Any, bodies: Any) -> None:
    assert stored(add(open_api(long_text="truncate"), bodies, ACCT_NAME="x" * 39 + " yz"))["ACCT_NAME"] == "x" * 39


def test_characters_outside_the_code_page_are_lost_refused_or_kept(open_api: Any, bodies: Any) -> None:
    name = "Łukasz ’t Hart €"
    assert stored(add(open_api(), bodies, ACCT_NAME=name))["ACCT_NAME"] == "?ukasz ’t Hart €"
    assert stored(add(open_api(outside_code_page="keep"), bodies, ACCT_NAME=name))["ACCT_NAME"] == name
    api = open_api(outside_code_page="error")
    assert "ACCT_NAME" in api.message(add(api, bodies, ACCT_NAME=name))


def test_a_split_address_makes_the_whole_one(api: Any, bodies: Any) -> None:
    row = stored(add(api, bodies, ADDRESS1=..., ST_STREET="Kade", ST_NR="3", ST_EXTRA="b"))
    assert row["ADDRESS1"] == "Kade 3 b"


def change(api: Any, bodies: Any, key: Any, **row: Any) -> Any:
    return api.put(bodies.write("AR1", "CONTACT", row, id=key))


def test_an_update_changes_only_what_it_names(api: Any, bodies: Any) -> None:
    before = stored(api.read("AR1", PageSize=1, LastKey="1"))
    row = stored(change(api, bodies, "10", CITY="Zaandam", MAIL_BUS=None))
    assert row["CITY"] == "Zaandam"
    assert row["MAIL_BUS"] == ""
    assert row["ACCT_NAME"] == before["ACCT_NAME"]
    assert row["CNG_NR"] == before["CNG_NR"] + 1
    assert row["CNG_DATE"] > before["CNG_DATE"]
    assert row["EXT_KEY"] == before["EXT_KEY"]


@pytest.mark.parametrize(("key", "row", "word"), [
    ("zoek", {"CITY": "x"}, "zoek"), ("", {"CITY": "x"}, "id"), (None, {"CITY": "x"}, "id"), ("10", {"SUB_NR": "999"}, "SUB_NR"),
    ("10", {"ACCT_NAME": ""}, "ACCT_NAME"), ("10", {"ACCT_NR": "8000"}, "8000"), (["10"], {"CITY": "x"}, "id"),
])
def test_an_update_that_cannot_be_is_refused_and_nothing_changes(api: Any, bodies: Any, key: Any, row: Any, word: str) -> None:
    before = api.rows("AR1")
    assert word in api.message(change(api, bodies, key, **row))
    assert api.rows("AR1") == before


def test_an_update_minds_the_fields_it_names_and_no_others(open_api: Any, bodies: Any) -> None:
    state = bodies.state()
    state["companies"][0]["tables"]["CONTACT"][2] |= {"ACCT_NR": "", "VAT_CODE": "ZZ"}
    api = open_api(state)
    assert stored(change(api, bodies, "10", CITY="Edam"))["CITY"] == "Edam"
    assert "VAT_CODE" in api.message(change(api, bodies, "10", VAT_CODE="ZZ"))


def test_an_insert_takes_no_id(api: Any, bodies: Any) -> None:
    assert "id" in api.message(api.post(bodies.write("AR1", "CONTACT", DEBTOR, id="10")))


def test_a_contact_person_is_made_linked_and_becomes_the_main_one(api: Any, bodies: Any) -> None:
    person = {"FST_NAME": "Kees", "LST_NAME": "Bos", "MAIL_BUS": "kees@example.nl"}
    code = stored(api.post(bodies.write("PP1", "PEOPLE", person)), "PEOPLE")["PP_CODE"]
    link = bodies.write("LNCP", "CON_PP", {"SUB_NR": "10", "PP_CODE": code, "FUNC_DESC": "Inkoop"})
    assert len(stored(api.post(link), "CON_PP")["REC_ID"]) == 10
    assert "al gekoppeld" in api.message(api.post(link))
    row = stored(change(api, bodies, "10", MAIN_PP=code))
    assert (row["MAIN_CONT"], row["MC_MAILB"]) == ("Kees Bos", "kees@example.nl")
    named = api.rows("LNCP", Fields="REC_ID,PEOPLE.LST_NAME,CONTACT.ACCT_NAME")[0]
    assert (named["PEOPLE_LST_NAME"], named["CONTACT_ACCT_NAME"]) == ("Bos", "Relatie 10")


def test_an_installation_without_contact_persons_says_so(open_api: Any) -> None:
    api = open_api(contacts=False)
    assert "PP1" in api.message(api.read("PP1"))
    codes = [one["Code"] for one in api.http.get("/api/v3/accountviewsystembusinessobjects").json()]
    assert "LNCP" not in codes
    assert "AR1" in codes


def test_a_delivery_address_gets_its_own_code(api: Any, bodies: Any) -> None:
    address = {"RowId": 1, "SUB_NR": "10", "DEL_NAME": "Magazijn", "CITY": "Gent", "CNT_CODE": "DE"}
    first, second = (stored(api.post(bodies.write("ADDR", "DEL_ADDR", address)), "DEL_ADDR") for _ in range(2))
    assert first["REC_ID"] != second["REC_ID"]
    assert len(first["REC_ID"]) == 10
    found = api.rows("ADDR", FilterControlSource1="SUB_NR", FilterOperator1="Equal", FilterValueType1="C", FilterValue1="10")
    assert [one["REC_ID"] for one in found] == [first["REC_ID"], second["REC_ID"]]
    assert "zoek".upper() in api.message(api.post(bodies.write("ADDR", "DEL_ADDR", address | {"SUB_NR": "zoek"})))
    moved = api.put(bodies.write("ADDR", "DEL_ADDR", {"CITY": "Brugge"}, id=first["REC_ID"]))
    assert stored(moved, "DEL_ADDR")["CITY"] == "Brugge"


ARTICLE = {"ART_CODE": "hark-1", "ART_DESC1": "Hark", "AG_CODE": "PLANT", "PX_SELL": 12.5, "VAT_CODE": "1"}


def test_an_article_is_stored_with_its_code_in_capitals(api: Any, bodies: Any) -> None:
    row = stored(api.post(bodies.write("AK1", "ARTICLE", ARTICLE)), "ARTICLE")
    assert row["ART_CODE"] == "HARK-1"
    assert row["PX_SELL"] == 12.5
    changed = api.put(bodies.write("AK1", "ARTICLE", {"PX_SELL": "13.00"}, id="HARK-1"))
    assert stored(changed, "ARTICLE")["PX_SELL"] == 13


@pytest.mark.parametrize(("changes", "word"), [
    ({"ART_CODE": "ROOS-1"}, "bestaat al"), ({"ART_CODE": "X" * 16}, "15"), ({"ART_CODE": ""}, "ART_CODE"), ({"AG_CODE": "NIETS"}, "NIETS"),
    ({"VAT_CODE": "7"}, "'7'"), ({"VAT_CODE": ""}, "VAT_CODE"), ({"PX_SELL": 1.999}, "2 decimalen"), ({"PX_SELL": "1,50"}, "getal"),
])
def test_an_article_that_cannot_be_is_refused(api: Any, bodies: Any, changes: dict[str, Any], word: str) -> None:
    assert word in api.message(api.post(bodies.write("AK1", "ARTICLE", ARTICLE | changes)))


def test_stock_is_kept_by_accountview_alone(api: Any, bodies: Any) -> None:
    body = bodies.write("AK1", "ARTICLE", {"QTY_AVAIL": 5}, id="ROOS-1")
    assert "QTY_AVAIL" in api.message(api.put(body))


def test_groups_terms_and_vat_codes_are_written_too(api: Any, bodies: Any) -> None:
    assert stored(api.post(bodies.write("AG1", "ART_GRP", {"AG_CODE": "POT", "AG_DESC": "Potten"})), "ART_GRP")["AG_CODE"] == "POT"
    term = stored(api.post(bodies.write("PT1", "PAY_COND", {"DISC_CODE": "8", "DISC_DESC": "8 dagen", "CRED_DAYS": 8})), "PAY_COND")
    assert term["CRED_DAYS"] == 8
    vat = {"VAT_CODE": "4", "VAT_NAME": "Tussen", "VAT_PCT": 12.5, "VAT_TYPE": 1, "CALC_TYPE": 1, "VAT_ACCT": "1600", "FRM_CODE": "1C"}
    assert stored(api.post(bodies.write("VA1", "VAT", vat)), "VAT")["VAT_PCT"] == 12.5


@pytest.mark.parametrize(("code", "table"), [("GL1", "LEDGER"), ("DJ1", "DAILY"), ("CC1", "COST"), ("IL1", "ISO_CNT"), ("CU1", "CUR_CODE")])
def test_the_books_are_read_only(api: Any, bodies: Any, code: str, table: str) -> None:
    assert api.read(code).status_code == 200
    assert "niet toegestaan" in api.message(api.post(bodies.write(code, table, {"X": "1"})))
    assert "niet toegestaan" in api.message(api.put(bodies.write(code, table, {"X": "1"}, id="1")))
