"""Which columns a caller asked for: the Fields parameter (reference: 2.1 Query parameters)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from koppel_accountview.sandbox.errors import AccountViewError
from koppel_accountview.sandbox.schema import BusinessObject, Dictionary, Field, Table
from koppel_accountview.sandbox.switches import Switches


@dataclass
class Selection:
    """Columns by table; `joined` holds (table, linking field, column) of tables that are only looked up."""

    columns: dict[str, list[Field]] = field(default_factory=dict)
    joined: list[tuple[str, str, Field]] = field(default_factory=list)

    def add(self, table: str, column: Field) -> None:
        """Ask one column, once."""
        chosen = self.columns.setdefault(table, [])
        if column not in chosen:
            chosen.append(column)


def own_tables(dictionary: Dictionary, one: BusinessObject) -> Iterator[Table]:
    """The tables whose rows an object answers with, the base table first."""
    for name in (one.table, one.lines, one.nested):
        if name:
            yield dictionary.tables[name]


def everything(dictionary: Dictionary, one: BusinessObject) -> Selection:
    """All columns of the object's own tables."""
    return Selection({table.name: list(table.shown.values()) for table in own_tables(dictionary, one)})


def select(dictionary: Dictionary, one: BusinessObject, text: str, switches: Switches) -> Selection:
    """The columns named in `text`: `SUB_NR` or `contact.sub_nr`, any case, `*` for all, empty for all."""
    names = [name.strip().upper() for name in text.split(",") if name.strip()]
    if not names or "*" in names:
        return everything(dictionary, one)
    selection = Selection({one.table: []})
    for name in names:
        if not _take(selection, dictionary, one, name) and switches.unknown_fields == "error":
            raise AccountViewError(f"Veld '{name[:60]}' bestaat niet in bedrijfsobject {one.code}.")
    return selection


def _take(selection: Selection, dictionary: Dictionary, one: BusinessObject, name: str) -> bool:
    prefix, _, column = name.rpartition(".")
    for table in own_tables(dictionary, one):
        if prefix and prefix != table.name and not (prefix == one.view and table.name == one.table):
            continue
        if column == "*":
            selection.columns[table.name] = list(table.shown.values())
            return True
        if column in table.shown:
            selection.add(table.name, table.shown[column])
            return True
        if column in ("EXT_KEY", f"{table.name}_ID"):
            return True
    return _take_joined(selection, dictionary, one, prefix, column)


def _take_joined(selection: Selection, dictionary: Dictionary, one: BusinessObject, prefix: str, column: str) -> bool:
    if prefix not in one.joins or column not in dictionary.tables[prefix].shown:
        return False
    selection.joined.append((prefix, one.joins[prefix], dictionary.tables[prefix].shown[column]))
    return True


def base_field(table: Table, view: str, name: str, what: str) -> Field:
    """A field of the base table by name, with or without the table before it; AccountViewError when unknown."""
    prefix, _, column = name.strip().upper().rpartition(".")
    found = table.shown.get(column) if prefix in ("", table.name, view) else None
    if found is None:
        raise AccountViewError(f"{what}: veld '{name[:60]}' bestaat niet in tabel {table.name}.")
    return found
