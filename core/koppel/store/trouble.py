"""What the database says went wrong, as one of our errors that names the database and the way out."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from koppel.errors import ConfigurationError, KoppelError, TransientError

_CONNECTION = ("08", "57P")
"""SQLSTATE classes of PostgreSQL: connection trouble, and a server that shuts down or starts up."""


def explained(error: sa.exc.DBAPIError, url: sa.URL) -> KoppelError | None:
    """Our error for the driver's; None for one that is about a statement or its data: that is for who asked."""
    if isinstance(error, sa.exc.IntegrityError | sa.exc.DataError):
        return None
    state = str(getattr(error.orig, "sqlstate", None) or "")
    said, name = f"{error.orig} {state}".lower(), _name(url)
    for signs, make in _KINDS:
        if any(sign in said for sign in signs):
            return make(name, str(error.orig))
    on_the_way = isinstance(error, sa.exc.OperationalError) and (not state or state.startswith(_CONNECTION))
    return _unreachable(name, str(error.orig)) if on_the_way else None


def _name(url: sa.URL) -> str:
    """What people call it: the file, or the database on its server."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return f"{url.database} on {url.host or 'this machine'}{f':{url.port}' if url.port else ''}"


def _unreachable(name: str, detail: str) -> KoppelError:
    return TransientError(
        f"The database {name} cannot be reached.",
        resolution="Check that its server runs and that database_url is right; Koppel goes on by itself once it answers.",
        cause="database.unreachable",
        detail=detail,
    )


def _busy(name: str, detail: str) -> KoppelError:
    return TransientError(
        f"The database {name} is held by another program.",
        resolution="Close what has it open, such as a viewer or a backup; then it goes on. Nothing is lost.",
        cause="database.busy",
        detail=detail,
    )


def _setting(sentence: str, resolution: str) -> Callable[[str, str], KoppelError]:
    def make(name: str, detail: str) -> KoppelError:
        return ConfigurationError(
            sentence.format(name), field="database_url", resolution=resolution, cause="database", detail=detail
        )

    return make


_KINDS: tuple[tuple[tuple[str, ...], Callable[[str, str], KoppelError]], ...] = (
    (("is locked", "lock timeout", "deadlock detected", "could not serialize"), _busy),
    (
        ("readonly database",),
        _setting("The database {} cannot be written.", "Give the user that runs Koppel the right to write it and its folder."),
    ),
    (
        ("unable to open database file",),
        _setting("The database {} cannot be opened.", "Check that it is a file, and that the user that runs Koppel may read and write it."),
    ),
    (
        ("file is not a database", "malformed"),
        _setting("{} is damaged, or no database at all.", "Put back a backup; or move the file away and run `koppel init`."),
    ),
    (
        ("is full", "no space left", "disk i/o error"),
        _setting("There is no room left to write the database {}.", "Make room on the disk; then it goes on. Nothing is lost."),
    ),
    (
        ("no such table", "no such column", "has no column", "42p01", "42703"),
        _setting("The database {} has not the shape that this version needs.", "Run `koppel db upgrade`; for a new installation, `koppel init`."),
    ),
    (
        ('database "',),
        _setting("There is no database {}.", "Make it on the server, or correct database_url."),
    ),
    (
        ("authentication failed", "no password supplied", "role ", "permission denied"),
        _setting("The database {} does not let Koppel in.", "Check the user and the password in database_url."),
    ),
)  # fmt: skip
