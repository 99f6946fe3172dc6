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
from koppel.store.trouble import explained

_WRITE = "koppel_write"
BUSY = 30_000
"""Milliseconds to wait for another program that holds the SQLite file."""


def dumps(value: Any, indent: int | None = None) -> str:
    """JSON text in which a Decimal stays the number it is."""
    return simplejson.dumps(value, use_decimal=True, ensure_ascii=False, default=str, indent=indent)


def canonical(value: Any) -> str:
    """The one JSON text of this content: keys in order, no spaces."""
    return simplejson.dumps(value, use_decimal=True, ensure_ascii=False, default=str, sort_keys=True, separators=(",", ":"))


def loads(text: str | bytes) -> Any:
    """JSON text read with Decimal for every number that is not whole."""
    return simplejson.loads(text, use_decimal=True)


class Database:
    """One database: SQLite in WAL mode, or PostgreSQL by its URL."""

    def __init__(self, url: str) -> None:
        self.url = _normal(url)
        self.engine = _engine(self.url)
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
        """A session for reading; nothing is kept. What is wrong with the database itself is one of our errors."""
        with self._told(), self._sessions() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[so.Session]:
        """A session that commits at the end, or leaves no trace. Never keep it open over a call outside.

        On SQLite the write lock is taken at once, so that a read made in it is still true at the commit."""
        with self._told(), self._sessions() as session:
            session.connection(execution_options={_WRITE: True})
            yield session
            session.commit()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.DBAPIError as error:
            trouble = explained(error, self.engine.url)
            if trouble is None:
                raise
            raise trouble from error

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _engine(url: str) -> sa.Engine:
    try:
        return sa.create_engine(url, json_serializer=dumps, json_deserializer=loads, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"The database needs {error.name}, which is not installed.",
            field="database_url",
            resolution="Install it with: pip install 'koppel[postgresql]'",
        ) from None


def _normal(url: str) -> str:
    try:
        parsed = make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        raise _unreadable(f"The database URL {_hidden(url)} cannot be read.") from None
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername.partition("+")[0] not in ("sqlite", "postgresql"):
        raise _unreadable(f"Koppel keeps its data in SQLite or PostgreSQL, not in {parsed.drivername[:40]!r}.")
    if parsed.drivername == "sqlite" and parsed.database and not parsed.database.startswith((":memory:", "file:")):
        make_folder(Path(parsed.database).expanduser().parent)
    return parsed.render_as_string(hide_password=False)


def _hidden(url: str) -> str:
    """A URL as it may be shown: what stands before the @ can be a password."""
    return repr("…@" + url.rpartition("@")[2] if "@" in url else url)


def _unreadable(message: str) -> ConfigurationError:
    return ConfigurationError(
        message,
        field="database_url",
        resolution="Write it as sqlite:////path/koppel.db or postgresql://user@host/name.",
    )


def make_folder(folder: Path) -> None:
    """Make a folder of this installation; ConfigurationError when a file is in its place or it may not be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = "a file is in its place" if isinstance(error, (FileExistsError, NotADirectoryError)) else error.strerror
        raise ConfigurationError(
            f"The folder {folder} cannot be made: {why}.",
            field="home",
            resolution="Choose another with --home, KOPPEL_HOME or home in koppel.toml, or give the right to write there.",
        ) from None


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={BUSY}", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    write = connection.get_execution_options().get(_WRITE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
