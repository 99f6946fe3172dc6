"""Stored rows to and from the JSON of a state, in the API's own shapes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any

from koppel_accountview.sandbox.schema import Field, Table
from koppel_accountview.sandbox.store.installation import Administration
from koppel_accountview.sandbox.store.records import Records
from koppel_accountview.sandbox.values import Row, Value, empty, number

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?")


def load_table(where: str, table: Table, raw: Sequence[Any], year: Administration) -> Records:
    """The rows of one table; rows without a key get one where AccountView would give it."""
    records = Records(table)
    rows = [_row(f"{where}[{n}]", table, one) for n, one in enumerate(raw)]
    taken = {records.key_of(row) for row in rows}
    for n, row in enumerate(rows):
        try:
            _fill_key(table, row, taken, year)
            records.add(row)
        except ValueError as error:
            raise ValueError(f"{where}[{n}]: {error}") from None
    return records


def dump_table(records: Records) -> list[dict[str, Any]]:
    """The rows as JSON-ready values, empty fields left out."""
    kinds = {name: field.kind for name, field in records.table.fields.items()} | {"EXT_KEY": "I"}
    return [
        {name: number(value) if isinstance(value, Decimal) else value
         for name, value in row.items() if name == "EXT_KEY" or value != empty(kinds[name])}
        for row in records
    ]


def guess_fields(table: Table, companies: Sequence[Any]) -> dict[str, dict[str, object]]:
    """Descriptions of the fields that a state's rows have and the dictionary lacks, as far as values tell."""
    found: dict[str, dict[str, object]] = {}
    for row in _raw_rows(table.name, companies):
        for name, value in row.items():
            if name in table.fields or name in ("EXT_KEY", f"{table.name}_Id"):
                continue
            if name not in found or value not in (None, "", 0):
                found[name] = {"type": _guess(value)}
    return found


def _raw_rows(table: str, companies: Sequence[Any]) -> list[Mapping[str, Any]]:
    holders: list[Any] = []
    for company in companies:
        if isinstance(company, Mapping):
            holders += [company, *(company.get("administrations") or [])]
    rows = [one for holder in holders if isinstance(holder, Mapping) for one in (holder.get("tables") or {}).get(table, [])]
    return [row for row in rows if isinstance(row, Mapping)]


def _guess(value: Any) -> str:
    if isinstance(value, bool):
        return "L1"
    if isinstance(value, int | float):
        return "N18.4"
    if value is None or (isinstance(value, str) and _MOMENT.fullmatch(value)):
        return "T8"
    return "M4" if "\n" in str(value) else "C254"


def _row(where: str, table: Table, raw: Any) -> Row:
    if not isinstance(raw, Mapping):
        raise ValueError(f"{where} must be an object")
    row: Row = {name: empty(field.kind) for name, field in table.fields.items()}
    for name, value in raw.items():
        if name == "EXT_KEY":
            row[name] = _number(f"{where}.EXT_KEY", value)
        elif name in table.fields:
            row[name] = _value(f"{where}.{name}", table.fields[name], value)
        elif not name.endswith("_Id"):
            near = get_close_matches(name, table.fields, 1, 0.0)[0]
            raise ValueError(f"{where}: table {table.name} has no field {name!r}; the nearest is {near!r}")
    return row


def _value(where: str, field: Field, raw: Any) -> Value:
    if raw is None or (raw == "" and field.kind in "DT"):
        return empty(field.kind)
    if field.kind in "CM" and isinstance(raw, str):
        if field.kind == "C" and len(raw.rstrip()) > field.length:
            raise ValueError(f"{where}: longer than {field.length} characters")
        return raw if field.kind == "M" else (raw.upper() if field.capitals else raw).rstrip()
    if field.kind == "L" and isinstance(raw, bool):
        return raw
    if field.kind in "DT" and isinstance(raw, str):
        return moment(where, raw)
    if field.kind in "NYIB":
        return _number(where, raw)
    raise ValueError(f"{where}: {raw!r} is no value of type {field.kind}")


def moment(where: str, raw: str) -> str:
    """A date or date-time without a zone, as a date-time value; ValueError says where it is none."""
    try:
        if _MOMENT.fullmatch(raw):
            return datetime.fromisoformat(raw).isoformat()
    except ValueError:
        pass
    raise ValueError(f"{where}: {raw!r} is no moment such as 2026-05-01T10:00:00")


def _number(where: str, raw: Any) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        raise ValueError(f"{where}: {raw!r} is no number")
    try:
        value = Decimal(str(raw))
    except InvalidOperation:
        raise ValueError(f"{where}: {raw!r} is no number") from None
    if not value.is_finite():
        raise ValueError(f"{where}: {raw!r} is no number")
    return value.normalize() + 0


def _fill_key(table: Table, row: Row, taken: set[str], year: Administration) -> None:
    for name in {table.key, "REC_ID"} & set(table.fields):
        while not row[name]:
            if name == "REC_ID":
                candidate = year.next_record_id()
            elif table.numbered == "counter":
                candidate = str(max((int(one) for one in taken if one.isascii() and one.isdigit()), default=0) + 1)
            else:
                raise ValueError(f"the key {name} is missing")
            if candidate not in taken:
                row[name] = candidate
                taken.add(candidate)
