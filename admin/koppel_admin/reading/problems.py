"""The records of one problem."""

from __future__ import annotations

import sqlalchemy as sa
from koppel.actions.records import Trouble, troubles
from koppel.site import Site
from koppel.store.models import Incoming

SHOWN = 100


def trouble_of(site: Site, row: Incoming) -> Trouble | None:
    """The problem this record belongs to; None when nothing waits for that reason any more."""
    return next((one for one in troubles(site) if one.flow.id == row.flow_id and one.cause == row.cause), None)


def members(site: Site, row: Incoming, after: int = 0, size: int = SHOWN) -> tuple[list[Incoming], int]:
    """The records that wait for the same reason, newest first, and the key of the last when there are more."""
    query = (
        sa.select(Incoming)
        .where(Incoming.flow_id == row.flow_id, Incoming.state == "parked", Incoming.cause == row.cause)
        .order_by(Incoming.id.desc())
        .limit(size + 1)
    )
    if after:
        query = query.where(Incoming.id < after)
    with site.db.read() as session:
        rows = list(session.scalars(query))
    return rows[:size], rows[size - 1].id if len(rows) > size else 0
