"""The bucket of points as the last answer told it, and what each operation really takes out of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

_SIZES = ("first", "ids", "names")


class Points:
    """What is left and how fast it comes back (reference: Cost and throttling). `clock` counts seconds.

    The bucket is shared by all workers of this app, so this is an estimate: the service has the last word."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.left = self.rate = self.size = 0.0
        self.spent = self.throttled = 0
        self._at = 0.0
        self._asked: dict[str, float] = {}

    def lacking(self, name: str, variables: Mapping[str, Any]) -> float:
        """Seconds until the points are there that this question asked for last time; 0 when not known."""
        asked = self._asked.get(_form(name, variables))
        if asked is None or not self.rate:
            return 0.0
        left = min(self.size, self.left + (self._clock() - self._at) * self.rate)
        return max(0.0, (min(asked, self.size) - left) / self.rate)

    def learn(self, name: str, variables: Mapping[str, Any], payload: Mapping[str, Any]) -> None:
        """Take over what an answer tells; one without a price tells nothing."""
        extensions = payload.get("extensions")
        cost = extensions.get("cost") if isinstance(extensions, Mapping) else None
        status = cost.get("throttleStatus") if isinstance(cost, Mapping) else None
        if not isinstance(cost, Mapping) or not isinstance(status, Mapping):
            return
        self._asked[_form(name, variables)] = _number(cost.get("requestedQueryCost"))
        self.left, self.rate = _number(status.get("currentlyAvailable")), _number(status.get("restoreRate"))
        self.size, self._at = _number(status.get("maximumAvailable")), self._clock()
        self.spent += int(_number(cost.get("actualQueryCost")))


def _form(name: str, variables: Mapping[str, Any]) -> str:
    """Questions of one form cost the same: the operation, and how much it asks for."""
    sizes = {one: variables[one] if one == "first" else len(variables[one]) for one in _SIZES if variables.get(one)}
    return f"{name} {json.dumps(sizes, sort_keys=True)}"


def _number(value: Any) -> float:
    return float(value) if isinstance(value, (int, float, Decimal)) else 0.0
