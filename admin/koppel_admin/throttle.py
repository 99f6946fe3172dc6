"""Slow down whoever guesses passwords."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

WINDOW = 15 * 60.0
PER_PERSON = 5
PER_ADDRESS = 30
_MOST_KEYS = 10_000


class Throttle:
    """Counts wrong passwords per person and per network address over the last quarter of an hour."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def wait(self, email: str, address: str) -> float:
        """Seconds until this person may try again from here; 0 when they may now."""
        with self._lock:
            waits = [self._left(key, most) for key, most in _keys(email, address)]
        return max(waits)

    def wrong(self, email: str, address: str) -> None:
        """Remember a wrong password."""
        with self._lock:
            if len(self._wrong) > _MOST_KEYS:
                self._tidy()
            for key, _ in _keys(email, address):
                self._wrong.setdefault(key, deque(maxlen=PER_ADDRESS)).append(self._clock())

    def right(self, email: str, address: str) -> None:
        """Forget this person's mistakes."""
        with self._lock:
            self._wrong.pop(_keys(email, address)[0][0], None)

    def _left(self, key: str, most: int) -> float:
        times = self._wrong.get(key)
        if times is None:
            return 0.0
        while times and self._clock() - times[0] > WINDOW:
            times.popleft()
        return WINDOW - (self._clock() - times[-most]) if len(times) >= most else 0.0

    def _tidy(self) -> None:
        old = [key for key, times in self._wrong.items() if not times or self._clock() - times[-1] > WINDOW]
        for key in old:
            del self._wrong[key]


def _keys(email: str, address: str) -> tuple[tuple[str, int], tuple[str, int]]:
    return (f"{email.strip().lower()[:255]} {address}", PER_PERSON), (address, PER_ADDRESS)
