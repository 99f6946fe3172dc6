"""Logging in to the AccountView simulator: what an application gets at each step."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

BACK = "https://koppel.example/terug"
SCOPE = "readaccountviewdata updateaccountviewdata deleteaccountviewdata"


def asked(**changes: str) -> dict[str, str]:
    good = {"response_type": "code", "client_id": "app", "redirect_uri": BACK, "scope": SCOPE, "state": "s&1"}
    return {**good, **changes}


def authorize(api: Any, **changes: str) -> httpx.Response:
    response: httpx.Response = api.http.get("/ams/authorize.aspx", params=asked(**changes))
    return response


def exchange(api: Any, **form: str) -> httpx.Response:
    response: httpx.Response = api.http.post(
        "/api/v3/token", data={"client_id": "app", "client_secret": "geheim", "redirect_uri": BACK, **form}
    )
    return response


def returned(response: httpx.Response, part: str = "query") -> dict[str, str]:
    assert response.status_code == 302
    return {name: values[0] for name, values in parse_qs(getattr(urlsplit(response.headers["Location"]), part)).items()}


def code_of(api: Any) -> str:
    return returned(authorize(api, approve="1"))["code"]


def refusal(response: httpx.Response) -> str:
    assert response.status_code == 400
    return str(response.json()["error"])


def test_a_person_sees_who_asks_what_and_where(api: Any) -> None:
    page = authorize(api)
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert "Voorbeeld BV" in page.text
    assert "gegevens lezen" in page.text
    assert 'name="approve"' in page.text


def test_the_button_on_the_page_sends_a_code_back(api: Any) -> None:
    response = api.http.post("/ams/authorize.aspx", params=asked(), data={"approve": "1"})
    assert response.headers["Location"].startswith(BACK)
    assert returned(response)["state"] == "s&1"


def test_refusing_sends_access_denied_back(api: Any) -> None:
    assert returned(authorize(api, approve="0")) == {"error": "access_denied", "state": "s&1"}


def test_an_unknown_application_or_address_is_not_redirected(api: Any) -> None:
    assert authorize(api, client_id="iemand").status_code == 400
    wrong = authorize(api, redirect_uri=BACK + "/")
    assert wrong.status_code == 400
    assert "Location" not in wrong.headers


def test_an_unknown_scope_is_sent_back_as_an_error(api: Any, open_api: Any) -> None:
    assert returned(authorize(api, scope="alles", approve="1"))["error"] == "invalid_scope"
    assert returned(authorize(api, scope="*", approve="1"))["error"] == "invalid_scope"
    assert "code" in returned(authorize(open_api(star_scope=True), scope="*", approve="1"))


def test_another_response_type_is_sent_back_as_an_error(api: Any) -> None:
    assert returned(authorize(api, response_type="iets", approve="1"))["error"] == "unsupported_response_type"


def test_the_implicit_flow_gives_a_token_in_the_fragment(api: Any) -> None:
    found = returned(authorize(api, response_type="token", approve="1"), "fragment")
    assert found["token_type"] == "bearer"
    api.http.headers["Authorization"] = f"Bearer {found['access_token']}"
    assert api.http.get("/api/v3/companies").status_code == 200


def test_a_code_gives_a_pair_that_opens_the_api(api: Any) -> None:
    pair = exchange(api, grant_type="authorization_code", code=code_of(api)).json()
    assert set(pair) == {"access_token", "refresh_token", "token_type", "expires_in", "scope"}
    assert pair["scope"] == SCOPE
    assert pair["expires_in"] == 1200
    api.http.headers["Authorization"] = f"Bearer {pair['access_token']}"
    assert api.http.get("/api/v3/companies").status_code == 200


def test_a_code_works_once_and_not_when_decoded_twice(api: Any) -> None:
    code = code_of(api)
    spoiled = code.replace("+", " ").rstrip("=")
    assert refusal(exchange(api, grant_type="authorization_code", code=spoiled)) == "invalid_grant"
    assert exchange(api, grant_type="authorization_code", code=code).status_code == 200
    assert refusal(exchange(api, grant_type="authorization_code", code=code)) == "invalid_grant"


def test_a_code_dies_after_its_life(api: Any) -> None:
    code = code_of(api)
    api.sandbox.clock.advance(301)
    assert refusal(exchange(api, grant_type="authorization_code", code=code)) == "invalid_grant"


def test_a_code_is_bound_to_its_redirect_address(api: Any) -> None:
    form = {"grant_type": "authorization_code", "code": code_of(api), "redirect_uri": "https://elders.example"}
    assert refusal(exchange(api, **form)) == "invalid_grant"


@pytest.mark.parametrize("change", [{"client_secret": "fout"}, {"client_id": "fout"}, {"client_secret": ""}])
def test_a_wrong_client_is_refused(api: Any, change: dict[str, str]) -> None:
    assert refusal(exchange(api, grant_type="refresh_token", refresh_token="ververs", **change)) == "invalid_client"


def test_basic_authentication_is_not_read(api: Any) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": "ververs"}
    response = api.http.post("/api/v3/token", data=form, auth=("app", "geheim"))
    assert refusal(response) == "invalid_client"


def test_the_token_address_wants_a_form(api: Any) -> None:
    assert refusal(api.http.post("/api/v3/token", json={"grant_type": "refresh_token"})) == "invalid_request"


@pytest.mark.parametrize("grant", ["password", "client_credentials", ""])
def test_other_grants_do_not_exist(api: Any, grant: str) -> None:
    assert refusal(exchange(api, grant_type=grant)) == "unsupported_grant_type"


def test_a_refresh_gives_a_new_pair_and_kills_the_old_refresh_token(api: Any) -> None:
    pair = exchange(api, grant_type="refresh_token", refresh_token="ververs").json()
    assert pair["refresh_token"] != "ververs"
    assert refusal(exchange(api, grant_type="refresh_token", refresh_token="ververs")) == "invalid_grant"
    assert exchange(api, grant_type="refresh_token", refresh_token=pair["refresh_token"]).status_code == 200


def test_by_switch_the_old_refresh_token_lives(open_api: Any) -> None:
    api = open_api(old_refresh_token="lives")
    for _ in range(2):
        assert exchange(api, grant_type="refresh_token", refresh_token="ververs").status_code == 200


def test_by_switch_the_life_is_not_told(open_api: Any) -> None:
    assert "expires_in" not in exchange(open_api(expires_in=False), grant_type="refresh_token", refresh_token="ververs").json()


def test_a_token_ages(api: Any) -> None:
    pair = exchange(api, grant_type="refresh_token", refresh_token="ververs").json()
    api.http.headers["Authorization"] = f"Bearer {pair['access_token']}"
    api.sandbox.clock.advance(1199)
    assert api.read("AR1").status_code == 200
    api.sandbox.clock.advance(2)
    expired = api.read("AR1")
    assert expired.status_code == 401
    assert "Message" in expired.json()
    api.sandbox.clock.advance(60 * 86_400)
    assert refusal(exchange(api, grant_type="refresh_token", refresh_token=pair["refresh_token"])) == "invalid_grant"


def test_a_revoked_session_gives_401_until_refreshed(api: Any) -> None:
    api.sandbox.expire_tokens()
    assert api.read("AR1").status_code == 401
    pair = exchange(api, grant_type="refresh_token", refresh_token="ververs").json()
    api.http.headers["Authorization"] = f"bearer {pair['access_token']}"
    assert api.read("AR1").status_code == 200
    api.sandbox.revoke_refresh_tokens()
    assert refusal(exchange(api, grant_type="refresh_token", refresh_token=pair["refresh_token"])) == "invalid_grant"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer onzin", "Basic toegang", "toegang"])
def test_without_a_good_token_nothing_opens(api: Any, header: str) -> None:
    api.http.headers["Authorization"] = header
    for path in ("companies", "accountviewdata", "accountviewsystemdata", "accountviewfields"):
        assert api.http.get(f"/api/v3/{path}").status_code == 401


def test_a_reading_scope_does_not_write(api: Any, bodies: Any) -> None:
    scope = {"scope": "readaccountviewdata", "approve": "1"}
    pair = exchange(api, grant_type="authorization_code", code=returned(authorize(api, **scope))["code"]).json()
    api.http.headers["Authorization"] = f"Bearer {pair['access_token']}"
    assert api.read("AR1").status_code == 200
    assert "toestemming" in api.message(api.post(bodies.write("PT1", "PAY_COND", {"DISC_CODE": "X"})), 403)


def test_the_page_does_not_run_what_stands_in_the_address(api: Any) -> None:
    assert "<script>" not in authorize(api, state='"><script>alert(1)</script>').text
