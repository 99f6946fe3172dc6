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
_PER_ITEM = 20  # an item of a list costs about as much as this many characters
TableCall = Callable[..., Any]
SIMPLE = (str, int, bool, Decimal, datetime, date, type(None))


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
        if kind is str:
            self.spend(1 + fits(len(value)))
            return value
        self.spend(1)
        if value is None or kind is bool:
            return value
        if kind is Decimal or kind is int:
            return bounded(value)
        return self._measured(value)

    def _measured(self, value: Any) -> Any:
        if isinstance(value, float):
            return bounded(Decimal(repr(value)))
        if isinstance(value, str):
            self.spend(fits(len(value)))
        elif isinstance(value, list | tuple | Mapping):
            self.spend(_PER_ITEM * fits(len(value)))
        elif not isinstance(value, SIMPLE):
            raise ValueError(f"a {type(value).__name__} cannot be used in an expression.")
        return value


def fits(length: int) -> int:
    """The same length. Raises ValueError when it is over the limit."""
    if length > MAX_LENGTH:
        raise ValueError(f"a value is longer than {MAX_LENGTH:,} characters or items.")
    return length


def exactly(value: Any, run: Run) -> Any:
    """The answer of an expression as the caller's own: floats as decimals, containers copied."""
    if type(value) in SIMPLE:
        return value
    if isinstance(value, float):
        return bounded(Decimal(repr(value)))
    if isinstance(value, Mapping):
        run.spend(_PER_ITEM * len(value))
        return {key: exactly(one, run) for key, one in value.items()}
    if isinstance(value, list | tuple):
        run.spend(_PER_ITEM * len(value))
        return [exactly(one, run) for one in value]
    return value


def weight(value: Any) -> int:
    """What reading through this value costs."""
    if isinstance(value, str):
        return 1 + len(value)
    if type(value) in SIMPLE or not isinstance(value, (list, tuple, Mapping)):
        return 1
    return 1 + _PER_ITEM * len(value)


def deep_weight(value: Any) -> int:
    """What comparing this value with another may cost, with all that is inside it."""
    total, rest = 0, [value]
    while rest and total <= MAX_WORK:
        one = rest.pop()
        total += _PER_ITEM + weight(one)
        if isinstance(one, Mapping):
            rest.extend(one.values())
        elif isinstance(one, list | tuple):
            rest.extend(one)
    return total
