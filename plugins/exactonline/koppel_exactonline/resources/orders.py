"""Sales orders: the order with all its lines, its customer and its delivery address, found by the customer's reference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from koppel import Found, Lookup, Match, Page, Query, Record

from koppel_exactonline import odata
from koppel_exactonline.about import LIMITS
from koppel_exactonline.client import Row
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import ADDRESS_FIELDS, Conversation
from koppel_exactonline.matching import Key, find_rows, found, own_fields, readable
from koppel_exactonline.reading import conditions
from koppel_exactonline.resources import customers
from koppel_exactonline.resources.addresses import ADDRESSES, place

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

KEYS = {"reference": Key("YourRef", LIMITS["sales_order"]["YourRef"]), "number": Key("OrderNumber")}


def fetch(talk: Conversation, query: Query, size: int) -> Page:
    """Orders that changed, each with all its lines and charges, its customer and the address it goes to."""
    if query.ids:
        part = talk.reader.by_id(query, ORDERS, FIELDS, "OrderID")
    else:
        part = talk.reader.changed(query, _BULK, FIELDS, size, conditions(query.filters or {}))
    rows = _with_customers(talk, with_lines(talk, part.rows))
    records = tuple(Record(row["OrderID"], row, bare(row.get("YourRef")) or bare(row.get("OrderNumber"))) for row in rows)
    return Page(records, part.cursor, part.more)


def find(talk: Conversation, lookup: Lookup) -> Found:
    """Which references exist. With several orders of one reference the oldest comes first."""
    key, rows = find_rows(talk, lookup, ORDERS, FIELDS, KEYS)
    rows.sort(key=lambda row: int(row.get("OrderNumber") or 0))
    whole = [{**row, "DeliveryAddress": place(row["DeliveryAddressRow"] or {})} for row in with_lines(talk, rows)]
    return found(lookup, key, whole, lambda row: Match(row["OrderID"], bare(row.get("OrderNumber")), readable(row)))


def with_lines(talk: Conversation, rows: Sequence[Row]) -> list[Row]:
    """The orders with every line, and charges where the lines do not come to the order's total."""
    lines = _grouped(talk, _BULK_LINES, LINE_FIELDS, rows)
    open_rows = [row for row in rows if not _adds_up(row, lines[str(row["OrderID"])])]
    charges = _grouped(talk, CHARGES, CHARGE_FIELDS, open_rows)
    places = _rows_by_id(talk, ADDRESSES, ADDRESS_FIELDS, rows, "DeliveryAddress")
    return [
        {
            **own_fields(row),
            "SalesOrderLines": sorted(lines[str(row["OrderID"])], key=_line_number),
            "SalesOrderOrderChargeLines": sorted(charges[str(row["OrderID"])], key=_line_number),
            "DeliveryAddressRow": places.get(str(row.get("DeliveryAddress"))),
        }
        for row in rows
    ]


def _with_customers(talk: Conversation, rows: list[Row]) -> list[Row]:
    accounts = _rows_by_id(talk, customers.ACCOUNTS, customers.FIELDS, rows, "OrderedBy")
    return [{**row, "Customer": accounts.get(str(row.get("OrderedBy")))} for row in rows]


def _grouped(talk: Conversation, entity: str, select: Sequence[str], rows: Sequence[Row]) -> defaultdict[str, list[Row]]:
    """The rows below these orders, by order; all pages are read."""
    below: defaultdict[str, list[Row]] = defaultdict(list)
    literals = [odata.guid(str(row["OrderID"])) for row in rows]
    for row in talk.client.rows_where(entity, select, "OrderID", literals):
        below[str(row["OrderID"])].append(own_fields(row))
    return below


def _rows_by_id(talk: Conversation, entity: str, select: Sequence[str], rows: Sequence[Row], name: str) -> dict[str, Row]:
    ids = dict.fromkeys(str(row.get(name)) for row in rows if odata.is_guid(row.get(name)))
    found_rows = talk.client.rows_where(entity, select, "ID", [odata.guid(one) for one in ids])
    return {str(row["ID"]): own_fields(row) for row in found_rows}


def _adds_up(order: Row, lines: Sequence[Row]) -> bool:
    """Whether lines alone make the order's total; with charges or a discount on the whole order they do not."""
    total = sum((amount(line.get("AmountFC")) for line in lines), Decimal(0))
    vat = sum((amount(line.get("VATAmount")) for line in lines), Decimal(0))
    return amount(order.get("AmountFC")) in (total + vat, total)


def amount(value: Any) -> Decimal:
    """A number of an answer as Decimal, zero where there is none."""
    return value if isinstance(value, Decimal) else Decimal(str(value or 0))


def _line_number(row: Row) -> int:
    return int(row.get("LineNumber") or 0)
