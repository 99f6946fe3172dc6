"""What every row must satisfy before it is stored: fields, mandatory ones, references, no duplicates."""

from __future__ import annotations

from collections.abc import Iterable

from koppel_accountview.sandbox.desk import Desk
from koppel_accountview.sandbox.errors import AccountViewError
from koppel_accountview.sandbox.schema import Field, Table
from koppel_accountview.sandbox.store.records import Records
from koppel_accountview.sandbox.switches import Switches
from koppel_accountview.sandbox.values import Row, Value, text_of
from koppel_accountview.sandbox.write.body import SentRow, SentTable
from koppel_accountview.sandbox.write.coerce import coerce

_PSEUDO = ("ROWID", "HEADERID")


def known_fields(desk: Desk, sent: SentTable, table: Table) -> dict[str, Field]:
    """The sent columns that the table has; an unknown, read-only or wrongly typed column is refused."""
    found: dict[str, Field] = {}
    for name, kind in sent.columns:
        if name in _PSEUDO:
            continue
        field = table.shown.get(name)
        if field is None:
            if desk.switches.unknown_fields == "error":
                raise AccountViewError(f"Veld '{name[:40]}' bestaat niet in tabel {table.name}.")
            continue
        _writable(field, kind)
        found[name] = field
    return found


def _writable(field: Field, kind: str) -> None:
    if field.server:
        raise AccountViewError(f"Veld {field.name} wordt door AccountView bijgehouden en kan niet worden gewijzigd.")
    if kind != field.wire_type and not (kind == "I" and field.kind == "I"):
        raise AccountViewError(f"Veld {field.name}: FieldType {kind} past niet; verwacht {field.wire_type}.")


def sent_values(desk: Desk, row: SentRow, fields: dict[str, Field]) -> dict[str, Value]:
    """The row's values as the fields keep them."""
    decimals = desk.administration.settings.price_decimals
    return {name: coerce(field, row.values[name], desk.switches, decimals) for name, field in fields.items()}


def check_row(desk: Desk, table: Table, row: Row, names: Iterable[str]) -> None:
    """Of the fields in `names` the mandatory ones are filled and the references exist."""
    for field in (table.fields[name] for name in names):
        value = row[field.name]
        if field.mandatory and not field.hidden and not value:
            raise AccountViewError(f"Veld {field.name} ({field.label}) is verplicht.")
        if field.refers and value and desk.records(field.refers).get(text_of(value)) is None:
            raise AccountViewError(f"Veld {field.name}: {field.label} '{value}' bestaat niet.")


def check_new(records: Records, row: Row, switches: Switches) -> None:
    """The key is not taken (reference: 3.4: no upsert, clients look first); by switch the old row makes way."""
    key = records.key_of(row)
    old = records.get(key)
    if old is not None and switches.double_key == "overwrite":
        records.remove(old)
    elif old is not None:
        label = records.table.fields[records.table.key].label
        raise AccountViewError(f"{label} '{key}' bestaat al.")
