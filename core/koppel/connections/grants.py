"""What the `auth` hook gets, and the two logins the core knows: OAuth2 tokens and a fixed header."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import httpx

from koppel.connections.tokens import TokenKeeper
from koppel.errors import AuthError, ConfigurationError, TransientError
from koppel.manifest import OAuth
from koppel.settings import Settings

Flow = Generator[httpx.Request, httpx.Response, None]


@dataclass(frozen=True, slots=True)
class Grant:
    """What a login can be made from: the system's `title`, its OAuth data, the connection's settings (secrets
    included) and its tokens; `oauth` and `tokens` are None for a system without OAuth."""

    title: str
    oauth: OAuth | None
    settings: Settings
    tokens: TokenKeeper | None


class OAuth2Auth(httpx.Auth):
    """Adds the access token; after a 401 renews it once and repeats the request. Safe in several threads.

    The token goes to the host of the connection's address only. AuthError when a new token is refused too."""

    def __init__(self, grant: Grant) -> None:
        if grant.oauth is None or grant.tokens is None:
            raise ConfigurationError(f"{grant.title} has no OAuth login to use.")
        self._title, self._oauth, self._tokens = grant.title, grant.oauth, grant.tokens
        self._host = _host(grant.settings)

    def auth_flow(self, request: httpx.Request) -> Flow:
        """One request with its login, twice when the first token is refused."""
        if self._host and request.url.host != self._host:
            yield request
            return
        token = self._tokens.access()
        response = yield self._signed(request, token)
        if response.status_code != 401:
            return
        renewed = self._tokens.renew(token)
        response = yield self._signed(request, renewed)
        if response.status_code == 401:
            raise self._refused(renewed != token)

    def _signed(self, request: httpx.Request, token: str) -> httpx.Request:
        request.headers[self._oauth.header] = f"{self._oauth.scheme} {token}".strip()
        return request

    def _refused(self, is_new: bool) -> Exception:
        if is_new:
            return AuthError(f"{self._title} asks you to log in again: it refuses a token it has just given.")
        wait = max(1.0, self._tokens.renewable_in())
        return TransientError(
            f"{self._title} refuses a token that should still be good; Koppel renews it in {wait:.0f} seconds.",
            retry_after=wait,
            cause="login.early",
        )


class HeaderAuth(httpx.Auth):
    """Adds a header with a fixed value; `host`, where given, is the only one it goes to.

    A 401 is repeated once, because a spurious one at the edge of a service should not pause a connection
    (shopify: Authentication)."""

    def __init__(self, name: str, value: str, host: str = "") -> None:
        if not value or not value.isascii() or not value.isprintable():
            raise ConfigurationError(
                f"The value for {name} is empty or has characters that cannot be in a key.",
                resolution="Open the connection and paste the key again, without line ends.",
            )
        self._name, self._value, self._host = name, value, host

    def __repr__(self) -> str:
        return f"HeaderAuth({self._name})"

    def auth_flow(self, request: httpx.Request) -> Flow:
        """One request with its header, twice when the first is refused."""
        if not self._host or request.url.host == self._host:
            request.headers[self._name] = self._value
        response = yield request
        if response.status_code == 401:
            yield request


def _host(settings: Settings) -> str:
    try:
        return httpx.URL(settings.text("base_url")).host
    except httpx.InvalidURL:
        return ""
