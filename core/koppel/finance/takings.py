"""What was paid in the shop beside what is booked of it: sums per method and currency, and the payments that differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from koppel.documents.money import total
from koppel.finance.reconcile import Row

Kind = Literal["missing", "double", "amount"]


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment of the shop: its own number, the order that it pays, and what came in by it (below zero: what went back)."""

    reference: str
    source_id: str
    order: str
    method: str
    currency: str
    received: Decimal


@dataclass(frozen=True, slots=True)
class PaymentDifference:
    """A payment that is not booked as it was made. `here` and `there` are what came in, None where it is not."""

    reference: str
    order: str
    method: str
    currency: str
    kind: Kind
    here: Decimal
    there: Decimal | None = None
    source_id: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Takings:
    """So many payments were `compared` and are `equal`; `rows` are the sums per payment method and currency."""

    compared: int
    equal: int
    differences: tuple[PaymentDifference, ...]
    rows: tuple[Row, ...]


def compare_takings(paid: Sequence[Paid], booked: Mapping[str, Sequence[Decimal]]) -> Takings:
    """Compare each payment with what is `booked` under its number, once per booking."""
    differences = tuple(one for one in (_judge(each, booked.get(each.reference, ())) for each in paid) if one is not None)
    sums: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for each in paid:
        pair = sums[each.method or "-", each.currency]
        pair[0] += each.received
        pair[1] += total(booked.get(each.reference, ()))
    rows = tuple(Row(*key, *pair) for key, pair in sorted(sums.items()))
    return Takings(len(paid), len(paid) - len(differences), differences, rows)


def _judge(paid: Paid, booked: Sequence[Decimal]) -> PaymentDifference | None:
    kind: Kind = "double" if len(booked) > 1 else "amount" if booked else "missing"
    if kind == "amount" and booked[0] == paid.received:
        return None
    there = total(booked) if booked else None
    return PaymentDifference(paid.reference, paid.order, paid.method, paid.currency, kind, paid.received, there, paid.source_id)
