"""Many values in few questions: the search is coarse and minds no capitals, so values are compared here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from koppel import Found, Match

from koppel_shopify.client import AdminApi, Look
from koppel_shopify.search import any_of

Row = Mapping[str, Any]
PER_CALL = 50
PAGE = 100


def rows_by_value(
    api: AdminApi,
    operation: str,
    root: str,
    field: str,
    values: Sequence[str],
    value_of: Callable[[Row], Any],
    variables: Mapping[str, Any] | None = None,
    look: Look = lambda data: None,
) -> dict[str, list[Row]]:
    """The records per asked value of `field`; one written exactly so hides those that differ in capitals.

    `look` sees each page of the answer first."""
    wanted: dict[str, list[str]] = {}
    for value in dict.fromkeys(values):
        wanted.setdefault(_same(value), []).append(value)
    found: dict[str, dict[str, Row]] = {}
    for start in range(0, len(values), PER_CALL):
        query = any_of(field, values[start : start + PER_CALL])
        for row in api.rows(operation, {**(variables or {}), "query": query}, (root,), PAGE, look=look):
            for value in wanted.get(_same(value_of(row)), ()):
                found.setdefault(value, {})[str(row["id"])] = row
    return {value: _best(list(rows.values()), value, value_of) for value, rows in found.items()}


def found_of(rows: Mapping[str, Sequence[Row]], match: Callable[[Row], Match]) -> Found:
    """These records as the answer to a lookup."""
    return Found({value: tuple(match(row) for row in matches) for value, matches in rows.items()})


def _best(rows: list[Row], value: str, value_of: Callable[[Row], Any]) -> list[Row]:
    exact = [row for row in rows if str(value_of(row) or "").strip() == value.strip()]
    return exact or rows


def _same(value: Any) -> str:
    return str(value or "").strip().casefold()
