"""What happens to an order after it was booked: it is shipped, it is paid, its status changes."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from koppel.documents.base import Currency, Document, Moment, Part, Text, Zone
from koppel.documents.money import Amount, MaybeAmount


class Afterwards(Document):
    """News about an order. `number` is the paper's own number; the order is known by the number people use
    (`order_reference`), by its id where the news comes from (`order_source_id`) and, once the runner has found
    it, by its id where the news goes to (`order_external_id`)."""

    number: Text = ""
    order_reference: Text = ""
    order_source_id: Text = ""
    order_external_id: Text = ""

    @property
    def order_and_number(self) -> str:
        """Which paper of which order over there, as "order#number": a natural key where numbers count per order."""
        return f"{self.order_external_id}#{self.number}" if self.order_external_id and self.number else ""

    @property
    def label(self) -> str:
        """Its own number, else the order's."""
        return self.number or self.order_reference or self.source_id


class Tracking(Part):
    """One parcel: its number at the carrier, and where it can be followed."""

    number: Text = ""
    carrier: Text = ""
    url: Text = ""


class Packed(Part):
    """So many of one article in a shipment; `line_source_id` is the order line where the news comes from."""

    sku: Text = ""
    quantity: Amount
    line_source_id: Text = ""


class Shipment(Afterwards):
    """Goods that left. No `lines` means everything that was still to be sent."""

    shipped_at: Moment | None = None
    method: Text = ""
    trackings: list[Tracking] = Field(default_factory=list)
    lines: list[Packed] = Field(default_factory=list)
    location: Text = ""
    notify: bool = False


class Payment(Afterwards):
    """Money that came in, or went back when `kind` is refund. `open_amount` is what is left to be paid
    afterwards; None when the source does not tell.

    `reference` is its own number, by which a ledger knows it; `refund_source_id` is the refund that the money went back
    for; `exchange_rate` is what one unit of its currency was worth in the shop's own. Where it is booked in a ledger the
    runner fills in the rest: the day (`booked_on`), the paper that it pays (`paper` says of which kind, and
    `paper_external_id` which), and from the open item its number (`invoice_number`), the debtor's id and name (`debtor`, `debtor_name`), the
    debtors' account (`debtor_account`) and the item's id (`item`)."""

    kind: Literal["payment", "refund"] = "payment"
    reference: Text = ""
    amount: Amount
    currency: Currency = "EUR"
    shop_currency: Currency = ""
    exchange_rate: MaybeAmount = None
    paid_at: Moment | None = None
    time_zone: Zone = "Europe/Amsterdam"
    method: Text = ""
    gift_card: bool = False
    by_hand: bool = False
    refund_source_id: Text = ""
    invoice_number: Text = ""
    open_amount: MaybeAmount = None
    booked_on: Text = ""
    paper: Text = ""
    paper_external_id: Text = ""
    debtor: Text = ""
    debtor_name: Text = ""
    debtor_account: Text = ""
    item: Text = ""

    @property
    def label(self) -> str:
        """Its own number, else that of what it pays."""
        return self.reference or super().label

    @property
    def received(self) -> Decimal:
        """What came in by it; below zero for what went back."""
        return -self.amount if self.kind == "refund" else self.amount


class OrderStatus(Afterwards):
    """How far an order is in the books: open, partial, complete, cancelled, invoiced or paid, as `status` says.

    `cancel`: the order is to be cancelled where the news goes to; the runner fills it in as the flow's settings ask."""

    status: Text = ""
    invoice_number: Text = ""
    paid: bool | None = None
    changed_at: Moment | None = None
    note: Text = ""
    cancel: bool = False
