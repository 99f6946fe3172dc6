"""One company's books: its tables, its row version counter and who last touched what."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from koppel_exactonline.sandbox.schema import DELETED_AS, TABLES
from koppel_exactonline.sandbox.store.table import TIMESTAMP, Row, Table, highest
from koppel_exactonline.sandbox.wire.values import Value

FIRST_VERSION = 5_000_000
DELETED_KEPT = timedelta(days=61)
PER_DIVISION = [path for path in TABLES if path not in ("current/Me", "system/Divisions")]


class Division:
    """The tables of the division with this `code`; `info` is its row in system/Divisions."""

    def __init__(self, code: int, info: Row) -> None:
        self.code = code
        self.info = info
        self.tables = {path: Table(TABLES[path]) for path in PER_DIVISION}
        self.version = FIRST_VERSION

    def table(self, path: str) -> Table:
        """The table of this path."""
        return self.tables[path]

    def next_version(self) -> int:
        """A fresh row version, higher than every earlier one."""
        self.version += 1
        return self.version

    def settle_version(self) -> None:
        """Continue counting above the highest row version that was loaded."""
        found = (highest(table, TIMESTAMP) for table in self.tables.values())
        self.version = max(FIRST_VERSION, *found)

    def by_code(self, path: str, code: object, name: str = "Code") -> Row | None:
        """The first row whose code is `code`, spaces at both ends left out of the comparison."""
        wanted = str(code).strip()
        for row in self.table(path).where(name, code) if isinstance(code, str) else ():
            return row
        return next((row for row in self.table(path) if str(row.get(name) or "").strip() == wanted), None)

    def touch(self, row: Row) -> None:
        """Give the row a new version."""
        row[TIMESTAMP] = self.next_version()

    def bury(self, path: str, key: Value, who: Value, when: datetime) -> None:
        """Remember a removed row for sync/Deleted, and forget those of over two months ago."""
        graves = self.table("sync/Deleted")
        for row in [one for one in graves if _older(one.get("DeletedDate"), when - DELETED_KEPT)]:
            graves.drop(row[TIMESTAMP])
        if path in DELETED_AS:
            graves.put({
                TIMESTAMP: self.next_version(), "ID": str(uuid.uuid4()), "EntityKey": key, "DeletedBy": who,
                "EntityType": DELETED_AS[path], "DeletedDate": when, "Division": self.code,
            })


def _older(value: Value, than: datetime) -> bool:
    return isinstance(value, datetime) and value < than
