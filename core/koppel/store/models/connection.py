"""A connection to one administration or shop, its tokens, its calls and its live lists."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.store.models.base import Base, Key, Long, Name, Short, utcnow


class Connection(Base):
    """One administration or shop. `secrets` is encrypted text; `settings` holds no secret.

    `state`: active, paused (by a person) or login (someone must log in again); `note` says why."""

    __tablename__ = "connection"

    id: so.Mapped[Key]
    name: so.Mapped[Name] = so.mapped_column(unique=True)
    system: so.Mapped[str] = so.mapped_column(sa.String(40))
    title: so.Mapped[Short]
    settings: so.Mapped[dict[str, Any]] = so.mapped_column(default=dict)
    secrets: so.Mapped[Long]
    state: so.Mapped[str] = so.mapped_column(sa.String(20), default="active")
    note: so.Mapped[Long]
    administration: so.Mapped[Short]
    checked_at: so.Mapped[datetime | None]
    created_at: so.Mapped[datetime] = so.mapped_column(default=utcnow)


class Token(Base):
    """The current OAuth tokens of a connection, encrypted. `issued_at` is when the access token was given."""

    __tablename__ = "token"

    connection_id: so.Mapped[int] = so.mapped_column(
        sa.ForeignKey("connection.id", ondelete="CASCADE"), primary_key=True
    )
    access: so.Mapped[Long]
    refresh: so.Mapped[Long]
    issued_at: so.Mapped[datetime] = so.mapped_column(default=utcnow)
    expires_at: so.Mapped[datetime | None]


class CallCount(Base):
    """What is left of one call window of a connection, as the other system last told it, or as counted."""

    __tablename__ = "call_count"
    __table_args__ = (sa.UniqueConstraint("connection_id", "window"),)

    id: so.Mapped[Key]
    connection_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("connection.id", ondelete="CASCADE"))
    window: so.Mapped[str] = so.mapped_column(sa.String(40))
    limit: so.Mapped[int]
    remaining: so.Mapped[int]
    reset_at: so.Mapped[datetime]


class Choice(Base):
    """One row of a live list of a connection (journals, VAT codes …), as last read."""

    __tablename__ = "choice"
    __table_args__ = (sa.UniqueConstraint("connection_id", "list", "code"),)

    id: so.Mapped[Key]
    connection_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("connection.id", ondelete="CASCADE"))
    list: so.Mapped[str] = so.mapped_column(sa.String(40))
    code: so.Mapped[str] = so.mapped_column(sa.String(120))
    title: so.Mapped[Short]
    read_at: so.Mapped[datetime] = so.mapped_column(default=utcnow)
