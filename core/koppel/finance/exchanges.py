"""An exchange as a bookkeeper books it: what came back is credited, what went out is sold, and the balance is as told."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from koppel.documents import CreditNote, Exchange, Line, SalesOrder
from koppel.documents.money import round_money, total
from koppel.finance.changes import Change, line_texts

_OF_THE_ORDER = {
    "note": "", "financial_status": "", "cancelled": False, "cancelled_at": None, "discount_codes": [], "payments": [], "returns": [], "exchanges": [],
    "exchanged_total": None, "exchanged_vat": [], "open_amount": None, "due_at": None, "total_vat": None, "paid_at": None, "shipped_at": None,
}  # fmt: skip
"""What belongs to the order as a whole, so that a paper about a part of it has none of it."""
_NUMBER = re.compile(r"(?P<order>.*)-X\d+C?(-R?\d+)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Papers:
    """The two papers of an exchange; None where nothing came back, or nothing was sent."""

    credit: CreditNote | None
    sale: SalesOrder | None


def papers_of(order: SalesOrder, exchange: Exchange) -> Papers:
    """The papers of one exchange of this order: same customer, same currency, on the day of the exchange.

    Their numbers are the order's, with -X and which return it was; the credit note's ends in C."""
    number, (back, sent) = f"{order.reference}-X{exchange.number}", keys_of(order.source_id, exchange)
    values = {**{name: getattr(order, name) for name in SalesOrder.model_fields}, **_OF_THE_ORDER, "ordered_at": exchange.made_at or order.ordered_at}
    credit = _paper(CreditNote, values | {"reference": f"{number}C", "source_id": back}, exchange.back) if exchange.back else None
    sale = _paper(SalesOrder, values | {"reference": number, "source_id": sent}, exchange.sent) if exchange.sent else None
    assert credit is None or isinstance(credit, CreditNote)
    if credit is not None:
        credit.order_reference, credit.order_source_id, credit.reason = order.reference, order.source_id, "Exchanged"
    return Papers(credit, sale)


def keys_of(order_key: str, exchange: Exchange) -> tuple[str, str]:
    """What the credit note and the sale of an exchange are known by for ever, whatever becomes of their numbers."""
    key = f"{order_key}:exchange:{exchange.source_id or exchange.number}"
    return f"{key}:back", key


def order_of(reference: str) -> str:
    """The order that a paper of an exchange is about, by its number; "" for a number of another kind."""
    found = _NUMBER.fullmatch(reference)
    return found["order"] if found else ""


def tail_of(paper: SalesOrder, order: SalesOrder) -> str:
    """What the number of a paper of an exchange has behind that of its order: -X1, or -X1C."""
    return paper.reference.removeprefix(order.reference)


def complete_papers(order: SalesOrder) -> list[Papers]:
    """The papers of all exchanges of an order that should be in the books by now."""
    return [papers_of(order, one) for one in order.exchanges if one.complete and not order.cancelled]


def _paper(kind: type[SalesOrder], values: dict[str, Any], lines: Sequence[Line]) -> SalesOrder:
    own = [line.model_copy(deep=True) for line in lines]
    return kind(**{**values, "lines": own, "total": _worth(own, values["prices_include_vat"])})


def exchanged_off(order: SalesOrder) -> tuple[Change, ...]:
    """Where the lines of the exchanges come to something else than the source says: before is by the lines, after is
    what the source says. Empty where they agree to the cent, and where the source does not tell."""
    if order.exchanged_total is None:
        return ()
    sent = [line for one in order.exchanges for line in one.sent]
    back, included = [line for one in order.exchanges for line in one.back], order.prices_include_vat
    rows = [("Balance", _worth(sent, included) - _worth(back, included), order.exchanged_total)]
    if order.exchanged_vat:
        out, returned, vat = _vat(sent), _vat(back), {tax.rate.normalize(): tax.amount for tax in order.exchanged_vat}
        for rate in sorted({*out, *returned, *vat} - {Decimal(0)}):
            rows.append((f"VAT {rate:f} %", out[rate] - returned[rate], vat.get(rate, Decimal(0))))
    rounded = [(name, round_money(ours, order.currency), round_money(told, order.currency)) for name, ours, told in rows]
    return tuple(Change(name, str(ours), str(told)) for name, ours, told in rounded if ours != told)


def paper_changes(order: SalesOrder, before: SalesOrder | None, now: SalesOrder | None) -> tuple[Change, ...]:
    """What became otherwise of one paper of an exchange of this order; None where there was, or is, no such paper."""
    paper = before or now
    assert paper is not None
    number = tail_of(paper, order).removeprefix("-X").removesuffix("C")
    what = f"Exchange {number}, {'came back' if isinstance(paper, CreditNote) else 'sent'}"
    was, is_now = (_shown(order, one.lines if one else ()) for one in (before, now))
    return () if was == is_now else (Change(what, was, is_now),)


def _shown(order: SalesOrder, lines: Sequence[Line]) -> str:
    return "; ".join(f"{name}: {text}" for name, text in line_texts(order, lines).items())


def _worth(lines: Sequence[Line], included: bool) -> Decimal:
    return total(line.total for line in lines) + (Decimal(0) if included else total(line.vat for line in lines))


def _vat(lines: Iterable[Line]) -> defaultdict[Decimal, Decimal]:
    made: defaultdict[Decimal, Decimal] = defaultdict(Decimal)
    for line in lines:
        for tax in line.taxes:
            made[tax.rate.normalize()] += tax.amount
    return made
