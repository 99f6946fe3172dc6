"""What a ledger that adds VAT itself will make of an order, and what is then missing to the cent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from koppel.documents.money import round_money, total

Rounding = Literal["line", "document"]


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount without VAT and the rate (in percent) that the ledger adds to it."""

    excl: Decimal
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Computed:
    """A total with its VAT per rate, as the ledger will compute it."""

    excl: Decimal
    vat: tuple[tuple[Decimal, Decimal], ...]

    @property
    def total(self) -> Decimal:
        """VAT included."""
        return self.excl + total(amount for _, amount in self.vat)

    def __str__(self) -> str:
        parts = [f"{amount} VAT at {rate.normalize():f} %" for rate, amount in self.vat if rate]
        return f"{self.total} ({' + '.join([f'{self.excl} without VAT', *parts])})"


def computed(amounts: Iterable[Amount], rounding: Rounding, currency: str = "EUR") -> Computed:
    """Add VAT to these amounts and round it half up, per line or once per rate."""
    by_rate: dict[Decimal, list[Decimal]] = defaultdict(list)
    for one in amounts:
        by_rate[one.rate.normalize()].append(one.excl)
    vat = [(rate, _vat(parts, rate, rounding, currency)) for rate, parts in sorted(by_rate.items())]
    return Computed(total(total(parts) for parts in by_rate.values()), tuple(vat))


def _vat(parts: Iterable[Decimal], rate: Decimal, rounding: Rounding, currency: str) -> Decimal:
    if rounding == "line":
        return total(round_money(part * rate / 100, currency) for part in parts)
    return round_money(total(parts) * rate / 100, currency)
