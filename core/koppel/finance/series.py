"""Invoice numbers that follow each other: which are missing in between, and which were given twice."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

_NUMBER = re.compile(r"(.*?)(\d{1,18})", re.DOTALL)
MOST_RANGES = 100


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers with one beginning (`F2026-`), from `first` to `last`. `gaps` are missing numbers, as ranges of the
    first and the last one; `doubles` the numbers that stand on more than one paper. At most a hundred gaps."""

    prefix: str
    count: int
    first: str
    last: str
    gaps: tuple[tuple[str, str], ...]
    doubles: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is missing or double."""
        return not self.gaps and not self.doubles


def series_of(numbers: Iterable[str]) -> tuple[Series, ...]:
    """The series in these invoice numbers, by what stands before their last digits. A paper that has no number
    yet, or one without digits at its end, belongs to none."""
    groups: dict[str, list[str]] = defaultdict(list)
    for number in numbers:
        if match := _NUMBER.fullmatch(number.strip()):
            groups[match[1]].append(match[2])
    return tuple(_series(prefix, digits) for prefix, digits in sorted(groups.items()))


def _series(prefix: str, digits: list[str]) -> Series:
    width = min(map(len, digits))
    counted = Counter(map(int, digits))
    order = sorted(counted)

    def said(number: int) -> str:
        return f"{prefix}{number:0{width}d}"

    gaps = [(before + 1, after - 1) for before, after in itertools.pairwise(order) if after - before > 1]
    return Series(
        prefix, len(digits), said(order[0]), said(order[-1]), tuple((said(a), said(b)) for a, b in gaps[:MOST_RANGES]),
        tuple(said(number) for number in order if counted[number] > 1),
    )  # fmt: skip
