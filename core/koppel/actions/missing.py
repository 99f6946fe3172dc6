"""Which values of the last months have no row in a table yet: found before an order waits for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from koppel.actions.preview import preview
from koppel.errors import KoppelError
from koppel.runner.talk import Plan
from koppel.site import Site
from koppel.store.db import dumps
from koppel.store.models import utcnow

DAYS = 90


@dataclass(frozen=True)
class MissingRow:
    """A value that a table of the target has no row for: the conditions by column, how many orders would wait for
    it, what they come to, and one of them."""

    table: str
    keys: Mapping[str, str]
    why: str
    count: int
    total: Decimal
    example: str


def missing_rows(site: Site, flow: str, days: int = DAYS) -> tuple[MissingRow, ...]:
    """What the orders of the last `days` days would wait for, the most orders first. They are read once and go
    through the same steps as in a real run; nothing is written. An order tells the first value it lacks, so a second
    look after rows were added may find more.

    ConfigurationError when the flow carries no orders."""
    today = utcnow().date()
    return rows_of(preview(site, flow, (), today - timedelta(days=days), today + timedelta(days=1)).others)


def rows_of(plans: Iterable[Plan]) -> tuple[MissingRow, ...]:
    """The same, of a preview that was made already."""
    found: dict[str, list[Plan]] = {}
    for plan in plans:
        if isinstance(plan.error, KoppelError) and plan.error.cause.startswith("table."):
            found.setdefault(dumps(plan.error.facts), []).append(plan)
    return tuple(sorted(map(_row, found.values()), key=lambda row: (-row.count, row.why)))


def _row(plans: list[Plan]) -> MissingRow:
    error = plans[0].error
    assert isinstance(error, KoppelError)
    keys = {str(name): str(value) for name, value in (error.facts.get("keys") or {}).items() if value not in (None, "")}
    total = sum((plan.total or Decimal(0) for plan in plans), Decimal(0))
    return MissingRow(str(error.facts.get("table", "")), keys, error.message, len(plans), total, plans[0].label)
