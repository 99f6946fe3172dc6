"""What happened to an order since it was placed, as its source tells: how it was paid, and what came back."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from koppel.documents.base import Moment, Part, Text
from koppel.documents.money import Amount, MaybeAmount


class Paid(Part):
    """One payment that came in: `amount` in the order's currency, by `method` as the source names it.

    `gift_card` when it was paid with a gift card that was sold before, so that no money came in for it now."""

    id: Text = ""
    method: Text = ""
    amount: Amount
    paid_at: Moment | None = None
    gift_card: bool = False


class ReturnedLine(Part):
    """So many pieces of one article; `line_source_id` is the order line they are of, where the source tells."""

    sku: Text = ""
    description: Text = ""
    quantity: Amount = Decimal(1)
    line_source_id: Text = ""
    reason: Text = ""


class Return(Part):
    """Goods that come back, or that a customer asked to send back. `exchanged` is what is sent in their place, and
    `refunded` what was given back for it so far; None when the source does not tell."""

    source_id: Text = ""
    number: Text = ""
    status: Text = ""
    made_at: Moment | None = None
    closed_at: Moment | None = None
    lines: list[ReturnedLine] = Field(default_factory=list)
    exchanged: list[ReturnedLine] = Field(default_factory=list)
    refunded: MaybeAmount = None
