"""How a question is asked: numbered filters, short enough for a web address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote_plus

ROOM = 1700
"""Characters that the filters of one call may take: many web servers refuse a query of more than 2048."""

LARGEST_GROUP = 12
"""Filters in one call. How many are read is not known, so the first use is tried with this many."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on one field. `kind` is C, N, D or T (reference: 2.1 Query parameters)."""

    field: str
    value: str
    operator: str = "Equal"
    kind: str = "C"


def changed_since(moment: datetime) -> Filter:
    """Rows changed at this moment of AccountView's own clock or later (reference: 2.2 Filters)."""
    return Filter("CNG_DATE", f"{{^{moment:%Y-%m-%d %H:%M:%S}}}", "DateOnOrAfterDate", "T")


def params_of(filters: Iterable[Filter], match_any: bool = False) -> dict[str, str]:
    """The query parameters of these filters, joined with AND, or with OR for `match_any`."""
    params: dict[str, str] = {}
    for number, one in enumerate(filters, 1):
        params |= {
            f"FilterControlSource{number}": one.field,
            f"FilterOperator{number}": one.operator,
            f"FilterValueType{number}": one.kind,
            f"FilterValue{number}": one.value,
            f"FilterIsListOfValues{number}": "false",
        }
    if match_any and params:
        params["matchAnyFilter"] = "true"
    return params


def groups(fields: Sequence[str], values: Iterable[str]) -> Iterator[list[Filter]]:
    """Equal filters on every field for every value, as few groups as fit in a web address each.

    An empty value is left out: to a prefix comparison it would equal everything."""
    yield from fitting([Filter(field, value) for field in fields] for value in dict.fromkeys(values) if value.strip())


def fitting(sets: Iterable[list[Filter]]) -> Iterator[list[Filter]]:
    """Sets of filters, each kept together, in as few groups as fit in a web address each."""
    group: list[Filter] = []
    length = 0
    for added in sets:
        room = sum(_length(one) for one in added)
        if group and (length + room > ROOM or len(group) + len(added) > LARGEST_GROUP):
            yield group
            group, length = [], 0
        group, length = group + added, length + room
    if group:
        yield group


def _length(one: Filter) -> int:
    pairs = params_of([one]).items()
    return sum(len(name) + 1 + len(quote_plus(value)) + 2 for name, value in pairs)
