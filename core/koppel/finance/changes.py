"""What changed on an order that matters in the books: lines, amounts, VAT and addresses; the rest is no news."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from koppel.documents import Address, Line, SalesOrder
from koppel.documents.money import round_money


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was; empty where there was, or is, nothing."""

    what: str
    before: str
    after: str


def changes(before: SalesOrder, after: SalesOrder) -> tuple[Change, ...]:
    """The differences between two readings of one order, as a bookkeeper reads them."""
    old, new = _shown(before), _shown(after)
    names = list(dict.fromkeys([*old, *new]))
    return tuple(Change(name, old.get(name, ""), new.get(name, "")) for name in names if old.get(name) != new.get(name))


def _shown(order: SalesOrder) -> dict[str, str]:
    made = {
        "Total": f"{_money(order.total, order)} {order.currency}",
        "Cancelled": "yes" if order.cancelled else "no",
        "Delivery address": _address(order.delivery),
        "Invoice address": _address(order.customer.billing),
    }
    return made | line_texts(order, order.lines)


def line_texts(order: SalesOrder, lines: Sequence[Line]) -> dict[str, str]:
    """Lines of an order as a bookkeeper reads them, by article: "2 × 21.90, VAT 1.81"."""
    made = {}
    for (kind, name), (quantity, amount, vat) in _lines(lines).items():
        title = name if kind == "article" else f"{kind.replace('_', ' ').capitalize()} {name}".strip()
        made[title] = f"{quantity.normalize():f} × {_money(amount, order)}, VAT {_money(vat, order)}"
    return made


def _lines(lines: Sequence[Line]) -> dict[tuple[str, str], list[Decimal]]:
    """Quantity, amount and VAT per article and kind; two lines of one article count together."""
    made: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0), Decimal(0)])
    for line in lines:
        row = made[line.kind, line.sku or line.description]
        row[0] += line.quantity
        row[1] += line.total
        row[2] += line.vat
    return {key: row for key, row in made.items() if any(row[1:]) or key[0] == "article"}


def _money(amount: Decimal, order: SalesOrder) -> str:
    return str(round_money(amount, order.currency))


def _address(address: Address | None) -> str:
    if address is None:
        return ""
    street = address.line or f"{address.street} {address.house_number} {address.addition}"
    parts = (address.company or address.name, street, f"{address.postcode} {address.city}", address.country)
    return ", ".join(" ".join(part.split()) for part in parts if part and part.strip())
