"""What became of an order: payments, parcels, returns and what was sent in exchange."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from koppel.documents.money import to_decimal

from koppel_shopify.amounts import add, amount, shop_money
from koppel_shopify.client import dig, nodes
from koppel_shopify.gids import number
from koppel_shopify.marks import parse

Row = dict[str, Any]
_RECEIVED = ("SALE", "CAPTURE")
_GIFT_CARD = "gift_card"
_LONGEST = 20
_RATE = Decimal("0.00000001")
_RISKS = ("none", "low", "medium", "high")


def shopify_payments(order: Any) -> list[Row]:
    """The payments that came in; a gift card that was used is one of them."""
    return [
        {
            "id": row.get("id") or "",
            "method": row.get("gateway") or "",
            "amount": amount(row.get("amountSet")),
            "paid_at": row.get("processedAt"),
            "gift_card": row.get("gateway") == _GIFT_CARD,
        }
        for row in _received(order)
        if row.get("amountSet")
    ]


def shopify_paid_at(order: Any) -> str | None:
    """When the first payment came in."""
    return _first(row.get("processedAt") for row in _received(order))


def shopify_shipped_at(order: Any) -> str | None:
    """When the first parcel left; one that was called back does not count."""
    parcels = nodes(dig(order, ()).get("fulfillments"))
    return _first(row.get("createdAt") for row in parcels if row.get("status") == "SUCCESS")


def shopify_due_at(order: Any) -> str | None:
    """When the last instalment is to be paid, by the payment terms."""
    due = [str(row["dueAt"]) for row in nodes(dig(order, ("paymentTerms", "paymentSchedules"))) if row.get("dueAt")]
    return max(due, key=_moment, default=None)


def shopify_risk(order: Any) -> str:
    """The highest risk that anyone saw in the order: none, low, medium or high; empty when none was looked for."""
    found = [str(row.get("riskLevel") or "").lower() for row in nodes(dig(order, ("risk",)).get("assessments"))]
    return max((one for one in found if one in _RISKS), key=_RISKS.index, default="")


def shopify_fulfilments(order: Any) -> list[str]:
    """The state of each part that a location has to send: "Magazijn: open"."""
    parts = nodes(dig(order, ("fulfillmentOrders",)))
    return [f"{dig(row, ('assignedLocation',)).get('name') or '?'}: {str(row.get('status') or '').lower()}" for row in parts]


def shopify_returns(order: Any) -> list[Row]:
    """What came back or is to come back, and what is sent in its place."""
    return [_return(row) for row in nodes(dig(order, ()).get("returns"))]


def _return(row: Mapping[str, Any]) -> Row:
    refunds = nodes(row.get("refunds"))
    return {
        "source_id": row.get("id") or "",
        "number": row.get("name") or "",
        "status": str(row.get("status") or "").lower(),
        "made_at": row.get("createdAt"),
        "closed_at": row.get("closedAt"),
        "lines": [_piece(one, dig(one, ("fulfillmentLineItem", "lineItem"))) for one in nodes(row.get("returnLineItems"))],
        "exchanged": [
            _piece(one, line) for one in nodes(row.get("exchangeLineItems")) for line in nodes(one.get("lineItems")) or [{}]
        ],
        "refunded": add(one.get("totalRefundedSet") for one in refunds) if refunds else None,
    }


def _piece(row: Mapping[str, Any], line: Mapping[str, Any]) -> Row:
    return {
        "sku": line.get("sku") or "",
        "description": line.get("name") or "",
        "quantity": row.get("quantity") or 1,
        "line_source_id": line.get("id") or "",
        "reason": row.get("returnReasonNote") or "",
    }


def _received(order: Any) -> list[Mapping[str, Any]]:
    rows = nodes(dig(order, ()).get("transactions"))
    return [row for row in rows if row.get("status") == "SUCCESS" and row.get("kind") in _RECEIVED]


def _first(moments: Iterable[Any]) -> str | None:
    return min((str(one) for one in moments if one), key=_moment, default=None)


def _moment(text: str) -> float:
    found = parse(text)
    return found.timestamp() if found else 0.0


def shopify_payment_number(payment: Any) -> str:
    """The shop's own number of a payment."""
    return number(str(dig(payment, ()).get("id") or "")) or ""


def shopify_payment_reference(payment: Any) -> str:
    """What a payment is called in the books: the order's number, cut where it is very long, and its own."""
    order = dig(payment, ("order",))
    return f"{str(order.get('name') or '')[:_LONGEST]}-P{shopify_payment_number(payment)}"


def shopify_payment_rate(payment: Any) -> Decimal | None:
    """What one unit of the payment's currency was worth in the shop's own when it was paid."""
    bag = dig(payment, ("amountSet",))
    if not bag.get("money"):
        return Decimal(1)
    shop, ours = to_decimal(dig(bag, ("shopMoney",)).get("amount")), shop_money(bag)
    return (shop / ours).quantize(_RATE) if shop and ours else None
