"""What the address that gives tokens answered: a new pair, "too early", a refusal or trouble on the way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import httpx

from koppel.connections.headers import retry_after
from koppel.connections.redaction import redact
from koppel.errors import AuthError, ConfigurationError, KoppelError, TransientError
from koppel.store.db import loads

_TOO_EARLY = re.compile(r"access[_ ]token not expired|TooEarlyToRefresh", re.IGNORECASE)
_BUSY = re.compile(r"rate limit exceeded|temporarily_unavailable|server_error|slow_down", re.IGNORECASE)
_APP_REFUSED = ("invalid_client", "shop_not_permitted", "app_not_installed")
_LONGEST_LIFE = 400 * 86400


class TooEarly(Exception):
    """The current token is still good and may not be replaced yet (exactonline: OAuth2)."""


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """A new access token; `refresh` is empty when the answer had none; `lives` in seconds, None: not said."""

    access: str
    refresh: str = ""
    lives: int | None = None

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any], title: str) -> TokenAnswer:
        """Read an answer's fields. `expires_in` may be text (exactonline: OAuth2)."""
        access = fields.get("access_token")
        if not isinstance(access, str) or not access.strip():
            raise TransientError(f"{title} answered a login without a token.", cause="login.damaged")
        refresh = fields.get("refresh_token")
        refresh = refresh.strip() if isinstance(refresh, str) else ""
        return cls(access.strip(), refresh, _seconds(fields.get("expires_in")))


def read_answer(
    response: httpx.Response, title: str, now: datetime, *, secrets: Iterable[str] = (), person: bool = True
) -> TokenAnswer:
    """The tokens in this answer.

    `secrets` are what was sent and must not come back in a sentence; `person` is False where no person logs in
    and the app's own id and secret are the login.

    Raises TooEarly, AuthError (the login was refused), ConfigurationError (not an address that gives tokens)
    or TransientError (trouble that passes)."""
    fields = _fields(response)
    if response.is_success and "error" not in fields:
        return TokenAnswer.from_fields(fields, title)
    raise _refusal(response, redact(fields, secrets), title, now, person)


def _fields(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = loads(response.content)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _refusal(
    response: httpx.Response, fields: dict[str, Any], title: str, now: datetime, person: bool
) -> KoppelError | TooEarly:
    status, said = response.status_code, _said(fields)
    if _TOO_EARLY.search(said) or _TOO_EARLY.search(response.headers.get("Reason", "")):
        return TooEarly()
    if status == 429 or status >= 500 or _BUSY.search(said):
        wait = retry_after(response.headers, now)
        return TransientError(f"{title} cannot renew the login now (HTTP {status}).", retry_after=wait, detail=said)
    if "error" in fields or status in (400, 401):
        return _login(title, said, fields, status, person)
    if status in (301, 302, 303, 307, 308, 404, 405, 410):
        return _wrong_address(title, status)
    return TransientError(
        f"{title} answered the login with something that is not a token (HTTP {status}).", cause="login.damaged"
    )


def _login(title: str, said: str, fields: dict[str, Any], status: int, person: bool) -> AuthError:
    app = not person or fields.get("error") in _APP_REFUSED
    asks = f"{title} refuses the client id and secret" if app else f"{title} asks you to log in again"
    resolution = "Check the client id and secret, and that the app is installed there; then test the connection."
    return AuthError(
        f"{asks}: {said or f'it refused the stored login (HTTP {status}).'}",
        field="client_secret" if app else "",
        resolution=resolution if app else "",
        detail=f"HTTP {status} {said}",
    )


def _wrong_address(title: str, status: int) -> ConfigurationError:
    return ConfigurationError(
        f"{title} does not give logins at this address (HTTP {status}).",
        field="base_url",
        cause="base_url",
        resolution="Open the connection and correct the address.",
    )


def _said(fields: Mapping[str, Any]) -> str:
    words = [fields.get("error_description") or "", fields.get("error") or "", fields.get("errors") or ""]
    text = next((str(word) for word in words if word), "")
    return " ".join(text.split())[:300]


def _seconds(value: Any) -> int | None:
    try:
        number = Decimal(str(value))
        seconds = int(number) if number.is_finite() else -1
    except (InvalidOperation, ValueError):
        return None
    return min(seconds, _LONGEST_LIFE) if seconds > 0 else None


def expiry(asked_at: datetime, lives: int) -> datetime | None:
    """When a token given for `lives` seconds ends, counted from the question; 0 means never."""
    return asked_at + timedelta(seconds=lives) if lives else None
