"""The body of a write: values by position under a definition of the fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from koppel_accountview.dictionary import Table

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines under a header: their table, and each line's values."""

    table: Table
    rows: Sequence[Values]


def body_of(
    object_code: str, table: Table, values: Values, lines: Lines | None = None, id: str = "", book_date: str = ""
) -> dict[str, Any]:
    """One header with its lines (reference: 3.1 Body); `id` is the key of the record to update (3.4).

    An empty BookDate stands for the current fiscal year, as where nothing is asked when reading."""
    names = list(values)
    definition: dict[str, Any] = {"Definition": _definition(table, names, ("RowId",))}
    data: dict[str, Any] = {"Data": {"Rows": [{"Values": ["1", *values.values()]}]}}
    if lines is not None and lines.rows:
        detail, rows = _details(lines)
        definition["DetailDefinitions"], data["DetailData"] = [detail], [rows]
    body: dict[str, Any] = {"BookDate": book_date, "BusinessObject": object_code, "Table": definition, "TableData": data}
    return body | {"id": id} if id else body


def _details(lines: Lines) -> tuple[dict[str, Any], dict[str, Any]]:
    """All lines share one definition, so a value that one line lacks is empty there."""
    names = list(dict.fromkeys(name for row in lines.rows for name in row))
    empty = {name: "" if lines.table[name].wire_type == "C" else None for name in names}
    rows = [
        {"Values": [str(number), "1", *(row.get(name, empty[name]) for name in names)]}
        for number, row in enumerate(lines.rows, 1)
    ]
    return _definition(lines.table, names, ("RowId", "HeaderId")), {"Rows": rows}


def _definition(table: Table, names: Sequence[str], first: Sequence[str]) -> dict[str, Any]:
    """`first` are the pseudo fields that tie lines to their header."""
    fields = [{"Name": name, "FieldType": "C"} for name in first]
    fields += [{"Name": name, "FieldType": table[name].wire_type} for name in names]
    return {"Name": table.name, "Fields": fields}
