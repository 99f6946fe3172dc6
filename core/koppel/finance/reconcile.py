"""Two sides of the same period, side by side: the sums, and the orders that explain every difference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from koppel.documents import Invoice, SalesOrder
from koppel.documents.money import round_money, total

Kind = Literal["missing", "double", "only_there", "cancelled", "currency", "rounding", "refund", "exchange", "edited", "amount", "vat"]
ROUNDING = Decimal("0.05")
GROUPS = ("vat", "country", "method", "currency")


@dataclass(frozen=True, slots=True)
class Sum:
    """What is compared of an order, and no more, so that those of a long period fit in memory. `number` is that of the
    invoice, `refunded` says that the source gave money back, `vat` is per rate."""

    reference: str
    source_id: str
    number: str
    day: date | None
    currency: str
    total: Decimal
    vat: Mapping[Decimal, Decimal]
    country: str
    method: str
    cancelled: bool
    refunded: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """One order that is not the same on both sides. `here` and `there` are totals, None where it is not."""

    reference: str
    kind: Kind
    here: Decimal | None = None
    there: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What both sides come to in one currency for one VAT rate, country or payment method, or altogether."""

    key: str
    currency: str
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


def sum_of(order: SalesOrder) -> Sum:
    """The order as it is compared."""
    vat: dict[Decimal, Decimal] = defaultdict(Decimal)
    for tax in (tax for line in order.lines for tax in line.taxes):
        vat[tax.rate.normalize()] += tax.amount
    return Sum(
        order.reference, order.source_id, order.number if isinstance(order, Invoice) else "", order.day, order.currency, order.total,
        {rate: amount for rate, amount in vat.items() if amount}, order.destination, order.payment_method, order.cancelled,
        "refund" in order.financial_status,
    )  # fmt: skip


def day_sum(reference: str, day: date, orders: Sequence[Sum]) -> Sum:
    """Orders that were booked together, as the paper that they became."""
    first = orders[0]
    vat: dict[Decimal, Decimal] = defaultdict(Decimal)
    for rate, amount in (pair for order in orders for pair in order.vat.items()):
        vat[rate] += amount
    whole = total(round_money(order.total, order.currency) for order in orders)
    return Sum(reference, "", "", day, first.currency, whole, dict(vat), first.country, first.method, False, False)


def compare(here: Sequence[Sum], there: Sequence[Sum]) -> Report:
    """Compare by reference. `here` are the orders that should have arrived, and cancelled ones that should not."""
    mine = {order.reference: order for order in here}
    theirs: dict[str, list[Sum]] = defaultdict(list)
    for order in there:
        theirs[order.reference].append(order)
    judged = {key: _judge(mine.get(key), theirs.get(key, [])) for key in sorted(mine.keys() | theirs.keys())}
    differences = tuple(one for one in judged.values() if one is not None)
    equal = sum(1 for key, one in judged.items() if one is None and key in theirs)
    return Report(equal, differences, _rows(mine, theirs))


def _judge(mine: Sum | None, theirs: Sequence[Sum]) -> Difference | None:
    if mine is None:
        return Difference(theirs[0].reference, "only_there", None, _whole(theirs), theirs[0].currency)
    if not theirs:
        return None if mine.cancelled else Difference(mine.reference, "missing", mine.total, None, mine.currency)
    kind = _kind(mine, theirs)
    return Difference(mine.reference, kind, mine.total, _whole(theirs), mine.currency) if kind else None


def _kind(mine: Sum, theirs: Sequence[Sum]) -> Kind | None:
    other = theirs[0]
    if len(theirs) > 1:
        return "double"
    if mine.cancelled and not other.cancelled:
        return "cancelled"
    if mine.currency != other.currency:
        return "currency"
    if mine.total != other.total:
        if mine.refunded:
            return "refund"
        return "rounding" if abs(mine.total - other.total) <= ROUNDING else "amount"
    return "vat" if _vat_differs(mine, other) else None


def _vat_differs(mine: Sum, other: Sum) -> bool:
    """Whether a rate differs by more than rounding can explain: a ledger computes the VAT of its lines itself."""
    nothing = Decimal(0)
    rates = mine.vat.keys() | other.vat.keys()
    return any(abs(mine.vat.get(rate, nothing) - other.vat.get(rate, nothing)) > ROUNDING for rate in rates)


def _whole(orders: Iterable[Sum]) -> Decimal:
    return total(order.total for order in orders)


def _rows(mine: Mapping[str, Sum], theirs: Mapping[str, Sequence[Sum]]) -> dict[str, tuple[Row, ...]]:
    """Sums per group and currency. What only one side knows of an order (how it was paid) counts for both."""
    sums: dict[str, dict[tuple[str, str], list[Decimal]]] = {name: defaultdict(lambda: [Decimal(0), Decimal(0)]) for name in GROUPS}
    for order in mine.values():
        if not order.cancelled:
            _add(sums, 0, order, order)
    for reference, orders in theirs.items():
        for order in orders:
            _add(sums, 1, order, mine.get(reference, order))
    return {
        name: tuple(Row(*key, *pair) for key, pair in sorted(group.items()) if pair != [0, 0]) for name, group in sums.items()
    }


def _add(sums: Mapping[str, dict[tuple[str, str], list[Decimal]]], side: int, order: Sum, known: Sum) -> None:
    money = order.currency
    sums["country"][known.country or "-", money][side] += order.total
    sums["method"][known.method or "-", money][side] += order.total
    sums["currency"][money, money][side] += order.total
    for rate, amount in order.vat.items():
        sums["vat"][f"{rate:f} %", money][side] += amount
