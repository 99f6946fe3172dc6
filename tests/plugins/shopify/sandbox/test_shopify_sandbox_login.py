"""What an app gets at the door: tokens, scopes, versions, and the answer to a wrong knock."""

from __future__ import annotations

from typing import Any

import pytest

NAME = "{ shop { name } }"
WRONG = {"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}


def test_a_token_by_form_lives_for_a_day_and_then_needs_a_new_request(shop: Any) -> None:
    answer = shop.grant()
    assert answer.status_code == 200
    assert answer.json["expires_in"] == 86399
    assert "read_orders" in answer.json["scope"].split(",")
    shop.token = answer.json["access_token"]
    assert shop.data(NAME) == {"shop": {"name": "Bloem & Blad"}}
    shop.sandbox.clock.advance(86400)
    assert shop.post(NAME).status_code == 401
    shop.token = shop.grant().json["access_token"]
    assert shop.data(NAME)["shop"]["name"] == "Bloem & Blad"


def test_a_token_is_given_for_json_as_well(shop: Any) -> None:
    body = {"grant_type": "client_credentials", "client_id": "koppel-sandbox-client",
            "client_secret": "shpss_koppel_sandbox_secret"}
    assert shop.http.post("/admin/oauth/access_token", json=body).json["access_token"].startswith("shpat_")


@pytest.mark.parametrize(("changes", "code"), [
    ({"client_secret": "guess"}, "invalid_client"),
    ({"client_id": "nobody"}, "application_cannot_be_found"),
    ({"grant_type": "password"}, "unsupported_grant_type"),
    ({"client_secret": ""}, "invalid_request"),
])
def test_wrong_credentials_get_400_with_an_oauth_code(shop: Any, changes: dict[str, str], code: str) -> None:
    answer = shop.grant(**changes)
    assert (answer.status_code, answer.json["error"]) == (400, code)


@pytest.mark.parametrize(("app", "code"), [
    ({"sameOrganization": False}, "shop_not_permitted"), ({"installed": False}, "app_not_installed"),
])
def test_an_app_from_elsewhere_or_not_installed_gets_no_token(open_shop: Any, app: dict[str, Any], code: str) -> None:
    caller = open_shop({"apps": [{"clientId": "koppel-sandbox-client", "clientSecret": "shpss_koppel_sandbox_secret", **app}]})
    answer = caller.grant()
    assert (answer.status_code, answer.json["error"]) == (400, code)


def test_an_unreadable_token_request_is_an_invalid_request(shop: Any) -> None:
    answer = shop.http.post("/admin/oauth/access_token", data="{", content_type="application/json")
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("headers", [{}, {"X-Shopify-Access-Token": "wrong"}, {"Authorization": "Bearer shpat_koppel_sandbox_static"}])
def test_without_the_right_header_every_call_is_401_with_the_known_text(shop: Any, headers: dict[str, str]) -> None:
    answer = shop.http.post("/admin/api/2026-10/graphql.json", json={"query": NAME}, headers=headers)
    assert (answer.status_code, answer.json) == (401, WRONG)


def test_the_static_token_does_not_age_but_can_be_revoked(shop: Any) -> None:
    shop.sandbox.clock.advance(90 * 86400)
    assert shop.post(NAME).status_code == 200
    shop.sandbox.revoke_refresh_tokens()
    assert shop.post(NAME).status_code == 200
    shop.sandbox.expire_tokens()
    assert (shop.post(NAME).status_code, shop.post(NAME).json) == (401, WRONG)


def test_granted_scopes_are_told_by_path_and_by_query(shop: Any) -> None:
    listed = shop.http.get("/admin/oauth/access_scopes.json", headers={"X-Shopify-Access-Token": shop.token})
    queried = shop.data("{ currentAppInstallation { accessScopes { handle } } }")["currentAppInstallation"]
    assert listed.json["access_scopes"] == queried["accessScopes"]
    assert {"handle": "write_inventory"} in queried["accessScopes"]
    assert shop.http.get("/admin/oauth/access_scopes.json").status_code == 401


@pytest.mark.parametrize(("asked", "served"), [
    ("2026-10", "2026-10"), ("2026-04", "2026-04"), ("2027-01", "2027-01"), ("unstable", "unstable"),
    ("2025-10", "2026-01"), ("2019-04", "2026-01"),
])
def test_an_outdated_version_falls_forward_and_the_header_says_so(shop: Any, asked: str, served: str) -> None:
    answer = shop.post(NAME, version=asked)
    assert (answer.status_code, answer.headers["X-Shopify-API-Version"]) == (200, served)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize("asked", ["2031-01", "2026-02", "latest", "api_versions.json"])
def test_a_version_that_never_was_is_404(shop: Any, asked: str) -> None:
    assert shop.post(NAME, version=asked).status_code == 404


def test_public_api_versions_tell_what_is_supported(shop: Any) -> None:
    versions = shop.data("{ publicApiVersions { handle supported displayName } }")["publicApiVersions"]
    assert [one["handle"] for one in versions if one["supported"]] == ["2026-01", "2026-04", "2026-07", "2026-10"]
    assert [one["handle"] for one in versions if not one["supported"]] == ["2027-01", "unstable"]


@pytest.mark.parametrize(("method", "path"), [
    ("GET", "/admin/api/2026-10/graphql.json"), ("GET", "/admin/oauth/access_token"), ("POST", "/admin/oauth/access_scopes.json"),
    ("GET", "/"), ("DELETE", "/admin/api/2026-10/orders.json"),
])
def test_a_wrong_path_or_verb_is_404(shop: Any, method: str, path: str) -> None:
    assert shop.http.open(path, method=method, headers={"X-Shopify-Access-Token": shop.token}).status_code == 404


def test_another_shop_name_is_an_html_404(shop: Any) -> None:
    answer = shop.http.post("/admin/oauth/access_token", base_url="https://elders.myshopify.com")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert shop.http.post("/admin/oauth/access_token", base_url="https://bloem-en-blad.myshopify.com").status_code == 400


@pytest.mark.parametrize(("body", "kind", "status"), [
    ("{", "application/json", 400), ("null", "application/json", 400), ("[1]", "application/json", 200),
    ('{"query": 3}', "application/json", 200), ("query=x", "text/plain", 415), ("[" * 100_000, "application/json", 400),
    ("{ shop { name } }", "application/graphql", 200), ('{"query":"{ shop { name } }","variables":[]}', "application/json", 200),
])
def test_a_body_that_is_no_request_is_refused_without_a_crash(shop: Any, body: str, kind: str, status: int) -> None:
    answer = shop.http.post("/admin/api/2026-10/graphql.json", data=body, content_type=kind,
                            headers={"X-Shopify-Access-Token": shop.token})
    assert answer.status_code == status
    assert answer.json


def test_a_giant_body_is_refused(shop: Any) -> None:
    answer = shop.post("{ shop { name } }" + " " * 3_000_000)
    assert answer.status_code == 413
