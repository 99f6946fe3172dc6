"""What stands before the data of the AccountView simulator: companies, years, locks, limits and wrong requests."""

from __future__ import annotations

from typing import Any

import pytest


def test_companies_are_a_bare_list_of_three_texts(api: Any) -> None:
    assert api.http.get("/api/v3/companies").json() == [
        {"Id": "501", "Description": "Voorbeeld BV", "Code": "VB01"},
        {"Id": "502", "Description": "Tweede BV", "Code": "VB02"},
    ]


def test_a_company_without_consent_is_neither_listed_nor_opened(open_api: Any) -> None:
    api = open_api(hidden_companies="VB01")
    assert [one["Code"] for one in api.http.get("/api/v3/companies").json()] == ["VB02"]
    assert "501" in api.message(api.read("AR1"))


def test_the_company_header_is_required_and_takes_the_id(api: Any) -> None:
    api.http.headers["x-company"] = "VB01"
    assert "VB01" in api.message(api.read("AR1"))
    del api.http.headers["x-company"]
    assert "x-company" in api.message(api.read("AR1"))


def test_each_company_has_its_own_rows(api: Any) -> None:
    api.http.headers["x-company"] = "502"
    assert api.rows("AR1") == []


@pytest.mark.parametrize("path", ["/API/V3/AccountViewData", "/api/v3/accountviewdata/"])
def test_paths_and_parameter_names_work_in_any_case(api: Any, path: str) -> None:
    response = api.http.get(path, params={"bUSINESSobject": "ar1", "pagesize": 1, "FIELDS": "sub_nr"})
    assert [row["SUB_NR"] for row in response.json()["CONTACT"]] == ["1"]


def test_unknown_paths_and_verbs_get_the_portals_answer(api: Any) -> None:
    missing = api.http.get("/api/v3/iets")
    assert missing.status_code == 404
    assert "Message" in missing.json()
    for verb in ("DELETE", "PATCH"):
        wrong = api.http.request(verb, "/api/v3/accountviewdata")
        assert wrong.status_code == 405
        assert wrong.headers["Allow"] == "GET, POST, PUT"


def test_a_wrong_content_type_is_415_and_broken_json_400(api: Any) -> None:
    path = "/api/v3/accountviewdata"
    assert api.http.post(path, content="{}", headers={"Content-Type": "text/plain"}).status_code == 415
    for text in (b"{", b"", b"\xff\xfe", b"[" * 100_000, b'{"a": NaN}', b"1" * 10_000):
        broken = api.http.post(path, content=text, headers={"Content-Type": "application/json"})
        assert broken.status_code == 400, text[:10]


def test_an_address_or_body_that_is_too_long_is_stopped_by_the_web_server(api: Any, open_api: Any) -> None:
    long = api.read("AR1", Fields="SUB_NR," * 400)
    assert long.status_code == 404
    assert long.headers["Content-Type"].startswith("text/html")
    small = open_api(max_body_bytes=100)
    assert small.post({"x": "y" * 200}).status_code == 413


def test_an_unknown_object_is_named(api: Any) -> None:
    assert "'ZZ9'" in api.message(api.read("ZZ9"))
    assert "BusinessObject" in api.message(api.http.get("/api/v3/accountviewdata"))


def test_the_book_date_picks_the_fiscal_year(api: Any, bodies: Any) -> None:
    assert api.rows("AR1", BookDate=f"{bodies.year}-06-30")
    assert "1999" in api.message(api.read("AR1", BookDate="1999-06-30"))
    for wrong in ("30-06-2024", "2024-13-01", "gisteren"):
        assert "BookDate" in api.message(api.read("AR1", BookDate=wrong))


def years(bodies: Any, **about: Any) -> dict[str, Any]:
    state: dict[str, Any] = bodies.state()
    tables = state["companies"][0].pop("tables")
    state["companies"][0]["administrations"] = [
        {"ATS_YEAR": str(bodies.year - 1), "tables": {"ISO_CNT": [{"CNT_CODE": "NL", "COUNTRY": "Nederland"}]}},
        {"ATS_YEAR": str(bodies.year), "tables": tables, **about},
    ]
    return state


