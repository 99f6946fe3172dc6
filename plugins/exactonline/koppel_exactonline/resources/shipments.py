"""Shipments: goods deliveries with their tracking numbers, one record per order that went along."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from koppel import Page, Query, Record

from koppel_exactonline import odata
from koppel_exactonline.client import Row, own_fields
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.resources.joined import grouped
from koppel_exactonline.resources.orders import ORDERS
from koppel_exactonline.syncing import changed, without_version

DELIVERIES, LINES = "salesorder/GoodsDeliveries", "salesorder/GoodsDeliveryLines"
_SYNC, _BULK_LINES = "sync/SalesOrder/GoodsDeliveries", "bulk/SalesOrder/GoodsDeliveryLines"

FIELDS = (
    "EntryID", "DeliveryNumber", "DeliveryDate", "TrackingNumber", "ShippingMethodCode", "ShippingMethodDescription", "Description",
    "Remarks", "DeliveryAccount", "DeliveryAccountName", "WarehouseCode", "Created", "Modified",
)  # fmt: skip

LINE_FIELDS = (
    "ID", "EntryID", "LineNumber", "SalesOrderLineID", "SalesOrderNumber", "ItemCode", "Description", "QuantityDelivered",
    "QuantityOrdered", "TrackingNumber",
)  # fmt: skip

ORDER_FIELDS = ("OrderID", "OrderNumber", "YourRef", "DeliveryStatus")


def fetch(talk: Conversation, query: Query) -> Page:
    """Deliveries that changed. The id is the delivery's with the order's number after a slash."""
    if query.ids:
        literals = [odata.guid(one) for one in {each.partition("/")[0] for each in query.ids} if odata.is_guid(one)]
        rows = talk.client.rows_where(DELIVERIES, FIELDS, "EntryID", literals)
        records = _records(talk, rows)
        return Page(tuple(one for one in records if {one.id, one.id.partition("/")[0]} & set(query.ids)))
    part = changed(talk, query, _SYNC, FIELDS)
    return Page(tuple(_records(talk, part.rows)), part.cursor, part.more)


def _records(talk: Conversation, rows: Sequence[Row]) -> Iterable[Record]:
    lines = grouped(talk, _BULK_LINES, LINE_FIELDS, rows, "EntryID")
    orders = _orders(talk, (line for below in lines.values() for line in below))
    for row in rows:
        parts: defaultdict[str, list[Row]] = defaultdict(list)
        for line in lines[str(row["EntryID"])]:
            parts[bare(line.get("SalesOrderNumber"))].append(line)
        for number, mine in parts.items():
            whole = {**without_version(own_fields(row)), "Order": orders.get(number), "Lines": mine, "Trackings": _trackings(row, mine)}
            yield Record(f"{row['EntryID']}/{number}", whole, bare(row.get("DeliveryNumber")))


def _orders(talk: Conversation, lines: Iterable[Row]) -> dict[str, Row]:
    """The orders by number: a delivery line names its order by number only."""
    numbers = [number for number in dict.fromkeys(bare(line.get("SalesOrderNumber")) for line in lines) if number.isdigit()]
    rows = talk.client.rows_where(ORDERS, ORDER_FIELDS, "OrderNumber", numbers)
    return {bare(row.get("OrderNumber")): own_fields(row) for row in rows}


def _trackings(row: Row, lines: Sequence[Row]) -> list[Row]:
    """Every tracking number once: of the whole delivery, then of its lines."""
    numbers = dict.fromkeys(bare(one.get("TrackingNumber")) for one in (row, *lines))
    return [{"number": number, "carrier": bare(row.get("ShippingMethodDescription"))} for number in numbers if number]
