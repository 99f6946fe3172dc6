"""What a connector keeps between runs about records on the other side, so that it need not ask again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.store.models.base import Base, Key, Long, utcnow


class IndexEntry(Base):
    """One record over there: `external_id` is its id, `key` what it is looked up by, `data` its fields as last told."""

    __tablename__ = "index_entry"
    __table_args__ = (
        sa.UniqueConstraint("connection_id", "resource", "external_id"),
        sa.Index("ix_index_entry_connection_id_resource_key", "connection_id", "resource", "key"),
    )

    id: so.Mapped[Key]
    connection_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("connection.id", ondelete="CASCADE"))
    resource: so.Mapped[str] = so.mapped_column(sa.String(60))
    external_id: so.Mapped[str] = so.mapped_column(sa.String(60))
    key: so.Mapped[str] = so.mapped_column(sa.String(255))
    data: so.Mapped[dict[str, Any]] = so.mapped_column(default=dict)


class IndexMark(Base):
    """How far the index of one resource goes: `mark` is the connector's own text, `at` when it was brought up to date."""

    __tablename__ = "index_mark"
    __table_args__ = (sa.UniqueConstraint("connection_id", "resource"),)

    id: so.Mapped[Key]
    connection_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("connection.id", ondelete="CASCADE"))
    resource: so.Mapped[str] = so.mapped_column(sa.String(60))
    mark: so.Mapped[Long]
    at: so.Mapped[datetime] = so.mapped_column(default=utcnow)
