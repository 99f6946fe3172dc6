"""Engine, sessions and the two ways to use them: reading, and writing with the lock taken first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import simplejson
import sqlalchemy as sa
import sqlalchemy.orm as so
from sqlalchemy.engine import make_url

from koppel.errors import ConfigurationError

_WRITE = "koppel_write"


def dumps(value: Any) -> str:
    """JSON text in which a Decimal stays the number it is."""
    return simplejson.dumps(value, use_decimal=True, ensure_ascii=False, default=str)


def loads(text: str | bytes) -> Any:
    """JSON text read with Decimal for every number that is not whole."""
    return simplejson.loads(text, use_decimal=True)


class Database:
    """One database: SQLite in WAL mode, or PostgreSQL by its URL."""

    def __init__(self, url: str) -> None:
        self.url = _normal(url)
        self.engine = sa.create_engine(self.url, json_serializer=dumps, json_deserializer=loads, pool_pre_ping=True)
        if self.is_sqlite:
            sa.event.listen(self.engine, "connect", _prepare_sqlite)
            sa.event.listen(self.engine, "begin", _begin_sqlite)
        self._sessions = so.sessionmaker(self.engine, expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the one-file database."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[so.Session]:
        """A session for reading; nothing is kept."""
        with self._sessions() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[so.Session]:
        """A session that commits at the end, or leaves no trace. Never keep it open over a call outside.

        On SQLite the write lock is taken at once, so that a read made in it is still true at the commit."""
        with self._sessions() as session:
            session.connection(execution_options={_WRITE: True})
            yield session
            session.commit()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _normal(url: str) -> str:
    try:
        parsed = make_url(url)
    except sa.exc.ArgumentError:
        raise ConfigurationError(
            f"The database URL {url!r} cannot be read.",
            field="database_url",
            resolution="Write it as sqlite:////path/koppel.db or postgresql://user@host/name.",
        ) from None
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername == "sqlite" and parsed.database and parsed.database != ":memory:":
        Path(parsed.database).expanduser().parent.mkdir(parents=True, exist_ok=True)
    return parsed.render_as_string(hide_password=False)


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    write = connection.get_execution_options().get(_WRITE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
