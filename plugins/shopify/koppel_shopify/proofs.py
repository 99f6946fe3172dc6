"""Whose shop answers: what a shop said of itself holds a day for the same address and the same keys."""

from __future__ import annotations

import time
from collections.abc import Callable
from hashlib import sha256

from koppel import Settings

LIFETIME = 24 * 3600.0
"""Seconds that a shop's word holds; a token is of one shop for good, and other keys are asked again."""
_SAME = ("base_url", "shop", "access_token", "client_id", "client_secret")


class Proofs:
    """When each shop last named itself, in this process; of the keys only a digest is kept. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._said: dict[str, float] = {}

    def note(self, settings: Settings) -> None:
        """The shop of these settings has just answered with its own name."""
        self._said[_key(settings)] = self._clock()

    def holds(self, settings: Settings) -> bool:
        """Whether it did so less than a day ago."""
        said = self._said.get(_key(settings))
        return said is not None and self._clock() - said < LIFETIME

    def drop(self, settings: Settings) -> None:
        """Another shop answered: what was said before holds no longer."""
        self._said.pop(_key(settings), None)

    def clear(self) -> None:
        """Forget all of them."""
        self._said.clear()


def _key(settings: Settings) -> str:
    return sha256("\0".join(settings.text(name) for name in _SAME).encode()).hexdigest()


PROOFS = Proofs()
