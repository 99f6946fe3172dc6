"""The token address: a code or a refresh token for a new pair (reference: 1.3 OAuth 2)."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Any

from koppel_accountview.sandbox.errors import OAuthError
from koppel_accountview.sandbox.oauth.tokens import Client, Ticket
from koppel_accountview.sandbox.store.installation import Installation
from koppel_accountview.sandbox.web import Call, Params, Response, answer


def token(installation: Installation, call: Call) -> Response:
    """Answer one token request; client id and secret must stand in the form body."""
    if call.request.mimetype != "application/x-www-form-urlencoded":
        raise OAuthError("invalid_request", "The request body must be form encoded.")
    form = call.form()
    client = _client(installation, form)
    grant = form.get("grant_type", "")
    if grant == "authorization_code":
        old = _redeem(installation, client, form)
    elif grant == "refresh_token":
        old = _renew(installation, client, form)
    else:
        raise OAuthError("unsupported_grant_type", f"The grant type {grant!r} is not supported.")
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
    return answer(_pair(installation, old), headers=headers)


def _client(installation: Installation, form: Params) -> Client:
    client = installation.logins.clients.get(form.get("client_id", ""))
    secret = form.get("client_secret", "")
    if client is None or not hmac.compare_digest(client.client_secret.encode(), secret.encode("utf-8", "replace")):
        raise OAuthError("invalid_client", "Client id or secret in the request body is missing or wrong.")
    return client


def _redeem(installation: Installation, client: Client, form: Params) -> Ticket:
    code = installation.logins.codes.pop(form.get("code", ""), None)
    if code is None or code.client_id != client.client_id or not code.alive(installation.clock.now()):
        raise OAuthError("invalid_grant", "The authorization code is unknown, used or expired.")
    if code.redirect_uri != form.get("redirect_uri", ""):
        raise OAuthError("invalid_grant", "The redirect_uri is not the one the code was given for.")
    return code


def _renew(installation: Installation, client: Client, form: Params) -> Ticket:
    refresh = installation.logins.refresh
    old = refresh.get(form.get("refresh_token", ""))
    if old is None or old.client_id != client.client_id or not old.alive(installation.clock.now()):
        raise OAuthError("invalid_grant", "The refresh token is unknown, used or expired.")
    if installation.switches.old_refresh_token == "dies":
        del refresh[old.value]
    return old


def _pair(installation: Installation, old: Ticket) -> dict[str, Any]:
    now, switches, logins = installation.clock.now(), installation.switches, installation.logins
    access = logins.issue(logins.access, old, now, timedelta(seconds=switches.access_token_seconds))
    refresh = logins.issue(logins.refresh, old, now, timedelta(days=switches.refresh_token_days))
    pair: dict[str, Any] = {"access_token": access.value, "token_type": "bearer"}
    if switches.expires_in:
        pair["expires_in"] = switches.access_token_seconds
    return {**pair, "refresh_token": refresh.value, "scope": old.scope}
