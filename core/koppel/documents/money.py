"""Amounts: exact decimals, rounded half up to the currency's own number of decimals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Annotated, Any

from babel.numbers import get_currency_precision
from pydantic import BeforeValidator

MAX_DIGITS = 28
MAX_WHOLE = 18
"""Digits before the point: what a product of two amounts needs stays exact, and no books hold more."""
_WIDE = Context(prec=100)


def to_decimal(value: Any) -> Decimal | None:
    """Read an amount from text, int or Decimal; empty is None. Raises ValueError; a float counts as a bug."""
    if value is None or value == "":
        return None
    if isinstance(value, (bool, float)):
        raise ValueError(f"{value!r} is no exact amount")
    try:
        amount = Decimal(value.strip() if isinstance(value, str) else value)
    except (InvalidOperation, TypeError):
        raise _no_amount(value) from None
    if isinstance(value, str) and "_" in value:  # Decimal takes 1_000 for a thousand; no system writes so
        raise _no_amount(value)
    if not amount.is_finite() or len(amount.as_tuple().digits) > MAX_DIGITS:
        raise _no_amount(value)
    if not amount:
        return amount if abs(amount.adjusted()) <= MAX_DIGITS else Decimal(0)
    if not -MAX_DIGITS <= amount.adjusted() < MAX_WHOLE:
        raise _no_amount(value)
    return amount


def _no_amount(value: Any) -> ValueError:
    return ValueError(f"{str(value)[:40]!r} is no amount")


Amount = Annotated[Decimal, BeforeValidator(to_decimal)]
MaybeAmount = Annotated[Decimal | None, BeforeValidator(to_decimal)]


def decimals(currency: str) -> int:
    """How many decimals this currency has: 2 for EUR, 0 for JPY, 3 for KWD."""
    return int(get_currency_precision(currency or "EUR"))


def round_money(amount: Decimal, currency: str = "EUR") -> Decimal:
    """The amount rounded half up to the currency's decimals."""
    return amount.quantize(Decimal(1).scaleb(-decimals(currency)), ROUND_HALF_UP, _WIDE)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum, zero for none."""
    return sum(amounts, Decimal(0))


def shared_out(amount: Decimal, weights: Sequence[Decimal], currency: str = "EUR") -> list[Decimal]:
    """`amount` shared out by weight (zero or more, not all zero), each share in whole coins and together exactly `amount`.

    The coins that rounding leaves go to the shares that lose most by it (largest remainder), so that a weight of zero
    gets nothing; what is less than a coin goes to the heaviest."""
    coin, whole = Decimal(1).scaleb(-decimals(currency)), total(weights)
    exact = [_WIDE.divide(_WIDE.multiply(amount, weight), whole) for weight in weights]
    shares = [one.quantize(coin, ROUND_FLOOR, _WIDE) for one in exact]
    left = _WIDE.subtract(amount, total(shares))
    by_loss = sorted(range(len(shares)), key=lambda place: shares[place] - exact[place])
    for place in by_loss[: int(left / coin)]:
        shares[place] += coin
        left -= coin
    shares[max(range(len(weights)), key=lambda place: weights[place])] += left
    return shares
