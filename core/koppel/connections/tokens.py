"""A connection's OAuth tokens: always a valid one, and never two refreshers at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import httpx

from koppel.connections.address import checked_address, join
from koppel.connections.answers import TokenAnswer, TooEarly, expiry, read_answer
from koppel.connections.locks import one_refresher
from koppel.connections.secrets import Vault
from koppel.connections.tokenstore import Held, TokenRow
from koppel.errors import AuthError, TransientError
from koppel.manifest import OAuth
from koppel.settings import Settings
from koppel.store.db import Database
from koppel.store.models.base import utcnow

TOO_EARLY_REST = 30
"""Seconds a token is used on after the other system said it may not be replaced yet."""

Post = Callable[[str, dict[str, str]], httpx.Response]


class TokenKeeper:
    """Gives the access token of one connection, and renews it when needed.

    `post` sends a form to an address and gives the answer (see `http.open_post`); `title` is the system's
    name in sentences. There is one refresher at a time per connection, whatever the number of threads,
    processes and machines; a new pair is committed before it is used.

    One gap cannot be closed from here: where every refresh token works once (exactonline: OAuth2), a process
    that dies after the other system gave a new pair and before the commit loses that pair, and a person must
    log in again. Nothing is done between the two but reading the answer and sealing it."""

    def __init__(
        self,
        db: Database,
        vault: Vault,
        connection_id: int,
        oauth: OAuth,
        settings: Settings,
        post: Post,
        *,
        title: str = "The other system",
        clock: Callable[[], datetime] = utcnow,
    ) -> None:
        self.db, self.connection_id, self.oauth, self.settings = db, connection_id, oauth, settings
        self.title = title
        self._post, self._clock = post, clock
        self._row = TokenRow(db, vault, connection_id)

    def access(self) -> str:
        """A valid access token; renewed first when its time is (nearly) over.

        AuthError when a person must log in (again), TransientError when the other system cannot answer now."""
        held = self._row.read()
        if held.access and not self._due(held):
            return held.access
        with self._alone() as row:
            held = row.read()
            return held.access if held.access and not self._due(held) else self._renew(row, held)

    def renew(self, rejected: str) -> str:
        """The token to use instead of `rejected`, which the other system answered with 401.

        When another process replaced it already that one; when it is too young to be replaced the same one."""
        with self._alone() as row:
            held = row.read()
            if held.access and held.access != rejected:
                return held.access
            if held.access and self.renewable_in(held) > 0:
                return held.access
            return self._renew(row, held)

    def renewable_in(self, held: Held | None = None) -> float:
        """Seconds until the current token may be replaced at the earliest; 0 when it may be now."""
        held = held or self._row.read()
        earliest = held.issued_at + timedelta(seconds=self.oauth.refresh_not_before)
        return max(0.0, (earliest - self._clock()).total_seconds()) if held.access else 0.0

    def authorize_url(self, redirect_uri: str, state: str) -> str:
        """The address to send a person to, so that they allow Koppel in."""
        fields = {
            "response_type": "code",
            "client_id": self.settings.need("client_id"),
            "redirect_uri": redirect_uri,
            "state": state,
        }
        scopes = self.oauth.scope_text(self.settings)
        if scopes:
            fields["scope"] = scopes
        return str(httpx.URL(self._address(self.oauth.authorize_path)).copy_merge_params(fields))

    def exchange(self, code: str, redirect_uri: str, came_back: Mapping[str, str] | None = None) -> None:
        """Turn the code of a login into tokens and keep them. AuthError when it is refused.

        `came_back` is all that came back with the code, for systems that sign it."""
        if self.oauth.proof is not None and came_back is not None:
            self.oauth.proof(came_back, self.settings)
        with self._alone() as row:
            fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
            fields |= self.oauth.exchange_fields
            try:
                self._ask(row, fields, Held())
            except TooEarly:
                raise TransientError(f"{self.title} gives no new login yet.", retry_after=TOO_EARLY_REST) from None

    def store(self, answer: Mapping[str, Any]) -> None:
        """Keep tokens that came another way, as the fields of a token answer (access_token, refresh_token …)."""
        with self._alone() as row:
            self._keep(row, TokenAnswer.from_fields(answer, self.title), self._clock(), row.read())

    @contextmanager
    def _alone(self) -> Iterator[TokenRow]:
        self._row.ensure()
        with one_refresher(self.db, self.connection_id) as session:
            yield self._row.inside(session)

    def _due(self, held: Held) -> bool:
        """Whether it is time for a new token: a little before the end, but never before it may be replaced."""
        if held.expires_at is None:
            return False
        early = min(timedelta(seconds=60), (held.expires_at - held.issued_at) / 10)
        earliest = held.issued_at + timedelta(seconds=self.oauth.refresh_not_before)
        return self._clock() >= max(held.expires_at - early, earliest)

    def _renew(self, row: TokenRow, held: Held) -> str:
        try:
            return self._ask(row, self._renewal(held), held)
        except TooEarly:
            if not held.access:
                raise TransientError(f"{self.title} gives no new login yet.", retry_after=TOO_EARLY_REST) from None
            return self._use_on(row, held)

    def _renewal(self, held: Held) -> dict[str, str]:
        if self.oauth.grant == "client_credentials":
            fields = {"grant_type": "client_credentials"}
            scopes = self.oauth.scope_text(self.settings)
            return {**fields, "scope": scopes} if scopes else fields
        if not held.refresh:
            why = "its login has ended and cannot be renewed." if held.access else "no login is stored."
            raise AuthError(f"{self.title} asks you to log in again: {why}")
        return {"grant_type": "refresh_token", "refresh_token": held.refresh}

    def _ask(self, row: TokenRow, fields: dict[str, str], held: Held) -> str:
        """Ask for tokens and keep the answer; between answer and commit nothing else is done."""
        client = {"client_id": self.settings.need("client_id"), "client_secret": self.settings.need("client_secret")}
        asked_at = self._clock()
        try:
            response = self._post(self._address(self.oauth.token_path), fields | client)
        except httpx.HTTPError as error:
            raise TransientError(f"{self.title} did not answer while renewing the login.", detail=repr(error)) from None
        sent = [client["client_secret"], *(fields[name] for name in ("code", "refresh_token") if name in fields)]
        person = self.oauth.grant == "authorization_code"
        answer = read_answer(response, self.title, self._clock(), secrets=sent, person=person)
        return self._keep(row, answer, asked_at, held)

    def _keep(self, row: TokenRow, answer: TokenAnswer, asked_at: datetime, held: Held) -> str:
        """Commit the new pair. The end counts from the question and the start from the answer: both cautious."""
        lives = self.oauth.lifetime if answer.lives is None else answer.lives
        row.save(Held(answer.access, answer.refresh or held.refresh, self._clock(), expiry(asked_at, lives)))
        return answer.access

    def _use_on(self, row: TokenRow, held: Held) -> str:
        """Their clock says it is too early: use the token a little longer before asking again."""
        now = self._clock()
        rest = timedelta(seconds=TOO_EARLY_REST)
        issued = now + rest - timedelta(seconds=self.oauth.refresh_not_before)
        row.save(Held(held.access, held.refresh, issued, now + rest))
        return held.access

    def _address(self, path: str) -> str:
        return join(checked_address(self.settings.need("base_url"), self.title), path)
