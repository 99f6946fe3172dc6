"""Transforms of lists and of choices: join, pick, replace one value by another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from koppel.mapping.functions.base import transform
from koppel.mapping.functions.texts import text

if TYPE_CHECKING:
    from koppel.mapping.tables import Tables

_YES = frozenset({"true", "t", "1", "yes", "y", "ja", "j", "oui", "o", "waar", "vrai", "on"})
_NO = frozenset({"false", "f", "0", "no", "n", "nee", "non", "onwaar", "faux", "off"})


@transform("join")
def join(value: Any, /, separator: Any = ", ") -> str:
    """Make one text of a list; empty items are left out."""
    parts = (text(item) for item in _items(value))
    return text(separator).join(part for part in parts if part)


@transform("split")
def split(value: Any, /, separator: Any = ",") -> list[str]:
    """Make a list of a text; empty pieces are left out."""
    if not text(separator):
        raise ValueError("split wants a separator.")
    pieces = (piece.strip() for piece in text(value).split(text(separator)))
    return [piece for piece in pieces if piece]


@transform("first")
def first(value: Any, /) -> Any:
    """Take the first item of a list."""
    items = _items(value)
    return items[0] if items else None


@transform("last")
def last(value: Any, /) -> Any:
    """Take the last item of a list."""
    items = _items(value)
    return items[-1] if items else None


@transform("or", takes_empty=True)
def otherwise(value: Any, /, other: Any) -> Any:
    """Use another value when there is none."""
    return other if value is None or value == "" else value


@transform("yes_no")
def yes_no(value: Any, /, yes: Any = True, no: Any = False) -> Any:
    """Read yes or no in English, Dutch or French, or 1 and 0, and give the one or the other value."""
    word = text(value).strip().casefold()
    if word not in _YES | _NO:
        raise ValueError(f"{word[:40]!r} is neither yes nor no.")
    return yes if word in _YES else no


@transform("lookup", takes_empty=True)
def lookup(value: Any, /, *lists: Any, **pairs: Any) -> Any:
    """Replace a value by the one next to it in a list; "*" stands for every other value."""
    known = {text(key).strip().casefold(): result for key, result in _pairs(lists, pairs).items()}
    return known.get(text(value).strip().casefold(), known.get("*") if value not in (None, "") else None)


@transform("table", needs_tables=True)
def table(value: Any, /, name: str, *, tables: Tables) -> str:
    """Look the value up in a value table."""
    return tables.lookup(name, value)


def _pairs(lists: tuple[Any, ...], pairs: Mapping[str, Any]) -> dict[Any, Any]:
    known: dict[Any, Any] = dict(pairs)
    for one in lists:
        if not isinstance(one, Mapping):
            raise ValueError("lookup wants a list of {value: other value}.")
        known.update(one)
    return known


def _items(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
