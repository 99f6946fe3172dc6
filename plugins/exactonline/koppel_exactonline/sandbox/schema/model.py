"""What an entity looks like on the wire: its properties, their types and what one may do with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

EDM = {
    "G": "Edm.Guid", "S": "Edm.String", "I16": "Edm.Int16", "I32": "Edm.Int32", "I64": "Edm.Int64", "D": "Edm.Double",
    "B": "Edm.Boolean", "Y": "Edm.Byte", "T": "Edm.DateTime", "X": "Edm.Binary",
}
"""The short letter of each type (reference: Appendix A); C(path) is a collection, N a nested value never filled."""

NUMBERS = frozenset({"I16", "I32", "I64", "D", "Y"})
TIME_OF_DAY = frozenset({"Created", "Modified", "Approved", "DeletedDate", "ControlledDate", "DivisionMoveDate"})
"""DateTime properties that hold a moment; every other one is a date at midnight."""


@dataclass(frozen=True)
class Property:
    """One property; `rows` is the path of the entity a collection holds ("-" where that is not simulated)."""

    name: str
    kind: str
    rows: str = ""
    mandatory: bool = False
    read_only: bool = False
    fixed: bool = False

    @property
    def edm(self) -> str:
        """The type's name in messages and metadata."""
        return EDM.get(self.kind, "Edm.ComplexType")

    @property
    def is_date(self) -> bool:
        """True for a date without a time of day."""
        return self.kind == "T" and self.name not in TIME_OF_DAY


@dataclass(frozen=True)
class Entity:
    """One endpoint: where it is, what its rows hold, and the rules for reading them.

    `table` is the path whose rows it shows (its own, except for sync and bulk; empty where they are computed). `key` is
    the first of its `keys`. `filter_any_of` is the mandatory
    filter list, `filter_only` the only properties a $filter may name (empty: all).
    """

    path: str
    model: str
    key: str
    verbs: frozenset[str]
    scope: str
    properties: Mapping[str, Property]
    table: str
    filter_any_of: frozenset[str] = frozenset()
    filter_only: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=dict)
    needs_select: bool = False
    page: int = 60
    more_keys: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Every property that tells one row from another."""
        return (self.key, *self.more_keys)

    @property
    def name(self) -> str:
        """The last segment of the path."""
        return self.path.rpartition("/")[2]

    @property
    def is_sync(self) -> bool:
        """True for the sync endpoints, read by Timestamp."""
        return self.key == "Timestamp"

    @property
    def is_bulk(self) -> bool:
        """True for the bulk endpoints."""
        return self.path.startswith("bulk/")

    @cached_property
    def collections(self) -> Mapping[str, Property]:
        """The properties that hold rows of another entity."""
        return {name: one for name, one in self.properties.items() if one.kind == "C"}

    @cached_property
    def values(self) -> Mapping[str, Property]:
        """The properties that hold one value."""
        return {name: one for name, one in self.properties.items() if one.kind != "C"}


def properties_of(text: str, **flags: bool) -> dict[str, Property]:
    """Read "Name:S Lines:C(path)" into properties."""
    found = {}
    for word in text.split():
        name, _, kind = word.partition(":")
        rows = kind[2:-1] if kind.startswith("C(") else ""
        found[name] = Property(name, "C" if rows else kind, rows, **flags)
    return found


def table(
    path: str, model: str, key: str, verbs: str, scope: str, *, mandatory: str = "", writable: str = "",
    read_only: str = "", fixed: str = "", filter_any_of: str = "", needs_select: bool = False, page: int = 60,
) -> Entity:
    """Declare an endpoint with rows of its own; `fixed` names what a PUT cannot change."""
    found = {
        **properties_of(key), **properties_of(mandatory, mandatory=True), **properties_of(writable),
        **properties_of(read_only, read_only=True),
    }
    for name in fixed.split():
        found[name] = replace(found[name], fixed=True)
    where = "Exact.Web.Api.System" if path in ("current/Me", "system/Divisions") else "Exact.Web.Api.Models"
    return Entity(
        path, f"{where}.{model}", next(iter(properties_of(key))), frozenset(verbs.split()), scope.strip("-"), found, path,
        more_keys=tuple(properties_of(key))[1:],
        filter_any_of=frozenset(filter_any_of.split()), needs_select=needs_select, page=page,
        filter_only=frozenset({"Timestamp"} if key == "Timestamp:I64" else ()),
    )


def computed(path: str, model: str, key: str, scope: str, values: str) -> Entity:
    """Declare an endpoint that shows what is computed of other rows."""
    return replace(table(path, model, key, "GET", scope, writable=values), table="")


def view(
    path: str, of: Entity, model: str, *, key: str, scope: str, minus: str = "", plus: str = "",
    aliases: str = "", filter_any_of: str | frozenset[str] = "",
) -> Entity:
    """Declare a sync or bulk endpoint over another's rows; `aliases` are "Shown=Stored" words."""
    left_out = minus.split()
    kept = {name: replace(one, read_only=True) for name, one in of.properties.items() if name not in left_out}
    listed = frozenset(filter_any_of.split()) if isinstance(filter_any_of, str) else filter_any_of
    sync = path.startswith("sync/")
    return Entity(
        path, f"Exact.Web.Api.Models.{'Sync.' if sync else ''}{model}", key, frozenset({"GET"}), scope,
        {**kept, **properties_of(plus, read_only=True)}, of.path, filter_any_of=listed,
        filter_only=frozenset({"Timestamp"}) if sync else listed,
        aliases=dict(word.split("=", 1) for word in aliases.split()), needs_select=not sync, page=1000,
    )
