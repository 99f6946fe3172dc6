"""Exact numbers: what counts as one, how it is written, and how large it may get."""

from __future__ import annotations

import re
from decimal import (
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
    Underflow,
)
from typing import Any

MAX_DIGITS = 60
_LARGEST = 10**MAX_DIGITS
_PLACES = 28
_TRAPS = [InvalidOperation, DivisionByZero, Overflow, Underflow]
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,40})(?:[.,][0-9]{1,20})?")
_SENT = re.compile(r"\s*[+-]?[0-9]{1,60}(?:\.[0-9]{1,60})?\s*", re.ASCII)
# sums and products are exact or refused; only a quotient is rounded, to what an amount may hold
EXACT = Context(prec=MAX_DIGITS, rounding=ROUND_HALF_UP, Emin=-MAX_DIGITS, Emax=MAX_DIGITS, traps=[*_TRAPS, Inexact])
ROUNDED = Context(prec=_PLACES, rounding=ROUND_HALF_UP, Emin=-MAX_DIGITS, Emax=MAX_DIGITS, traps=_TRAPS)
_WIDE = Context(prec=2 * MAX_DIGITS, rounding=ROUND_HALF_UP)


def bounded(value: Decimal | int) -> Decimal | int:
    """The same number. Raises ValueError when it is not finite or has more than 60 digits."""
    if isinstance(value, int):
        fits = -_LARGEST < value < _LARGEST
    else:
        fits = value.is_finite() and _holds(value)
    if not fits:
        raise ValueError(f"a number has at most {MAX_DIGITS} digits.")
    return value


def _holds(value: Decimal) -> bool:
    try:
        EXACT.plus(value)
    except ArithmeticError:
        return False
    return True


def plain(value: Decimal | int) -> str:
    """The number as text without exponent and without zeros at the end: "21", "0.5"."""
    text = written(value)
    return (text.rstrip("0").rstrip(".") if "." in text else text) if value else "0"


def written(value: Decimal | int) -> str:
    """The number as text without exponent, with its own zeros: "21.00"."""
    return format(Decimal(bounded(value)), "f")


def number_of_text(text: str) -> Decimal | None:
    """The number that a person wrote ("21", "6,5"), or None; "021" is a code, not a number."""
    return Decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def number(value: Any) -> Decimal | int:
    """The number that a value of a record is: int, Decimal, or text such as "12.50".

    Raises ValueError for anything else."""
    if isinstance(value, str):
        if not _SENT.fullmatch(value):
            raise ValueError(f"{value[:40]!r} is no number.")
        return bounded(Decimal(value.strip()))
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise ValueError(f"{str(value)[:40]!r} is no number.")
    return value


def decimal_of(value: Any) -> Decimal:
    """As `number`, always a Decimal within bounds."""
    return Decimal(bounded(number(value)))


def rounded(value: Any, places: int = 0) -> Decimal:
    """The number rounded half up to so many decimals (-28 to 28)."""
    if isinstance(places, bool) or not isinstance(places, int) or abs(places) > _PLACES:
        raise ValueError(f"a number of decimals is between 0 and {_PLACES}.")
    exact = Decimal(bounded(number(value)))
    answer = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _WIDE)
    return answer if places >= 0 else answer.quantize(Decimal(1), ROUND_HALF_UP, _WIDE)
