"""Counts calls and remembers the last ones, without secrets, for the activity log."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from koppel.connections.redaction import Redactor
from koppel.store.models.base import utcnow

KEPT = 20
LONGEST_BODY = 65_536


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call outside: what was asked and answered, in `ms` milliseconds. `status` None: no answer came,
    `error` says why. Bodies are redacted and at most 64 kB of text."""

    at: datetime
    method: str
    url: str
    status: int | None
    ms: int
    request: str = ""
    response: str = ""
    error: str = ""

    @property
    def line(self) -> str:
        """The call in one line: method, address, status and duration."""
        return f"{self.method} {self.url} {self.status or self.error} {self.ms} ms"


class CallMeter:
    """Counts the calls of one opened endpoint and keeps the last `keep` of them. Safe in several threads."""

    def __init__(self, secrets: Iterable[str] = (), keep: int = KEPT) -> None:
        self._redact = Redactor(secrets)
        self._lock = threading.Lock()
        self._kept: deque[Exchange] = deque(maxlen=keep)
        self._count = 0

    @property
    def count(self) -> int:
        """How many calls were made, failed and repeated ones included."""
        with self._lock:
            return self._count

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The last calls, oldest first."""
        with self._lock:
            return tuple(self._kept)

    def take(self) -> tuple[Exchange, ...]:
        """The last calls, oldest first, and forget them; the count goes on."""
        with self._lock:
            taken = tuple(self._kept)
            self._kept.clear()
        return taken

    def record(
        self,
        method: str,
        url: str,
        status: int | None,
        ms: int,
        request: str = "",
        response: str = "",
        error: str = "",
    ) -> None:
        """Count one call and keep it, redacted and cut."""
        one = Exchange(
            at=utcnow(),
            method=method,
            url=self._redact.text(url),
            status=status,
            ms=ms,
            request=self._redact.cut(request, LONGEST_BODY),
            response=self._redact.cut(response, LONGEST_BODY),
            error=self._redact.text(error),
        )
        with self._lock:
            self._count += 1
            self._kept.append(one)
