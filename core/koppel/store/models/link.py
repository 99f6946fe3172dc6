"""Which record here is which record there, and what is on its way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.store.models.base import Base, Key, Long, Short, utcnow


class Link(Base):
    """A record of the source and its counterpart in the target, for ever.

    `draft_print` is the fingerprint of what was last sent, so that an unchanged record is not sent again;
    `made` says that Koppel made the target's record, rather than finding it there."""

    __tablename__ = "link"
    __table_args__ = (
        sa.UniqueConstraint("source_id", "target_id", "resource", "source_key"),
        sa.Index("ix_link_target_id_resource_target_key", "target_id", "resource", "target_key"),
    )

    id: so.Mapped[Key]
    source_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("connection.id", ondelete="CASCADE"))
    target_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("connection.id", ondelete="CASCADE"))
    resource: so.Mapped[str] = so.mapped_column(sa.String(40))
    source_key: so.Mapped[str] = so.mapped_column(sa.String(255))
    target_key: so.Mapped[str] = so.mapped_column(sa.String(255))
    label: so.Mapped[Short]
    number: so.Mapped[Short]
    draft_print: so.Mapped[str] = so.mapped_column(sa.String(64), default="")
    made: so.Mapped[bool] = so.mapped_column(default=False)
    created_at: so.Mapped[datetime] = so.mapped_column(default=utcnow)
    updated_at: so.Mapped[datetime] = so.mapped_column(default=utcnow, onupdate=utcnow)


class Delivery(Base):
    """One write to a target: the intent, committed before the call, and what became of it.

    `state`: sending (the call is on its way, or its answer never came), delivered or refused. The unique key
    is what keeps two workers, and two runs, from sending the same record."""

    __tablename__ = "delivery"
    __table_args__ = (sa.UniqueConstraint("target_id", "resource", "key"),)

    id: so.Mapped[Key]
    target_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("connection.id", ondelete="CASCADE"))
    flow_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("flow.id", ondelete="SET NULL"))
    incoming_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("incoming.id", ondelete="SET NULL"), index=True)
    resource: so.Mapped[str] = so.mapped_column(sa.String(40))
    key: so.Mapped[str] = so.mapped_column(sa.String(255))
    natural_key: so.Mapped[Short]
    state: so.Mapped[str] = so.mapped_column(sa.String(20), default="sending", index=True)
    action: so.Mapped[str] = so.mapped_column(sa.String(20), default="create")
    draft: so.Mapped[dict[str, Any]] = so.mapped_column(default=dict)
    external_id: so.Mapped[Short]
    number: so.Mapped[Short]
    attempts: so.Mapped[int] = so.mapped_column(default=1)
    reason: so.Mapped[Long]
    sent_at: so.Mapped[datetime] = so.mapped_column(default=utcnow)
    answered_at: so.Mapped[datetime | None]
