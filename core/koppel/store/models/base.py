"""The common base of all tables: named constraints, aware times, exact JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import sqlalchemy as sa
import sqlalchemy.orm as so

CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def utcnow() -> datetime:
    """This moment, aware."""
    return datetime.now(UTC)


class UtcDateTime(sa.TypeDecorator[datetime]):
    """A moment. Stored in UTC; a naive value is refused, SQLite's naive answer is made aware again."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive moment cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(so.DeclarativeBase):
    """All tables of the core."""

    metadata = sa.MetaData(naming_convention=CONVENTION)
    type_annotation_map = {datetime: UtcDateTime(), dict[str, Any]: sa.JSON(), list[Any]: sa.JSON()}

    def __repr__(self) -> str:
        key = sa.inspect(self).identity
        return f"<{type(self).__name__} {key[0] if key else 'new'}>"


Key = Annotated[int, so.mapped_column(primary_key=True)]
Name = Annotated[str, so.mapped_column(sa.String(120))]
Long = Annotated[str, so.mapped_column(sa.Text, default="")]
Short = Annotated[str, so.mapped_column(sa.String(255), default="")]
