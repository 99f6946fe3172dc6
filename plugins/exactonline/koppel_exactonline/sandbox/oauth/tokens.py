"""POST /api/oauth2/token: a code or a refresh token becomes a new pair; the old pair's refresh token dies."""

from __future__ import annotations

import base64
import hmac
import secrets
import uuid

from koppel_exactonline.sandbox.limits import Limits
from koppel_exactonline.sandbox.service.request import Answer, Request, json_answer
from koppel_exactonline.sandbox.store.grants import AccessToken, Client, Grant, Register, moment_of
from koppel_exactonline.sandbox.switches import Switches

CODE_SECONDS = 180
_KEPT_OLD = 50


class Refused(Exception):
    """The token endpoint says no: status, error, description, perhaps a Reason header."""

    def __init__(self, status: int, error: str, description: str = "", reason: str = "") -> None:
        super().__init__(error)
        self.status, self.error, self.description, self.reason = status, error, description, reason


def random_token(length: int = 48) -> str:
    """A secret with letters that must be escaped in a form, as the service's own have."""
    text = base64.b64encode(secrets.token_bytes(length)).decode()
    return f"stampNL001.{text[:6]}!{text[6:]}"


class TokenEndpoint:
    """The endpoint over one register of grants; `now` is the simulated epoch second."""

    def __init__(self, register: Register, switches: Switches, limits: Limits) -> None:
        self.register = register
        self.switches = switches
        self.limits = limits

    def answer(self, request: Request, now: float) -> Answer:
        """The new pair, or the error document."""
        if request.method != "POST":
            return Answer(405)
        try:
            return json_answer(self._exchange(request.form(), now), kind="application/json; charset=utf-8")
        except Refused as refused:
            said = {"error": refused.error}
            if refused.description:
                said["error_description"] = refused.description
            answer = json_answer(said, refused.status, "application/json; charset=utf-8")
            if refused.reason:
                answer.headers.append(("Reason", refused.reason))
            return answer

    def _exchange(self, form: dict[str, str], now: float) -> dict[str, str]:
        if not form:
            raise Refused(400, "invalid_request", "The request must be a form.")
        client = self.register.clients.get(form.get("client_id", ""))
        secret = form.get("client_secret", "").encode()
        if client is None or not hmac.compare_digest(client.client_secret.encode(), secret):
            raise Refused(400, "invalid_client", "The client credentials are invalid.")
        if form.get("grant_type") == "authorization_code":
            return self._from_code(client, form, now)
        if form.get("grant_type") == "refresh_token":
            return self._from_refresh(client, form.get("refresh_token", ""), now)
        raise Refused(400, "unsupported_grant_type")

    def _from_code(self, client: Client, form: dict[str, str], now: float) -> dict[str, str]:
        code = self.register.codes.get(form.get("code", ""))
        if code is None or code.client_id != client.client_id or code.used or code.issued < now - CODE_SECONDS:
            raise Refused(400, "invalid_grant", "The authorization code is invalid, expired or already used.")
        if form.get("redirect_uri") != code.redirect_uri:
            raise Refused(400, "invalid_grant", "The redirect_uri does not match.")
        self.limits.count_token_call(client.client_id, code.user, now)
        code.used = True
        for other in self.register.grants.values():
            if (other.client_id, other.user) == (client.client_id, code.user):
                other.revoked = True
        grant = Grant(str(uuid.uuid4()), client.client_id, code.user, code.divisions, random_token(), now)
        self.register.grants[grant.id] = grant
        return self._pair(grant, now)

    def _from_refresh(self, client: Client, token: str, now: float) -> dict[str, str]:
        grant = self._grant_of(client, token)
        self.limits.count_token_call(client.client_id, grant.user, now)
        if grant.refresh_token != token and not grant.revoked:
            raise Refused(401, "unauthorized_client", "Old refresh token used.")
        if grant.revoked:
            raise Refused(400, "invalid_grant", "Token is not allowed, because of invalid or empty chainId")
        expires = grant.issued + self.switches.refresh_token_days * 86_400
        if now > expires:
            text = f"The refresh token expired at {_said(expires)} and it is now {_said(now)}."
            raise Refused(400, "invalid_request", text)
        if now < grant.issued + self.switches.refresh_not_before:
            text = "Rate limit exceeded: access_token not expired"
            raise Refused(self.switches.early_refresh_status, "access_denied", text, f"TooEarlyToRefreshTokens: {text}")
        grant.old = [*grant.old, token][-_KEPT_OLD:]
        grant.refresh_token, grant.issued = random_token(), now
        return self._pair(grant, now)

    def _grant_of(self, client: Client, token: str) -> Grant:
        for grant in self.register.grants.values():
            if grant.client_id == client.client_id and token and token in (grant.refresh_token, *grant.old):
                return grant
        raise Refused(400, "invalid_grant", "Token is not allowed, because of invalid or empty chainId")

    def _pair(self, grant: Grant, now: float) -> dict[str, str]:
        self.register.tidy(now)
        life = self.switches.access_token_seconds
        access = AccessToken(random_token(96), grant.id, now + life)
        self.register.access_tokens[access.token] = access
        return {
            "access_token": access.token, "token_type": "bearer", "expires_in": str(life),
            "refresh_token": grant.refresh_token,
        }


def _said(seconds: float) -> str:
    return f"{moment_of(seconds):%m/%d/%Y %H:%M:%S}"
