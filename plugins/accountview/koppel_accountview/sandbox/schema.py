"""The simulated installation's dictionary: its tables, fields and business objects, read from the YAML files."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from koppel.yamls import read_yaml

_STORED_WIDTH = {"M": 4, "L": 1, "Y": 8, "I": 4, "B": 8, "D": 8, "T": 8}
_AUDIT: dict[str, dict[str, Any]] = {
    "CNG_DATE": {"type": "T8", "label": "Wijzigingsdatum"}, "CNG_NR": {"type": "I4", "label": "Wijzignummer"},
    "CNG_USR": {"type": "C20", "label": "Gewijzigd door", "capitals": True},
    "INP_DATE": {"type": "T8", "label": "Invoerdatum"},
    "INP_USR": {"type": "C20", "label": "Invoermedewerker", "capitals": True},
}


@dataclass(frozen=True)
class Field:
    """One column: `kind` is the dictionary's type letter, `length` its width, `server` = kept by AccountView.

    `own` says why it is there although it was never seen; `hidden`: kept, but known to no caller."""

    name: str
    kind: str
    length: int
    decimals: int = 0
    label: str = ""
    capitals: bool = False
    mandatory: bool = False
    server: bool = False
    audit: bool = False
    refers: str = ""
    price: bool = False
    custom: bool = False
    own: str = ""
    hidden: bool = False

    @property
    def wire_type(self) -> str:
        """The FieldType a write must name (reference: 3.1 Body: money as N, dates as T, memo as C)."""
        return {"M": "C", "Y": "N", "B": "N", "I": "N", "D": "T"}.get(self.kind, self.kind)


@dataclass(frozen=True)
class Table:
    """One physical table; `numbered` says who fills an empty key: nobody, a `counter` or a `record` id."""

    name: str
    description: str
    key: str
    fields: Mapping[str, Field]
    numbered: str = ""
    parent: str = ""
    virtual: bool = False
    own: str = ""

    @property
    def shown(self) -> dict[str, Field]:
        """The fields that callers know of."""
        return {name: one for name, one in self.fields.items() if not one.hidden}

    @property
    def ident(self) -> str:
        """The field that lines point at: the record code, else the key."""
        return "REC_ID" if "REC_ID" in self.fields else self.key


@dataclass(frozen=True)
class BusinessObject:
    """What a caller names in BusinessObject; rows live in `table`, lines in `lines`, empty ones in `siblings`."""

    code: str
    name: str
    table: str
    view: str = ""
    lines: str = ""
    nested: str = ""
    siblings: tuple[str, ...] = ()
    only: Mapping[str, Any] = field(default_factory=dict)
    joins: Mapping[str, str] = field(default_factory=dict)
    insert: bool = False
    update: bool = False
    delete: bool = False
    system: bool = False
    module: str = ""


@dataclass(frozen=True)
class Dictionary:
    """All tables and business objects of one installation."""

    tables: Mapping[str, Table]
    objects: Mapping[str, BusinessObject]

    def with_fields(self, table: str, more: Mapping[str, Field]) -> Dictionary:
        """The dictionary after this installation added its own fields to one table."""
        grown = replace(self.tables[table], fields={**self.tables[table].fields, **more})
        return replace(self, tables={**self.tables, table: grown})

    def without_fields(self, table: str, names: Collection[str]) -> Dictionary:
        """The dictionary of an installation whose table lacks these fields."""
        kept = {name: one for name, one in self.tables[table].fields.items() if name not in names}
        return replace(self, tables={**self.tables, table: replace(self.tables[table], fields=kept)})

    def without_guesses(self) -> Dictionary:
        """The dictionary of an installation that shows, beside its keys, only fields that were really seen."""
        return replace(self, tables={name: _seen_only(one) for name, one in self.tables.items()})

    def with_objects(self, changes: Mapping[str, Mapping[str, Any] | None]) -> Dictionary:
        """The dictionary after these objects got other codes or rights, or (None) went away."""
        made = dict(self.objects)
        for code, change in changes.items():
            old = made.pop(code)
            if change is not None:
                new = replace(old, **change)
                made[new.code] = new
        return replace(self, objects=made)

    def without_module(self, module: str) -> Dictionary:
        """The dictionary of an installation that has no licence for `module`."""
        kept = {code: one for code, one in self.objects.items() if one.module != module}
        return replace(self, objects=kept)


def read_field(name: str, raw: Mapping[str, Any]) -> Field:
    """A field from its description; the type is a letter, a width and perhaps decimals: C10, N9.2."""
    found = re.fullmatch(r"([CMLNYIBDT])(\d*)(?:\.(\d+))?", str(raw.get("type", "")))
    if found is None:
        raise ValueError(f"field {name}: type {raw.get('type')!r} is not a letter with a width, such as C10 or N9.2")
    kind, width, decimals = found.groups()
    rest = {key: value for key, value in raw.items() if key != "type"}
    places = int(decimals) if decimals else (2 if kind == "Y" else 0)
    return Field(name, kind, int(width or _STORED_WIDTH.get(kind, 10)), places, **rest)


@cache
def standard() -> Dictionary:
    """The dictionary as shipped with the simulator."""
    folder = Path(__file__).parent / "dictionary"
    described: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name != "objects.yaml":
            described |= read_yaml(path.read_text(encoding="utf-8"))
    tables = {name: _table(name, _like(one, described)) for name, one in described.items()}
    objects = read_yaml((folder / "objects.yaml").read_text(encoding="utf-8"))
    return Dictionary(tables, {code: _object(code, one) for code, one in objects.items()})


def _seen_only(table: Table) -> Table:
    """A table of which nothing was ever seen stays as it is."""
    if table.own:
        return table
    fields = {name: replace(one, hidden=bool(one.own) and name != table.key) for name, one in table.fields.items()}
    return replace(table, fields=fields)


def _like(raw: dict[str, Any], described: Mapping[str, Any]) -> dict[str, Any]:
    """The description with the fields of the table that it resembles, less those `without`."""
    rest = {name: value for name, value in raw.items() if name not in ("like", "without")}
    if "like" not in raw:
        return rest
    theirs = described[raw["like"]]["fields"]
    shared = {name: one for name, one in theirs.items() if name not in raw.get("without", ())}
    return {**rest, "fields": {**shared, **raw["fields"]}}


def _table(name: str, raw: dict[str, Any]) -> Table:
    fields = {one: read_field(one, about) for one, about in raw["fields"].items()}
    if raw.get("audit", False):
        fields.update({one: read_field(one, {**about, "server": True, "audit": True}) for one, about in _AUDIT.items()})
    rest = {one: value for one, value in raw.items() if one not in ("fields", "audit")}
    return Table(name, fields=fields, **rest)


def _object(code: str, raw: dict[str, Any]) -> BusinessObject:
    return BusinessObject(code, siblings=tuple(raw.pop("siblings", ())), **raw)
