"""What a sales document comes to: its lines and charges, less the discount on the whole."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from koppel_exactonline.sandbox.resources.desk import Derivation, Desk
from koppel_exactonline.sandbox.resources.stock import number, total
from koppel_exactonline.sandbox.store.table import Row
from koppel_exactonline.sandbox.wire.values import Value


@dataclass(frozen=True)
class Below:
    """Where a document keeps its lines and charges: their tables, the property with its key, and the line's VAT."""

    lines: str
    charges: str
    key: str
    vat: str


def rounded(amount: Decimal, step: str) -> Decimal:
    """Rounded to whole steps, halves away from zero; what is too long to be rounded stays as it is."""
    try:
        return amount.quantize(Decimal(step), ROUND_HALF_UP)
    except InvalidOperation:
        return amount


def cents(amount: Decimal) -> Decimal:
    """Rounded to the cent."""
    return rounded(amount, "0.01")


def fraction_of(amount: Decimal) -> Decimal:
    """A discount fraction as it is shown, with six decimals at most."""
    return rounded(amount, "0.000001").normalize()


def totals(below: Below, vat: str) -> dict[str, Derivation]:
    """The amounts of a document that follow from what is below it; `vat` is its own name for the VAT."""
    names = ("AmountFC", "AmountDC", "AmountFCExclVat", "AmountDiscount", "AmountDiscountExclVat", "Discount")
    return {**{name: _total(below, name, name) for name in names}, vat: _total(below, vat, "VAT")}


def _gross(desk: Desk, document: Row, below: Below) -> tuple[Decimal, Decimal] | None:
    """Amounts excluding and including VAT before the discount; None when the document has no lines here."""
    lines = desk.table(below.lines).where(below.key, document[below.key])
    charges = desk.table(below.charges).where(below.key, document[below.key])
    if not lines and not charges:
        return None
    excluding = sum((_excluding(desk, line, below) for line in lines), total(charges, "AmountFCExclVAT"))
    return excluding, excluding + total(lines, below.vat) + total(charges, "AmountVATFC")


def _excluding(desk: Desk, line: Row, below: Below) -> Decimal:
    amount = number(line, "AmountFC")
    if desk.switches.order_line_amount == "as_priced" and desk.switches.vat_inclusive_prices:
        code = desk.by_code("vat/VATCodes", line.get("VATCode"))
        return amount - number(line, below.vat) if code and code.get("Type") == "I" else amount
    return amount


def _discounts(document: Row, gross: tuple[Decimal, Decimal]) -> tuple[Decimal, Decimal, Decimal]:
    """The discount as fraction, amount excluding and amount including VAT; whichever was given leads."""
    excluding, including = gross
    if document.get("AmountDiscount") is not None and including:
        fraction = number(document, "AmountDiscount") / including
        return fraction, cents(excluding * fraction), number(document, "AmountDiscount")
    if document.get("AmountDiscountExclVat") is not None and excluding:
        fraction = number(document, "AmountDiscountExclVat") / excluding
        return fraction, number(document, "AmountDiscountExclVat"), cents(including * fraction)
    fraction = number(document, "Discount")
    return fraction, cents(excluding * fraction), cents(including * fraction)


def _total(below: Below, kept: str, name: str) -> Derivation:
    def derive(desk: Desk, document: Row) -> Value:
        gross = _gross(desk, document, below)
        if gross is None:
            return document.get(kept)
        fraction, off_excluding, off_including = _discounts(document, gross)
        return {
            "AmountFCExclVat": gross[0] - off_excluding, "AmountFC": gross[1] - off_including,
            "AmountDC": gross[1] - off_including, "AmountDiscount": off_including,
            "AmountDiscountExclVat": off_excluding, "Discount": fraction_of(fraction),
            "VAT": gross[1] - off_including - gross[0] + off_excluding,
        }[name]

    return derive
