"""What a parsed $filter is made of: typed expressions that answer for one row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from koppel_exactonline.sandbox.errors import ApiError, bad_request
from koppel_exactonline.sandbox.schema.model import NUMBERS
from koppel_exactonline.sandbox.switches import Switches
from koppel_exactonline.sandbox.wire.values import Value

Lookup = Callable[[str], Value]

SYSTEM = {
    "G": "System.Guid", "S": "System.String", "I16": "System.Int16", "I32": "System.Int32", "I64": "System.Int64",
    "D": "System.Double", "B": "System.Boolean", "Y": "System.Byte", "T": "System.DateTime", "X": "System.Byte[]",
    "null": "System.Object",
}


@dataclass(frozen=True)
class Node:
    """An expression of type `kind`; `names` are the properties it reads."""

    kind: str
    run: Callable[[Lookup], Value]
    names: frozenset[str] = frozenset()


def constant(value: Value, kind: str) -> Node:
    """A literal."""
    return Node(kind, lambda _: value)


def member(name: str, kind: str) -> Node:
    """A property."""
    return Node(kind, lambda look: look(name), frozenset({name}))


def comparison(word: str, left: Node, right: Node, position: int, switches: Switches) -> Node:
    """`left word right`; a 400 names both types when they cannot be compared."""
    kinds = {left.kind, right.kind}
    fits = len(kinds) == 1 or "null" in kinds or kinds <= NUMBERS
    if not fits or (word not in ("eq", "ne") and kinds & {"G", "B", "X"}):
        raise bad_request(
            f"Operator '{word}' incompatible with operand types '{SYSTEM[left.kind]}' and '{SYSTEM[right.kind]}' "
            f"at position {position}."
        )
    fold = _folding(switches) if "S" in kinds else lambda value: value
    test = _TESTS[word]
    return Node("B", lambda look: test(fold(left.run(look)), fold(right.run(look))), left.names | right.names)


def _folding(switches: Switches) -> Callable[[Value], Value]:
    def fold(value: Value) -> Value:
        if isinstance(value, str):
            value = value.lower() if switches.ignore_case else value
            value = value.rstrip(" ") if switches.ignore_trailing_spaces else value
        return value

    return fold


def _ordered(test: Callable[[int], bool]) -> Callable[[Value, Value], bool]:
    return lambda left, right: left is not None and right is not None and test(order(left, right))


_TESTS: dict[str, Callable[[Value, Value], bool]] = {
    "eq": lambda left, right: left == right,
    "ne": lambda left, right: left != right,
    "gt": _ordered(lambda sign: sign > 0),
    "ge": _ordered(lambda sign: sign >= 0),
    "lt": _ordered(lambda sign: sign < 0),
    "le": _ordered(lambda sign: sign <= 0),
}


def order(left: Value, right: Value) -> int:
    """-1, 0 or 1; nothing comes before anything."""
    if left is None or right is None:
        return (left is not None) - (right is not None)
    if isinstance(left, str) and isinstance(right, str):
        return (left > right) - (left < right)
    if isinstance(left, datetime) and isinstance(right, datetime):
        return (left > right) - (left < right)
    if isinstance(left, int | Decimal) and isinstance(right, int | Decimal):
        return (left > right) - (left < right)
    raise TypeError(f"{left!r} and {right!r} have no order")


def junction(parts: list[Node], all_of: bool) -> Node:
    """A chain of `and` (`all_of`) or `or`."""
    if len(parts) == 1:
        return parts[0]
    runs = [one.run for one in parts]
    names = frozenset().union(*(one.names for one in parts))
    decide = all if all_of else any
    return Node("B", lambda look: decide(run(look) is True for run in runs), names)


def negation(inner: Node) -> Node:
    """`not inner`."""
    return Node("B", lambda look: inner.run(look) is not True, inner.names)


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _part(value: Value, name: str) -> Value:
    return getattr(value, name) if isinstance(value, datetime) else None


FUNCTIONS: dict[str, tuple[str, tuple[str, ...], Callable[..., Value]]] = {
    "startswith": ("B", ("S", "S"), lambda text, start: _text(text).startswith(_text(start))),
    "endswith": ("B", ("S", "S"), lambda text, end: _text(text).endswith(_text(end))),
    "substringof": ("B", ("S", "S"), lambda part, text: text is not None and _text(part) in _text(text)),
    "indexof": ("I32", ("S", "S"), lambda text, part: _text(text).find(_text(part))),
    "trim": ("S", ("S",), lambda text: None if text is None else _text(text).strip()),
    "tolower": ("S", ("S",), lambda text: None if text is None else _text(text).lower()),
    "toupper": ("S", ("S",), lambda text: None if text is None else _text(text).upper()),
    "length": ("I32", ("S",), lambda text: len(_text(text))),
    "year": ("I32", ("T",), lambda moment: _part(moment, "year")),
    "month": ("I32", ("T",), lambda moment: _part(moment, "month")),
    "day": ("I32", ("T",), lambda moment: _part(moment, "day")),
}
"""Name: type of the answer, types of the arguments, the function (reference: OData dialect, filter literals)."""


def call(name: str, arguments: list[Node], position: int, switches: Switches) -> Node:
    """A function call; 400 when unknown or wrongly fed, 501 when the endpoint does not do it."""
    if name not in FUNCTIONS:
        raise bad_request(f"Unknown function '{name}' at position {position}.")
    if name in switches.refused_functions:
        raise ApiError(501, f"The method '{name}' is not supported.")
    kind, wanted, run = FUNCTIONS[name]
    if len(arguments) != len(wanted) or any(a.kind not in (w, "null") for a, w in zip(arguments, wanted, strict=True)):
        raise bad_request(f"No applicable function found for '{name}' at position {position}.")
    runs = [one.run for one in arguments]
    names = frozenset().union(*(one.names for one in arguments))
    return Node(kind, lambda look: run(*(one(look) for one in runs)), names)
