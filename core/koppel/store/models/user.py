"""Who may enter the back-office."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.store.models.base import Base, Key, Short, utcnow


class User(Base):
    """A person. `password` is an argon2 hash; `role` one of owner, admin, bookkeeper, operator, viewer.

    `session_key` changes when all sessions of this person must end."""

    __tablename__ = "user_account"

    id: so.Mapped[Key]
    email: so.Mapped[str] = so.mapped_column(sa.String(255), unique=True)
    name: so.Mapped[Short]
    password: so.Mapped[str] = so.mapped_column(sa.String(255))
    role: so.Mapped[str] = so.mapped_column(sa.String(20), default="viewer")
    active: so.Mapped[bool] = so.mapped_column(default=True)
    session_key: so.Mapped[str] = so.mapped_column(sa.String(64), unique=True)
    last_seen_at: so.Mapped[datetime | None]
    created_at: so.Mapped[datetime] = so.mapped_column(default=utcnow)
