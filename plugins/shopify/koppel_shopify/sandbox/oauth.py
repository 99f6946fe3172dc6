"""Where an app gets its token, and what it may read about its own scopes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from koppel_shopify.sandbox.apps import App, Apps

UNAUTHORIZED = "[API] Invalid API key or access token (unrecognized login or wrong password)"
_TEXTS = {
    "invalid_request": "A required parameter is missing",
    "unsupported_grant_type": "This grant is not supported",
    "invalid_grant": "The authorization code or the refresh token is not valid any more",
    "application_cannot_be_found": "The application cannot be found",
    "invalid_client": "The client credentials are invalid",
    "app_not_installed": "The application is not installed on this shop",
    "shop_not_permitted": "Client credentials cannot be performed on this shop.",
}
OFFLINE = 3600
"""Seconds that an expiring offline token lives."""
Answer = tuple[int, dict[str, Any]]


@dataclass
class Codes:
    """Authorization codes that were given out, each good for one exchange within a minute."""

    known: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def give(self, client_id: str, now: datetime) -> str:
        """A new code."""
        code = secrets.token_hex(16)
        self.known[code] = (client_id, now + timedelta(seconds=60))
        return code

    def take(self, code: str, client_id: str, now: datetime) -> bool:
        """Whether the code is good; it is used up by this."""
        owner, ends = self.known.pop(code, ("", now))
        return owner == client_id and now < ends


def authorize(apps: Apps, codes: Codes, asked: Mapping[str, str], domain: str, now: datetime) -> str:
    """Where a merchant who agrees is sent; empty when the app is not known (reference: section 2)."""
    app = apps.apps.get(asked.get("client_id", ""))
    target = asked.get("redirect_uri", "")
    if app is None or "://" not in target:
        return ""
    back = {"code": codes.give(app.client_id, now), "shop": domain, "state": asked.get("state", ""),
            "timestamp": str(int(now.timestamp()))}
    back["hmac"] = hmac.new(app.client_secret.encode(), urlencode(sorted(back.items())).encode(), hashlib.sha256).hexdigest()
    return f"{target}{'&' if '?' in target else '?'}{urlencode(back)}"


def token(apps: Apps, form: Mapping[str, Any], now: datetime, codes: Codes) -> Answer:
    """Answer `POST /admin/oauth/access_token`: client credentials, an authorization code, or a refresh."""
    grant = form.get("grant_type") or ("authorization_code" if form.get("code") else "")
    trouble = _trouble(apps, form, grant)
    if trouble:
        return 400, {"error": trouble, "error_description": _TEXTS[trouble]}
    app = apps.apps[form["client_id"]]
    if grant == "authorization_code":
        return _exchanged(apps, app, form, now) if codes.take(str(form["code"]), app.client_id, now) else _invalid()
    if grant == "refresh_token":
        return _refreshed(apps, app, str(form.get("refresh_token") or ""), now)
    granted = apps.grant(app, now)
    return 200, {"access_token": granted.text, "scope": ",".join(app.scopes), "expires_in": apps.switches.token_life}


def _invalid() -> Answer:
    return 400, {"error": "invalid_grant", "error_description": _TEXTS["invalid_grant"]}


def _exchanged(apps: Apps, app: App, form: Mapping[str, Any], now: datetime) -> Answer:
    """An offline token: for ever, or for an hour with a refresh token where `expiring=1` is asked."""
    if str(form.get("expiring") or "") != "1":
        return 200, {"access_token": apps.grant(app, now, None).text, "scope": ",".join(app.scopes)}
    return 200, _pair(apps, app, now)


def _pair(apps: Apps, app: App, now: datetime) -> dict[str, Any]:
    granted, refresh = apps.grant(app, now, OFFLINE), apps.grant_refresh(app, now)
    return {"access_token": granted.text, "scope": ",".join(app.scopes), "expires_in": OFFLINE, "refresh_token": refresh,
            "refresh_token_expires_in": apps.switches.refresh_life}


def _refreshed(apps: Apps, app: App, given: str, now: datetime) -> Answer:
    """A new pair; the old refresh token stays good until the new one is first used (reference: section 2)."""
    return (200, _pair(apps, app, now)) if apps.use_refresh(given, app, now) else _invalid()


def _trouble(apps: Apps, form: Mapping[str, Any], grant: str) -> str:
    if not grant or not all(isinstance(form.get(name), str) and form.get(name) for name in ("client_id", "client_secret")):
        return "invalid_request"
    if grant not in ("client_credentials", "authorization_code", "refresh_token"):
        return "unsupported_grant_type"
    app = apps.apps.get(form["client_id"])
    if app is None:
        return "application_cannot_be_found"
    if app.client_secret != form["client_secret"]:
        return "invalid_client"
    if grant != "client_credentials":
        return ""
    if not app.same_organization:
        return "shop_not_permitted"
    return "" if app.installed else "app_not_installed"


def scopes(app: App) -> dict[str, Any]:
    """Answer `GET /admin/oauth/access_scopes.json`."""
    return {"access_scopes": [{"handle": handle} for handle in app.scopes]}
