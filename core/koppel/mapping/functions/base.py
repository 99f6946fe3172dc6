"""How a transform is registered, and how it warns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
REGISTRY: dict[str, Callable[..., Any]] = {}


@dataclass(frozen=True, slots=True)
class Warned:
    """A value that was made, with something the operator should know; `{field}` in the text is the target."""

    value: Any
    text: str


def transform(name: str, *, takes_empty: bool = False, needs_tables: bool = False) -> Callable[[F], F]:
    """Register a function under a name. Its docstring's first sentence is what the operator reads.

    A transform is called with the value and its arguments; it is not called for None and "" unless it
    `takes_empty`. With `needs_tables` it gets the value tables as `tables`. It raises ValueError with a sentence."""

    def register(function: F) -> F:
        function.takes_empty = takes_empty  # type: ignore[attr-defined]
        function.needs_tables = needs_tables  # type: ignore[attr-defined]
        REGISTRY[name] = function
        return function

    return register
