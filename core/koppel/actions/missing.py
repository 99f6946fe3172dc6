"""Which values of the last months have no row in a table yet: found before an order waits for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from koppel.actions.preview import preview
from koppel.errors import MappingError
from koppel.runner.talk import Plan
from koppel.site import Site
from koppel.store.models import utcnow

DAYS = 90


@dataclass(frozen=True)
class MissingRow:
    """A value that a table of the target has no row for: the conditions by column, how many orders would wait for
    it, what they come to in each currency, and one of them."""

    table: str
    keys: Mapping[str, str]
    why: str
    count: int
    totals: Mapping[str, Decimal]
    example: str


def missing_rows(site: Site, flow: str, days: int = DAYS) -> tuple[MissingRow, ...]:
    """What the orders of the last `days` days would wait for, the most orders first. They are read once and go
    through the same steps as in a real run; nothing is written. An order tells every value that it and its customer
    lack, also where it waits for something else as well.

    ConfigurationError when the flow carries no orders."""
    today = utcnow().date()
    return rows_of(preview(site, flow, (), today - timedelta(days=days), today + timedelta(days=1)).others)


def rows_of(plans: Iterable[Plan]) -> tuple[MissingRow, ...]:
    """The same, of a preview that was made already."""
    found: dict[str, list[tuple[MappingError, Plan]]] = {}
    for plan in plans:
        for row in plan.lacks:
            found.setdefault(row.cause, []).append((row, plan))
    return tuple(sorted(map(_row, found.values()), key=lambda row: (-row.count, row.why)))


def _row(pairs: list[tuple[MappingError, Plan]]) -> MissingRow:
    (row, first), totals = pairs[0], defaultdict[str, Decimal](Decimal)
    for _, plan in pairs:
        totals[plan.currency] += plan.total or Decimal(0)
    keys = {str(name): str(value) for name, value in (row.facts.get("keys") or {}).items() if value not in (None, "")}
    return MissingRow(str(row.facts.get("table", "")), keys, row.message, sum(plan.orders for _, plan in pairs), dict(sorted(totals.items())), first.label)
