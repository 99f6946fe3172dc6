"""One mapping row: what a person or a plugin writes, checked and made into a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, get_args

from koppel.errors import MappingError
from koppel.mapping.expressions import Expression
from koppel.mapping.faults import bad_row, nearest
from koppel.mapping.paths import parse_path, parse_target

When = Literal["always", "create", "update"]
Owner = Literal["", "source", "target"]
KEYS = ("from", "expr", "transform", "default", "required", "when", "owner", "help")


@dataclass(frozen=True, slots=True)
class Step:
    """One transform of a row: its name and its arguments."""

    name: str
    args: tuple[Any, ...] = ()
    kwargs: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        given = [_shown(one) for one in self.args] + [f"{name}={_shown(one)}" for name, one in self.kwargs]
        return f"{self.name}({', '.join(given)})" if given else self.name


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """How one target field is made: read `source` (a path) or compute `expr`, then the transforms, else `default`.

    `when` says whether a new record, a changed one or both get the field; `owner` whose value counts in a record that is
    there: source overwrites it, target keeps what it has (empty: as the target's manifest says); `help` is one sentence for the operator. `default` None means that there is none."""

    target: str
    source: str = ""
    expr: str = ""
    transform: tuple[Step, ...] = ()
    default: Any = None
    required: bool = False
    when: When = "always"
    owner: Owner = ""
    help: str = ""

    @property
    def text(self) -> str:
        """The row in one line, as an operator reads it."""
        start = [self.source] if self.source else [self.expr] if self.expr else []
        steps = [*start, *(str(step) for step in self.transform)]
        if steps:
            return " | ".join(steps)
        return "nothing" if self.default is None else f"always {_shown(self.default)}"


def _shown(value: Any) -> str:
    return repr(value) if isinstance(value, str) else str(value)


def parse_rule(target: str, spec: Mapping[str, Any]) -> RuleSpec:
    """Read one row as a plugin's YAML or the database has it. Raises MappingError naming the row and the mistake."""
    rule = str(dict(spec) if isinstance(spec, Mapping) else spec)[:500]
    try:
        parse_target(target)
        return _parsed(target, spec)
    except MappingError as error:
        raise bad_row(target, error.message, rule) from None
    except ValueError as error:
        raise bad_row(target, str(error), rule) from None


def _parsed(target: str, spec: Mapping[str, Any]) -> RuleSpec:
    if not isinstance(spec, Mapping):
        raise ValueError("a row is written as {from: …} or {expr: …}.")
    for key in spec:
        if key not in KEYS:
            raise ValueError(f'"{key}" is no part of a row.{nearest(str(key), KEYS)}')
    source, expr = _text(spec, "from"), _text(spec, "expr")
    _check_origin(source, expr)
    return RuleSpec(
        target=target,
        source=source,
        expr=expr,
        transform=_steps(spec.get("transform")),
        default=exact(spec.get("default")),
        required=_flag(spec, "required"),
        when=_choice(spec, "when", "always", get_args(When)),
        owner=_choice(spec, "owner", "", get_args(Owner)),
        help=_text(spec, "help"),
    )


def _check_origin(source: str, expr: str) -> None:
    if source and expr:
        raise ValueError("a row has from or expr, not both.")
    if source:
        parse_path(source)
    if expr:
        Expression(expr)


def _text(spec: Mapping[str, Any], key: str) -> str:
    value = spec.get(key)
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise ValueError(f'"{key}" is a text, not {value!r}.')
    return value


def _flag(spec: Mapping[str, Any], key: str) -> bool:
    value = spec.get(key) or False
    if not isinstance(value, bool):
        raise ValueError(f'"{key}" is true or false, not {value!r}.')
    return value


def _choice(spec: Mapping[str, Any], key: str, default: str, known: tuple[str, ...]) -> Any:
    value = spec.get(key) or default
    if value not in known:
        raise ValueError(f'"{key}" is {", ".join(filter(None, known))}, not {value!r}.{nearest(str(value), known)}')
    return value


def _steps(value: Any) -> tuple[Step, ...]:
    if value is None:
        return ()
    return tuple(_step(one) for one in (value if isinstance(value, list | tuple) else [value]))


def _step(value: Any) -> Step:
    if isinstance(value, str) and value:
        return Step(value)
    if not isinstance(value, Mapping) or len(value) != 1:
        raise ValueError(f"a transform is a name or {{name: argument}}, not {value!r}.")
    ((name, given),) = value.items()
    if not isinstance(name, str) or not name:
        raise ValueError(f"a transform has a name, not {name!r}.")
    if isinstance(given, Mapping):
        return Step(name, kwargs=tuple((_word(name, key), exact(one)) for key, one in given.items()))
    return Step(name, tuple(exact(one) for one in (given if isinstance(given, list | tuple) else [given])))


def _word(transform: str, key: Any) -> str:
    if isinstance(key, bool):  # YAML reads a bare yes or no as true or false
        return ("no", "yes")[key] if transform == "yes_no" else ("false", "true")[key]
    return str(key)


def exact(value: Any) -> Any:
    """The same value with exact decimals for floats (YAML and JSON write 1.21) and lists for tuples."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, Mapping):
        return {key: exact(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [exact(one) for one in value]
    return value


def to_spec(rule: RuleSpec) -> dict[str, Any]:
    """The row as it is written; `parse_rule(rule.target, to_spec(rule))` gives the same rule."""
    steps = [_written(step) for step in rule.transform]
    values = {
        "from": rule.source,
        "expr": rule.expr,
        "transform": steps[0] if len(steps) == 1 else steps,
        "required": rule.required,
        "when": "" if rule.when == "always" else rule.when,
        "owner": rule.owner,
        "help": rule.help,
    }
    spec: dict[str, Any] = {key: value for key, value in values.items() if value}
    return spec if rule.default is None else {**spec, "default": rule.default}


def _written(step: Step) -> str | dict[str, Any]:
    if step.kwargs:
        return {step.name: dict(step.kwargs)}
    if not step.args:
        return step.name
    single = len(step.args) == 1 and not isinstance(step.args[0], list | dict)
    return {step.name: step.args[0] if single else list(step.args)}
