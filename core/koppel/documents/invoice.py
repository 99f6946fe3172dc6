"""What is owed: an invoice, and a credit note that takes some of it back."""

from __future__ import annotations

from koppel.documents.base import Moment, Text
from koppel.documents.order import SalesOrder


class Invoice(SalesOrder):
    """An invoice as the books hold it. `order_reference` is the order it was made for."""

    number: Text = ""
    invoiced_at: Moment | None = None
    order_reference: Text = ""


class CreditNote(Invoice):
    """What is given back. Quantities and amounts count what is credited, so they are positive like an invoice's;
    `order_source_id` is the order it takes back from, by its id where it came from, and `invoice_number` the paper
    that order is in the target; the runner fills it in."""

    order_source_id: Text = ""
    invoice_number: Text = ""
    reason: Text = ""
