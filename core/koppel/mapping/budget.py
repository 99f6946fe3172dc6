"""What one expression may cost: each value it makes is measured, and the work is counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from koppel.mapping.exact import bounded

MAX_LENGTH = 100_000
MAX_WORK = 5_000_000
_PER_ITEM = 10  # an item of a list costs about as much as this many characters
TableCall = Callable[..., Any]
SIMPLE = (str, int, Decimal, datetime, date, type(None))


@dataclass(slots=True)
class Run:
    """One evaluation: what it may read, and the work that is left."""

    record: Any
    item: Any = None
    table: TableCall | None = None
    left: int = MAX_WORK

    def spend(self, work: int) -> None:
        """Count work. Raises ValueError when the expression has used up its share."""
        self.left -= work
        if self.left < 0:
            raise ValueError("the expression is too much work.")

    def made(self, value: Any) -> Any:
        """A value that was read or made, measured. Raises ValueError when it is too large."""
        kind = type(value)
        if value is None or kind is bool:
            self.spend(1)
            return value
        if kind is Decimal or kind is int:
            self.spend(1)
            return bounded(value)
        if kind is float:
            return bounded(Decimal(repr(value)))
        return self._measured(value)

    def _measured(self, value: Any) -> Any:
        if isinstance(value, str):
            self.spend(1 + fits(len(value)))
        elif isinstance(value, list | tuple | Mapping):
            self.spend(1 + _PER_ITEM * fits(len(value)))
        elif not isinstance(value, SIMPLE):
            raise ValueError(f"a {type(value).__name__} cannot be used in an expression.")
        return value


def fits(length: int) -> int:
    """The same length. Raises ValueError when it is over the limit."""
    if length > MAX_LENGTH:
        raise ValueError(f"a value is longer than {MAX_LENGTH:,} characters or items.")
    return length


def exactly(value: Any) -> Any:
    """The answer of an expression as the caller's own: floats as decimals, containers copied."""
    if isinstance(value, float):
        return bounded(Decimal(repr(value)))
    if isinstance(value, Mapping):
        return {key: exactly(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [exactly(one) for one in value]
    return value
