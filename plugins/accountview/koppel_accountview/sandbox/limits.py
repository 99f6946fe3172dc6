"""What the web server itself refuses: long addresses, large bodies and, by switch, too many calls."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from koppel_accountview.sandbox.errors import PageError, PortalError
from koppel_accountview.sandbox.switches import Switches
from koppel_accountview.sandbox.web import Call


class CallWindow:
    """Counts API calls in a sliding minute."""

    def __init__(self) -> None:
        self._seen: deque[datetime] = deque()

    def count(self, now: datetime, allowed: int) -> None:
        """Note one call; PortalError 429 when the minute is full."""
        minute = timedelta(seconds=60)
        while self._seen and now - self._seen[0] >= minute:
            self._seen.popleft()
        if len(self._seen) >= allowed:
            wait = int((self._seen[0] + minute - now).total_seconds()) + 1
            raise PortalError(429, "Too many requests.", {"Retry-After": str(wait)})
        self._seen.append(now)


def check_size(switches: Switches, call: Call) -> None:
    """Refuse an address or a body that the web server would not pass on."""
    if len(call.request.query_string) > switches.max_query_string:
        raise PageError(404, "404 - File or directory not found.")
    if (call.request.content_length or 0) > switches.max_body_bytes:
        raise PageError(413, "413 - Request entity too large.")
