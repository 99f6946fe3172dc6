"""One row at work: read or compute, transform, fall back on the default, and say what went wrong."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from koppel.errors import MappingError
from koppel.mapping.expressions import Expression, reason
from koppel.mapping.faults import bad_row, nearest
from koppel.mapping.functions.base import Warned
from koppel.mapping.paths import Reader, parse_target, reader
from koppel.mapping.rules import RuleSpec, Step
from koppel.mapping.tables import Tables

_PLAIN = frozenset({str, int, bool, Decimal, datetime, date, type(None)})
Change = Callable[[Any], Any]
Transforms = Mapping[str, Callable[..., Any]]


def missing(value: Any) -> bool:
    """Whether a value counts as not there: None and the empty text, but not zero, no and an empty list."""
    return value is None or value == ""


def own(value: Any) -> Any:
    """The value with its own dicts and lists, so that nobody who changes the result changes the record."""
    if isinstance(value, Mapping):
        return {key: own(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [own(one) for one in value]
    return value


class Row:
    """A rule bound to its transforms and tables."""

    __slots__ = ("how", "places", "read", "rule", "steps")

    def __init__(self, rule: RuleSpec, transforms: Transforms, tables: Tables) -> None:
        self.rule = rule
        try:
            self.places = parse_target(rule.target)
            self.read = _reader(rule, tables, inside=any(place.many for place in self.places[:-1]))
            self.steps = tuple(_change(step, transforms, tables) for step in rule.transform)
        except MappingError as error:
            raise bad_row(rule.target, error.message, rule.text) from None
        except ValueError as error:
            raise bad_row(rule.target, str(error), rule.text) from None
        asks = any(step.name == "table" for step in rule.transform) or "table(" in rule.expr
        self.how = "table" if asks else "expr" if rule.expr else "from" if rule.source else "default"

    def make(self, record: Any, item: Any, warnings: list[str], at: str) -> Any:
        """The value of the field, None when it is left out; `at` says which item ("item 2")."""
        return self.finished(self.made(record, item, warnings, at), at)

    def made(self, record: Any, item: Any, warnings: list[str], at: str = "") -> Any:
        """What path or expression and transforms give, before the default."""
        name = ""
        try:
            value = self.read(record, item)
            for name, takes_empty, change in self.steps:  # noqa: B007 - the name is for the error
                if takes_empty or not missing(value):
                    value = change(value)
                    if type(value) is Warned:
                        warnings.append(self._warning(value.text, at))
                        value = value.value
            return value if type(value) in _PLAIN else own(value)
        except MappingError as error:
            raise self._named(error, at) from None
        except Exception as error:
            raise self._failed(error, name, at) from error

    def finished(self, value: Any, at: str) -> Any:
        """The value, else the default; MappingError when it is mandatory and empty."""
        if not missing(value):
            return value
        value = None if self.rule.default is None else own(self.rule.default)
        if self.rule.required and missing(value):
            raise self.empty(at)
        return value

    def _warning(self, text: str, at: str) -> str:
        name = f"{self.rule.target} ({at})" if at else self.rule.target
        return text.replace("{field}", name) if "{field}" in text else f"{name}: {text}"

    def _named(self, error: MappingError, at: str) -> MappingError:
        """The error of a table, with the row that met it."""
        error.field, error.rule = self.rule.target, self.rule.text
        if at:
            error.facts.setdefault("item", at)
        return error

    def _failed(self, error: Exception, step: str, at: str) -> MappingError:
        told = not step or isinstance(error, ValueError | ArithmeticError)
        why = reason(error) if told else f"{step} cannot handle this value ({type(error).__name__})."
        return MappingError(
            f"The field {_at(self.rule.target, at)} cannot be made: {why}",
            field=self.rule.target,
            rule=self.rule.text,
            cause=f"mapping.value:{self.rule.target}",
            detail=f"{type(error).__name__}: {error}",
        )

    def empty(self, at: str) -> MappingError:
        """The error of a mandatory field without a value."""
        rule = self.rule
        what = (
            f"{rule.source} is empty"
            if rule.source
            else "its expression gives nothing"
            if rule.expr
            else "it has no value"
        )
        return MappingError(
            f"The field {_at(rule.target, at)} is mandatory, and {what} in this record.",
            field=rule.target,
            rule=rule.text,
            cause=f"mapping.required:{rule.target}",
            resolution="Fill in the value in the source and retry, or give the row a default in the entity mapping.",
        )


def _at(target: str, at: str) -> str:
    return f"{target} ({at})" if at else target


def _reader(rule: RuleSpec, tables: Tables, inside: bool) -> Reader:
    if rule.expr:
        expression = Expression(rule.expr)
        for table, columns in expression.tables:
            tables.check(table, columns)
        return lambda record, item: expression.evaluate(record, item, tables.lookup)
    if rule.source:
        return reader(rule.source, inside)
    return lambda record, item: None


def _change(step: Step, transforms: Transforms, tables: Tables) -> tuple[str, bool, Change]:
    function = transforms.get(step.name)
    if function is None:
        raise ValueError(f'there is no transform "{step.name}".{nearest(step.name, transforms)}')
    named = dict(step.kwargs)
    if getattr(function, "needs_tables", False):
        named["tables"] = tables
    _check_arguments(step, function, named)
    if step.name == "table" and step.args:
        tables.check(str(step.args[0]))
    takes_empty = bool(getattr(function, "takes_empty", False))
    if not step.args and not named:
        return step.name, takes_empty, function
    args = step.args
    return step.name, takes_empty, lambda value: function(value, *args, **named)


def _check_arguments(step: Step, function: Callable[..., Any], named: Mapping[str, Any]) -> None:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # a built-in without a signature shows its mistake when it runs
        return
    try:
        signature.bind(None, *step.args, **named)
    except TypeError as error:
        raise ValueError(f"{step} has the wrong arguments: {error}.") from None
