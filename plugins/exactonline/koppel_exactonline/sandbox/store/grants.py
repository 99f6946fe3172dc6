"""Who may call: registered apps, codes handed out, chains of refresh tokens and the access tokens in use."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any


class BadState(ValueError):
    """The state to load does not fit; the text says which collection and record."""


@dataclass
class Client:
    """A registered app. `scopes` None means every scope."""

    client_id: str
    client_secret: str
    redirect_uris: list[str] = field(default_factory=list)
    name: str = "Koppel"
    scopes: list[str] | None = None
    webhook_secret: str = ""


@dataclass
class Code:
    """An authorisation code on its way through the browser; times are epoch seconds."""

    code: str
    client_id: str
    redirect_uri: str
    user: str
    divisions: list[int]
    issued: float
    used: bool = False


@dataclass
class Grant:
    """One consent and its chain of refresh tokens: `refresh_token` works, the `old` ones are dead."""

    id: str
    client_id: str
    user: str
    divisions: list[int]
    refresh_token: str
    issued: float
    old: list[str] = field(default_factory=list)
    revoked: bool = False


@dataclass
class AccessToken:
    """A bearer token of a grant."""

    token: str
    grant: str
    expires: float


@dataclass
class Usage:
    """How many calls an app made for a division in a minute or a day; `start` is the window's epoch second."""

    key: str
    start: float
    count: int = 0


@dataclass
class ErrorCount:
    """Recent error answers of one app, user, division and endpoint, and the block they led to."""

    key: str
    times: list[float] = field(default_factory=list)
    blocked_until: float = 0.0
    blocks: int = 0


KINDS: dict[str, tuple[type[Any], str]] = {
    "clients": (Client, "client_id"),
    "codes": (Code, "code"),
    "grants": (Grant, "id"),
    "access_tokens": (AccessToken, "token"),
    "usage": (Usage, "key"),
    "errors": (ErrorCount, "key"),
}
"""The collections under "oauth" in the state: the record's class and the field it is found by."""


class Register:
    """All of it, by key."""

    def __init__(self) -> None:
        self.clients: dict[str, Client] = {}
        self.codes: dict[str, Code] = {}
        self.grants: dict[str, Grant] = {}
        self.access_tokens: dict[str, AccessToken] = {}
        self.usage: dict[str, Usage] = {}
        self.errors: dict[str, ErrorCount] = {}

    def dump(self) -> dict[str, Any]:
        """JSON-ready lists."""
        return {name: [asdict(one) for one in getattr(self, name).values()] for name in KINDS}

    def load(self, state: object) -> None:
        """Take what `dump` gave; ValueError names the collection and the record."""
        if not isinstance(state, dict):
            raise BadState("oauth: wants an object with collections")
        for name, rows in state.items():
            if name not in KINDS or not isinstance(rows, list):
                raise BadState(f"oauth: no collection called {name!r} (known: {', '.join(KINDS)})")
            for index, row in enumerate(rows):
                self._take(name, index, row)

    def _take(self, name: str, index: int, row: object) -> None:
        kind, key = KINDS[name]
        try:
            if not isinstance(row, dict):
                raise TypeError("wants an object")
            one = kind(**row)
            if not isinstance(getattr(one, key), str):
                raise TypeError(f"{key} wants text")
        except TypeError as error:
            raise BadState(f"oauth {name} record {index}: {error}") from error
        getattr(self, name)[getattr(one, key)] = one

    def tidy(self, now: float) -> None:
        """Forget what can no longer matter: long-dead access tokens and codes, counters of days gone by."""
        day = 86_400.0
        self.access_tokens = {k: v for k, v in self.access_tokens.items() if v.expires > now - day}
        self.codes = {k: v for k, v in self.codes.items() if v.issued > now - day}
        self.usage = {k: v for k, v in self.usage.items() if v.start > now - 2 * day}
        self.errors = {k: v for k, v in self.errors.items() if max([v.blocked_until, *v.times]) > now - day}


def moment_of(seconds: float) -> datetime:
    """An epoch second as an aware moment."""
    return datetime.fromtimestamp(seconds, UTC)
