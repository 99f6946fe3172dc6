"""How an answer is read: a flattened data set with one array per table, children beside their parents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Row = dict[str, Any]


def tables_of(body: Mapping[str, Any]) -> dict[str, list[Row]]:
    """The arrays of an answer by table name in capitals. A single row may come as an object, nothing as null
    (reference: 2.4 Response shape)."""
    return {name.upper(): _rows(value) for name, value in body.items() if _is_table(value)}


def rows_of(body: Mapping[str, Any], table: str, places: bool = False) -> list[Row]:
    """The rows of `table`, each with its child rows under the child table's name.

    The answer's key is the base table; where that differs from what we know, the first array counts. The
    `<TABLE>_Id` numbers are a row's place in this one answer: they link, and stay only when `places` is asked."""
    tables = tables_of(body)
    name = table if table in tables else next(iter(tables), table)
    parents = tables.pop(name, [])
    for child, rows in tables.items():
        _hang(parents, f"{name}_ID", child, rows)
    return parents if places else [_without_places(parent) for parent in parents]


def _hang(parents: list[Row], place: str, child: str, rows: list[Row]) -> None:
    by_place: dict[str, list[Row]] = {}
    for row in rows:
        by_place.setdefault(_place(row, place), []).append(_without_places(row))
    for parent in parents:
        alone = len(parents) == 1 and "" in by_place
        parent[child] = by_place.get("" if alone else _place(parent, place), [])


def _place(row: Row, name: str) -> str:
    value = next((value for key, value in row.items() if key.upper() == name), None)
    return "" if value is None else str(value)


def _without_places(row: Row) -> Row:
    return {key: value for key, value in row.items() if not key.endswith("_Id")}


def _is_table(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(one, Mapping) for one in value)
    return value is None or isinstance(value, Mapping)


def _rows(value: Any) -> list[Row]:
    if value is None:
        return []
    if isinstance(value, Mapping):
        return [dict(value)]
    return [dict(one) for one in value]
