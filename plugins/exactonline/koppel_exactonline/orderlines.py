"""An order's lines as plain values that add up: amounts without VAT, an order discount spread over the lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

_CENT = Decimal("0.01")
_FINE = Decimal("0.0000000001")
_ZERO = Decimal(0)


@dataclass
class _Line:
    """One line while its sums are made. `excl` and `vat` are what remains of it, `gross` is before an order discount."""

    row: Mapping[str, Any]
    kind: str
    quantity: Decimal
    gross: Decimal
    excl: Decimal
    vat: Decimal


def order_lines(order: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The lines of an order with its lines and charges attached. Raises ValueError for an amount that is none.

    `AmountFC` of a line is without VAT; where the order's own total says otherwise it is read with VAT. What the
    order says it gives off the whole is taken off the lines; any other difference is left for people to see."""
    lines = [_article(row) for row in order.get("SalesOrderLines") or ()]
    lines += [_charge(row) for row in order.get("SalesOrderOrderChargeLines") or ()]
    _without_vat(order, lines)
    _spread_discount(order, lines)
    return [_plain(line) for line in lines]


def invoice_lines(invoice: Mapping[str, Any], sign: int = 1) -> list[dict[str, Any]]:
    """The lines of an invoice like those of an order; `sign` -1 turns a credit note's amounts about."""
    lines = [{**row, "VATAmount": row.get("VATAmountFC")} for row in invoice.get("SalesInvoiceLines") or ()]
    charges = list(invoice.get("SalesInvoiceOrderChargeLines") or ())
    whole = {**invoice, "SalesOrderLines": lines, "SalesOrderOrderChargeLines": charges}
    return order_lines(whole) if sign > 0 else order_lines(_turned(whole))


def entry_lines(entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The lines of a sales entry: one per booking, with its ledger account."""
    rows = list(entry.get("SalesEntryLines") or ())
    lines = [{**row, "Quantity": 1, "VATAmount": row.get("VATAmountFC")} for row in rows]
    total = entry.get("AmountFC")
    whole = {"AmountFC": total, "AmountDiscount": 0, "SalesOrderLines": lines}
    ledgers = (str(row.get("GLAccountCode") or "").strip() for row in rows)
    return [{**line, "revenue_account": ledger} for line, ledger in zip(order_lines(whole), ledgers, strict=True)]


_COUNTED = ("Quantity", "AmountFC", "VATAmount", "AmountFCExclVAT", "AmountVATFC", "AmountFCExclVat", "AmountDiscount", "AmountDiscountExclVat")


def _turned(value: Any) -> Any:
    """A document with every amount and quantity of the other sign; prices per piece stay."""
    if isinstance(value, list):
        return [_turned(one) for one in value]
    if not isinstance(value, Mapping):
        return value
    return {
        name: -_amount(one) if name in _COUNTED and one is not None else _turned(one) for name, one in value.items()
    }


def _article(row: Mapping[str, Any]) -> _Line:
    amount = _amount(row.get("AmountFC"))
    quantity = row.get("Quantity")
    return _Line(row, "article", _amount(1 if quantity is None else quantity), amount, amount, _amount(row.get("VATAmount")))


def _charge(row: Mapping[str, Any]) -> _Line:
    amount = _amount(row.get("AmountFCExclVAT"))
    kind = "shipping" if row.get("IsShippingCost") else "fee"
    return _Line(row, kind, Decimal(1), amount, amount, _amount(row.get("AmountVATFC")))


def _without_vat(order: Mapping[str, Any], lines: Sequence[_Line]) -> None:
    """Take VAT out of the article lines when only so they come to the order's total."""
    if order.get("AmountFC") is None:
        return
    articles = [line for line in lines if line.kind == "article"]
    total, vat = _amount(order["AmountFC"]), sum((line.vat for line in articles), _ZERO)
    with_vat = sum((line.excl + line.vat for line in lines), _ZERO) - _amount(order.get("AmountDiscount"))
    if vat and abs(with_vat - vat - total) < min(abs(with_vat - total), _CENT * (len(lines) + 1)):
        for line in articles:
            line.excl -= line.vat
            line.gross = line.excl


def _spread_discount(order: Mapping[str, Any], lines: Sequence[_Line]) -> None:
    """Take what the order gives off the whole, and a cent of VAT that lines round otherwise, off the lines."""
    if order.get("AmountFC") is None or order.get("AmountFCExclVat") is None or not lines:
        return
    excl, vat = (sum((getattr(line, name) for line in lines), _ZERO) for name in ("excl", "vat"))
    left = _amount(order["AmountFCExclVat"])
    off, off_vat = excl - left, vat - (_amount(order["AmountFC"]) - left)
    said = _amount(order.get("AmountDiscountExclVat"))
    whole = order.get("AmountDiscount")
    said_vat = vat * off / excl if whole is None and excl else _amount(whole) - said
    if max(abs(off - said), abs(off_vat - said_vat)) > _CENT * len(lines):
        return
    for line, share in zip(lines, _shares(off, [line.excl for line in lines]), strict=True):
        line.excl -= share
    for line, share in zip(lines, _shares(off_vat, [line.vat for line in lines]), strict=True):
        line.vat -= share


def _shares(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """The amount in cents over the lines by size; the largest takes the rest."""
    sizes = [abs(weight) for weight in weights]
    whole = sum(sizes, _ZERO)
    shares = [_cents(amount * size / whole) if whole else _ZERO for size in sizes]
    shares[sizes.index(max(sizes))] += amount - sum(shares, _ZERO)
    return shares


def _plain(line: _Line) -> dict[str, Any]:
    price, row = _unit_price(line), line.row
    off = price * line.quantity - line.excl
    if _cents(off) == 0 and _cents(price * line.quantity) == _cents(line.excl):
        off = _ZERO
    elif off < 0:
        price, off = _quotient(line.excl, line.quantity), _ZERO
    rate = row.get("VATPercentage")
    taxes = [] if rate is None else [{"rate": _amount(rate) * 100, "amount": line.vat}]
    is_article = line.kind == "article"
    return {
        "id": str(row.get("ID") or ""), "kind": line.kind, "sku": str(row.get("ItemCode") or "").strip() if is_article else "",
        "description": str(row.get("Description" if is_article else "OrderChargesLineDescription") or "").strip(),
        "quantity": line.quantity, "unit_price": price, "discount": off, "total": line.excl, "taxes": taxes,
        "vat_code": str(row.get("VATCode") or "").strip(),
    }  # fmt: skip


def _unit_price(line: _Line) -> Decimal:
    """The price before discount where the line's own prices are without VAT, else what the amount comes to per piece."""
    unit, net, off = (_amount(line.row.get(name)) for name in ("UnitPrice", "NetPrice", "Discount"))
    if unit and 0 < off < 1 and _cents(unit * (1 - off) * line.quantity) == _cents(line.gross):
        return unit
    if net and _cents(net * line.quantity) == _cents(line.gross):
        return net
    return _quotient(line.gross, line.quantity)


def _quotient(amount: Decimal, quantity: Decimal) -> Decimal:
    return (amount / quantity).quantize(_FINE).normalize() + _ZERO if quantity else _ZERO


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_UP)


def _amount(value: Any) -> Decimal:
    if isinstance(value, Decimal):
        return value
    try:
        return Decimal(str(value)) if value not in (None, "") else _ZERO
    except InvalidOperation:
        raise ValueError(f"{str(value)[:40]!r} is no amount") from None
