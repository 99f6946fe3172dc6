"""What other systems asked in a person's name, until it is done."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.store.models.base import Base, Key, utcnow


class PrivacyRequest(Base):
    """A request that a connection told of: `purpose` erase, export or erase_all; `words` are what the person is known by.
    It is gone once it is done."""

    __tablename__ = "privacy_request"

    id: so.Mapped[Key]
    connection_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("connection.id", ondelete="CASCADE"))
    purpose: so.Mapped[str] = so.mapped_column(sa.String(20))
    words: so.Mapped[list[str]] = so.mapped_column(sa.JSON)
    asked_at: so.Mapped[datetime] = so.mapped_column(default=utcnow)
