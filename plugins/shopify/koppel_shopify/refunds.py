"""A refund as the lines of a credit note: goods, shipping, duties, fees that were kept, and what was given back or withheld besides.

What these functions take is an order with one of its refunds beside it, under `refund`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from koppel.documents.money import round_money

from koppel_shopify.amounts import ZERO, add, amount, currency_of, shared, shop_money, taxes
from koppel_shopify.bundles import parts_by_group
from koppel_shopify.client import nodes
from koppel_shopify.edits import MOVED, ON_ITS_WAY
from koppel_shopify.fees import fee_lines
from koppel_shopify.lines import Row, article, extra, plain_lines, sum_of

NO_VAT = [{"rate": ZERO, "amount": ZERO, "title": ""}]


def shopify_refund_total(record: Any) -> Decimal | None:
    """What was given back, or is on its way, VAT included."""
    refund = _refund(record)
    if refund.get("transactions") is None:
        return shop_money(refund.get("totalRefundedSet"))
    return add(row.get("amountSet") for row in _payments(refund))


def shopify_refund_status(record: Any) -> str:
    """paid, or pending while some of the money is still on its way."""
    return "pending" if any(row["status"] == "PENDING" for row in _payments(_refund(record))) else "paid"


def shopify_refund_lines(record: Any) -> list[Row]:
    """The lines of a credit note, in the shape of an order's lines.

    Where fees of the return and Shopify's own adjustments do not explain the difference between lines and money no line is made for it,
    so that the credit note does not add up and waits."""
    refund, included = _refund(record), bool(record.get("taxesIncluded"))
    lines = refund_rows(record, refund)
    rest, currency = (shopify_refund_total(record) or ZERO) - sum_of(lines, included), currency_of(record)
    if not rest:
        return lines
    basis = [line for line in lines if line["total"] > 0] or plain_lines(record)
    fees = fee_lines(basis, refund.get("fees") or (), rest, included, currency, lambda left: _explains(refund, left))
    rest -= sum_of(fees, included)
    return lines + fees + (_adjustments(rest, basis, included, currency) if rest and _explains(refund, rest) else [])


def refund_rows(order: Mapping[str, Any], refund: Mapping[str, Any]) -> list[Row]:
    """The goods, the shipping and the duties of a refund."""
    return [*_goods(order, refund), *_shipping(order, refund), *_duties(refund)]


def _refund(record: Any) -> Mapping[str, Any]:
    refund = record.get("refund") if isinstance(record, Mapping) else None
    if not isinstance(refund, Mapping):
        raise ValueError("it wants an order with one of its refunds")
    return refund


def _payments(refund: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [row for row in nodes(refund.get("transactions")) if row.get("status") in MOVED and row.get("kind") == "REFUND"]


def _goods(order: Mapping[str, Any], refund: Mapping[str, Any]) -> list[Row]:
    """The pieces for which money went back, whether they came back to the shelf or not."""
    sold = {str(line.get("id")): line for line in nodes(order.get("lineItems"))}
    priced, currency = {str(line["source_id"]): line for line in plain_lines(order)}, currency_of(order)
    parts, made = parts_by_group(sold.values()), []
    for row in nodes(refund.get("refundLineItems")):
        key = str((row.get("lineItem") or {}).get("id"))
        if row.get("quantity") and key in sold:
            whole = priced.get(key) or article(sold[key], int(sold[key].get("quantity") or 0), currency, parts)
            made.append(_piece(row, sold[key], whole, currency))
    return made


def _piece(row: Mapping[str, Any], sold: Mapping[str, Any], priced: Row, currency: str) -> Row:
    """Some pieces of a line, at the price and the discount they were sold with."""
    pieces, value = int(row["quantity"]), amount(row.get("subtotalSet"))
    full = round_money(priced["unit_price"] * pieces, currency)
    price = priced["unit_price"] if full >= value else value / pieces
    vat = taxes(sold, pieces, int(sold.get("quantity") or 0), currency)
    return {
        **priced,
        "quantity": pieces,
        "unit_price": price,
        "discount": max(full - value, ZERO),
        "total": value,
        "taxes": _coming_to(amount(row.get("totalTaxSet")), vat, currency) if vat else vat,
    }


def _shipping(order: Mapping[str, Any], refund: Mapping[str, Any]) -> list[Row]:
    ways, currency, made = {str(line.get("id")): line for line in nodes(order.get("shippingLines"))}, currency_of(order), []
    for row in nodes(refund.get("refundShippingLines")):
        key = str((row.get("shippingLine") or {}).get("id"))
        way = ways.get(key, {})
        vat = _coming_to(amount(row.get("taxAmountSet")), taxes(way, 1, 1, currency) or NO_VAT, currency)
        made.append(extra("shipping", way.get("title"), amount(row.get("subtotalAmountSet")), vat, key))
    return [line for line in made if line["total"]]


def _duties(refund: Mapping[str, Any]) -> list[Row]:
    back = add(row.get("amountSet") for row in refund.get("duties") or ())
    return [extra("duty", "Duties", back, NO_VAT)] if back else []


def _coming_to(whole: Decimal, vat: Sequence[Row], currency: str) -> list[Row]:
    """The same rates, with amounts that come to the VAT that Shopify says of the refund."""
    shares = shared(whole, [tax["rate"] for tax in vat], currency)
    return [{**tax, "amount": share} for tax, share in zip(vat, shares, strict=True)]


def _explains(refund: Mapping[str, Any], rest: Decimal) -> bool:
    """Whether Shopify accounts for this difference itself; which way its sign goes is nowhere promised."""
    rows = [row for row in nodes(refund.get("orderAdjustments")) if row.get("reason") != ON_ITS_WAY]
    net = add(row.get("amountSet") for row in rows)
    return abs(rest) in (abs(net), abs(net + add(row.get("taxAmountSet") for row in rows)))


def _adjustments(rest: Decimal, basis: Sequence[Row], included: bool, currency: str) -> list[Row]:
    """The difference shared over the VAT rates of what it is about, as a price that was lowered afterwards."""
    groups: dict[tuple[Decimal, ...], Decimal] = {}
    for line in basis:
        rates = tuple(tax["rate"] for tax in line["taxes"])
        groups[rates] = groups.get(rates, ZERO) + sum_of([line], included)
    if not sum(groups.values()):
        groups = {(ZERO,): Decimal(1)}
    shares = shared(rest, list(groups.values()), currency)
    return [_adjustment(share, rates, included, currency) for share, rates in zip(shares, groups, strict=True) if share]


def _adjustment(share: Decimal, rates: Iterable[Decimal], included: bool, currency: str) -> Row:
    whole = 100 + sum(rates, ZERO)
    vat: list[Row] = [{"rate": rate, "amount": round_money(share * rate / whole, currency), "title": ""} for rate in rates]
    price = share if included else share - sum((tax["amount"] for tax in vat), ZERO)
    return extra("adjustment", "Price reduction" if share > 0 else "Withheld", price, vat)
