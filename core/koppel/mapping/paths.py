"""Where a value is read (`customer.email`, `nodes[0].sku`, `$.currency`) and where it goes (`lines[].sku`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

MAX_LENGTH = 200
_PIECE = re.compile(
    r"""([\w@#:/\-]+(?:[ ][\w@#:/\-]+)*)|\[(-?\d{1,6})\]|(\[\])|\["([^"]*)"\]|\['([^']*)'\]""",
)
_NAME = re.compile(r"[^\s.\[\]$\"'](?:[^.\[\]$\"']*[^\s.\[\]$\"'])?")
Reader = Callable[[Any, Any], Any]


@dataclass(frozen=True, slots=True)
class Every:
    """The piece `[]` of a path: the rest of the path is read of every item, and a list is the result."""


Piece = str | int | Every


@dataclass(frozen=True, slots=True)
class Place:
    """One name of a target path; `many` says that it is a collection (`lines[]`)."""

    name: str
    many: bool = False


def parse_target(text: str) -> tuple[Place, ...]:
    """Take a target path apart. Raises ValueError with what is wrong."""
    if not text or len(text) > MAX_LENGTH:
        raise ValueError(f"a target has between 1 and {MAX_LENGTH} characters.")
    return tuple(_place(part, text) for part in text.split("."))


def _place(part: str, text: str) -> Place:
    name = part.removesuffix("[]")
    if not _NAME.fullmatch(name):
        raise ValueError(f'"{text}" is no target: "{part}" is no name. Write name, name.name or name[].name.')
    return Place(name, part.endswith("[]"))


def parse_path(text: str) -> tuple[bool, tuple[Piece, ...]]:
    """Take a source path apart: whether it starts at the whole record, and its pieces.

    `$` alone is the whole record, `.` alone the item (or the record, outside a collection).
    Raises ValueError with what is wrong."""
    if not text.strip() or len(text) > MAX_LENGTH:
        raise ValueError(f"a path has between 1 and {MAX_LENGTH} characters.")
    if text in ("$", "."):
        return text == "$", ()
    whole = text.startswith("$.")
    return whole, _pieces(text[2:] if whole else text, text)


def _pieces(rest: str, text: str) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    at = 0
    while at < len(rest):
        dot = bool(pieces) and rest[at] == "."
        found = _PIECE.match(rest, at + dot)
        named = found is not None and found[1] is not None
        if not found or (bool(pieces) and named != dot):
            raise ValueError(f'"{text}" is no path. Write name, name.name, name[0].name, $.name or ["any name"].')
        pieces.append(_piece(found))
        at = found.end()
    return tuple(pieces)


def _piece(found: re.Match[str]) -> Piece:
    if found[2] is not None:
        return int(found[2])
    if found[3] is not None:
        return Every()
    return next(group for group in (found[1], found[4], found[5]) if group is not None)


def follow(value: Any, pieces: tuple[Piece, ...]) -> Any:
    """The value at the end of the path; None when any part of it is not there or of another kind."""
    for number, piece in enumerate(pieces):
        if type(piece) is str:
            value = _named(value, piece)
        elif type(piece) is int:
            value = _numbered(value, piece)
        else:
            if not isinstance(value, list | tuple):
                return None
            return [follow(item, pieces[number + 1 :]) for item in value]
        if value is None:
            return None
    return value


def _named(value: Any, name: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(name)
    if name.isdecimal() and len(name) < 7:
        return _numbered(value, int(name))
    return None


def _numbered(value: Any, number: int) -> Any:
    if isinstance(value, list | tuple) and -len(value) <= number < len(value):
        return value[number]
    return None


def reader(text: str, inside: bool = False) -> Reader:
    """Compile a path to a function of (record, item) that never raises; `inside` a collection it reads the item.

    Raises ValueError for a bad path."""
    whole, pieces = parse_path(text)
    whole = whole or not inside
    names = tuple(piece for piece in pieces if type(piece) is str and not piece.isdecimal())
    if len(names) == len(pieces):
        return _reader_of_names(whole, names)
    return lambda record, item: follow(record if whole else item, pieces)


def _reader_of_names(whole: bool, names: tuple[str, ...]) -> Reader:
    def read(record: Any, item: Any) -> Any:
        value = record if whole else item
        for name in names:
            if not isinstance(value, (dict, Mapping)):  # dict first: the abstract test is slow
                return None
            value = value.get(name)
        return value

    return read
