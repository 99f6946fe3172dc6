"""A gift card is owed from the day it is sold, and paid off when somebody pays with it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from koppel.documents import Line, SalesOrder, Tax
from koppel.documents.money import total


def without_gift_cards(order: SalesOrder) -> SalesOrder:
    """The order with what was paid by gift card as a line below zero, so that only the rest is to be paid, by the
    method of its largest other payment where the source names the gift card's."""
    used = total(paid.amount for paid in order.payments if paid.gift_card)
    if used <= 0:
        return order
    nothing = [Tax(rate=Decimal(0), amount=Decimal(0))]
    line = Line(
        kind="gift_card", description="Gift card used", quantity=Decimal(-1), unit_price=used, total=-used, taxes=nothing,
        amount_incl=-used, amount_excl=-used,
    )  # fmt: skip
    update: dict[str, Any] = {"lines": [*order.lines, line], "total": order.total - used}
    others = [paid for paid in order.payments if not paid.gift_card]
    if others and order.payment_method in {paid.method for paid in order.payments if paid.gift_card}:
        update["payment_method"] = max(others, key=lambda paid: paid.amount).method
    return order.model_copy(update=update)
