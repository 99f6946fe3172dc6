"""Unit prices that multiply back to the cent."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal, localcontext

_DIGITS = 100
"""So many that no product of an amount and a quantity is rounded on the way."""


def exact_parts(quantity: Decimal, amount: Decimal, decimals: int) -> list[tuple[Decimal, Decimal]]:
    """Split a line into (quantity, unit price) parts whose products are exactly `amount`.

    One part when the unit price fits in `decimals`; else whole pieces at two prices a step apart
    (3 for 10.00 → 2 × 3.33 and 1 × 3.34). A quantity that is not whole falls back to one piece for all."""
    with localcontext(prec=_DIGITS):
        return _parts(quantity, amount, Decimal(1).scaleb(-decimals))


def _parts(quantity: Decimal, amount: Decimal, step: Decimal) -> list[tuple[Decimal, Decimal]]:
    if quantity == 0:
        return [(Decimal(1), amount)] if amount else [(quantity, Decimal(0))]
    price = (amount / quantity).quantize(step, ROUND_DOWN)
    rest = amount - price * quantity
    if rest == 0:
        return [(quantity, price)]
    pieces = rest / (step if rest > 0 else -step)
    if quantity != int(quantity) or pieces != int(pieces) or pieces >= abs(quantity):
        return [(Decimal(1), amount)]
    sign = 1 if quantity > 0 else -1
    dearer = price + (step if rest * sign > 0 else -step)
    return [(quantity - sign * pieces, price), (sign * pieces, dearer)]
