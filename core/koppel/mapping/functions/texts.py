"""Transforms of texts."""

from __future__ import annotations

from typing import Any

from koppel.mapping import operations
from koppel.mapping.budget import fits
from koppel.mapping.functions.base import Warned, transform

MAX_MADE = 5_000_000  # a text that a transform makes longer: a picture in base64 fits, a mistake does not


@transform("text")
def text(value: Any, /) -> str:
    """Make a text of a number, a date or a yes/no."""
    return operations.text(value)


@transform("strip")
def strip(value: Any, /) -> str:
    """Remove the spaces before and after the text."""
    return text(value).strip()


@transform("lower")
def lower(value: Any, /) -> str:
    """Write the text in small letters."""
    return text(value).lower()


@transform("upper")
def upper(value: Any, /) -> str:
    """Write the text in capitals."""
    return text(value).upper()


@transform("title")
def title(value: Any, /) -> str:
    """Start every word with a capital and write the rest small."""
    return " ".join(word.capitalize() for word in text(value).split(" "))


@transform("cut")
def cut(value: Any, /, length: int) -> str | Warned:
    """Shorten the text to so many characters, with a warning when that was needed."""
    size, whole = count(length), text(value)
    if len(whole) <= size:
        return whole
    return Warned(whole[:size], f"{{field}} was shortened to {size} characters.")


@transform("replace")
def replace(value: Any, /, old: Any, new: Any = "") -> str:
    """Replace a piece of the text everywhere by another."""
    whole, piece, other = text(value), text(old), text(new)
    if not piece:
        raise ValueError("replace wants a piece of text to look for.")
    _short_enough(len(whole) + whole.count(piece) * (len(other) - len(piece)))
    return whole.replace(piece, other)


@transform("prefix")
def prefix(value: Any, /, before: Any) -> str:
    """Put something before the text."""
    return text(before) + text(value)


@transform("suffix")
def suffix(value: Any, /, after: Any) -> str:
    """Put something after the text."""
    return text(value) + text(after)


@transform("pad_left")
def pad_left(value: Any, /, length: int, character: Any = "0") -> str:
    """Make the text so long by putting a character before it: 42 becomes 00042."""
    filler = text(character)
    if len(filler) != 1:
        raise ValueError("pad_left wants one character to fill with.")
    return text(value).rjust(fits(count(length)), filler)


@transform("digits")
def digits(value: Any, /) -> str:
    """Keep the digits only."""
    return "".join(character for character in text(value) if character in "0123456789")


@transform("one_line")
def one_line(value: Any, /) -> str:
    """Put everything on one line, with single spaces."""
    return " ".join(text(value).split())


def count(value: Any) -> int:
    """A whole number of zero or more. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"a whole number is wanted, not {str(value)[:40]!r}.")
    return value


def _short_enough(length: int) -> None:
    if length > MAX_MADE:
        raise ValueError(f"the text gets longer than {MAX_MADE:,} characters.")
