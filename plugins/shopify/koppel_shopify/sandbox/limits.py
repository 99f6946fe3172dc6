"""The leaky bucket of one app: points that are spent by operations and flow back with time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class Bucket:
    """Holds at most `size` points and regains `rate` per second (reference: section 3)."""

    size: float
    rate: float
    available: float = field(default=-1.0)
    at: datetime | None = None
    spent: int = 0
    """Points that were spent since this bucket was made; for whoever counts, it is not saved."""

    def __post_init__(self) -> None:
        if self.available < 0 or self.available > self.size:
            self.available = self.size

    def settle(self, now: datetime) -> float:
        """Let the points of the time since the last look flow back; what is available now."""
        if self.at is not None:
            gone = max(0.0, (now - self.at).total_seconds())
            self.available = min(self.size, self.available + gone * self.rate)
        self.at = now
        return self.available

    def admits(self, requested: int, now: datetime) -> bool:
        """True when an operation of `requested` points may start."""
        return self.settle(now) >= requested

    def spend(self, actual: int) -> None:
        """Keep what an operation really cost."""
        self.available = max(0.0, self.available - actual)
        self.spent += actual

    def status(self) -> dict[str, Any]:
        """The `throttleStatus` block."""
        return {
            "maximumAvailable": float(self.size),
            "currentlyAvailable": int(self.available),
            "restoreRate": float(self.rate),
        }

    def dump(self) -> dict[str, Any]:
        """What is left, and when that was counted."""
        return {"available": self.available, "at": self.at.isoformat() if self.at else None}

    @classmethod
    def load(cls, size: float, rate: float, saved: Mapping[str, Any]) -> Bucket:
        """The bucket as it was dumped."""
        at = saved.get("at")
        return cls(size, rate, float(saved.get("available", size)), datetime.fromisoformat(at) if at else None)
