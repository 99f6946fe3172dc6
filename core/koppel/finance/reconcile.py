"""Two sides of the same period, side by side: the sums, and the orders that explain every difference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from koppel.documents import SalesOrder

Kind = Literal["missing", "double", "only_there", "cancelled", "currency", "rounding", "refund", "exchange", "amount", "vat"]
ROUNDING = Decimal("0.05")
GROUPS = ("vat", "country", "method", "currency")


@dataclass(frozen=True, slots=True)
class Difference:
    """One order that is not the same on both sides. `here` and `there` are totals, None where it is not."""

    reference: str
    kind: Kind
    here: Decimal | None = None
    there: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What both sides come to for one VAT rate, country, payment method or currency."""

    key: str
    here: Decimal
    there: Decimal

    @property
    def difference(self) -> Decimal:
        """What there is more of there."""
        return self.there - self.here


@dataclass(frozen=True, slots=True)
class Report:
    """`equal` orders have the same total, to the cent, and the same VAT per rate but for rounding. `rows` by group: vat (VAT amounts), country, method and currency."""

    equal: int
    differences: tuple[Difference, ...]
    rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)


def compare(here: Sequence[SalesOrder], there: Sequence[SalesOrder]) -> Report:
    """Compare by reference. `here` are the orders that should have arrived, and cancelled ones that should not."""
    mine = {order.reference: order for order in here}
    theirs: dict[str, list[SalesOrder]] = defaultdict(list)
    for order in there:
        theirs[order.reference].append(order)
    judged = {key: _judge(mine.get(key), theirs.get(key, [])) for key in sorted(mine.keys() | theirs.keys())}
    differences = tuple(one for one in judged.values() if one is not None)
    equal = sum(1 for key, one in judged.items() if one is None and key in theirs)
    return Report(equal, differences, _rows(mine, theirs))


def _judge(mine: SalesOrder | None, theirs: Sequence[SalesOrder]) -> Difference | None:
    if mine is None:
        return Difference(theirs[0].reference, "only_there", None, _sum(theirs))
    if not theirs:
        return None if mine.cancelled else Difference(mine.reference, "missing", mine.total)
    kind = _kind(mine, theirs)
    return Difference(mine.reference, kind, mine.total, _sum(theirs)) if kind else None


def _kind(mine: SalesOrder, theirs: Sequence[SalesOrder]) -> Kind | None:
    other = theirs[0]
    if len(theirs) > 1:
        return "double"
    if mine.cancelled and not other.cancelled:
        return "cancelled"
    if mine.currency != other.currency:
        return "currency"
    if mine.total != other.total:
        if "refund" in mine.financial_status:
            return "refund"
        return "rounding" if abs(mine.total - other.total) <= ROUNDING else "amount"
    return "vat" if _vat_differs(mine, other) else None


def _vat_differs(mine: SalesOrder, other: SalesOrder) -> bool:
    """Whether a rate differs by more than rounding can explain: a ledger computes the VAT of its lines itself."""
    ours, theirs = _vat(mine), _vat(other)
    nothing = Decimal(0)
    return any(abs(ours.get(rate, nothing) - theirs.get(rate, nothing)) > ROUNDING for rate in ours.keys() | theirs.keys())


def _sum(orders: Iterable[SalesOrder]) -> Decimal:
    return sum((order.total for order in orders), Decimal(0))


def _vat(order: SalesOrder) -> dict[Decimal, Decimal]:
    made: dict[Decimal, Decimal] = defaultdict(Decimal)
    for line in order.lines:
        for tax in line.taxes:
            made[tax.rate.normalize()] += tax.amount
    return {rate: amount for rate, amount in made.items() if amount}


def _rows(mine: Mapping[str, SalesOrder], theirs: Mapping[str, Sequence[SalesOrder]]) -> dict[str, tuple[Row, ...]]:
    """Sums per group. What only one side knows of an order (how it was paid) counts for both."""
    sums: dict[str, dict[str, list[Decimal]]] = {name: defaultdict(lambda: [Decimal(0), Decimal(0)]) for name in GROUPS}
    for order in mine.values():
        if not order.cancelled:
            _add(sums, 0, order, order)
    for reference, orders in theirs.items():
        for order in orders:
            _add(sums, 1, order, mine.get(reference, order))
    return {
        name: tuple(Row(key, *pair) for key, pair in sorted(group.items()) if pair != [0, 0]) for name, group in sums.items()
    }


def _add(sums: Mapping[str, dict[str, list[Decimal]]], side: int, order: SalesOrder, known: SalesOrder) -> None:
    sums["country"][known.destination or "-"][side] += order.total
    sums["method"][known.payment_method or "-"][side] += order.total
    sums["currency"][order.currency][side] += order.total
    for rate, amount in _vat(order).items():
        sums["vat"][f"{rate:f} %"][side] += amount
