"""The rows of one table in one administration, kept by record number and by key."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from koppel_accountview.sandbox.schema import Table
from koppel_accountview.sandbox.values import Row, empty, number_of, order_of, text_of


class Records:
    """A table's rows; `EXT_KEY` is the record number, the key field is unique."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._by_key: dict[str, Row] = {}
        self._sorted: list[Row] | None = None
        self.last_number = 0

    def __iter__(self) -> Iterator[Row]:
        return iter(self._by_key.values())

    def __len__(self) -> int:
        return len(self._by_key)

    def blank(self) -> Row:
        """A row with every field empty."""
        return {name: empty(field.kind) for name, field in self.table.fields.items()}

    def key_of(self, row: Row) -> str:
        """The row's key."""
        return text_of(row[self.table.key])

    def get(self, key: str) -> Row | None:
        """The row with this key, trailing spaces apart."""
        return self._by_key.get(key.rstrip())

    def add(self, row: Row) -> Row:
        """Store a new row and give it a record number; ValueError when the key is there already."""
        key = self.key_of(row)
        if key in self._by_key:
            raise ValueError(f"{self.table.key} {key!r} is there twice")
        row.setdefault("EXT_KEY", Decimal(self.last_number + 1))
        self.last_number = max(self.last_number, int(number_of(row["EXT_KEY"])))
        self._by_key[key] = row
        self._sorted = None
        return row

    def remove(self, row: Row) -> None:
        """Take a row out again, as when the rest of its write is refused."""
        del self._by_key[self.key_of(row)]
        self._sorted = None

    def in_order(self) -> list[Row]:
        """All rows in the default order: the key as text (reference: 2.3 Paging)."""
        if self._sorted is None:
            self._sorted = sorted(self, key=lambda row: order_of(row[self.table.key]))
        return self._sorted

    def highest_number(self) -> int:
        """The largest key that is a number, 0 when there is none."""
        return max((int(key) for key in self._by_key if key.isascii() and key.isdigit()), default=0)
