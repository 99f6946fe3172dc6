"""A range of debtor numbers: from which number to which, and how they are written."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

_WRITTEN = re.compile(r"([A-Z]*)([0-9]{1,12})\s*(?:-|–|\.\.)\s*([A-Z]*)([0-9]{1,12})")


@dataclass(frozen=True)
class NumberRange:
    """All numbers of `prefix` and the figures from `first` to `last`, at least `width` figures wide."""

    prefix: str
    first: int
    last: int
    width: int

    def __str__(self) -> str:
        return f"{self.written(self.first)}-{self.written(self.last)}"

    @property
    def longest(self) -> int:
        """Characters of its longest number."""
        return len(self.written(self.last))

    def written(self, figure: int) -> str:
        """The number of this figure as a ledger keeps it."""
        return f"{self.prefix}{figure:0{self.width}d}"

    def free(self, taken: Collection[str]) -> Iterator[str]:
        """Its numbers from the lowest on, without those that are taken."""
        return (number for figure in range(self.first, self.last + 1) if (number := self.written(figure)) not in taken)


def read_range(text: str) -> NumberRange:
    """Read 10000-19999 or W0001-W9999. ValueError when it is no such range, or runs backwards."""
    found = _WRITTEN.fullmatch(text.strip().upper())
    if found is None or (found[3] and found[3] != found[1]):
        raise ValueError(f"{text!r} is no range of numbers")
    first, last = found[2], found[4]
    if int(first) > int(last) or len(first) > len(last) or (first.startswith("0") and len(first) != len(last)):
        raise ValueError(f"{text!r} is no range of numbers")
    return NumberRange(found[1], int(first), int(last), len(first))
