"""What another system told by itself: records to read soon, and which messages were taken in already."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.store.models.base import Base, Key, utcnow


class Knock(Base):
    """A record that a flow should read before its next round; gone once it was read."""

    __tablename__ = "knock"
    __table_args__ = (sa.UniqueConstraint("flow_id", "external_id"),)

    id: so.Mapped[Key]
    flow_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("flow.id", ondelete="CASCADE"))
    external_id: so.Mapped[str] = so.mapped_column(sa.String(255))
    at: so.Mapped[datetime] = so.mapped_column(default=utcnow)


class HookEvent(Base):
    """A message that was taken in, so that the same one again does nothing."""

    __tablename__ = "hook_event"
    __table_args__ = (sa.UniqueConstraint("connection_id", "event"),)

    id: so.Mapped[Key]
    connection_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("connection.id", ondelete="CASCADE"))
    event: so.Mapped[str] = so.mapped_column(sa.String(120))
    at: so.Mapped[datetime] = so.mapped_column(default=utcnow, index=True)
