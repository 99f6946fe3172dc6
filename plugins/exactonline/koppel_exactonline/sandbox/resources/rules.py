"""How a table behaves, as data with a few functions: references, unique codes, defaults, checks, consequences."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from koppel_exactonline.sandbox.resources.desk import Change, Derivation, Desk
from koppel_exactonline.sandbox.store.table import Row
from koppel_exactonline.sandbox.wire.values import Value

ANYTHING = "*"
"""A reference to something the simulator does not hold and takes on trust."""
USERS = "users"
"""A reference to a user of the service."""


def _nothing(_: Change) -> None:
    return None


@dataclass(frozen=True)
class Behaviour:
    """The rules of one table; see each field.

    references: GUID property → path of the table it must exist in (an unnamed GUID property refuses every value).
    codes: text property → path of the table whose Code it must be.
    unique: properties whose value may occur once.
    defaults / check / stored: called in this order on create, check and stored on update as well.
    existing: a row that stands for the one to be created (then nothing is created).
    derived: computed properties.  bare_answer: POST answers nearly empty.
    derivable: mandatory properties that `defaults` or `check` see to themselves; not_yet: what a POST answer leaves null.
    acts_on: a POST carries out something on the row its key names, instead of making a row with a key of its own.
    removable: may complain about a removal.
    used_by / below: (path, property) that forbid removal, or are removed along with it; "Name@Code" in used_by
    compares with this row's Code instead of its key.
    removed: called after a row was removed.
    """

    references: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    unique: tuple[str, ...] = ()
    defaults: Callable[[Change], None] = _nothing
    check: Callable[[Change], None] = _nothing
    stored: Callable[[Change], None] = _nothing
    existing: Callable[[Change], Row | None] = lambda _: None
    derived: Mapping[str, Derivation] = field(default_factory=dict)
    bare_answer: bool = False
    derivable: tuple[str, ...] = ()
    not_yet: tuple[str, ...] = ()
    acts_on: bool = False
    removable: Callable[[Change], None] = _nothing
    used_by: tuple[tuple[str, str], ...] = ()
    below: tuple[tuple[str, str], ...] = ()
    removed: Callable[[Desk, Row], None] = lambda _desk, _row: None


_FOLLOW = re.compile(r"(\w+)=(\w+)([>@])([\w/]+)\.(\w+)")


def follow(text: str) -> dict[str, Derivation]:
    """Read "AccountName=Account>crm/Accounts.Name" words: `>` follows a key, `@` a code.

    Where the reference leads nowhere (a captured row without its neighbour) the kept value is shown.
    """
    found: dict[str, Derivation] = {}
    for name, by, sign, path, take in _FOLLOW.findall(text):
        found[name] = _following(name, by, sign == "@", path, take)
    return found


def _following(name: str, by: str, code: bool, path: str, take: str) -> Derivation:
    def derive(desk: Desk, row: Row) -> Value:
        key = row.get(by)
        other = desk.by_code(path, key) if code else desk.get(path, key)
        return row.get(name) if other is None else desk.value(path, other, take)

    return derive


def pairs(text: str) -> dict[str, str]:
    """Read "Account=crm/Accounts Item=logistics/Items" words."""
    return dict(word.split("=", 1) for word in text.split())


def places(text: str) -> tuple[tuple[str, str], ...]:
    """Read "crm/Contacts.Account" words."""
    return tuple((word.rpartition(".")[0], word.rpartition(".")[2]) for word in text.split())


def full_name(name: str) -> Derivation:
    """CreatorFullName or ModifierFullName: the caller's own name, or what was kept about somebody else."""

    def derive(desk: Desk, row: Row) -> Value:
        own = row.get(name.removesuffix("FullName")) == desk.user.get("UserID")
        return desk.user.get("FullName") if own else row.get(name)

    return derive


def division_code(desk: Desk, _: Row) -> Value:
    """The Division property of every row."""
    return desk.division.code
