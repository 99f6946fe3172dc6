"""One run of a flow and what it did."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.store.models.base import Base, Key, Long, Short, utcnow
from koppel.store.models.flow import Flow


class Run(Base):
    """A run. `outcome`: running, done, resting (tries again by itself), stopped (a person must act) or broken off.

    `calls` are HTTP calls to both systems; `mapping` is the fingerprint of the rules that were used."""

    __tablename__ = "run"
    __table_args__ = (sa.Index("ix_run_flow_id_id", "flow_id", "id"),)

    id: so.Mapped[Key]
    flow_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("flow.id", ondelete="CASCADE"))
    trigger: so.Mapped[str] = so.mapped_column(sa.String(20), default="schedule")
    by: so.Mapped[Short]
    outcome: so.Mapped[str] = so.mapped_column(sa.String(20), default="running")
    started_at: so.Mapped[datetime] = so.mapped_column(default=utcnow)
    ended_at: so.Mapped[datetime | None]
    seen: so.Mapped[int] = so.mapped_column(default=0)
    created: so.Mapped[int] = so.mapped_column(default=0)
    updated: so.Mapped[int] = so.mapped_column(default=0)
    unchanged: so.Mapped[int] = so.mapped_column(default=0)
    skipped: so.Mapped[int] = so.mapped_column(default=0)
    parked: so.Mapped[int] = so.mapped_column(default=0)
    retried: so.Mapped[int] = so.mapped_column(default=0)
    calls: so.Mapped[int] = so.mapped_column(default=0)
    seconds: so.Mapped[float] = so.mapped_column(default=0.0)
    mapping: so.Mapped[Short]
    reason: so.Mapped[Long]
    resolution: so.Mapped[Long]

    flow: so.Mapped[Flow] = so.relationship(lazy="joined")
