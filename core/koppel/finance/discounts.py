"""Discounts as lines of their own, one per VAT rate, without a cent of the order changing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from koppel.documents import Line, Tax
from koppel.documents.money import round_money


def discounts_apart(lines: Sequence[Line], prices_include_vat: bool, currency: str = "EUR") -> list[Line]:
    """The same lines at their full price, and after them what was taken off, per VAT rate.

    Totals and VAT per rate stay as they are: the VAT that a full price has too much is in its discount line.
    A line with more than one tax keeps its discount in the price."""
    full: list[Line] = []
    off: dict[Decimal, list[Tax]] = defaultdict(list)
    taken: dict[Decimal, Decimal] = defaultdict(Decimal)
    for line in lines:
        if not line.discount or len(line.taxes) > 1:
            full.append(line)
            continue
        rate, price = line.vat_rate or Decimal(0), line.total + line.discount
        vat = _vat(price, rate, prices_include_vat, currency)
        taxes = [Tax(rate=rate, amount=vat)] if line.taxes else []
        full.append(line.model_copy(update={"discount": Decimal(0), "total": price, "taxes": taxes}))
        taken[rate] += line.discount
        if line.taxes:
            off[rate].append(Tax(rate=rate, amount=line.vat - vat))
    return full + [_discount(rate, amount, off[rate]) for rate, amount in sorted(taken.items())]


def _vat(price: Decimal, rate: Decimal, included: bool, currency: str) -> Decimal:
    return round_money(price * rate / ((100 + rate) if included else 100), currency)


def _discount(rate: Decimal, amount: Decimal, taxes: Sequence[Tax]) -> Line:
    vat = sum((tax.amount for tax in taxes), Decimal(0))
    return Line(
        kind="discount", description="Discount", quantity=Decimal(-1), unit_price=amount, total=-amount,
        taxes=[Tax(rate=rate, amount=vat)] if taxes else [],
    )  # fmt: skip
