"""One refresher at a time per connection: across threads, processes and machines.

PostgreSQL: `SELECT … FOR UPDATE` on the token row, in a transaction of its own that also stores the answer.
SQLite has one write lock for the whole database; held during a call to the outside it would stop every flow
for as long as that call takes. There a lock file beside the database is held instead, which the operating
system gives back when its holder dies, and the answer is stored in a short write transaction.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.errors import TransientError
from koppel.store.db import Database
from koppel.store.models.connection import Token

LONGEST_WAIT = 90.0
"""Seconds to wait for another refresher; longer than any call to a token address may take."""

_POLL = 0.02
_threads: dict[tuple[str, int], threading.Lock] = {}
_threads_lock = threading.Lock()


@contextmanager
def one_refresher(db: Database, connection_id: int, wait: float = LONGEST_WAIT) -> Iterator[so.Session | None]:
    """Be the only one to refresh this connection's token inside the block.

    Gives the session that holds the row lock, to read and store with; None on SQLite, where the lock is a
    file. TransientError when another one is still busy after `wait` seconds."""
    with _thread_lock(db.url, connection_id, wait):
        if db.is_sqlite:
            with _file_lock(db, connection_id, wait):
                yield None
        else:
            with _row_lock(db, connection_id, wait) as session:
                yield session


@contextmanager
def _thread_lock(url: str, connection_id: int, wait: float) -> Iterator[None]:
    with _threads_lock:
        lock = _threads.setdefault((url, connection_id), threading.Lock())
    if not lock.acquire(timeout=wait):
        raise _busy()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _row_lock(db: Database, connection_id: int, wait: float) -> Iterator[so.Session]:
    with so.Session(db.engine, expire_on_commit=False) as session:
        session.execute(sa.text(f"SET LOCAL lock_timeout = {int(wait * 1000)}"))
        # A server that ends idle transactions would lose the new pair while the answer is on its way.
        session.execute(sa.text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        try:
            session.execute(sa.select(Token.connection_id).filter_by(connection_id=connection_id).with_for_update())
        except sa.exc.OperationalError as error:
            if getattr(error.orig, "sqlstate", "") == "55P03":
                raise _busy() from None
            raise
        yield session


@contextmanager
def _file_lock(db: Database, connection_id: int, wait: float) -> Iterator[None]:
    name = db.engine.url.database
    if not name or name == ":memory:":  # seen by this process only, so its threads are all there is
        yield
        return
    path = Path(name).expanduser()
    with path.with_name(f"{path.name}.token-{connection_id}.lock").open("a+b") as file:
        until = time.monotonic() + wait
        while not _try_lock(file):
            if time.monotonic() > until:
                raise _busy()
            time.sleep(_POLL)
        try:
            yield
        finally:
            _unlock(file)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[bytes]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


def _busy() -> TransientError:
    return TransientError("Another worker is still renewing the login of this connection.", retry_after=5)
