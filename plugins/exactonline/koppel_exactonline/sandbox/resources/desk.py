"""What a rule of one business object works with: the books, the caller, the time, and the change at hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from koppel_exactonline.sandbox.errors import BusinessError
from koppel_exactonline.sandbox.schema.model import Entity
from koppel_exactonline.sandbox.store.division import Division
from koppel_exactonline.sandbox.store.grants import Client
from koppel_exactonline.sandbox.store.table import Row, Table
from koppel_exactonline.sandbox.switches import Switches
from koppel_exactonline.sandbox.wire import dates
from koppel_exactonline.sandbox.wire.values import Value

Derivation = Callable[["Desk", Row], Value]


@dataclass
class Desk:
    """One call on one division. `derivations` are the computed properties per table, `host` the service's address,
    `client` the app that calls, `knock` posts nothing to an address and gives the status of the answer."""

    division: Division
    user: Row
    moment: datetime
    switches: Switches
    derivations: dict[str, dict[str, Derivation]]
    host: str = ""
    client: Client | None = None
    knock: Callable[[str], int] = lambda _url: 503

    @property
    def now(self) -> datetime:
        """The wall clock."""
        return dates.wall(self.moment)

    @property
    def today(self) -> datetime:
        """Midnight at the start of this day."""
        return self.now.replace(hour=0, minute=0, second=0, microsecond=0)

    @property
    def language(self) -> str:
        """NL, EN or FR: the switch, else the user's language, else Dutch."""
        own = str(self.user.get("LanguageCode") or "")[:2].upper()
        return self.switches.language or (own if own in ("NL", "EN", "FR") else "NL")

    def table(self, path: str) -> Table:
        """A table of this division."""
        return self.division.table(path)

    def get(self, path: str, key: Value) -> Row | None:
        """A row by key; None for no key or no row."""
        return None if key is None else self.table(path).get(key)

    def by_code(self, path: str, code: Value, name: str = "Code") -> Row | None:
        """A row by its code, padding ignored."""
        return None if code is None else self.division.by_code(path, code, name)

    def value(self, path: str, row: Row, name: str) -> Value:
        """A property as a reader sees it: computed where it is computed, else as kept."""
        derive = self.derivations.get(path, {}).get(name)
        return derive(self, row) if derive else row.get(name)

    def look(self, entity: Entity, row: Row) -> Callable[[str], Value]:
        """The reader's view of a row of `entity`, property by property."""
        derive, aliases = self.derivations.get(entity.table, {}), entity.aliases

        def value(name: str) -> Value:
            name = aliases.get(name, name)
            found = derive.get(name)
            return found(self, row) if found else row.get(name)

        return value

    def touch(self, path: str, row: Row | None, **changes: Value) -> None:
        """Change a row on the service's own account: a new version and a new Modified."""
        if row is None:
            return
        if "Modified" in self.table(path).entity.properties:
            changes.update(Modified=self.now, Modifier=self.user.get("UserID"))
        self.table(path).put(row, changes)
        self.division.touch(row)


@dataclass
class Change:
    """A create (`old` None) or update on its way: `row` is how it would be kept, `sent` what the client sent."""

    desk: Desk
    entity: Entity
    row: Row
    sent: frozenset[str]
    old: Row | None = None
    parent: Row | None = None
    nested: dict[str, list[Change]] = field(default_factory=dict)
    complaints: list[tuple[str, ...]] = field(default_factory=list)

    def complain(self, kind: str, name: str = "", value: str = "") -> None:
        """Note a business error; all of them are answered together."""
        if (kind, name, value) not in self.complaints:
            self.complaints.append((kind, name, value))

    def fill(self, **defaults: Value) -> None:
        """Set what is not there yet."""
        for name, value in defaults.items():
            if self.row.get(name) is None:
                self.row[name] = value

    def raise_complaints(self) -> None:
        """BusinessError when anything was noted, here or in nested rows."""
        found = list(self.complaints)
        for rows in self.nested.values():
            for one in rows:
                found += [complaint for complaint in one.complaints if complaint not in found]
        if found:
            raise BusinessError(*found)
