"""How many records each simulator holds, from its own state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from koppel.catalog import Catalog
from koppel.testing.serving import simulator


def holdings(catalog: Catalog, states: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Customers, products and orders per system; each simulator knows where its own are."""
    found = {}
    for system, state in states.items():
        counted = simulator(catalog.system(system).manifest.sandbox).count(state)
        found[system] = {name: int(counted.get(name, 0)) for name in ("customers", "products", "orders")}
    return found
