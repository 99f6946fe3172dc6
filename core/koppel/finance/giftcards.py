"""A gift card is owed from the day it is sold, and paid off when somebody pays with it."""

from __future__ import annotations

from decimal import Decimal

from koppel.documents import Line, SalesOrder, Tax
from koppel.documents.money import total


def without_gift_cards(order: SalesOrder) -> SalesOrder:
    """The order with what was paid by gift card as a line below zero, so that only the rest is to be paid."""
    used = total(paid.amount for paid in order.payments if paid.gift_card)
    if used <= 0:
        return order
    nothing = [Tax(rate=Decimal(0), amount=Decimal(0))]
    line = Line(
        kind="gift_card", description="Gift card used", quantity=Decimal(-1), unit_price=used, total=-used, taxes=nothing,
        amount_incl=-used, amount_excl=-used,
    )  # fmt: skip
    return order.model_copy(update={"lines": [*order.lines, line], "total": order.total - used})
