"""The local index of accounts with their contacts and addresses, and of items, kept up to date by the sync endpoints.

It answers only which records there are. What it does not know is asked of the service, so that a customer who was made
a minute ago is never made again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from koppel import ConfigurationError
from koppel.connections.memory import Entry, Memory

from koppel_exactonline import keeping, odata
from koppel_exactonline.client import ExactClient, Row, own_fields
from koppel_exactonline.codes import bare
from koppel_exactonline.keeping import is_safe
from koppel_exactonline.paging import Chain

LONGEST_REST = timedelta(days=50)
"""Removed rows are told of for two months (reference: Sync, Deleted); an older index is made anew."""

OVERLAP = 1000
"""Row versions read again: they are handed out before a change can be seen by others."""

_DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record: where its changes come from, which fields are kept, what it is looked up by (empty: not
    kept), and the number that tells of its removal."""

    entity: str
    fields: tuple[str, ...]
    key: Callable[[Row], str]
    deleted: int


class Index:
    """The index of one conversation. A kind that was brought up to date long ago is so again, once, when it is first asked."""

    def __init__(self, client: ExactClient, memory: Callable[[], Memory | None], kinds: Mapping[str, Kind]) -> None:
        self._client, self._open, self._kinds = client, memory, kinds
        self._ready: set[str] = set()
        self._old: set[str] = set()
        self._removals_known = False

    @property
    def is_old(self) -> bool:
        """Whether this conversation leaned on what an earlier one had read."""
        return bool(self._old)

    def distrust(self) -> None:
        """Bring everything up to date before it is asked again."""
        memory = self._open()
        for kind in (*self._kinds, _DELETED) if memory else ():
            text = memory.mark(kind)[0] if memory else ""
            if text and memory:
                memory.take(kind, [], json.dumps({**_read_mark(text), "read": ""}))
        self._ready.clear()
        self._old.clear()
        self._removals_known = False

    def find(self, kind: str, keys: Iterable[str]) -> dict[str, list[Mapping[str, Any]]] | None:
        """The rows with these keys, by key; None where nothing can be remembered."""
        memory = self._open()
        if memory is None:
            return None
        if kind not in self._ready:
            if self._is_safe(memory, kind):
                self._old.add(kind)
            else:
                if not self._removals_known:
                    self._forget_removed(memory)
                self._update(memory, kind)
            self._ready.add(kind)
        return memory.find(kind, keys)

    def _is_safe(self, memory: Memory, name: str) -> bool:
        """Whether it is this administration's and was brought up to date not long ago."""
        mark = _read_mark(memory.mark(name)[0])
        return str(mark.get("numbered")).partition("|")[0] == str(self._client.division) and is_safe(mark.get("read"))

    def _update(self, memory: Memory, name: str) -> None:
        """Take in what changed since the last time; everything when the service has numbered its rows anew."""
        kind, stamp = self._kinds[name], self._since(memory, name)
        url = odata.address(self._client.path(kind.entity), ("Timestamp", *kind.fields), f"Timestamp gt {max(1, stamp - OVERLAP)}L")
        chain = Chain(kind.entity)
        while url:
            answer = self._client.follow(url, kind.entity)
            chain.take(url, answer.rows, answer.next)
            stamp = max([stamp, *(int(row.get("Timestamp") or 0) for row in answer.rows)])
            memory.take(name, [_entry(kind, row) for row in answer.rows], self._mark(stamp))
            url = answer.next
        memory.take(name, [], self._mark(stamp, whole=True))

    def _forget_removed(self, memory: Memory) -> None:
        """Drop what was removed over there. Without the right to see that, what is gone shows when it is written to."""
        stamp = self._since(memory, _DELETED)
        try:
            rows = self._client.rows("sync/Deleted", ("Timestamp", "EntityKey", "EntityType"), f"Timestamp gt {max(1, stamp - OVERLAP)}L")
        except ConfigurationError as error:
            if not error.cause.startswith("forbidden:"):
                raise
            rows = []
        for name, kind in self._kinds.items():
            memory.drop(name, [str(row.get("EntityKey")) for row in rows if row.get("EntityType") == kind.deleted])
        stamp = max([stamp, *(int(row.get("Timestamp") or 0) for row in rows)])
        memory.take(_DELETED, [], self._mark(stamp))
        self._removals_known = True

    def _since(self, memory: Memory, name: str) -> int:
        """The row version to go on from; 0 and an empty index when the old one can no longer be trusted."""
        mark = _read_mark(memory.mark(name)[0])
        stamp, numbered = mark.get("stamp"), str(mark.get("numbered"))
        stamp = stamp if isinstance(stamp, int) else 0
        if stamp and keeping.within(mark.get("taken"), LONGEST_REST) and numbered == self._numbered():
            return stamp
        memory.forget(name)
        return 0

    def _mark(self, stamp: int, whole: bool = False) -> str:
        """How far it goes, when that was `taken` in, and when everything up to then was `read` (`whole`)."""
        at = keeping.now().isoformat()
        return json.dumps({"stamp": stamp, "numbered": self._numbered(), "taken": at, "read": at if whole else ""})

    def _numbered(self) -> str:
        """Which numbering of rows this is: the administration, and the dates at which all rows get new versions."""
        row = self._client.division_row()
        return "|".join(str(row.get(name) or "") for name in ("Code", "DivisionMoveDate", "DivisionHRLinkUnlinkDate"))


def _read_mark(text: str) -> dict[str, Any]:
    try:
        mark = json.loads(text or "{}")
    except ValueError:
        return {}
    return mark if isinstance(mark, dict) else {}


def _entry(kind: Kind, row: Row) -> Entry:
    fields = {name: value for name, value in own_fields(row).items() if name != "Timestamp"}
    return Entry(str(row["ID"]).lower(), kind.key(row), fields)


def by_account(row: Row) -> str:
    """Looked up by the account it belongs to."""
    return bare(row.get("Account")).lower()
