"""How often an app may call: per minute and day and division, and fewer once it makes too many errors."""

from __future__ import annotations

from koppel_exactonline.sandbox.errors import ApiError
from koppel_exactonline.sandbox.store.grants import ErrorCount, Register, Usage
from koppel_exactonline.sandbox.switches import Switches

MINUTE, HOUR, DAY = 60, 3600, 86_400
COUNTED_ERRORS = (400, 401, 403, 404)
Headers = tuple[tuple[str, str], ...]


class Limits:
    """Counts in the register; `now` is always an epoch second of the simulated clock."""

    def __init__(self, register: Register, switches: Switches) -> None:
        self.register = register
        self.switches = switches

    def count(self, app: str, division: int, now: float) -> Headers:
        """Count one call and give its headers, or refuse it with only the exceeded window's (reference: Limits)."""
        day = self._window(f"{app}/{division}/day", DAY, now)
        minute = self._window(f"{app}/{division}/minute", MINUTE, now)
        if day.count >= self.switches.day_limit:
            raise self._refused(_headers("X-RateLimit", self.switches.day_limit, day, DAY))
        if minute.count >= self.switches.minute_limit:
            raise self._refused(_headers("X-RateLimit-Minutely", self.switches.minute_limit, minute, MINUTE))
        day.count += 1
        minute.count += 1
        if self.switches.surplus_429 and day.count % self.switches.surplus_429 == 0:
            raise self._refused(_headers("X-RateLimit-Minutely", self.switches.minute_limit, minute, MINUTE))
        return (
            *_headers("X-RateLimit", self.switches.day_limit, day, DAY),
            *_headers("X-RateLimit-Minutely", self.switches.minute_limit, minute, MINUTE),
        )

    def _refused(self, headers: Headers) -> ApiError:
        told = headers if self.switches.limit_headers_on_429 == "exceeded" else ()
        return ApiError(429, headers=(*told, *([("Retry-After", str(MINUTE))] if self.switches.retry_after else ())))

    def count_token_call(self, app: str, user: str, now: float) -> None:
        """Count a call to the token endpoint; 429 above the day's number."""
        window = self._window(f"{app}/{user}/token", DAY, now)
        if window.count >= self.switches.token_limit:
            raise ApiError(429)
        window.count += 1

    def _window(self, key: str, length: int, now: float) -> Usage:
        start = now // length * length
        window = self.register.usage.get(key)
        if window is None or window.start != start:
            window = self.register.usage[key] = Usage(key, start)
        return window

    def check_block(self, key: str, now: float) -> None:
        """Refuse while this app, user, division and endpoint are blocked for their errors."""
        found = self.register.errors.get(key)
        if found and found.blocked_until > now:
            raise ApiError(self.switches.error_block_status)

    def note_error(self, key: str, status: int, now: float) -> None:
        """Remember an error answer; the tenth within an hour blocks for an hour, each next block twice as long."""
        if status not in COUNTED_ERRORS:
            return
        found = self.register.errors.setdefault(key, ErrorCount(key))
        if found.blocked_until > now:
            return
        found.times = [one for one in found.times if one > now - HOUR] + [now]
        if len(found.times) >= self.switches.error_limit:
            found.blocked_until = now + HOUR * 2**min(found.blocks, 5)
            found.blocks += 1
            found.times = []


def _headers(prefix: str, limit: int, window: Usage, length: int) -> Headers:
    reset = int(window.start + length) * 1000
    return (
        (f"{prefix}-Limit", str(limit)), (f"{prefix}-Remaining", str(max(limit - window.count, 0))),
        (f"{prefix}-Reset", str(reset)),
    )
