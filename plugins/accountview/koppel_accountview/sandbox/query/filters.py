"""The numbered filters of a read: FilterControlSource1, FilterOperator1, … (reference: 2.2 Filters)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from koppel_accountview.sandbox.errors import AccountViewError
from koppel_accountview.sandbox.query.literals import read_literal
from koppel_accountview.sandbox.query.selection import base_field
from koppel_accountview.sandbox.schema import Field, Table
from koppel_accountview.sandbox.switches import Switches
from koppel_accountview.sandbox.values import Row, Value, order_of
from koppel_accountview.sandbox.web import Params

Test = Callable[[Value, Value], bool]
_SEEN: dict[str, str] = {
    "equal": "equal", "notequal": "notequal", "contains": "contains", "dateonorafterdate": "since",
    "dateonorbeforedate": "until", "42": "since", "43": "until",
}
_MORE: dict[str, str] = {
    "beginswith": "begins", "greaterthan": "above", "greaterthanorequal": "atleast", "lessthan": "below",
    "lessthanorequal": "atmost",
}
_TESTS: dict[str, Test] = {
    "equal": lambda mine, wanted: mine == wanted,
    "notequal": lambda mine, wanted: mine != wanted,
    "contains": lambda mine, wanted: str(wanted) in str(mine),
    "begins": lambda mine, wanted: str(mine).startswith(str(wanted)),
    "since": lambda mine, wanted: mine is not None and order_of(mine) >= order_of(wanted),
    "until": lambda mine, wanted: mine is not None and order_of(mine) <= order_of(wanted),
    "above": lambda mine, wanted: mine is not None and order_of(mine) > order_of(wanted),
    "atleast": lambda mine, wanted: mine is not None and order_of(mine) >= order_of(wanted),
    "below": lambda mine, wanted: mine is not None and order_of(mine) < order_of(wanted),
    "atmost": lambda mine, wanted: mine is not None and order_of(mine) <= order_of(wanted),
}
_TYPES = {"C": "CM", "N": "NYIB", "D": "DT", "T": "DT", "L": "L"}


@dataclass(frozen=True)
class Filter:
    """One condition on a field; with several `values` one match is enough (none may match for notequal)."""

    field: Field
    test: str
    kind: str
    values: tuple[Value, ...]
    any_case: bool = False
    by_day: bool = False

    def matches(self, row: Row) -> bool:
        """Whether the row passes."""
        mine = self._prepared(row[self.field.name])
        if self.test == "equal":
            return mine in self._wanted
        hits = (_TESTS[self.test](mine, value) for value in self._wanted)
        return all(hits) if self.test == "notequal" else any(hits)

    @cached_property
    def _wanted(self) -> tuple[Value, ...]:
        return tuple(self._prepared(value, wanted=True) for value in self.values)

    def _prepared(self, value: Value, wanted: bool = False) -> Value:
        if not isinstance(value, str):
            return value
        if self.kind == "D" or (self.kind == "T" and self.by_day):
            return value[:10]
        if self.test == "contains" and self.field.kind == "C" and not wanted:
            value = value.ljust(self.field.length)  # FoxPro text is as wide as its field, so spaces can be searched
        return value.lower() if self.any_case else value


def read_filters(table: Table, view: str, params: Params, switches: Switches) -> list[Filter]:
    """All filters of a request, numbered from 1 without a gap."""
    filters: list[Filter] = []
    while f"FilterControlSource{len(filters) + 1}" in params:
        filters.append(_filter(table, view, params, str(len(filters) + 1), switches))
        if len(filters) > switches.max_filters:
            raise AccountViewError(f"Meer dan {switches.max_filters} filters zijn niet toegestaan.")
    if any(name.startswith("filtercontrolsource") and not _counted(name, len(filters)) for name in params):
        raise AccountViewError(f"Filter {len(filters) + 1} ontbreekt: filters worden doorlopend genummerd vanaf 1.")
    if params.get("Filter", "").strip():
        raise AccountViewError("Parameter Filter wordt niet ondersteund; gebruik FilterControlSource.")
    return filters


def passes(row: Row, filters: Sequence[Filter], match_any: bool) -> bool:
    """Whether a row is wanted; without filters every row is."""
    if not filters:
        return True
    hits = (one.matches(row) for one in filters)
    return any(hits) if match_any else all(hits)


def _counted(name: str, count: int) -> bool:
    number = name.removeprefix("filtercontrolsource")
    return number in {str(one) for one in range(1, count + 1)}


def _filter(table: Table, view: str, params: Params, number: str, switches: Switches) -> Filter:
    field = base_field(table, view, params[f"FilterControlSource{number}"], f"Filter {number}")
    test = _operator(params.get(f"FilterOperator{number}", ""), number, switches)
    kind = params.get(f"FilterValueType{number}", "").strip().upper()
    if kind not in _TYPES or field.kind not in _TYPES[kind]:
        raise AccountViewError(f"Filter {number}: FilterValueType '{kind[:10]}' past niet bij veld {field.name}.")
    if (test in ("contains", "begins") and kind != "C") or (test in ("since", "until") and kind not in "DT"):
        raise AccountViewError(f"Filter {number}: de operator past niet bij type {kind}.")
    if f"FilterValue{number}" not in params:
        raise AccountViewError(f"Filter {number}: FilterValue{number} ontbreekt.")
    values = _values(params, number, kind, switches, test)
    return Filter(field, test, kind, values, switches.text_compare == "any_case", switches.date_precision == "day")


def _operator(word: str, number: str, switches: Switches) -> str:
    known = {**_SEEN, **_MORE} if switches.more_operators else _SEEN
    test = known.get(word.strip().lower())
    if test is None:
        raise AccountViewError(f"Filter {number}: operator '{word[:40]}' is onbekend.")
    return test


def _values(params: Params, number: str, kind: str, switches: Switches, test: str) -> tuple[Value, ...]:
    text, any_date = params[f"FilterValue{number}"], switches.date_literals == "any"
    listed = params.get(f"FilterIsListOfValues{number}", "false").strip().lower()
    if listed not in ("true", "false", ""):
        raise AccountViewError(f"Filter {number}: FilterIsListOfValues{number} moet true of false zijn.")
    if listed != "true":
        if kind == "C" and test == "contains":
            return (text,)
        return (read_literal(kind, text, any_date),)
    mark = {"comma": ",", "semicolon": ";"}.get(switches.list_of_values)
    if mark is None or test not in ("equal", "notequal"):
        raise AccountViewError(f"Filter {number}: een lijst van waarden is hier niet toegestaan.")
    return tuple(read_literal(kind, one.strip(), any_date) for one in text.split(mark))
