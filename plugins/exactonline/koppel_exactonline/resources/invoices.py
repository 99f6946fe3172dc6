"""Sales invoices and credit notes: header, lines and charges, found by the customer's reference or their own number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from koppel import Found, Lookup, Match, Page, Query

from koppel_exactonline.about import LIMITS
from koppel_exactonline.client import Row, own_fields
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.matching import Key, find_rows, found, readable
from koppel_exactonline.reading import conditions
from koppel_exactonline.resources.joined import any_field, grouped, one_of
from koppel_exactonline.resources.papers import fetch_papers
from koppel_exactonline.tracking import Source

INVOICES, LINES = "salesinvoice/SalesInvoices", "salesinvoice/SalesInvoiceLines"
CHARGES = "salesinvoice/SalesInvoiceOrderChargeLines"
_BULK, _BULK_LINES = "bulk/SalesInvoice/SalesInvoices", "bulk/SalesInvoice/SalesInvoiceLines"


@dataclass(frozen=True, slots=True)
class Kind:
    """What one resource is here: the types it is read and found as, and the one it is written as."""

    types: tuple[int, ...]
    written: int


KINDS = {
    "sales_invoice": Kind((8020, 8023), 8020),
    "direct_invoice": Kind((8020, 8023), 8023),
    "credit_note": Kind((8021, 8024), 8021),
    "direct_credit": Kind((8021, 8024), 8024),
}
"""8020 invoice, 8021 credit note; 8023 and 8024 the same with goods leaving at once (reference: SalesInvoices).

An invoice of either type is found as both: an order is never invoiced twice because its kind was changed."""

FIELDS = (
    "InvoiceID", "InvoiceNumber", "OrderNumber", "Type", "YourRef", "Description", "Remarks", "Journal", "OrderedBy",
    "OrderedByName", "DeliverTo", "InvoiceTo", "DeliverToAddress", "OrderDate", "InvoiceDate", "DueDate", "Currency",
    "PaymentCondition", "PaymentReference", "ShippingMethod", "ShippingMethodDescription", "SalesChannel", "SalesChannelCode",
    "Warehouse", "AmountFC", "AmountFCExclVat", "AmountDiscount", "AmountDiscountExclVat", "Discount", "VATAmountFC",
    "Status", "StatusDescription", "Division", "Created", "Modified",
)  # fmt: skip

LINE_FIELDS = (
    "ID", "InvoiceID", "LineNumber", "Item", "ItemCode", "GLAccount", "GLAccountDescription", "Description", "Quantity", "UnitCode",
    "UnitPrice", "Discount", "NetPrice", "AmountFC", "VATCode", "VATPercentage", "VATAmountFC", "CostCenter", "CostUnit", "Notes",
)  # fmt: skip

CHARGE_FIELDS = (
    "ID", "InvoiceID", "LineNumber", "OrderChargeCode", "OrderChargesLineDescription", "IsShippingCost", "AmountFCExclVAT",
    "AmountFCInclVAT", "AmountVATFC", "VATCode", "VATPercentage",
)  # fmt: skip

KEYS = {"reference": Key("YourRef", LIMITS["sales_order"]["YourRef"]), "number": Key("InvoiceNumber")}


def fetch(talk: Conversation, query: Query, size: int) -> Page:
    """Invoices or credit notes that changed, each with its lines, charges and customer."""
    types, wanted = one_of("Type", KINDS[query.resource].types), conditions(query.filters or {})
    source = Source(_BULK, INVOICES, FIELDS, "InvoiceID", wanted, always=types)
    return fetch_papers(talk, query, size, source, with_lines, ("InvoiceNumber", "YourRef", "OrderNumber"))


def find(talk: Conversation, lookup: Lookup) -> Found:
    """Which references are invoiced, or credited, already. With several of one reference the oldest comes first."""
    also = one_of("Type", KINDS[lookup.resource].types)
    key, rows = find_rows(talk, lookup, INVOICES, FIELDS, KEYS, also)
    rows.sort(key=lambda row: int(row.get("OrderNumber") or 0))
    return found(lookup, key, with_lines(talk, rows), lambda row: Match(row["InvoiceID"], number(row), readable(row)))


def number(row: Row) -> str:
    """The number people know it by: the invoice's own, which comes with printing, else the order number of its draft."""
    return any_field(row, "InvoiceNumber", "OrderNumber")


def with_lines(talk: Conversation, rows: Sequence[Row]) -> list[Row]:
    """The invoices with every line and charge."""
    lines = grouped(talk, _BULK_LINES, LINE_FIELDS, rows, "InvoiceID")
    charges = grouped(talk, CHARGES, CHARGE_FIELDS, rows, "InvoiceID")
    return [
        {**own_fields(row), "SalesInvoiceLines": lines[row["InvoiceID"]], "SalesInvoiceOrderChargeLines": charges[row["InvoiceID"]]}
        for row in rows
    ]
