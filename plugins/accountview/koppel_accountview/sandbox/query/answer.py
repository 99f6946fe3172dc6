"""Rows as the flattened .NET DataSet that the service answers with (reference: 2.4 Response shape)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from koppel_accountview.sandbox.desk import Desk
from koppel_accountview.sandbox.query.selection import Selection, everything
from koppel_accountview.sandbox.query.telling import told
from koppel_accountview.sandbox.schema import Field, Table
from koppel_accountview.sandbox.values import Row, text_of


def shape(desk: Desk, rows: Sequence[Row], selection: Selection) -> dict[str, Any]:
    """The answer: base rows under the table's name, line rows beside them, the siblings empty."""
    one, table = desk.business_object, desk.table
    base = [_row(row, table, number, selection.columns.get(table.name, ())) for number, row in enumerate(rows)]
    for told_row, row in zip(base, rows, strict=True):
        told_row.update(_joined(desk, row, selection))
        if one.nested:
            told_row[one.nested] = _nested(desk)
    answer: dict[str, Any] = {table.name: _bare(desk, base)}
    if one.lines:
        answer[one.lines] = _bare(desk, _lines(desk, rows, selection))
    return {**answer, **{name: [] for name in one.siblings}}


def stored_rows(desk: Desk, rows: Sequence[Row]) -> dict[str, Any]:
    """The answer to a write: the rows with all fields."""
    return shape(desk, rows, everything(desk.dictionary, desk.business_object))


def _row(row: Row, table: Table, number: int, columns: Sequence[Field]) -> dict[str, Any]:
    values: dict[str, Any] = {column.name: row[column.name] for column in columns}
    # the dictionary's own rows are numbered through, because readers page over them by this number
    numbered = row.get(f"{table.name}_Id") if table.name == "DCT_FLD" else number
    return {**values, "EXT_KEY": row["EXT_KEY"], f"{table.name}_Id": numbered}


def _joined(desk: Desk, row: Row, selection: Selection) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for table, link, column in selection.joined:
        other = desk.records(table).get(text_of(row[link])) or desk.records(table).blank()
        found[f"{table}_{column.name}"] = other[column.name]
    return found


def _lines(desk: Desk, rows: Sequence[Row], selection: Selection) -> list[dict[str, Any]]:
    columns = selection.columns.get(desk.business_object.lines, ())
    if not columns:
        return []
    table = desk.dictionary.tables[desk.business_object.lines]
    parents = {row[desk.table.ident]: number for number, row in enumerate(rows)}
    mine = [line for line in desk.records(table.name) if line[table.parent] in parents]
    mine.sort(key=lambda line: (parents[line[table.parent]], line["REC_ORD"]))
    return [
        {**_row(line, table, number, columns), f"{desk.table.name}_Id": parents[line[table.parent]]}
        for number, line in enumerate(mine)
    ]


def _nested(desk: Desk) -> list[dict[str, Any]]:
    table = desk.dictionary.tables[desk.business_object.nested]
    rows = told(table.name, desk.company, desk.dictionary)
    return [_row(row, table, number, list(table.shown.values())) for number, row in enumerate(rows)]


def _bare(desk: Desk, rows: list[dict[str, Any]]) -> list[dict[str, Any]] | Mapping[str, Any]:
    return rows[0] if len(rows) == 1 and desk.switches.single_row == "object" else rows
