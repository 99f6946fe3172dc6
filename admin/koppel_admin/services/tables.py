"""Value tables: read them as a grid, save the grid, and let go what waited for a value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask_babel import gettext as _
from koppel.actions.records import Trouble, retry, troubles
from koppel.errors import MappingError
from koppel.mapping import KNOWN_TABLES, TableEntry, TableKind, Tables
from koppel.mapping.tables import normal
from koppel.rulebook import tables_of
from koppel.site import Site
from koppel.store.models import Connection, Flow, Incoming, TableRow, utcnow

from koppel_admin.forms import LONGEST, whole

EMPTY_ROWS = 3
MOST_ROWS = 2000
LISTS: Mapping[str, str] = {"revenue_account": "ledger_account", "location": "warehouse", "payment_journal": "journal"}
"""Which live list a table's values come from, where the names differ."""
_ROW = re.compile(r"^row-(\d+)-")


@dataclass
class GridRow:
    """One row as it is shown or was typed; `wrong` maps a column to what is wrong with it."""

    number: int = 0
    cells: dict[str, str] = field(default_factory=dict)
    value: str = ""
    force: bool = False
    remove: bool = False
    flow: str = ""
    changed: str = ""
    wrong: dict[str, str] = field(default_factory=dict)
    clash: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was filled in."""
        return not self.value and not any(self.cells.values()) and not self.force

    def conditions(self) -> dict[str, str]:
        """The filled-in conditions."""
        return {name: text for name, text in self.cells.items() if text}


@dataclass(frozen=True)
class Missing:
    """A value that records wait for, and how many."""

    keys: Mapping[str, str]
    count: int
    title: str


def kind_of(site: Site, name: str) -> TableKind | None:
    """What a table is called and has as columns; one that only rows know has their columns."""
    if name in KNOWN_TABLES:
        return KNOWN_TABLES[name]
    with site.db.read() as session:
        rows = list(session.scalars(sa.select(TableRow).where(TableRow.table == name).limit(MOST_ROWS)))
    columns = {column: column.replace("_", " ").capitalize() for row in rows for column in row.conditions}
    title = name.replace("_", " ").capitalize()
    return TableKind(name, title, title.lower(), columns or {"value": _("Value")}) if rows else None


def counts(site: Site) -> dict[tuple[int, str], int]:
    """How many rows each table of each connection has."""
    query = sa.select(TableRow.connection_id, TableRow.table, sa.func.count()).group_by(
        TableRow.connection_id, TableRow.table
    )
    with site.db.read() as session:
        return {(connection, table): count for connection, table, count in session.execute(query)}


def grid(site: Site, connection: Connection, kind: TableKind) -> list[GridRow]:
    """The rows that are stored, the default row last, with the rows that contradict each other marked."""
    query = (
        sa.select(TableRow, Flow.title)
        .outerjoin(Flow, Flow.id == TableRow.flow_id)
        .where(TableRow.connection_id == connection.id, TableRow.table == kind.name)
        .order_by(TableRow.id)
    )
    with site.db.read() as session:
        found = [_shown(row, flow or "", kind) for row, flow in session.execute(query)]
    found.sort(key=lambda one: not one.conditions())
    _mark_clashes(kind.name, found)
    return found


def typed(form: Mapping[str, str], kind: TableKind) -> list[GridRow]:
    """The rows as they were filled in."""
    indexes = sorted({int(match[1]) for name in form if (match := _ROW.match(name))})[:MOST_ROWS]
    return [_typed(form, f"row-{index}-", kind) for index in indexes]


def check(rows: Sequence[GridRow]) -> bool:
    """Mark what is wrong; True when nothing is."""
    for row in rows:
        if row.is_empty or row.remove:
            continue
        if not row.value:
            row.wrong["value"] = _("Choose a value, or remove the row.")
        elif max(map(len, (row.value, *row.cells.values()))) > LONGEST:
            row.wrong["value"] = _("A part of this row is too long: at most %(most)s characters.", most=LONGEST)
    return not any(row.wrong for row in rows)


def save(site: Site, connection: Connection, kind: TableKind, rows: Sequence[GridRow], by: str) -> None:
    """Store what changed, row by row; rows of others that were added meanwhile stay."""
    with site.db.write() as session:
        query = sa.select(TableRow).where(TableRow.connection_id == connection.id, TableRow.table == kind.name)
        stored = {row.id: row for row in session.scalars(query)}
        for one in rows:
            row = stored.get(one.number)
            if row is not None and (one.remove or one.is_empty):
                session.delete(row)
            elif row is not None:
                _change(row, one, by)
            elif not one.remove and not one.is_empty and not one.number and not _known(one, stored.values()):
                session.add(_new(connection.id, kind.name, one, by))


def release(site: Site, connection: Connection, table: str, by: str) -> int:
    """Let the records go that waited for a value which is there now; returns how many."""
    count = 0
    for trouble, keys in _waiting(site, connection, table):
        with site.db.read() as session:
            tables = tables_of(session, connection.id, trouble.flow.id)
        if _answers(tables, table, keys):
            count += retry(site, flow=trouble.flow.name, cause=trouble.cause, by=by)
    return count


def missing(site: Site, connection: Connection, table: str) -> list[Missing]:
    """The values that records wait for."""
    return [Missing(keys, trouble.count, trouble.title) for trouble, keys in _waiting(site, connection, table)]


def waiting_tables(site: Site) -> dict[tuple[int, str], int]:
    """How many records wait for a value, by target connection and table."""
    found: dict[tuple[int, str], int] = {}
    for one in troubles(site):
        if one.cause.startswith("table."):
            key = (one.flow.target_id, one.cause.removeprefix("table.").partition(":")[0])
            found[key] = found.get(key, 0) + one.count
    return found


def list_of(table: str) -> str:
    """The live list that holds the values of this table."""
    return LISTS.get(table, table)


def _waiting(site: Site, connection: Connection, table: str) -> list[tuple[Trouble, Mapping[str, str]]]:
    found = []
    for one in troubles(site):
        if one.flow.target_id == connection.id and one.cause.startswith(f"table.{table}:"):
            with site.db.read() as session:
                row = session.get(Incoming, one.example)
            keys = (row.facts.get("keys") if row else None) or {}
            found.append((one, {str(name): str(value) for name, value in keys.items() if value not in (None, "")}))
    return found


def _answers(tables: Tables, table: str, keys: Mapping[str, str]) -> bool:
    try:
        tables.lookup(table, **keys)
    except MappingError:
        return False
    return True


def _shown(row: TableRow, flow: str, kind: TableKind) -> GridRow:
    cells = {name: str(row.conditions.get(name, "") or "") for name in kind.columns}
    return GridRow(row.id, cells, row.value, row.force, flow=flow, changed=row.changed_by)


def _typed(form: Mapping[str, str], prefix: str, kind: TableKind) -> GridRow:
    number = form.get(f"{prefix}number", "")
    return GridRow(
        whole(number),
        {name: form.get(f"{prefix}on-{name}", "").strip() for name in kind.columns},
        form.get(f"{prefix}value", "").strip(),
        form.get(f"{prefix}force") == "yes",
        form.get(f"{prefix}remove") == "yes",
        form.get(f"{prefix}flow", ""),
    )


def _change(row: TableRow, one: GridRow, by: str) -> None:
    conditions = {
        **{name: value for name, value in row.conditions.items() if name not in one.cells},
        **one.conditions(),
    }
    if (row.conditions, row.value, row.force) != (conditions, one.value, one.force):
        row.conditions, row.value, row.force, row.changed_by = conditions, one.value, one.force, by
        row.changed_at = utcnow()


def _known(one: GridRow, stored: Iterable[TableRow]) -> bool:
    """Whether this new row is there already, as when a form is sent twice."""
    mine = (one.conditions(), one.value, one.force)
    return any((row.conditions, row.value, row.force) == mine and row.flow_id is None for row in stored)


def _new(connection_id: int, table: str, one: GridRow, by: str) -> TableRow:
    return TableRow(
        connection_id=connection_id,
        table=table,
        conditions=one.conditions(),
        value=one.value,
        force=one.force,
        changed_by=by,
    )


def _mark_clashes(table: str, rows: Sequence[GridRow]) -> None:
    kept = [TableEntry(table, row.conditions(), row.value, row.force) for row in rows]
    entries = {id(entry): row for entry, row in zip(kept, rows, strict=True)}
    for first, second in Tables(kept).overlaps():
        for mine, theirs in ((first, second), (second, first)):
            said = ", ".join(map(str, theirs.conditions.values())) or _("every record")
            entries[id(mine)].clash = _(
                "The row for %(other)s fits the same records and says %(value)s; the upper one counts.",
                other=said, value=theirs.value,
            )  # fmt: skip


def is_listed(keys: Mapping[str, str], rows: Sequence[GridRow]) -> bool:
    """Whether a row has exactly these conditions already."""
    wanted = {name: normal(value) for name, value in keys.items()}
    return any({name: normal(value) for name, value in row.conditions().items()} == wanted for row in rows)
