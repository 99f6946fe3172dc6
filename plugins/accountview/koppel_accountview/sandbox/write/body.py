"""The body of a write: definitions with positional values (reference: 3.1 Body)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from koppel_accountview.sandbox.errors import AccountViewError
from koppel_accountview.sandbox.web import member

_SENDABLE = ("C", "N", "L", "T", "I")


@dataclass
class SentRow:
    """One row as sent: `values` by field name, the pseudo fields RowId and HeaderId apart."""

    row_id: str
    header_id: str
    values: dict[str, Any]


@dataclass
class SentTable:
    """One table as sent: its name, its columns as (name, FieldType) and its rows."""

    name: str
    columns: list[tuple[str, str]]
    rows: list[SentRow]


@dataclass
class Draft:
    """A whole write; `id` is the key of the row to change, empty when none was given."""

    business_object: str
    book_date: str
    id: str
    header: SentTable
    details: list[SentTable] = field(default_factory=list)


def read_draft(body: Any) -> Draft:
    """The body as a draft; AccountViewError in Dutch for anything that is missing or out of shape."""
    if not isinstance(body, dict):
        raise AccountViewError("De inhoud van het verzoek is geen object.")
    table, data = _part(body, "Table", dict), _part(body, "TableData", dict)
    header = _sent(_part(table, "Definition", dict), _part(data, "Data", dict))
    definitions = member(table, "DetailDefinitions") or []
    details = member(data, "DetailData") or []
    if not isinstance(definitions, list) or not isinstance(details, list) or len(definitions) != len(details):
        raise AccountViewError("DetailDefinitions en DetailData hebben niet evenveel onderdelen.")
    _part(body, "BookDate", str)
    return Draft(
        _text(body, "BusinessObject"), _text(body, "BookDate"), _text(body, "id"), header,
        [_sent(*pair) for pair in zip(definitions, details, strict=True)],
    )


def _part(thing: Any, name: str, kind: type) -> Any:
    found = member(thing, name)
    if not isinstance(found, kind):
        raise AccountViewError(f"Onderdeel {name} ontbreekt of is ongeldig.")
    return found


def _text(thing: Any, name: str) -> str:
    found = member(thing, name)
    if found is None:
        return ""
    if isinstance(found, bool) or not isinstance(found, str | int):
        raise AccountViewError(f"Onderdeel {name} is geen tekst.")
    return str(found)


def _sent(definition: Any, data: Any) -> SentTable:
    name = _part(definition, "Name", str).strip().upper()
    columns = [_column(one) for one in _part(definition, "Fields", list)]
    names = [one for one, _ in columns]
    if not columns or len(set(names)) < len(names):
        raise AccountViewError(f"Tabel {name[:20]}: de lijst van velden is leeg of noemt een veld tweemaal.")
    rows = [_row(name, names, one, number) for number, one in enumerate(_part(data, "Rows", list), 1)]
    return SentTable(name, columns, rows)


def _column(one: Any) -> tuple[str, str]:
    name, kind = _part(one, "Name", str).strip().upper(), _part(one, "FieldType", str).strip().upper()
    if kind not in _SENDABLE:
        raise AccountViewError(f"Veld {name[:20]}: FieldType '{kind[:10]}' is niet toegestaan.")
    return name, kind


def _row(table: str, names: Sequence[str], one: Any, number: int) -> SentRow:
    values = _part(one, "Values", list)
    if len(values) != len(names):
        raise AccountViewError(
            f"Tabel {table[:20]}, rij {number}: {len(values)} waarden voor {len(names)} velden."
        )
    found = dict(zip(names, values, strict=True))
    row_id = _pseudo(found.pop("ROWID", None)) or str(number)
    return SentRow(row_id, _pseudo(found.pop("HEADERID", None)), found)


def _pseudo(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise AccountViewError("RowId en HeaderId moeten een tekst of een geheel getal zijn.")
    return str(value).strip()
