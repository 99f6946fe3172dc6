"""The one row that keeps a connection's tokens, sealed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.connections.secrets import Vault
from koppel.errors import ConfigurationError, TransientError
from koppel.store.db import Database
from koppel.store.models.connection import Token

_TROUBLE = (sa.exc.OperationalError, sa.exc.InterfaceError, TransientError)
_SAVE_PAUSES = (0.0, 0.2, 1.0, 5.0)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Held:
    """The tokens of a connection, readable; `expires_at` None means the access token never ends."""

    access: str = field(default="", repr=False)
    refresh: str = field(default="", repr=False)
    issued_at: datetime = _LONG_AGO
    expires_at: datetime | None = None


class TokenRow:
    """Reads and saves a connection's tokens; `inside` a session that holds its lock, or in short ones."""

    def __init__(self, db: Database, vault: Vault, connection_id: int, session: so.Session | None = None) -> None:
        self._db, self._vault, self._id, self._session = db, vault, connection_id, session

    def inside(self, session: so.Session | None) -> TokenRow:
        """The same row, read and saved in this session; None: in short transactions of its own."""
        return TokenRow(self._db, self._vault, self._id, session)

    def ensure(self) -> None:
        """Make sure there is a row to lock, an empty one for a connection that never logged in."""
        with self._db.read() as session:
            if session.get(Token, self._id) is not None:
                return
        try:
            with self._db.write() as session:
                session.add(Token(connection_id=self._id))
        except sa.exc.IntegrityError:
            pass  # another process was first; or the connection is gone, which saving finds out

    def read(self) -> Held:
        """The tokens as they are now; empty when there was no login yet."""
        columns = (Token.access, Token.refresh, Token.issued_at, Token.expires_at)
        with self._reading() as session:
            row = session.execute(sa.select(*columns).filter_by(connection_id=self._id)).one_or_none()
        if row is None:
            return Held()
        return Held(self._vault.unseal_text(row[0]), self._vault.unseal_text(row[1]), row[2], row[3])

    def save(self, held: Held) -> None:
        """Commit these tokens. ConfigurationError when the connection was removed meanwhile."""
        values = {
            "access": self._vault.seal_text(held.access),
            "refresh": self._vault.seal_text(held.refresh),
            "issued_at": held.issued_at,
            "expires_at": held.expires_at,
        }
        statement = sa.update(Token).filter_by(connection_id=self._id).values(values)
        if not self._execute(statement):
            raise ConfigurationError("The connection was removed while its login was renewed.")

    @contextmanager
    def _reading(self) -> Iterator[so.Session]:
        if self._session is not None:
            yield self._session
        else:
            with self._db.read() as session:
                yield session

    def _execute(self, statement: sa.Update) -> int:
        """Commit, trying again in a new transaction: a pair that cannot be saved is a login lost."""
        try:
            return self._commit(statement)
        except _TROUBLE:
            if self._session is not None:
                self._session.invalidate()  # gives the row lock back, which the next transaction would wait for
        for pause in _SAVE_PAUSES:
            time.sleep(pause)
            try:
                return self._commit_anew(statement)
            except _TROUBLE as error:
                trouble = error
        raise trouble

    def _commit(self, statement: sa.Update) -> int:
        if self._session is None:
            return self._commit_anew(statement)
        changed = _rows(self._session.execute(statement))
        self._session.commit()
        return changed

    def _commit_anew(self, statement: sa.Update) -> int:
        with self._db.write() as session:
            return _rows(session.execute(statement))


def _rows(result: sa.Result[Any]) -> int:
    return result.rowcount if isinstance(result, sa.CursorResult) else 0
