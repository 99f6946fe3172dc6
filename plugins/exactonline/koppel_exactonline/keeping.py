"""How long what was read in an earlier run is trusted, and the short lists that are kept so long between runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from koppel.connections.memory import Entry, Memory

from koppel_exactonline import odata
from koppel_exactonline.client import ExactClient, Row, own_fields
from koppel_exactonline.codes import bare

SAFE = timedelta(hours=4)
"""How old kept rows may be. What is not among them is asked for anyway, and a refusal that may come of old rows ends
their time at once; so age costs no more than a retry."""

KEPT = "kept:"
_ALL = "*"
_FUTURE = timedelta(minutes=5)


def now() -> datetime:
    """The moment it is."""
    return datetime.now(UTC)


def is_safe(at: object) -> bool:
    """Whether what was read at this moment (ISO text) may still be used."""
    return within(at, SAFE)


def within(at: object, age: timedelta) -> bool:
    """Whether this moment (ISO text) is not longer ago; what is no moment, or lies ahead, is not."""
    try:
        moment = datetime.fromisoformat(str(at))
    except ValueError:
        return False
    return moment.tzinfo is not None and -_FUTURE < now() - moment < age


class Keeper:
    """The short lists of one administration: read once in a conversation, and once in a while between them."""

    def __init__(self, client: ExactClient, memory: Callable[[], Memory | None]) -> None:
        self._client, self._open = client, memory
        self._rows: dict[str, list[Row]] = {}
        self._ids: dict[str, dict[str, str]] = {}
        self._fresh: set[str] = set()
        self.is_old = False

    def rows(self, entity: str, fields: Sequence[str]) -> list[Row]:
        """The whole list, perhaps a few hours old."""
        if entity not in self._rows:
            known = self._remembered(entity)
            self.is_old = self.is_old or known is not None
            self._rows[entity] = self.fresh(entity, fields) if known is None else known
        return self._rows[entity]

    def is_fresh(self, entity: str) -> bool:
        """Whether the list was read in this conversation, so that reading it again tells nothing new."""
        return entity in self._fresh

    def fresh(self, entity: str, fields: Sequence[str]) -> list[Row]:
        """The whole list as it is now."""
        rows = [own_fields(row) for row in self._client.rows(entity, fields)]
        self._rows[entity] = rows
        self._fresh.add(entity)
        if memory := self._open():
            memory.forget(KEPT + entity)
            memory.take(KEPT + entity, [Entry(str(at), _ALL, row) for at, row in enumerate(rows)], self._mark())
        return rows

    def distrust(self) -> None:
        """Read the lists anew when they are asked the next time."""
        for known in (self._rows, self._ids, self._fresh):
            known.clear()
        self.is_old = False
        if memory := self._open():
            memory.take(KEPT, [], now().isoformat())

    def ids(self, entity: str, codes: Iterable[str]) -> dict[str, str]:
        """The ids behind these codes of a long list; only those not known yet are asked for."""
        known, memory, name = self._ids.setdefault(entity, {}), self._open(), f"{KEPT}{entity}/Code"
        wanted = [code for code in dict.fromkeys(codes) if code not in known]
        if memory and wanted and self._mine(memory, name):
            known.update((code, str(rows[0]["ID"])) for code, rows in memory.find(name, wanted).items())
            self.is_old = self.is_old or bool(known)
        literals = [odata.text(code) for code in wanted if code not in known]
        rows = self._client.rows_where(entity, ("ID", "Code"), "Code", literals) if literals else []
        found = {bare(row.get("Code")): str(row["ID"]) for row in rows}
        if memory and found:
            mark = self._mine(memory, name)
            if not mark:
                memory.forget(name)
            memory.take(name, [Entry(key, code, {"ID": key}) for code, key in found.items()], mark or self._mark())
        known.update(found)
        return known

    def _remembered(self, entity: str) -> list[Row] | None:
        memory = self._open()
        if memory is None or not self._mine(memory, KEPT + entity):
            return None
        return [dict(row) for row in memory.find(KEPT + entity, [_ALL]).get(_ALL, ())]

    def _mine(self, memory: Memory, name: str) -> str:
        """The mark of rows of this administration that may still be used; empty when they may not."""
        mark = memory.mark(name)[0]
        division, _, at = mark.partition(" ")
        trusted = division == str(self._client.division) and is_safe(at) and at > memory.mark(KEPT)[0]
        return mark if trusted else ""

    def _mark(self) -> str:
        return f"{self._client.division} {now().isoformat()}"
