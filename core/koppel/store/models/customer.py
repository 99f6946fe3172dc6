"""What was decided about customers that are alike, and the debtor numbers that were handed out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.store.models.base import Base, Key, Short, utcnow


class PairDecision(Base):
    """What a person said about a customer of the source and a debtor of the target.

    `decision`: same (linked by hand, so that the debtor keeps its own data), apart (not asked again) or merged (two
    debtors of one ledger: source and target are equal, `source_key` gave way). `data` is what undoing it needs."""

    __tablename__ = "pair_decision"
    __table_args__ = (sa.UniqueConstraint("target_id", "source_id", "source_key", "target_key"),)

    id: so.Mapped[Key]
    target_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("connection.id", ondelete="CASCADE"))
    source_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("connection.id", ondelete="CASCADE"))
    source_key: so.Mapped[str] = so.mapped_column(sa.String(255))
    target_key: so.Mapped[str] = so.mapped_column(sa.String(255))
    decision: so.Mapped[str] = so.mapped_column(sa.String(10))
    label: so.Mapped[Short]
    number: so.Mapped[Short]
    data: so.Mapped[dict[str, Any]] = so.mapped_column(default=dict)
    by: so.Mapped[Short]
    at: so.Mapped[datetime] = so.mapped_column(default=utcnow)


class DebtorNumber(Base):
    """One number of a range that is gone: kept for the delivery `holder`, or found in use over there (no holder)."""

    __tablename__ = "debtor_number"
    __table_args__ = (sa.UniqueConstraint("connection_id", "number"), sa.UniqueConstraint("connection_id", "holder"))

    id: so.Mapped[Key]
    connection_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("connection.id", ondelete="CASCADE"))
    number: so.Mapped[str] = so.mapped_column(sa.String(40))
    holder: so.Mapped[str | None] = so.mapped_column(sa.String(255))
    at: so.Mapped[datetime] = so.mapped_column(default=utcnow)
