"""Who may log in and the codes and tokens that are out."""

from __future__ import annotations

import base64
import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any


@dataclass
class Client:
    """A registered application (reference: 1.4 Registering an application)."""

    client_id: str
    client_secret: str
    name: str = "Koppel"
    redirect_uris: list[str] = field(default_factory=list)

    def redirects_to(self, uri: str) -> bool:
        """Whether `uri` is registered; an entry that ends in * stands for all that begin so (a simulator's comfort)."""
        return any(uri == one or (one.endswith("*") and uri.startswith(one[:-1])) for one in self.redirect_uris)


@dataclass
class Ticket:
    """A code or a token with what it is good for; `expires_at` is ISO 8601 in UTC."""

    value: str
    client_id: str
    scope: str
    expires_at: str
    redirect_uri: str = ""

    def alive(self, now: datetime) -> bool:
        """Whether it is still good at `now`."""
        return now < datetime.fromisoformat(self.expires_at)


def new_value() -> str:
    """A fresh secret that needs URL encoding, as the real codes do."""
    return base64.b64encode(secrets.token_bytes(31)).decode()


@dataclass
class Logins:
    """The clients, and the codes and tokens by value."""

    clients: dict[str, Client] = field(default_factory=dict)
    codes: dict[str, Ticket] = field(default_factory=dict)
    access: dict[str, Ticket] = field(default_factory=dict)
    refresh: dict[str, Ticket] = field(default_factory=dict)

    def issue(self, kind: dict[str, Ticket], like: Ticket, now: datetime, life: timedelta) -> Ticket:
        """Put a new ticket in `kind` for the same client and scope; dead ones are thrown out."""
        for value in [value for value, one in kind.items() if not one.alive(now)]:
            del kind[value]
        ticket = Ticket(new_value(), like.client_id, like.scope, (now + life).isoformat(), like.redirect_uri)
        kind[ticket.value] = ticket
        return ticket

    def dump(self) -> dict[str, Any]:
        """As JSON-ready values."""
        return {
            "clients": [asdict(one) for one in self.clients.values()],
            "codes": [asdict(one) for one in self.codes.values()],
            "access_tokens": [asdict(one) for one in self.access.values()],
            "refresh_tokens": [asdict(one) for one in self.refresh.values()],
        }
