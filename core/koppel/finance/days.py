"""Many papers of one day as one: its lines are the sums per kind of line, VAT rate and account, to the cent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from koppel.documents import Line, Party, SalesOrder, Tax
from koppel.documents.money import round_money, total
from koppel.documents.party import Address

P = TypeVar("P", bound=SalesOrder)


def belongs(order: SalesOrder, day: date) -> tuple[str, ...]:
    """What has to be the same for papers to share one: the day they are booked on, currency, country (it decides the VAT), how they were
    paid and where they were sold."""
    return str(day), order.currency, order.destination, order.payment_method, order.channel


def reference_of(key: str, credit: bool) -> str:
    """What people call a day's paper: D (C for credit notes), the flow, the day and which paper of that day."""
    _, flow, day, serial = key.split(":")
    return f"{'C' if credit else 'D'}{flow}-{day}-{serial}"


def day_in(key: str) -> date:
    """The day that a day's paper is about, out of its key."""
    return datetime.strptime(key.split(":")[2], "%y%m%d").date()


def together(orders: Sequence[P], kind: type[P], day: date, key: str, reference: str) -> P:
    """One paper out of these, which belong together. `key` is its id in the place of the source's, `reference` the
    number it gets. Amounts are with VAT; the total is the sum of the totals."""
    first = orders[0]
    country, numbers = first.destination, ", ".join(order.reference for order in orders)
    return kind(
        source_id=key, reference=reference, currency=first.currency, time_zone=first.time_zone, prices_include_vat=True,
        ordered_at=datetime.combine(day, time(12), ZoneInfo(first.time_zone)), channel=first.channel,
        payment_method=first.payment_method, payment_term=_shared([order.payment_term for order in orders]),
        customer=Party(guest=True, name=reference, billing=Address(country=country)),
        note=f"{day}: {len(orders)} ({numbers})", lines=list(_lines(orders)),
        total=total(round_money(order.total, order.currency) for order in orders),
    )  # fmt: skip


def _shared(values: Sequence[str]) -> str:
    return values[0] if len(set(values)) == 1 else ""


def _lines(orders: Sequence[SalesOrder]) -> Iterator[Line]:
    sums: dict[tuple[object, ...], list[tuple[Line, Decimal]]] = {}
    for order in orders:
        for line, amount in _to_the_cent(order):
            rate = None if line.vat_rate is None else line.vat_rate.normalize()
            account = (line.vat_code, line.revenue_account, line.cost_center, line.cost_unit, line.group, line.vendor, line.goods)
            sums.setdefault((line.kind, rate, *account), []).append((line, amount))
    for parts in sums.values():
        amount = total(one for _, one in parts)
        if amount or any(line.vat for line, _ in parts):
            yield _sum_line([line for line, _ in parts], amount)


def _to_the_cent(order: SalesOrder) -> list[tuple[Line, Decimal]]:
    """The lines with their amounts in whole cents; what that leaves of the order's total goes to the largest."""
    own = [line for line in order.lines if line.kind != "correction"]
    parts = [(line, round_money(line.amount_incl or Decimal(0), order.currency)) for line in own]
    rest = round_money(order.total, order.currency) - total(amount for _, amount in parts)
    if rest and parts:
        place = max(range(len(parts)), key=lambda number: abs(parts[number][1]))
        parts[place] = (parts[place][0], parts[place][1] + rest)
    return parts


def _sum_line(lines: Sequence[Line], amount: Decimal) -> Line:
    first, sign = lines[0], -1 if amount < 0 else 1
    rate = first.vat_rate
    taxes = [] if rate is None else [Tax(rate=rate, amount=total(line.vat for line in lines))]
    what = first.kind.replace("_", " ").capitalize() if first.kind != "article" else "Sales"
    return Line(
        kind=first.kind, description=what if rate is None else f"{what} {rate.normalize():f} %", quantity=Decimal(sign),
        unit_price=abs(amount), total=amount, taxes=taxes, vat_code=first.vat_code, revenue_account=first.revenue_account,
        cost_center=first.cost_center, cost_unit=first.cost_unit, group=first.group, vendor=first.vendor, goods=first.goods,
    )  # fmt: skip
