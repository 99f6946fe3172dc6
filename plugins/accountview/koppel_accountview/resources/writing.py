"""What writing is the same for in every business object."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from koppel import RejectedError, TransientError, Write

from koppel_accountview.answers import Row
from koppel_accountview.conversation import Conversation
from koppel_accountview.dictionary import Table
from koppel_accountview.fitting import same
from koppel_accountview.objects import Kind
from koppel_accountview.payload import Lines, body_of
from koppel_accountview.resources.reading import rows_by_key

Values = Mapping[str, Any]


def insert(talk: Conversation, kind: Kind, table: Table, values: Values, lines: Lines | None = None, book_date: str = "") -> Row:
    """Insert one record; the row as AccountView stored it, with what it filled in itself.

    TransientError when the answer holds no row: then it is looked up, for it may have been stored."""
    talk.binding.prove()
    rows = talk.client.write("POST", body_of(kind.object, table, values, lines, book_date=book_date), kind.table)
    if not rows:
        raise _unclear(kind)
    return rows[0]


def update(talk: Conversation, kind: Kind, table: Table, values: Values, id: str) -> Row:
    """Update one record; the row as stored, empty where the answer does not carry it."""
    talk.binding.prove()
    rows = talk.client.write("PUT", body_of(kind.object, table, values, id=id), kind.table)
    return rows[0] if rows else {}


def number_of(row: Row, kind: Kind, name: str) -> str:
    """The key that AccountView gave a new record; TransientError when the answer does not tell it."""
    value = str(row.get(name) or "").strip()
    if not value:
        raise _unclear(kind)
    return value


def current_of(talk: Conversation, kind: Kind, write: Write, names: Collection[str]) -> Row:
    """What AccountView holds now of the record to update; RejectedError when it is gone."""
    if write.current and all(name in write.current for name in names):
        return dict(write.current)
    assert write.id is not None
    rows = rows_by_key(talk, kind, [write.id])
    if not rows:
        raise RejectedError(
            f"{write.id} is no longer among the {kind.title} of AccountView.",
            cause="accountview.gone",
            resolution="Restore it in AccountView, or take the link of this record away so that it is made anew.",
        )
    return rows[0]


def put_if_changed(talk: Conversation, kind: Kind, table: Table, values: Values, write: Write) -> tuple[Row, bool]:
    """Update the record of `write` where it differs; the row, and whether anything was sent."""
    current = current_of(talk, kind, write, values.keys())
    if same(table, values, current):
        return current, False
    assert write.id is not None
    return {**current, **values, **update(talk, kind, table, values, write.id)}, True


def _unclear(kind: Kind) -> TransientError:
    return TransientError(
        f"AccountView took one of the {kind.title} but did not say what became of it.",
        cause="answer.lost",
        resolution="Koppel looks it up first and never sends it twice. You need do nothing.",
    )
