"""The apps that a shop knows: their credentials, tokens, call buckets and idempotency keys."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from koppel_shopify.sandbox.errors import user_error
from koppel_shopify.sandbox.limits import Bucket
from koppel_shopify.sandbox.scalars import moment
from koppel_shopify.sandbox.shapes import BadState
from koppel_shopify.sandbox.switches import Switches

CLIENT_ID = "koppel-sandbox-client"
CLIENT_SECRET = "shpss_koppel_sandbox_secret"
STATIC_TOKEN = "shpat_koppel_sandbox_static"
SCOPES = (
    "read_all_orders", "read_orders", "write_orders", "read_products", "write_products", "read_inventory", "write_inventory",
    "read_locations", "write_files", "write_publications", "read_customers", "write_customers", "read_payment_terms", "read_returns",
    "write_returns", "read_fulfillments",
    "read_merchant_managed_fulfillment_orders", "write_merchant_managed_fulfillment_orders",
)


@dataclass
class Token:
    """An access token; `expires_at` is None for one that lives until it is revoked."""

    text: str
    client_id: str
    expires_at: datetime | None = None
    revoked: bool = False

    def lives(self, now: datetime) -> bool:
        """True while it opens the door."""
        return not self.revoked and (self.expires_at is None or now < self.expires_at)


@dataclass
class Refresh:
    """A refresh token; a used one stays good until its successor is used."""

    client_id: str
    ends: datetime
    used: bool = False


@dataclass
class App:
    """One app with its credentials; `same_organization` is what client credentials demand (reference: section 2)."""

    client_id: str
    client_secret: str
    title: str = "Koppel"
    scopes: tuple[str, ...] = SCOPES
    installed: bool = True
    same_organization: bool = True
    bucket: Bucket = field(default_factory=lambda: Bucket(2000.0, 100.0))


@dataclass
class Remembered:
    """The first outcome of an idempotency key."""

    field: str
    arguments: str
    payload: dict[str, Any]
    at: datetime

    @property
    def failed(self) -> bool:
        """True when that try ended in user errors."""
        return bool(self.payload.get("userErrors"))


class Replay:
    """The idempotency keys of one shop, per app (reference: section 8)."""

    def __init__(self, life: int, failed_key: str) -> None:
        self.life, self.failed_key = timedelta(seconds=life), failed_key
        self.kept: dict[tuple[str, str], Remembered] = {}

    def earlier(self, app: App, key: str, root: str, arguments: Any, now: datetime) -> dict[str, Any] | None:
        """The answer that a known key brings, None for a key to carry out."""
        found = self.kept.get((app.client_id, key))
        if found is None or now - found.at >= self.life:
            return None
        if (found.field, found.arguments) != (root, _canonical(arguments)):
            text = "The same idempotency key cannot be used with different operation parameters."
            return {"userErrors": [user_error(None, text, "IDEMPOTENCY_KEY_PARAMETER_MISMATCH")]}
        if found.failed and self.failed_key == "refuse":
            text = "A previous request with this idempotency key failed. Retry with a new idempotency key."
            return {"userErrors": [user_error(None, text, "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED")]}
        return found.payload

    def remember(self, app: App, key: str, root: str, arguments: Any, payload: dict[str, Any], now: datetime) -> None:
        """Keep the outcome, and forget those that are over."""
        self.kept = {place: one for place, one in self.kept.items() if now - one.at < self.life}
        self.kept[(app.client_id, key)] = Remembered(root, _canonical(arguments), payload, now)

    def dump(self) -> list[dict[str, Any]]:
        """All keys as JSON."""
        return [
            {"clientId": client, "key": key, "field": one.field, "arguments": one.arguments, "payload": one.payload,
             "at": one.at.isoformat()}
            for (client, key), one in self.kept.items()
        ]

    def load(self, saved: Any) -> None:
        """The keys as they were dumped."""
        for place, one in enumerate(saved or ()):
            try:
                entry = Remembered(one["field"], one["arguments"], one["payload"], moment(one["at"]))
                self.kept[(one["clientId"], one["key"])] = entry
            except (KeyError, TypeError, ValueError):
                raise BadState(f"idempotencyKeys[{place}] lacks field, arguments, payload, at, clientId or key") from None


def _canonical(arguments: Any) -> str:
    return json.dumps(arguments, sort_keys=True, default=str)


class Apps:
    """All apps of one shop and the tokens they hold."""

    def __init__(self, state: Mapping[str, Any], switches: Switches) -> None:
        self.switches = switches
        self.apps: dict[str, App] = {}
        self.tokens: dict[str, Token] = {}
        self.refreshing: dict[str, Refresh] = {}
        fresh = state.get("apps") is None
        given = [{"clientId": CLIENT_ID, "clientSecret": CLIENT_SECRET}] if fresh else state["apps"]
        for place, one in enumerate(given):
            self._app(one, f"apps[{place}]")
        saved = [{"token": STATIC_TOKEN, "clientId": CLIENT_ID}] if fresh and state.get("tokens") is None else state.get("tokens")
        for place, one in enumerate(saved or ()):
            self._token(one, f"tokens[{place}]")

    def _app(self, one: Any, where: str) -> None:
        if not isinstance(one, Mapping) or not one.get("clientId"):
            raise BadState(f"{where} must be an object with a clientId, not {one!r:.60}")
        size, rate = self.switches.bucket_size, self.switches.restore_rate
        bucket = Bucket.load(size, rate, one.get("bucket") or {})
        app = App(str(one["clientId"]), str(one.get("clientSecret") or ""), str(one.get("title") or "Koppel"),
                  self.switches.scope_list or tuple(one.get("scopes") or SCOPES), one.get("installed", True) is True,
                  one.get("sameOrganization", True) is True, bucket)
        self.apps[app.client_id] = app

    def _token(self, one: Any, where: str) -> None:
        if not isinstance(one, Mapping) or not one.get("token") or one.get("clientId") not in self.apps:
            raise BadState(f"{where} must be an object with a token and the clientId of a known app, not {one!r:.60}")
        try:
            ends = moment(one["expiresAt"]) if one.get("expiresAt") else None
        except (TypeError, ValueError):
            raise BadState(f"{where}.expiresAt is {one['expiresAt']!r}, which is no moment") from None
        self.tokens[one["token"]] = Token(one["token"], one["clientId"], ends, bool(one.get("revoked")))

    def grant(self, app: App, now: datetime, life: int | None = -1) -> Token:
        """A new token of `life` seconds (None: for ever; -1: as a client-credentials token); ended ones are forgotten."""
        self.tokens = {text: one for text, one in self.tokens.items() if one.expires_at is None or one.lives(now)}
        seconds = self.switches.token_life if life == -1 else life
        ends = None if seconds is None else now + timedelta(seconds=seconds)
        token = Token(f"shpat_{secrets.token_hex(16)}", app.client_id, ends)
        self.tokens[token.text] = token
        return token

    def grant_refresh(self, app: App, now: datetime) -> str:
        """A new refresh token."""
        text = f"shprt_{secrets.token_hex(16)}"
        self.refreshing[text] = Refresh(app.client_id, now + timedelta(seconds=self.switches.refresh_life))
        return text

    def use_refresh(self, text: str, app: App, now: datetime) -> bool:
        """Whether it is good; using it ends the one before it."""
        found = self.refreshing.get(text)
        if found is None or found.client_id != app.client_id or now >= found.ends:
            return False
        if not found.used:
            found.used = True
            for other in [one for one, row in self.refreshing.items() if row.used and one != text]:
                del self.refreshing[other]
        return True

    def holder(self, text: str, now: datetime) -> App | None:
        """The app that a living token belongs to."""
        token = self.tokens.get(text)
        if token is None or not token.lives(now):
            return None
        app = self.apps[token.client_id]
        return app if app.installed else None

    def revoke(self) -> None:
        """End every token."""
        for token in self.tokens.values():
            token.revoked = True

    def dump(self) -> dict[str, Any]:
        """Apps and tokens as JSON."""
        return {"apps": [self._app_out(app) for app in self.apps.values()],
                "tokens": [self._token_out(one) for one in self.tokens.values()]}

    @staticmethod
    def _app_out(app: App) -> dict[str, Any]:
        return {"clientId": app.client_id, "clientSecret": app.client_secret, "title": app.title, "scopes": list(app.scopes),
                "installed": app.installed, "sameOrganization": app.same_organization, "bucket": app.bucket.dump()}

    @staticmethod
    def _token_out(one: Token) -> dict[str, Any]:
        ends = one.expires_at.isoformat() if one.expires_at else None
        return {"token": one.text, "clientId": one.client_id, "expiresAt": ends, "revoked": one.revoked}
