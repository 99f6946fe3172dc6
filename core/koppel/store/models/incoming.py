"""The inbox: every record as it came in, until it is done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.store.models.base import Base, Key, Long, Short, utcnow
from koppel.store.models.flow import Flow

OPEN = ("new", "retry")


class Incoming(Base):
    """One record of a flow, the newest version seen.

    `state`: new, retry (again at `due_at`), parked (waits for a person), done or skipped. `outcome` of a
    done record: created, updated or unchanged. `reason`, `resolution` and `cause` explain a state that is not done;
    `facts` are the values in the sentence. `fingerprint` tells a true change from the same record again."""

    __tablename__ = "incoming"
    __table_args__ = (
        sa.UniqueConstraint("flow_id", "external_id"),
        sa.Index("ix_incoming_flow_id_state_id", "flow_id", "state", "id"),
        sa.Index("ix_incoming_state_cause", "state", "cause"),
    )

    id: so.Mapped[Key]
    flow_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("flow.id", ondelete="CASCADE"))
    run_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("run.id", ondelete="SET NULL"), index=True)
    external_id: so.Mapped[str] = so.mapped_column(sa.String(255))
    label: so.Mapped[str] = so.mapped_column(sa.String(255), default="", index=True)
    payload: so.Mapped[dict[str, Any]] = so.mapped_column(default=dict)
    fingerprint: so.Mapped[str] = so.mapped_column(sa.String(64))
    state: so.Mapped[str] = so.mapped_column(sa.String(20), default="new")
    outcome: so.Mapped[Short]
    attempts: so.Mapped[int] = so.mapped_column(default=0)
    due_at: so.Mapped[datetime | None]
    cause: so.Mapped[Short]
    reason: so.Mapped[Long]
    resolution: so.Mapped[Long]
    detail: so.Mapped[Long]
    facts: so.Mapped[dict[str, Any]] = so.mapped_column(default=dict)
    received_at: so.Mapped[datetime] = so.mapped_column(default=utcnow)
    updated_at: so.Mapped[datetime] = so.mapped_column(default=utcnow, onupdate=utcnow)

    flow: so.Mapped[Flow] = so.relationship(lazy="joined")
