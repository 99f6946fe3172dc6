"""Expressions of mapping rows: Jinja's expression language, exact in numbers, limited in size and work."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from koppel.errors import MappingError
from koppel.mapping.budget import Run, exactly
from koppel.mapping.exact import MAX_DIGITS
from koppel.mapping.faults import RULE
from koppel.mapping.grammar import Compiler, Node, parse

Tables = tuple[tuple[str, tuple[str, ...]], ...]
# what evaluation can raise for some record; a RecursionError comes from a record nested without end
_FAULTS = (ValueError, TypeError, ArithmeticError, LookupError, RecursionError)


class Expression:
    """One expression, compiled once: `Expression("item.price * item.quantity").run(record=…, item=…)`.

    It knows the names record, item and table, the functions and filters of `vocabulary`, and nothing else.
    A missing attribute is None: it compares as false, adds up to None and joins as "". Numbers are exact:
    1.20 is a decimal, a quotient has 28 digits, no float ever comes out. Text is at most 2,000 characters,
    every value on the way at most 100,000 long, every number at most 60 digits, and the work is counted.

    `tables` names the tables that are asked, with their columns. Raises MappingError for a bad text."""

    __slots__ = ("_node", "tables", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self._node, self.tables = _compiled(text)
        except ValueError as error:
            raise MappingError(f"The expression {_short(text)} is wrong: {error}", rule=text, cause=RULE) from None

    def run(self, *, record: Any, item: Any = None, table: Callable[..., Any] | None = None) -> Any:
        """The value for one record. Raises MappingError with the reason when there is none."""
        try:
            return self.evaluate(record, item, table)
        except MappingError as error:
            error.rule = error.rule or self.text
            raise
        except _FAULTS as error:
            why = f"The expression {_short(self.text)} gives no value: {reason(error)}"
            raise MappingError(why, rule=self.text, cause="mapping.expression") from None

    def evaluate(self, record: Any, item: Any, table: Callable[..., Any] | None) -> Any:
        """As `run`, but what goes wrong comes as Python raised it, for a caller that tells it better."""
        run = Run(record, item, table)
        return exactly(self._node(run), run)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


def reason(error: Exception) -> str:
    """Why a calculation failed, in words."""
    if isinstance(error, ZeroDivisionError):
        return "it divides by zero."
    if isinstance(error, ArithmeticError):
        return f"a number gets more than {MAX_DIGITS} digits."
    if isinstance(error, TypeError):
        return f"values of these kinds do not go together ({error})."
    if isinstance(error, RecursionError):
        return "the record is nested too deep."
    return str(error) or f"something went wrong ({type(error).__name__})."


@lru_cache(maxsize=4096)
def _compiled(text: str) -> tuple[Node, Tables]:
    compiler = Compiler()
    node = compiler.node(parse(text))
    return node, tuple(compiler.tables)


def _short(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:79]}…")
