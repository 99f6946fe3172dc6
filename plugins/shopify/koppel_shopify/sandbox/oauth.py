"""Where an app gets its token, and what it may read about its own scopes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from koppel_shopify.sandbox.apps import App, Apps

UNAUTHORIZED = "[API] Invalid API key or access token (unrecognized login or wrong password)"
_TEXTS = {
    "invalid_request": "A required parameter is missing",
    "unsupported_grant_type": "This sandbox grants tokens for client credentials only",
    "application_cannot_be_found": "The application cannot be found",
    "invalid_client": "The client credentials are invalid",
    "app_not_installed": "The application is not installed on this shop",
    "shop_not_permitted": "Client credentials cannot be performed on this shop.",
}
Answer = tuple[int, dict[str, Any]]


def token(apps: Apps, form: Mapping[str, Any], now: datetime) -> Answer:
    """Answer `POST /admin/oauth/access_token` (reference: section 2, client credentials)."""
    trouble = _trouble(apps, form)
    if trouble:
        return 400, {"error": trouble, "error_description": _TEXTS[trouble]}
    app = apps.apps[form["client_id"]]
    granted = apps.grant(app, now)
    return 200, {"access_token": granted.text, "scope": ",".join(app.scopes), "expires_in": apps.switches.token_life}


def _trouble(apps: Apps, form: Mapping[str, Any]) -> str:
    names = ("grant_type", "client_id", "client_secret")
    if not all(isinstance(form.get(name), str) and form.get(name) for name in names):
        return "invalid_request"
    if form["grant_type"] != "client_credentials":
        return "unsupported_grant_type"
    app = apps.apps.get(form["client_id"])
    if app is None:
        return "application_cannot_be_found"
    if app.client_secret != form["client_secret"]:
        return "invalid_client"
    if not app.same_organization:
        return "shop_not_permitted"
    return "" if app.installed else "app_not_installed"


def scopes(app: App) -> dict[str, Any]:
    """Answer `GET /admin/oauth/access_scopes.json`."""
    return {"access_scopes": [{"handle": handle} for handle in app.scopes]}
