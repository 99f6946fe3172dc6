"""How many records each simulator holds, from its own state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def holdings(systems: Mapping[str, Mapping[str, Any]], states: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Customers, products and orders per system; the demo's plan says where each state keeps them."""
    return {
        system: {name: _count(states[system], path) for name, path in wanted["count"].items()}
        for system, wanted in systems.items()
    }


def _count(state: Any, path: Sequence[str | int]) -> int:
    try:
        for step in path:
            state = state[step]
    except (KeyError, IndexError):
        return 0
    return len(state)
