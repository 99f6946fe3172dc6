"""What happened to each record, step by step, with what came in and what went out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.store.models.base import Base, Key, Long, Short, utcnow


class Activity(Base):
    """One step of one record, as a sentence in the past tense.

    `kind`: arrived, found, made, sent, created, updated, unchanged, skipped, parked, retry, person, linked. `data` is what came in,
    what was made of it, or question and answer, secrets left out."""

    __tablename__ = "activity"
    __table_args__ = (
        sa.Index("ix_activity_incoming_id_id", "incoming_id", "id"),
        sa.Index("ix_activity_flow_id_at_id", "flow_id", "at", "id"),
        sa.Index("ix_activity_run_id_id", "run_id", "id"),
    )

    id: so.Mapped[Key]
    at: so.Mapped[datetime] = so.mapped_column(default=utcnow)
    flow_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("flow.id", ondelete="CASCADE"))
    run_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("run.id", ondelete="SET NULL"))
    incoming_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("incoming.id", ondelete="CASCADE"))
    kind: so.Mapped[str] = so.mapped_column(sa.String(20))
    resource: so.Mapped[str] = so.mapped_column(sa.String(40), default="")
    label: so.Mapped[Short]
    text: so.Mapped[Long]
    data: so.Mapped[dict[str, Any]] = so.mapped_column(default=dict)
    by: so.Mapped[Short]
