"""What a paper comes to in the books: debit and credit per ledger account, equal to the cent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from koppel.documents.money import total

_NOTHING = Decimal(0)
_KINDS = ("debtor", "money", "revenue", "vat")
Kind = Literal["debtor", "money", "revenue", "vat"]


@dataclass(frozen=True, slots=True)
class Sold:
    """One line of a paper as it is booked: `net` without VAT, `rate` in percent, `vat` the amount on it.

    `account` is a ledger account; empty where the books take the article's own."""

    account: str
    text: str
    net: Decimal
    vat: Decimal = _NOTHING
    rate: Decimal = _NOTHING
    vat_code: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a journal; one of `debit` and `credit` is zero, neither is below it.

    `kind` tells the debtor from money, revenue and VAT; `account` is empty for the article's own and for VAT, which is
    booked by its code."""

    kind: Kind
    account: str
    text: str
    debit: Decimal = _NOTHING
    credit: Decimal = _NOTHING
    vat_code: str = ""


@dataclass(frozen=True, slots=True)
class Booking:
    """A paper as a bookkeeper writes it. `day` is the day of the sale by the shop's own clock."""

    label: str
    debtor: str
    currency: str
    day: date | None
    entries: tuple[Entry, ...]

    @property
    def debit(self) -> Decimal:
        """All debit."""
        return total(entry.debit for entry in self.entries)

    @property
    def credit(self) -> Decimal:
        """All credit."""
        return total(entry.credit for entry in self.entries)


def entries_of(
    debtor: str, sold: Sequence[Sold], vat: Mapping[Decimal, Decimal] | None = None, credit_note: bool = False
) -> tuple[Entry, ...]:
    """The debtor against revenue per account and VAT code, and VAT per code; the sides change for a credit note.

    `vat` is what the books themselves compute per rate, where they do; else the VAT of the lines counts."""
    sign = -1 if credit_note else 1
    revenue: dict[tuple[str, str, str], list[Sold]] = defaultdict(list)
    taxes: dict[tuple[str, Decimal], Decimal] = defaultdict(Decimal)
    for one in sold:
        revenue[one.account, one.vat_code, "" if one.account else one.text].append(one)
        taxes[one.vat_code, one.rate.normalize()] += one.vat
    if vat is not None:
        taxes = _as_computed(taxes, vat)
    rows = [_entry("revenue", account, _text(ones), -sign * total(one.net for one in ones), code) for (account, code, _), ones in revenue.items()]
    rows += [_entry("vat", "", f"VAT {rate:f} %", -sign * amount, code) for (code, rate), amount in taxes.items()]
    owed = total(row.credit - row.debit for row in rows)
    return (_entry("debtor", debtor, "Debtor", owed), *(row for row in rows if row.debit or row.credit))


def sums(bookings: Iterable[Booking]) -> tuple[Entry, ...]:
    """All of it per account and VAT code, all debtors together; the sides are not set off against each other."""
    made: dict[tuple[Kind, str, str, str], list[Decimal]] = defaultdict(lambda: [_NOTHING, _NOTHING])
    for entry in (one for booking in bookings for one in booking.entries):
        account, text = "" if entry.kind == "debtor" else entry.account, entry.text if entry.kind == "vat" else ""
        pair = made[entry.kind, account, text, entry.vat_code]
        pair[0] += entry.debit
        pair[1] += entry.credit
    order = sorted(made.items(), key=lambda item: (_KINDS.index(item[0][0]), item[0][1:]))
    return tuple(Entry(kind, account, text, pair[0], pair[1], code) for (kind, account, text, code), pair in order)


def _as_computed(taxes: Mapping[tuple[str, Decimal], Decimal], vat: Mapping[Decimal, Decimal]) -> dict[tuple[str, Decimal], Decimal]:
    """The VAT that the books compute, under the code of its rate; the first code where a rate has several."""
    codes: dict[Decimal, str] = {}
    for code, rate in taxes:
        codes.setdefault(rate, code)
    return defaultdict(Decimal, {(codes.get(rate.normalize(), ""), rate.normalize()): amount for rate, amount in vat.items()})


def _text(sold: Sequence[Sold]) -> str:
    texts = list(dict.fromkeys(one.text for one in sold if one.text))
    return texts[0] if len(texts) == 1 else f"{len(sold)} lines"


def _entry(kind: Kind, account: str, text: str, amount: Decimal, code: str = "") -> Entry:
    return Entry(kind, account, text, max(amount, _NOTHING), max(-amount, _NOTHING), code)
