"""The whole state, loaded from and dumped to JSON in the API's own shapes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from koppel_exactonline.sandbox.schema import TABLES, parent_of
from koppel_exactonline.sandbox.schema.model import Entity, Property
from koppel_exactonline.sandbox.store.division import Division
from koppel_exactonline.sandbox.store.grants import BadState, Register
from koppel_exactonline.sandbox.store.table import TIMESTAMP, Row, Table
from koppel_exactonline.sandbox.wire import dates
from koppel_exactonline.sandbox.wire.values import Misfit, Value, padded, read, write

SECTIONS = ("clock", "oauth", "users", "divisions", "data")
_VERSION = Property(TIMESTAMP, "I64")
_SPACE = uuid.UUID("5b1f7a52-9d1c-4c62-8a5e-0f6d3c9a7e10")


class State:
    """Everything that outlives a request."""

    def __init__(self) -> None:
        self.register = Register()
        self.users: dict[str, Row] = {}
        self.divisions: dict[int, Division] = {}

    def dump(self) -> dict[str, Any]:
        """JSON-ready; `load` takes it back unchanged."""
        return {
            "oauth": self.register.dump(),
            "users": [_out(TABLES["current/Me"], row) for row in self.users.values()],
            "divisions": [_out(TABLES["system/Divisions"], one.info) for one in self.divisions.values()],
            "data": {str(code): _tables_out(one.tables) for code, one in self.divisions.items()},
        }


def load(state: Mapping[str, Any], now: datetime) -> State:
    """Build a state from a dump or a hand-written part of one; BadState says what does not fit and where."""
    made = State()
    for name in state:
        if name not in SECTIONS:
            raise BadState(f"state: no section called {name!r} (known: {', '.join(SECTIONS)})")
    made.register.load(state.get("oauth", {}))
    for index, raw in enumerate(_list(state.get("users", []), "users")):
        row = _in(TABLES["current/Me"], raw, f"users record {index}", {})
        row.setdefault("UserID", _invented("users", index))
        made.users[str(row["UserID"])] = row
    for index, raw in enumerate(_list(state.get("divisions", []), "divisions")):
        row = _in(TABLES["system/Divisions"], raw, f"divisions record {index}", {})
        if not isinstance(row.get("Code"), int):
            raise BadState(f"divisions record {index}: Code is missing")
        made.divisions[int(str(row["Code"]))] = Division(int(str(row["Code"])), row)
    _load_data(made, state.get("data", {}), now)
    return made


def _load_data(made: State, data: object, now: datetime) -> None:
    if not isinstance(data, Mapping):
        raise BadState("data: wants an object with a division number for each key")
    for code, tables in data.items():
        if not str(code).isascii() or not str(code).isdigit() or not isinstance(tables, Mapping):
            raise BadState(f"data: {code!r} is not a division number with an object of collections")
        division = made.divisions.get(int(code))
        if division is None:
            division = made.divisions[int(code)] = Division(int(code), {"Code": int(code)})
        for path, rows in tables.items():
            if path not in division.tables:
                raise BadState(f"data {code}: no collection called {path!r}")
            for index, raw in enumerate(_list(rows, f"data {code} {path}")):
                _add(division, path, raw, index, now)
        division.settle_version()


def _add(division: Division, path: str, raw: object, index: int, now: datetime, parent: Row | None = None) -> None:
    where = f"{path} record {index}" if parent is None else f"{path} nested record {index}"
    entity = TABLES[path]
    nested: dict[str, list[Any]] = {}
    row = {**(parent or {}), **_in(entity, raw, where, nested)}
    if row.get(entity.key) is None and entity.key == TIMESTAMP:
        raise BadState(f"{where}: Timestamp is missing")
    if row.get(entity.key) is None:
        code = row.get("Code") if isinstance(row.get("Code"), str) else ""
        row[entity.key] = _invented(division.code, path, index, code, *(parent or {}).values())
    for name, value in (("Created", dates.wall(now)), ("Modified", dates.wall(now)), ("Division", division.code)):
        if name in entity.properties:
            row.setdefault(name, value)
    if division.table(path).get(row[entity.key]) is not None:
        raise BadState(f"{where}: {entity.key} {row[entity.key]} is there twice")
    division.table(path).put(row)
    for name, rows in nested.items():
        below = entity.collections[name].rows
        if below in division.tables:
            for at, one in enumerate(rows):
                _add(division, below, one, at, now, {parent_of(below)[0]: row[entity.key]})


def _in(entity: Entity, raw: object, where: str, nested: dict[str, list[Any]]) -> Row:
    if not isinstance(raw, Mapping):
        raise BadState(f"{where}: wants an object")
    row: Row = {}
    for name, value in raw.items():
        one = _VERSION if name == TIMESTAMP else entity.properties.get(name)
        if name == "__metadata":
            continue
        if one is None:
            raise BadState(f"{where}: no property called {name!r}")
        if one.kind == "C":
            rows = value.get("results") if isinstance(value, Mapping) else value
            if rows:
                nested[name] = _list(rows, f"{where} {name}")
            continue
        try:
            row[name] = _kept(entity.path, one, value)
        except Misfit as error:
            raise BadState(f"{where}: {name} is {one.edm}, not {value!r}") from error
    return row


def _kept(path: str, one: Property, raw: object) -> Value:
    if one.kind == "B" and raw in (0, 1):
        raw = bool(raw)
    value = read(one, raw)
    return padded(path, one.name, value) if isinstance(value, str) else value


def _list(raw: object, where: str) -> list[Any]:
    if not isinstance(raw, list):
        raise BadState(f"{where}: wants a list of records")
    return raw


def _invented(*parts: object) -> str:
    return str(uuid.uuid5(_SPACE, "/".join(map(str, parts))))


def _tables_out(tables: Mapping[str, Table]) -> dict[str, list[dict[str, Any]]]:
    return {path: [_out(table.entity, row) for row in table] for path, table in tables.items()}


def _out(entity: Entity, row: Row) -> dict[str, Any]:
    return {name: write(_VERSION if name == TIMESTAMP else entity.properties[name], row[name]) for name in row}


def clock_ahead(now: datetime) -> int:
    """How many whole seconds the simulated clock is ahead of the real one."""
    return round((now - datetime.now(UTC)).total_seconds())
