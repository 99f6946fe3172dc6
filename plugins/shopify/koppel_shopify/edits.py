"""What of an order was sold: ordered, less what was taken off before money went back for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from koppel_shopify.amounts import ZERO, add, amount, shop_money
from koppel_shopify.client import nodes

MOVED = ("SUCCESS", "PENDING")


def kept_quantities(order: Mapping[str, Any]) -> dict[str, int]:
    """Pieces sold per line. A cancelled order keeps what was ordered: that it is cancelled says enough."""
    refunded, untouched = _refunded_pieces(order), bool(order.get("cancelledAt")) or _refunds_unknown(order)
    kept = {}
    for line in nodes(order.get("lineItems")):
        key, ordered, now = str(line.get("id")), int(line.get("quantity") or 0), line.get("currentQuantity")
        taken_off = 0 if now is None or untouched else ordered - int(now) - refunded.get(key, 0)
        kept[key] = ordered - max(taken_off, 0)
    return kept


def sold_total(order: Mapping[str, Any]) -> Decimal | None:
    """What the customer owes for the pieces sold, VAT included."""
    ordered, now = (shop_money(order.get(name)) for name in ("totalPriceSet", "currentTotalPriceSet"))
    kept = kept_quantities(order)
    edited = any(kept[str(line.get("id"))] != int(line.get("quantity") or 0) for line in nodes(order.get("lineItems")))
    if not edited or now is None:
        return now if ordered is None else ordered
    return now + sum((_value(refund, bool(order.get("taxesIncluded"))) for refund in _paid_back(order)), ZERO)


def _refunds_unknown(order: Mapping[str, Any]) -> bool:
    """Money went back, but it is not known for what: then nothing is taken off."""
    if order.get("refunds") is None:
        return amount(order.get("totalRefundedSet")) != 0
    return any(refund.get("refundLineItems") is None for refund in _paid_back(order))


def _refunded_pieces(order: Mapping[str, Any]) -> dict[str, int]:
    pieces: dict[str, int] = {}
    for refund in _paid_back(order):
        for row in nodes(refund.get("refundLineItems")):
            key = str((row.get("lineItem") or {}).get("id"))
            pieces[key] = pieces.get(key, 0) + int(row.get("quantity") or 0)
    return pieces


def _paid_back(order: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """The refunds for which money moved; an edit leaves one without (reference: Orders)."""
    return [refund for refund in nodes(order.get("refunds")) if moved(refund)]


def moved(refund: Mapping[str, Any]) -> bool:
    """Whether money went back, or is on its way."""
    if refund.get("transactions") is None:
        return amount(refund.get("totalRefundedSet")) != 0
    return any(row.get("status") in MOVED for row in nodes(refund.get("transactions")))


def _value(refund: Mapping[str, Any], included: bool) -> Decimal:
    rows, ways = nodes(refund.get("refundLineItems")), nodes(refund.get("refundShippingLines"))
    goods = add(row.get("subtotalSet") for row in rows) + add(row.get("subtotalAmountSet") for row in ways)
    vat = add(row.get("totalTaxSet") for row in rows) + add(row.get("taxAmountSet") for row in ways)
    return goods if included else goods + vat
