"""What of an order was sold: ordered, less what was taken off before money went back for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from koppel_shopify.amounts import ZERO, add, amount, shop_money
from koppel_shopify.client import nodes
from koppel_shopify.exchanges import exchanged_back, exchanged_lines, exchanges, refunds_of, worth_back, worth_sent

MOVED = ("SUCCESS", "PENDING")
ON_ITS_WAY = "PENDING_REFUND_DISCREPANCY"


def kept_quantities(order: Mapping[str, Any]) -> dict[str, int]:
    """Pieces sold per line, without what was sent in exchange. What came back in an exchange was sold, and so was all
    of a cancelled order: that it is cancelled says enough."""
    back, untouched = _refunded_pieces(order) + exchanged_back(order), bool(order.get("cancelledAt")) or _refunds_unknown(order)
    exchanged, kept = exchanged_lines(order), {}
    for line in nodes(order.get("lineItems")):
        key, ordered, now = str(line.get("id")), int(line.get("quantity") or 0), line.get("currentQuantity")
        taken_off = 0 if now is None or untouched else ordered - int(now) - back[key]
        kept[key] = 0 if key in exchanged else ordered - max(taken_off, 0)
    return kept


def sold_total(order: Mapping[str, Any]) -> Decimal | None:
    """What the customer owes for the pieces sold, VAT included, without what an exchange adds or takes off."""
    ordered, now = (shop_money(order.get(name)) for name in ("totalPriceSet", "currentTotalPriceSet"))
    if ordered is None:
        return now
    if now is None or not _edited(order):
        return ordered - (worth_sent(order) if _counted_in(order) else ZERO)
    return now + refunded_value(order) + sum((worth_back(order, made) for made in exchanges(order)), ZERO) - worth_sent(order)


def refunded_value(order: Mapping[str, Any]) -> Decimal:
    """What the goods and the shipping of the refunds come to, VAT included; those of exchanges are left out."""
    return sum((_value(refund, bool(order.get("taxesIncluded"))) for refund in paid_back(order)), ZERO)


def overpaid(order: Mapping[str, Any]) -> bool:
    """Whether pieces were taken off, or exchanged, so that money may go back without anything being taken back for it."""
    return bool(exchanges(order)) or _edited(order)


def pays_back(refund: Mapping[str, Any]) -> bool:
    """Whether a refund is money alone, and exactly what Shopify reckoned that was due."""
    parts = ("refundLineItems", "refundShippingLines", "duties")
    own = [row for row in nodes(refund.get("orderAdjustments")) if row.get("reason") != ON_ITS_WAY]
    return not own and not any(nodes(refund.get(part)) for part in parts)


def _edited(order: Mapping[str, Any]) -> bool:
    kept, exchanged = kept_quantities(order), exchanged_lines(order)
    lines = {str(line.get("id")): int(line.get("quantity") or 0) for line in nodes(order.get("lineItems"))}
    return any(kept[key] != ordered for key, ordered in lines.items() if key not in exchanged)


def _counted_in(order: Mapping[str, Any]) -> bool:
    """Whether the total before returns has what was sent in exchange in it."""
    before = shop_money(order.get("originalTotalPriceSet"))
    return before is None or before != shop_money(order.get("totalPriceSet"))


def _refunds_unknown(order: Mapping[str, Any]) -> bool:
    """Money went back, but it is not known for what: then nothing is taken off."""
    if order.get("refunds") is None:
        return amount(order.get("totalRefundedSet")) != 0
    return any(refund.get("refundLineItems") is None for refund in paid_back(order))


def _refunded_pieces(order: Mapping[str, Any]) -> Counter[str]:
    pieces: Counter[str] = Counter()
    for refund in paid_back(order):
        for row in nodes(refund.get("refundLineItems")):
            pieces[str((row.get("lineItem") or {}).get("id"))] += int(row.get("quantity") or 0)
    return pieces


def paid_back(order: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """The refunds for which money moved, but for those of an exchange; an edit leaves one without (reference: Orders)."""
    ours = refunds_of(exchanges(order))
    return [refund for refund in nodes(order.get("refunds")) if moved(refund) and str(refund.get("id")) not in ours]


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
