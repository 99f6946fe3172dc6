"""What a client gets when it logs in, refreshes, and does so too early, too late or twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest


@pytest.fixture
def fresh(start: Callable[..., Any]) -> Any:
    """A client before its login."""
    return start(login=False)


def test_the_consent_page_shows_app_user_and_divisions(fresh: Any) -> None:
    page = fresh.authorise()
    assert page.status_code == 200
    assert "text/html" in page.headers["content-type"]
    assert "Koppel" in page.text
    assert "Bea Boekhouder" in page.text
    assert "Bloem &amp; Blad BV (3012345)" in page.text


def test_approving_redirects_with_code_and_state(fresh: Any) -> None:
    answer = fresh.authorise(approve="1", state="a&b")
    said = parse_qs(urlsplit(answer.headers["location"]).query)
    assert answer.status_code == 302
    assert answer.headers["location"].startswith("https://koppel.example/oauth/exactonline?")
    assert said["state"] == ["a&b"]
    assert fresh.exchange(said["code"][0]).status_code == 200


def test_posting_the_form_with_ticked_divisions_consents_to_those(fresh: Any) -> None:
    form = {"client_id": "7d3c1b52-5a0e-4c1f-9d1a-b0e2f6a4c8d1", "redirect_uri": "https://koppel.example/oauth/exactonline",
            "response_type": "code", "approve": "1", "division": ["3012345", "3012346"]}
    answer = fresh.http.post("/api/oauth2/auth", data=form)
    code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
    fresh.tokens = fresh.exchange(code).json()
    assert [row["Code"] for row in fresh.rows("system/Divisions", select="Code")] == [3012345, 3012346]


def test_denying_redirects_with_an_error(fresh: Any) -> None:
    answer = fresh.authorise(deny="1")
    assert parse_qs(urlsplit(answer.headers["location"]).query) == {"error": ["access_denied"], "state": ["s1"]}


@pytest.mark.parametrize(("changes", "status"), [
    ({"client_id": "other"}, 400),
    ({"redirect_uri": "https://evil.example/"}, 401),
    ({"redirect_uri": "http://koppel.example/oauth/exactonline"}, 401),
    ({"redirect_uri": "http://localhost:8000/x"}, 401),
    ({"redirect_uri": "http://[::1"}, 401),
    ({"response_type": "token"}, 400),
])
def test_a_wrong_authorise_request_is_shown_to_the_human(fresh: Any, changes: dict[str, str], status: int) -> None:
    answer = fresh.authorise(approve="1", **changes)
    assert answer.status_code == status
    assert "location" not in answer.headers


def test_loopback_redirects_are_taken_when_switched_on(start: Callable[..., Any]) -> None:
    client = start(login=False, loopback_redirects=True)
    code = client.consent(redirect_uri="http://127.0.0.1:5000/back")
    assert client.exchange(code, redirect_uri="http://127.0.0.1:5000/back").status_code == 200
    assert client.authorise(approve="1", redirect_uri="http://192.168.1.1/back").status_code == 401


def test_the_token_answer_says_600_seconds_as_text(fresh: Any) -> None:
    pair = fresh.exchange(fresh.consent()).json()
    assert pair["token_type"] == "bearer"
    assert pair["expires_in"] == "600"
    assert set(pair) == {"access_token", "refresh_token", "token_type", "expires_in"}


def test_a_code_works_once(fresh: Any) -> None:
    code = fresh.consent()
    assert fresh.exchange(code).status_code == 200
    again = fresh.exchange(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_a_code_needs_its_own_redirect_uri_and_does_not_last(fresh: Any) -> None:
    assert fresh.exchange(fresh.consent(), redirect_uri="https://koppel.example/").status_code == 400
    code = fresh.consent()
    fresh.sandbox.clock.advance(181)
    assert fresh.exchange(code).status_code == 400


@pytest.mark.parametrize(("form", "error"), [
    ({"client_secret": "wrong", "grant_type": "refresh_token"}, "invalid_client"),
    ({"client_id": "nobody", "grant_type": "refresh_token"}, "invalid_client"),
    ({"grant_type": "password"}, "unsupported_grant_type"),
    ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
    ({"grant_type": "refresh_token", "refresh_token": "strange"}, "invalid_grant"),
    ({"grant_type": "refresh_token"}, "invalid_grant"),
])
def test_a_wrong_token_request_is_refused(exact: Any, form: dict[str, str], error: str) -> None:
    answer = exact.token(**form)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_the_token_endpoint_takes_forms_only(exact: Any) -> None:
    answer = exact.http.post("/api/oauth2/token", json={"grant_type": "refresh_token"})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert exact.http.get("/api/oauth2/token").status_code == 405


def test_an_access_token_lives_600_seconds(exact: Any) -> None:
    exact.sandbox.clock.advance(598)
    assert exact.get("/api/v1/current/Me").status_code == 200
    exact.sandbox.clock.advance(2)
    answer = exact.get("/api/v1/current/Me")
    assert answer.status_code == 401
    assert answer.headers["reason"] == "Authentication Required"


def test_a_call_without_or_with_a_strange_token_is_401(exact: Any) -> None:
    exact.tokens = {}
    assert exact.get("/api/v1/current/Me").status_code == 401
    exact.tokens = {"access_token": "strange"}
    assert exact.get("system/Divisions").status_code == 401


def test_a_refresh_before_570_seconds_is_refused_and_harmless(exact: Any) -> None:
    exact.sandbox.clock.advance(560)
    early = exact.refresh()
    assert early.status_code == 400
    assert early.json() == {
        "error": "access_denied", "error_description": "Rate limit exceeded: access_token not expired",
    }
    assert early.headers["reason"] == "TooEarlyToRefreshTokens: Rate limit exceeded: access_token not expired"
    exact.sandbox.clock.advance(10)
    assert exact.refresh().status_code == 200


def test_the_early_refresh_status_is_a_switch(start: Callable[..., Any]) -> None:
    assert start(early_refresh_status=401).refresh().status_code == 401


def test_a_refresh_rotates_the_pair_and_kills_the_old_token(exact: Any) -> None:
    old = exact.tokens["refresh_token"]
    exact.sandbox.clock.advance(571)
    new = exact.refresh().json()
    assert new["refresh_token"] != old
    assert new["access_token"] != exact.tokens["access_token"]
    again = exact.refresh(old)
    assert again.status_code == 401
    assert again.json() == {"error": "unauthorized_client", "error_description": "Old refresh token used."}
    exact.sandbox.clock.advance(571)
    assert exact.refresh(new["refresh_token"]).status_code == 200


def test_the_previous_access_token_works_until_its_own_end(exact: Any) -> None:
    exact.sandbox.clock.advance(575)
    assert exact.refresh().status_code == 200
    assert exact.get("/api/v1/current/Me").status_code == 200


def test_a_refresh_token_unused_for_30_days_has_expired(exact: Any) -> None:
    exact.sandbox.clock.advance(30 * 86_400 + 1)
    answer = exact.refresh()
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert answer.json()["error_description"].startswith("The refresh token expired at ")


def test_a_new_consent_kills_the_earlier_refresh_token(exact: Any) -> None:
    assert exact.exchange(exact.consent()).status_code == 200
    exact.sandbox.clock.advance(580)
    answer = exact.refresh()
    assert answer.status_code == 400
    assert answer.json()["error_description"] == "Token is not allowed, because of invalid or empty chainId"


def test_token_calls_are_limited_per_day(start: Callable[..., Any]) -> None:
    client = start(token_limit=3)
    assert [client.refresh().status_code for _ in range(3)] == [400, 400, 429]
    client.sandbox.clock.advance(86_400)
    assert client.refresh().status_code == 200


def test_tokens_need_escaping_in_a_form(exact: Any) -> None:
    assert "!" in exact.tokens["refresh_token"]


def test_expire_tokens_allows_a_refresh_at_once(exact: Any) -> None:
    exact.sandbox.expire_tokens()
    assert exact.get("/api/v1/current/Me").status_code == 401
    exact.tokens = exact.refresh().json()
    assert exact.get("/api/v1/current/Me").status_code == 200


def test_revoked_refresh_tokens_leave_only_a_new_login(exact: Any) -> None:
    exact.sandbox.revoke_refresh_tokens()
    exact.sandbox.clock.advance(580)
    assert exact.refresh().status_code == 400
    exact.tokens = exact.exchange(exact.consent()).json()
    assert exact.get("/api/v1/current/Me").status_code == 200


def test_me_tells_the_wall_clock_and_its_offset(exact: Any) -> None:
    inner = exact.get("/api/v1/current/Me").json()["d"]["results"]
    assert len(inner) == 1
    assert inner[0]["Legislation"] == "128"
    assert inner[0]["CurrentDivision"] == 3012345
    assert inner[0]["EmployeeID"] == "00000000-0000-0000-0000-000000000000"
    assert inner[0]["ServerUtcOffset"] in (3600, 7200)
    assert len(inner[0]["ServerTime"]) == len("2026-06-25T16:28:09")
    assert inner[0]["__metadata"]["type"] == "Exact.Web.Api.System.Me"


def test_a_division_outside_the_consent_is_forbidden_and_unlisted(exact: Any) -> None:
    assert [row["Code"] for row in exact.rows("system/Divisions", select="Code")] == [3012345]
    answer = exact.get("/api/v1/3012346/system/Divisions")
    assert exact.error(answer) == (403, "Forbidden")
    assert answer.headers["reason"] == "NoDivisionAccess"
    assert exact.get("/api/v1/999/system/Divisions").status_code == 403


def test_a_consent_for_all_divisions_opens_the_second(start: Callable[..., Any]) -> None:
    client = start(consent="all")
    assert client.get("/api/v1/3012346/system/Divisions").status_code == 200


def test_unconsented_divisions_can_be_listed(start: Callable[..., Any]) -> None:
    client = start(list_unconsented=True)
    assert [row["Code"] for row in client.rows("system/Divisions", select="Code")] == [3012345, 3012346]


def test_a_missing_scope_is_refused(start: Callable[..., Any]) -> None:
    state = {"oauth": {"clients": [{
        "client_id": "7d3c1b52-5a0e-4c1f-9d1a-b0e2f6a4c8d1", "client_secret": "koppel-demo-geheim",
        "redirect_uris": ["https://koppel.example/oauth/exactonline"], "scopes": ["Logistics items"],
    }]}}
    client = start(state)
    assert client.get("logistics/Units").status_code == 200
    said = client.error(client.get("cashflow/PaymentConditions"))
    assert said == (403, "Forbidden - Application Scope Violated. Cannot read")


def test_a_restart_keeps_tokens_and_the_moved_clock(exact: Any, start: Callable[..., Any]) -> None:
    exact.sandbox.clock.advance(500)
    later = start(json.loads(json.dumps(exact.sandbox.dump())), login=False)
    later.tokens = exact.tokens
    assert later.get("/api/v1/current/Me").status_code == 200
    later.sandbox.clock.advance(101)
    assert later.get("/api/v1/current/Me").status_code == 401
    assert later.refresh().status_code == 200
