"""Sales orders: the order with all its lines, its customer and its delivery address, found by the customer's reference."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from koppel import Found, Lookup, Match, Page, Query, Record

from koppel_exactonline.about import LIMITS
from koppel_exactonline.client import Row, own_fields
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import ADDRESS_FIELDS, Conversation
from koppel_exactonline.matching import Key, find_rows, found, readable
from koppel_exactonline.reading import conditions
from koppel_exactonline.resources.addresses import ADDRESSES, place
from koppel_exactonline.resources.joined import amount, any_field, grouped, rows_by_id
from koppel_exactonline.resources.papers import fetch_papers
from koppel_exactonline.tracking import Source, changed

ORDERS, LINES, CHARGES = "salesorder/SalesOrders", "salesorder/SalesOrderLines", "salesorder/SalesOrderOrderChargeLines"
_BULK = "bulk/SalesOrder/SalesOrders"
_BULK_LINES = "bulk/SalesOrder/SalesOrderLines"

FIELDS = (
    "OrderID", "OrderNumber", "YourRef", "Description", "Remarks", "OrderedBy", "OrderedByName", "DeliverTo", "InvoiceTo",
    "OrderDate", "DeliveryDate", "Currency", "PaymentCondition", "PaymentReference", "ShippingMethod",
    "ShippingMethodDescription", "WarehouseID", "WarehouseCode", "SalesChannel", "SalesChannelCode", "DeliveryAddress",
    "AmountFC", "AmountFCExclVat", "AmountDiscount", "AmountDiscountExclVat", "Discount", "Status", "StatusDescription",
    "DeliveryStatus", "InvoiceStatus", "Created", "Modified",
)  # fmt: skip

LINE_FIELDS = (
    "ID", "OrderID", "LineNumber", "Item", "ItemCode", "Description", "Quantity", "UnitCode", "UnitPrice", "Discount",
    "NetPrice", "AmountFC", "VATCode", "VATPercentage", "VATAmount", "DeliveryDate", "Notes",
)  # fmt: skip

CHARGE_FIELDS = (
    "ID", "OrderID", "LineNumber", "OrderChargeCode", "OrderChargesLineDescription", "IsShippingCost", "AmountFCExclVAT",
    "AmountFCInclVAT", "AmountVATFC", "VATCode", "VATPercentage",
)  # fmt: skip

_LABELS = ("YourRef", "OrderNumber")

KEYS = {"reference": Key("YourRef", LIMITS["sales_order"]["YourRef"]), "number": Key("OrderNumber")}


def fetch(talk: Conversation, query: Query, size: int) -> Page:
    """Orders that changed, each with all its lines and charges, its customer and the address it goes to."""
    return fetch_papers(talk, query, size, _source(query), with_lines, _LABELS)


def fetch_states(talk: Conversation, query: Query, size: int) -> Page:
    """Orders that changed, for their statuses only: no lines, no customers."""
    part = changed(talk, query, _source(query), size)
    records = (Record(str(row["OrderID"]), own_fields(row), any_field(row, *_LABELS)) for row in part.rows)
    return Page(tuple(records), part.cursor, part.more)


def _source(query: Query) -> Source:
    return Source(_BULK, ORDERS, FIELDS, "OrderID", conditions(query.filters or {}))


def find(talk: Conversation, lookup: Lookup) -> Found:
    """Which references exist. With several orders of one reference the oldest comes first."""
    key, rows = find_rows(talk, lookup, ORDERS, FIELDS, KEYS)
    rows.sort(key=lambda row: int(row.get("OrderNumber") or 0))
    whole = [{**row, "DeliveryAddress": place(row["DeliveryAddressRow"] or {})} for row in with_lines(talk, rows)]
    return found(lookup, key, whole, lambda row: Match(row["OrderID"], bare(row.get("OrderNumber")), readable(row)))


def with_lines(talk: Conversation, rows: Sequence[Row]) -> list[Row]:
    """The orders with every line, and charges where the lines do not come to the order's total."""
    lines = grouped(talk, _BULK_LINES, LINE_FIELDS, rows, "OrderID")
    open_rows = [row for row in rows if not _adds_up(row, lines[str(row["OrderID"])])]
    charges = grouped(talk, CHARGES, CHARGE_FIELDS, open_rows, "OrderID")
    places = rows_by_id(talk, ADDRESSES, ADDRESS_FIELDS, rows, "DeliveryAddress")
    return [
        {
            **own_fields(row),
            "SalesOrderLines": lines[str(row["OrderID"])],
            "SalesOrderOrderChargeLines": charges[str(row["OrderID"])],
            "DeliveryAddressRow": places.get(str(row.get("DeliveryAddress"))),
        }
        for row in rows
    ]


def _adds_up(order: Row, lines: Sequence[Row]) -> bool:
    """Whether lines alone make the order's total; with charges or a discount on the whole order they do not."""
    total = sum((amount(line.get("AmountFC")) for line in lines), Decimal(0))
    vat = sum((amount(line.get("VATAmount")) for line in lines), Decimal(0))
    return amount(order.get("AmountFC")) in (total + vat, total)