def test_an_old_year_has_rows_of_its_own(open_api: Any, bodies: Any) -> None:
    api = open_api(years(bodies))
    assert len(api.rows("AR1")) == 5
    assert api.rows("AR1", BookDate=f"{bodies.year - 1}-12-31") == []


def test_a_new_year_without_administration_stays_in_the_newest(open_api: Any, bodies: Any) -> None:
    api = open_api(years(bodies))
    api.sandbox.clock.advance(400 * 86_400)
    assert len(api.rows("AR1")) == 5


def test_next_years_administration_waits_for_its_year(open_api: Any, bodies: Any) -> None:
    state = years(bodies)
    state["companies"][0]["administrations"].append({"ATS_YEAR": str(bodies.year + 1)})
    api = open_api(state)
    assert len(api.rows("AR1")) == 5
    assert api.rows("AR1", BookDate=f"{bodies.year + 1}-01-01") == []


def test_a_closed_year_is_read_but_not_written(open_api: Any, bodies: Any) -> None:
    api = open_api(years(bodies, closed=True))
    assert len(api.rows("AR1")) == 5
    assert "afgesloten" in api.message(api.post(bodies.write("PT1", "PAY_COND", {"DISC_CODE": "X"})))


@pytest.mark.parametrize(("about", "word"), [({"BLCK_USER": "JANSEN"}, "JANSEN"), ({"ADM_ARCH": True}, "gearchiveerd")])
def test_a_locked_or_archived_administration_is_shut(open_api: Any, bodies: Any, about: dict[str, Any], word: str) -> None:
    assert word in api_message(open_api(years(bodies, **about)))


def api_message(api: Any) -> str:
    return str(api.message(api.read("AR1")))


def test_errors_can_come_with_status_200(open_api: Any) -> None:
    api = open_api(error_status=200)
    assert "ZZ9" in api.message(api.read("ZZ9"), 200)


def test_accountview_behind_the_relay_can_be_away(open_api: Any, bodies: Any) -> None:
    assert "niet bereikbaar" in open_api().message(open_api(offline=True).read("AR1"), 503)
    page = open_api(offline=True, offline_answer="html").read("AR1")
    assert page.status_code == 502
    assert page.headers["Content-Type"].startswith("text/html")
    api = open_api(offline=True, offline_answer="error_200")
    assert "niet bereikbaar" in api.message(api.read("AR1"), 200)
    assert api.http.get("/api/v3/companies").status_code == 200


def test_one_company_can_be_away_while_the_other_answers(open_api: Any, bodies: Any) -> None:
    state = bodies.state()
    state["companies"][0]["offline"] = True
    api = open_api(state)
    assert api.read("AR1").status_code == 503
    api.http.headers["x-company"] = "502"
    assert api.read("AR1").status_code == 200


def test_by_switch_calls_are_counted_in_a_sliding_minute(open_api: Any) -> None:
    api = open_api(calls_per_minute=2)
    assert [api.read("AR1").status_code for _ in range(3)] == [200, 200, 429]
    wait = api.read("AR1").headers["Retry-After"]
    api.sandbox.clock.advance(int(wait))
    assert api.read("AR1").status_code == 200


@pytest.mark.parametrize(("path", "query", "length", "status"), [
    ("/api/v3/\xff\xfe", "", "0", "404"), ("/api/v3/companies", "%ff=%00&&==", "-5", "200"), ("/api/v3/accountviewdata", "a" * 5000, "x", "404"),
    ("", "", "", "404"), ("/api/v3/accountviewdata", "BusinessObject=%ff%00", "9" * 30, "413"),
])
def test_rough_requests_get_an_answer(api: Any, path: str, query: str, length: str, status: str) -> None:
    import io

    seen: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "CONTENT_LENGTH": length, "wsgi.input": io.BytesIO(b"x"),
        "wsgi.url_scheme": "http", "SERVER_NAME": "x", "SERVER_PORT": "80", "HTTP_AUTHORIZATION": "Bearer toegang", "HTTP_X_COMPANY": "501",
    }
    assert b"".join(api.sandbox.wsgi_app(environ, lambda text, headers, *_: seen.append(text[:3])))
    assert seen == [status]
