"""State and options of the AccountView simulator: what is taken, filled in, refused and written back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from koppel.demo.webshop import build
from koppel.testing.sandbox import SandboxShell
from koppel_accountview.sandbox import create, demo_state


def test_a_dump_loads_to_the_same_dump(open_api: Any, bodies: Any) -> None:
    api = open_api(demo_state(build()))
    for state in (api.sandbox.dump(), open_api().sandbox.dump(), create(None, {}).dump()):
        again = json.loads(json.dumps(state))
        assert create(again, {}).dump() == state == again


def test_a_restart_goes_on_where_it_was(api: Any, open_api: Any, bodies: Any) -> None:
    line = {"ART_CODE": "SPADE", "ORD_QTY": 1}
    api.post(bodies.order({"RPL_INV": "10"}, line))
    again = open_api(json.loads(json.dumps(api.sandbox.dump())))
    assert again.read("SO1").json() == api.read("SO1").json()
    second = again.post(bodies.order({"RPL_INV": "10"}, line)).json()
    assert second["SO_HDR"][0]["ORD_NR"] == "2600002"
    assert second["SO_LINE"][0]["REC_ID"] != api.read("SO1").json()["SO_LINE"][0]["REC_ID"]


def test_a_part_of_a_state_is_filled_in(open_api: Any) -> None:
    box = create({"companies": [{"tables": {"DEL_ADDR": [{"DEL_NAME": "Kade"}], "PEOPLE": [{"LST_NAME": "A"}, {"LST_NAME": "B"}]}}]}, {})
    company = box.dump()["companies"][0]
    tables = company["administrations"][0]["tables"]
    assert company["Id"] == "10001"
    assert len(tables["DEL_ADDR"][0]["REC_ID"]) == 10
    assert [one["PP_CODE"] for one in tables["PEOPLE"]] == ["1", "2"]
    assert tables["PEOPLE"][1]["EXT_KEY"] == 2


def test_captured_rows_bring_their_own_fields(open_api: Any, bodies: Any) -> None:
    state = bodies.state()
    state["dictionary"] = {"CONTACT": "infer"}
    state["companies"][0]["tables"]["CONTACT"][1] |= {"L5_DD_ACT": True, "LONG_NAME": "Lang", "WARN": None, "CONTACT_Id": 1, "EXT_KEY": 940}
    api = open_api(state)
    row = next(one for one in api.rows("AR1") if one["SUB_NR"] == "2")
    assert (row["L5_DD_ACT"], row["LONG_NAME"], row["WARN"], row["EXT_KEY"]) == (True, "Lang", None, 940)
    assert create(api.sandbox.dump(), {}).dump() == api.sandbox.dump()


@pytest.mark.parametrize(("tables", "words"), [
    ({"CONTACT": [{"SUB_NR": "1"}, {"SUB_NR": "1 "}]}, ["CONTACT[1]", "twice"]),
    ({"ARTICLE": [{"ART_DESC1": "x"}]}, ["ARTICLE[0]", "ART_CODE"]),
    ({"ARTICLE": [{"ART_CODE": "x", "ART_DESC": "x"}]}, ["ARTICLE[0]", "ART_DESC1"]),
    ({"ARTICLE": [{"ART_CODE": "x", "PX_SELL": "3"}]}, ["ARTICLE[0].PX_SELL", "number"]),
    ({"ARTICLE": [{"ART_CODE": "x", "PX_SELL": float("nan")}]}, ["ARTICLE[0].PX_SELL", "number"]),
    ({"ARTICLE": [{"ART_CODE": "x" * 16}]}, ["ARTICLE[0].ART_CODE", "15"]),
    ({"ARTICLE": [{"ART_CODE": "x", "REC_BLK": "ja"}]}, ["ARTICLE[0].REC_BLK"]),
    ({"ARTICLE": [{"ART_CODE": "x", "CNG_DATE": "gisteren"}]}, ["ARTICLE[0].CNG_DATE"]),
    ({"ARTICLE": [{"ART_CODE": "x", "CNG_DATE": "2026-02-30"}]}, ["ARTICLE[0].CNG_DATE"]),
    ({"ARTICLE": ["x"]}, ["ARTICLE[0]", "object"]), ({"ARTICLE": {}}, ["ARTICLE", "list"]), ({"ARTIKEL": []}, ["ARTIKEL", "ARTICLE"]),
    ({"DCT_FLD": []}, ["DCT_FLD"]),
])
def test_a_bad_record_is_refused_by_collection_and_index(tables: Any, words: list[str]) -> None:
    with pytest.raises(ValueError, match=r"companies\[0\]") as caught:
        create({"companies": [{"Code": "A", "tables": tables}]}, {})
    assert all(word in str(caught.value) for word in ["companies[0].administrations[0].tables", *words])


@pytest.mark.parametrize(("state", "word"), [
    ({"company": []}, "companies"), ({"companies": {}}, "list"), ({"companies": ["x"]}, "companies[0]"),
    ({"companies": [{"Code": "A"}, {"Code": "A"}]}, "same code"), ({"companies": [{"Id": "1"}, {"Id": "1"}]}, "same id"),
    ({"companies": [{"administrations": [{"ATS_YEAR": "dit"}]}]}, "ATS_YEAR"),
    ({"companies": [{"administrations": [{}, {}]}]}, "twice"), ({"companies": [{"settings": {"bruto": True}}]}, "settings"),
    ({"oauth": {"clients": [{"client_id": "a"}]}}, "oauth.clients[0]"), ({"oauth": {"token": []}}, "oauth"),
    ({"companies": [{"settings": {"gross_prices": "ja"}}]}, "gross_prices"), ({"companies": [{"settings": []}]}, "settings"),
    ({"companies": [{"offline": "nee"}]}, "companies[0].offline"), ({"companies": [{"administrations": [{"closed": 1}]}]}, "closed"),
    ({"companies": [{"administrations": [{"last_record_id": "x"}]}]}, "last_record_id"),
    ({"companies": [{"administrations": [{"BLCK_DATE": "2026-02-30"}]}]}, "BLCK_DATE"),
    ({"oauth": {"clients": [{"client_id": 5, "client_secret": "x"}]}}, "client_id"),
    ({"oauth": {"codes": [{"value": "a", "client_id": "b", "scope": "c", "expires_at": "2026-01-01"}]}}, "oauth.codes[0].expires_at"),
    ({"dictionary": {"ZZ": "infer"}}, "ZZ"), ({"dictionary": {"CONTACT": {"X": {"type": "Q9"}}}}, "Q9"),
])
def test_a_bad_state_is_refused_with_a_sentence(state: Any, word: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        create(state, {})
    assert word in str(caught.value)


def test_an_unknown_option_names_the_nearest(open_api: Any) -> None:
    with pytest.raises(ValueError, match="max_page_size"):
        create(None, {"max_pagesize": 5})


@pytest.mark.parametrize("options", [{"paging": "soms"}, {"max_page_size": "veel"}, {"max_page_size": -1}, {"offline": "misschien"}, {"time_zone": 5}])
def test_an_impossible_option_value_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        create(None, options)


def test_options_may_come_as_text_from_a_command_line(open_api: Any) -> None:
    api = open_api(max_page_size="2", offline="false", hidden_companies=["VB02"])
    assert api.read("AR1", PageSize=3).status_code == 400
    assert len(api.http.get("/api/v3/companies").json()) == 1


def test_a_dropped_answer_leaves_the_order_stored_and_a_retry_doubles_it(api: Any, bodies: Any) -> None:
    import httpx

    shell = SandboxShell(api.sandbox)
    http = httpx.Client(transport=httpx.WSGITransport(app=shell), base_url="http://x", headers=api.http.headers)
    http.post("/_sandbox/faults", json=[{"match": "POST /api/v3/accountviewdata", "kind": "status_after", "status": 504}])
    sent = bodies.order({"RPL_INV": "10", "COMMENT1": "#1"}, {"ART_CODE": "SPADE", "ORD_QTY": 1})
    assert [http.post("/api/v3/accountviewdata", json=sent).status_code for _ in range(2)] == [504, 200]
    assert len(api.rows("SO1")) == 2


def test_many_threads_never_share_a_number(api: Any, bodies: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    row = {"ACCT_NAME": "Draad", "SRC_CODE": "D", "ACCT_NR": "1210"}
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: api.post(bodies.write("AR1", "CONTACT", row)).json()["CONTACT"][0]["SUB_NR"], range(40)))
    assert len(set(found)) == 40
