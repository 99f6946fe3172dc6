"""The proof that a VAT number was checked."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.store.models.base import Base, Key, Long, Short, utcnow


class VatCheck(Base):
    """One answer of VIES: `number` as it was asked, `request` VIES's own name for the question, `told_at` the moment
    as VIES wrote it, `incoming_id` the order it was asked for."""

    __tablename__ = "vat_check"

    id: so.Mapped[Key]
    incoming_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("incoming.id", ondelete="SET NULL"), index=True)
    number: so.Mapped[str] = so.mapped_column(sa.String(40), index=True)
    valid: so.Mapped[bool]
    request: so.Mapped[str] = so.mapped_column(sa.String(60), default="")
    told_at: so.Mapped[str] = so.mapped_column(sa.String(40), default="")
    name: so.Mapped[Short]
    address: so.Mapped[Long]
    at: so.Mapped[datetime] = so.mapped_column(default=utcnow)
