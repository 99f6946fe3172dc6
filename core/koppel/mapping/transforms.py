"""All transforms that a mapping row may name, and what the operator reads about them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from koppel.mapping.functions import codes, html, lists, moments, numbers, places, texts
from koppel.mapping.functions.base import REGISTRY, Warned, transform

TRANSFORMS: dict[str, Callable[..., Any]] = dict(sorted(REGISTRY.items()))
SUBJECTS = (texts, html, numbers, lists, moments, places, codes)


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a transform; `many` says that there may be any number of it."""

    name: str
    required: bool
    default: Any = None
    many: bool = False


@dataclass(frozen=True, slots=True)
class Described:
    """A transform for a form or a page: its name, its sentence and its arguments."""

    name: str
    sentence: str
    arguments: tuple[Argument, ...]

    @property
    def usage(self) -> str:
        """How it is written, such as `cut(length)`."""
        names = [_usage(one) for one in self.arguments]
        return f"{self.name}({', '.join(names)})" if names else self.name


def _usage(argument: Argument) -> str:
    if argument.many:
        return f"{argument.name}…"
    return argument.name if argument.required else f"{argument.name}={argument.default!r}"


def describe(transforms: Mapping[str, Callable[..., Any]] = TRANSFORMS) -> tuple[Described, ...]:
    """Every transform by name, with those of plugins when they are given."""
    return tuple(_described(name, transforms[name]) for name in sorted(transforms))


def _described(name: str, function: Callable[..., Any]) -> Described:
    sentence = (inspect.getdoc(function) or "").split("\n\n")[0].replace("\n", " ")
    try:
        parameters = list(inspect.signature(function).parameters.values())[1:]
    except (TypeError, ValueError):
        parameters = []
    return Described(name, sentence, tuple(_argument(one) for one in parameters if one.name != "tables"))


def _argument(parameter: inspect.Parameter) -> Argument:
    free = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    if parameter.default is not parameter.empty:
        return Argument(parameter.name, False, parameter.default)
    return Argument(parameter.name, not free, many=free)


__all__ = ["SUBJECTS", "TRANSFORMS", "Argument", "Described", "Warned", "describe", "transform"]
