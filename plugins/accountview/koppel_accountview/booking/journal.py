"""The journal lines of an order: what people read before it is booked, and what AccountView is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from koppel_accountview.booking.parts import Part

_NOTHING = Decimal(0)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Books:
    """Where the sides of a sale are booked: the debtors' control account, and per VAT code its account."""

    debtors: str
    vat: Mapping[str, str]

    def of_vat(self, code: str) -> str:
        """The account of a VAT code, or the code itself where the account is not known."""
        return self.vat.get(code) or code


@dataclass(frozen=True, slots=True)
class Conventions:
    """How this installation wants the amounts of a page; none of it is documented, so each is a setting.

    `both_sides`: the debtor has a line of his own. `debit_positive`: amounts above zero are debit. `gross`:
    amounts include their VAT. `own_vat_lines`: VAT is sent as lines on the VAT accounts."""

    both_sides: bool = True
    debit_positive: bool = True
    gross: bool = False
    own_vat_lines: bool = False


def total_of(parts: Sequence[Part]) -> Decimal:
    """What the debtor owes, VAT included."""
    return sum((part.net + part.vat for part in parts), _NOTHING)


def journal(parts: Sequence[Part], books: Books) -> list[Row]:
    """The entry as a bookkeeper writes it: account, text, debit, credit and VAT code, the debtor
    first and VAT marked as such; both sides are equal."""
    rows = [_row(books.debtors, "Debiteur", total_of(parts))]
    rows += [_row(part.account, part.text, -part.net, part.vat_code) for part in parts]
    rows += [{**_row(books.of_vat(code), "Btw", -vat, code), "kind": "vat"} for code, vat in _vat(parts)]
    return [row for row in rows if row["debit"] or row["credit"]] or rows[:2]


def page_lines(parts: Sequence[Part], books: Books, how: Conventions) -> list[Row]:
    """The same entry as lines of a daybook page, in AccountView's fields (reference: 4.5 Sales entries)."""
    sign = 1 if how.debit_positive else -1
    rows = [{"ACCT_NR": books.debtors, "TRN_DESC": "Debiteur", "AMOUNT": sign * total_of(parts)}] if how.both_sides else []
    rows += [_line(part, how, sign) for part in parts]
    if how.own_vat_lines:
        bases = {code: sum((part.net for part in parts if part.vat_code == code), _NOTHING) for code, _ in _vat(parts)}
        rows += [
            {"ACCT_NR": books.of_vat(code), "TRN_DESC": "Btw", "AMOUNT": -sign * vat, "VAT_CODE": code,
             "BASE_AMT": -sign * bases[code]}
            for code, vat in _vat(parts)
        ]  # fmt: skip
    return rows


def _line(part: Part, how: Conventions, sign: int) -> Row:
    along = part.vat if how.gross and not how.own_vat_lines else _NOTHING
    row: Row = {"ACCT_NR": part.account, "TRN_DESC": part.text, "AMOUNT": -sign * (part.net + along)}
    if part.vat_code:
        row |= {"VAT_CODE": part.vat_code, "BASE_AMT": -sign * part.net}
        row |= {} if how.own_vat_lines else {"VAT_AMT": -sign * part.vat}
    if part.cost_centre:
        row["COST_CODE"] = part.cost_centre
    return row


def _vat(parts: Sequence[Part]) -> Iterable[tuple[str, Decimal]]:
    sums: dict[str, Decimal] = {}
    for part in parts:
        sums[part.vat_code] = sums.get(part.vat_code, _NOTHING) + part.vat
    return [(code, amount) for code, amount in sums.items() if amount]


def _row(account: str, text: str, amount: Decimal, vat_code: str = "") -> Row:
    side = {"debit": max(amount, _NOTHING), "credit": max(-amount, _NOTHING)}
    return {"account": account, "text": text, **side, "vat_code": vat_code}
