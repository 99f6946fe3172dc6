"""Transforms of numbers; all exact, rounded only where they say so."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from babel import UnknownLocaleError
from babel.numbers import NumberFormatError, parse_decimal

from koppel.mapping.exact import EXACT, ROUNDED, decimal_of, rounded
from koppel.mapping.functions.base import transform

_MOST = Decimal(100)


@transform("decimal")
def decimal(value: Any, /, locale: str = "") -> Decimal:
    """Read a number exactly; with a language (nl) as it is written there: 1.234,56."""
    if not locale or not isinstance(value, str):
        return decimal_of(value)
    try:
        return decimal_of(parse_decimal(value.strip()[:80], locale=locale))
    except (NumberFormatError, UnknownLocaleError, LookupError) as error:
        raise ValueError(f"{value[:40]!r} is no number in the language {locale!r}.") from error


@transform("integer")
def integer(value: Any, /) -> int:
    """Make a whole number; a number with decimals other than zero is refused."""
    exact = decimal_of(value)
    if exact != exact.to_integral_value():
        raise ValueError(f"{exact} is no whole number.")
    return int(exact)


@transform("money")
def money(value: Any, /, decimals: int = 2) -> Decimal:
    """Round an amount half up to so many decimals."""
    return rounded(value, decimals)


@transform("multiply")
def multiply(value: Any, /, by: Any) -> Decimal:
    """Multiply by a number."""
    return EXACT.multiply(decimal_of(value), decimal_of(by))


@transform("divide")
def divide(value: Any, /, by: Any) -> Decimal:
    """Divide by a number."""
    if not decimal_of(by):
        raise ZeroDivisionError
    return ROUNDED.divide(decimal_of(value), decimal_of(by))


@transform("add")
def add(value: Any, /, number: Any) -> Decimal:
    """Add a number, or take one off when it is negative."""
    return EXACT.add(decimal_of(value), decimal_of(number))


@transform("negate")
def negate(value: Any, /) -> Decimal:
    """Turn plus into minus and minus into plus."""
    exact = decimal_of(value)
    return exact.copy_negate() if exact else exact


@transform("add_vat")
def add_vat(value: Any, /, rate: Any) -> Decimal:
    """Add VAT of so many percent to an amount without VAT; not rounded."""
    return EXACT.multiply(decimal_of(value), _factor(rate))


@transform("without_vat")
def without_vat(value: Any, /, rate: Any) -> Decimal:
    """Take VAT of so many percent out of an amount that includes it; not rounded to cents."""
    return ROUNDED.divide(decimal_of(value), _factor(rate))


def _factor(rate: Any) -> Decimal:
    """1.21 for 21 percent."""
    percent = decimal_of(rate)
    if percent < 0 or percent > _MOST:
        raise ValueError(f"{percent} is no VAT rate in percent.")
    return EXACT.add(1, percent.scaleb(-2, EXACT))
