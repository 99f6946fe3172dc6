"""What people decide: mapping rows, value tables and default debtors."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.store.models.base import Base, Key, Long, Short, utcnow


class Rule(Base):
    """One mapping row: how one target field is made.

    Without `flow_id` it is the default of that system and resource; a flow's own row hides it. `origin` is
    plugin or site: a row a person touched is never overwritten, only reported. `spec` holds from, expr,
    transform, default, required, when and owner; `seed_print` is the fingerprint of what the plugin shipped."""

    __tablename__ = "rule"
    __table_args__ = (
        sa.UniqueConstraint("system", "direction", "resource", "target", "flow_id"),
        # SQL counts two empty flows as different, so the defaults need their own
        sa.Index(
            "uq_rule_default", "system", "direction", "resource", "target", unique=True,
            sqlite_where=sa.text("flow_id IS NULL"), postgresql_where=sa.text("flow_id IS NULL"),
        ),
    )  # fmt: skip

    id: so.Mapped[Key]
    system: so.Mapped[str] = so.mapped_column(sa.String(40))
    direction: so.Mapped[str] = so.mapped_column(sa.String(10))
    resource: so.Mapped[str] = so.mapped_column(sa.String(40))
    target: so.Mapped[str] = so.mapped_column(sa.String(200))
    flow_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("flow.id", ondelete="CASCADE"))
    position: so.Mapped[int] = so.mapped_column(default=0)
    spec: so.Mapped[dict[str, Any]] = so.mapped_column(default=dict)
    enabled: so.Mapped[bool] = so.mapped_column(default=True)
    origin: so.Mapped[str] = so.mapped_column(sa.String(10), default="plugin")
    seed_print: so.Mapped[str] = so.mapped_column(sa.String(64), default="")
    suggestion: so.Mapped[dict[str, Any] | None] = so.mapped_column(sa.JSON(none_as_null=True))
    changed_by: so.Mapped[Short]
    changed_at: so.Mapped[datetime] = so.mapped_column(default=utcnow, onupdate=utcnow)


class TableRow(Base):
    """One row of a value table of a target connection: these conditions give this code.

    No conditions at all: the default row. `force` wins over every other row."""

    __tablename__ = "table_row"

    id: so.Mapped[Key]
    connection_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("connection.id", ondelete="CASCADE"), index=True)
    flow_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("flow.id", ondelete="CASCADE"))
    table: so.Mapped[str] = so.mapped_column(sa.String(40))
    conditions: so.Mapped[dict[str, Any]] = so.mapped_column(default=dict)
    value: so.Mapped[Short]
    force: so.Mapped[bool] = so.mapped_column(default=False)
    changed_by: so.Mapped[Short]
    changed_at: so.Mapped[datetime] = so.mapped_column(default=utcnow, onupdate=utcnow)


class DebtorRule(Base):
    """Orders that meet all filled-in conditions are booked on this debtor instead of their own customer.

    The first rule that fits, by `position`, decides; a rule without conditions takes every order.
    `condition` is an expression on the order, for what the other columns cannot say."""

    __tablename__ = "debtor_rule"

    id: so.Mapped[Key]
    connection_id: so.Mapped[int] = so.mapped_column(sa.ForeignKey("connection.id", ondelete="CASCADE"), index=True)
    flow_id: so.Mapped[int | None] = so.mapped_column(sa.ForeignKey("flow.id", ondelete="CASCADE"))
    position: so.Mapped[int] = so.mapped_column(default=10)
    country: so.Mapped[Short]
    channel: so.Mapped[Short]
    payment_method: so.Mapped[Short]
    customer: so.Mapped[Short]
    condition: so.Mapped[Long]
    debtor: so.Mapped[Short]
    enabled: so.Mapped[bool] = so.mapped_column(default=True)
    changed_by: so.Mapped[Short]
    changed_at: so.Mapped[datetime] = so.mapped_column(default=utcnow, onupdate=utcnow)
