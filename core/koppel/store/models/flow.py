"""A flow: one resource from one connection to another, on a schedule."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.store.models.base import Base, Key, Long, Name, Short, utcnow
from koppel.store.models.connection import Connection

KOPPEL = "Koppel"
"""Who paused a flow that no person paused."""


class Flow(Base):
    """What travels from where to where.

    `schedule` is an interval ("5m", "2h") or a cron line ("0 6 * * 1-5"), empty: only by hand.
    `cursor` is the source's own, moved together with the inbox. `lease_until` keeps a run from
    overlapping itself; `holder` is who has it. `sequence` orders flows that are due together."""

    __tablename__ = "flow"

    id: so.Mapped[Key]
    name: so.Mapped[Name] = so.mapped_column(unique=True)
    title: so.Mapped[Short]
    source_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("connection.id"))
    target_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("connection.id"))
    resource: so.Mapped[str] = so.mapped_column(sa.String(40))
    schedule: so.Mapped[Short]
    sequence: so.Mapped[int] = so.mapped_column(default=10)
    settings: so.Mapped[dict[str, Any]] = so.mapped_column(default=dict)
    paused: so.Mapped[bool] = so.mapped_column(default=False)
    paused_by: so.Mapped[Short]
    note: so.Mapped[Long]
    cursor: so.Mapped[str | None] = so.mapped_column(sa.Text)
    holder: so.Mapped[Short]
    lease_until: so.Mapped[datetime | None]
    due_at: so.Mapped[datetime | None]
    created_at: so.Mapped[datetime] = so.mapped_column(default=utcnow)

    source: so.Mapped[Connection] = so.relationship(foreign_keys=[source_id], lazy="joined")
    target: so.Mapped[Connection] = so.relationship(foreign_keys=[target_id], lazy="joined")

    @property
    def held(self) -> bool:
        """Whether Koppel paused it by itself, since what it booked came out wrong; `note` says what."""
        return self.paused and self.paused_by == KOPPEL

    @property
    def paper(self) -> str:
        """The resource that the target gets: what the settings choose for an order, else the same as was read."""
        return str(self.settings.get("document") or self.resource)
