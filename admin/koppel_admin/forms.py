"""One field of a form, as the templates draw it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

Choice = tuple[str, str]


@dataclass(frozen=True)
class Field:
    """A labelled input. `saved`: a secret that is there and is not shown; `choices`: code and title.

    `kind`: text, url, number, flag, choice, lines or secret. `listed`: choices are hints, other values are fine."""

    name: str
    label: str
    value: str = ""
    kind: str = "text"
    help: str = ""
    error: str = ""
    link: str = ""
    required: bool = False
    saved: bool = False
    listed: bool = False
    choices: Sequence[Choice] = ()
    placeholder: str = ""
    rows: int = 3

    def wrong(self, message: str) -> Self:
        """The same field with what is wrong with it."""
        return replace(self, error=message)


def with_error(fields: Sequence[Field], name: str, message: str) -> tuple[list[Field], bool]:
    """Put a message at the field it is about; False when no field has that name."""
    known = any(field.name == name for field in fields)
    return [field.wrong(message) if field.name == name else field for field in fields], known
