"""Bundles as one line or as their parts: whichever way, the order does not change by a cent, nor does any VAT rate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from koppel.documents import Line, Tax
from koppel.documents.bundle import Bundle
from koppel.documents.money import shared_out, total

_NOTHING = Decimal(0)
_SAME = ("group", "vendor", "goods", "vat_code", "revenue_account", "cost_center", "cost_unit")
"""What a bundle has when all of its parts have the same."""


@dataclass(frozen=True)
class Apart:
    """A bundle that stays in its parts, and why."""

    bundle: Bundle
    why: str

    def __str__(self) -> str:
        return f"The bundle {self.bundle.sku or self.bundle.description or '?'} is booked in its parts: {self.why}."


def kept(lines: Sequence[Line]) -> tuple[list[Line], list[Apart]]:
    """The same lines with the parts of every bundle as one line on its own article, in the place of the first.

    A bundle whose parts have different VAT rates, that is not whole (some parts came back), or that holds something
    else than articles, stays in its parts: a second line on its article would sell or take back one more of it."""
    made: list[Line] = []
    apart: list[Apart] = []
    groups = _groups(lines)
    for line in lines:
        parts = groups.get(_key(line), [])
        why = _why_apart(parts) if line is next(iter(parts), None) else ""
        if why and line.bundle:
            apart.append(Apart(line.bundle, why))
        if not parts or _why_apart(parts):
            made.append(line)
        elif line is parts[0]:
            made.append(_joined(parts))
    return made, apart


def exploded(lines: Sequence[Line], currency: str = "EUR") -> list[Line]:
    """The same lines with every article that the source sold as one, and knows the parts of, in those parts.

    Its price, discount and VAT are shared out by what the parts cost by themselves; a part that costs nothing gets
    nothing. Where none has a price each piece weighs the same."""
    return [part for line in lines for part in (_parts(line, currency) if line.components else (line,))]


def _key(line: Line) -> tuple[str, ...]:
    return (line.bundle.source_id, line.bundle.sku, line.bundle.description) if line.bundle else ()


def _groups(lines: Sequence[Line]) -> dict[tuple[str, ...], list[Line]]:
    groups: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        if line.bundle:
            groups.setdefault(_key(line), []).append(line)
    return groups


def _why_apart(parts: Sequence[Line]) -> str:
    if any(part.kind != "article" for part in parts):
        return "not all of them are goods"
    rates = {_rates(part) for part in _paid(parts)}
    if len(rates) > 1:
        told = " and ".join(f"{total(rate).normalize():f} %" if rate else "unknown" for rate in sorted(rates))
        return f"their VAT is {told}"
    return "" if _count(parts) else "it is not whole here"


def _paid(parts: Sequence[Line]) -> list[Line]:
    """Parts that decide on the VAT: one that came free goes along with the others."""
    return [part for part in parts if part.total or part.vat] or [parts[0]]


def _rates(line: Line) -> tuple[Decimal, ...]:
    return tuple(tax.rate for tax in line.taxes)


def _count(parts: Sequence[Line]) -> Decimal | None:
    """How many whole bundles these parts are; None when they are not."""
    counts = {part.quantity / part.bundle.pieces for part in parts if part.bundle}
    count = counts.pop()
    whole = not counts and count == count.to_integral_value() and all(part.bundle and part.bundle.parts == len(parts) for part in parts)
    return count if whole and count else None


def _joined(parts: Sequence[Line]) -> Line:
    bundle, count, paid = parts[0].bundle, _count(parts), _paid(parts)
    assert bundle is not None
    assert count is not None
    price, discount = total(part.total for part in parts), total(part.discount for part in parts)
    taxes = [
        Tax(rate=tax.rate, amount=total(part.taxes[place].amount for part in paid), title=tax.title)
        for place, tax in enumerate(paid[0].taxes)
    ]
    shared = {name: getattr(parts[0], name) for name in _SAME if len({getattr(part, name) for part in parts}) == 1}
    return Line(
        sku=bundle.sku, description=bundle.description, quantity=count, unit_price=(price + discount) / count, discount=discount,
        total=price, taxes=taxes, source_id=bundle.source_id, joined=sum(part.joined for part in parts), **shared,
    )  # fmt: skip


def _parts(line: Line, currency: str) -> Iterator[Line]:
    pieces = [component.quantity for component in line.components]
    worth = [component.quantity * component.price for component in line.components]
    weights = worth if any(worth) else pieces
    totals = shared_out(line.total, weights, currency)
    discounts = shared_out(line.discount, weights, currency)
    taxes = [shared_out(tax.amount, totals if any(totals) else weights, currency) for tax in line.taxes]
    for place, component in enumerate(line.components):
        quantity, price = line.quantity * component.quantity, totals[place] + discounts[place]
        yield line.model_copy(update={
            "sku": component.sku, "article_ids": [], "description": component.description, "quantity": quantity,
            "unit_price": price / quantity if quantity else price, "discount": discounts[place], "total": totals[place],
            "taxes": [tax.model_copy(update={"amount": taxes[at][place]}) for at, tax in enumerate(line.taxes)], "components": [],
        })  # fmt: skip
