"""Articles: items with the VAT of their sales price, found by code or barcode."""

from __future__ import annotations

from datetime import date
from typing import Any

from koppel import Found, Lookup, Match, Page, Query, Record

from koppel_exactonline.about import LIMITS
from koppel_exactonline.client import Row
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.dates import local_time, today
from koppel_exactonline.matching import Key, find_rows, found, own_fields, readable
from koppel_exactonline.reading import conditions

ITEMS = "logistics/Items"
_BULK = "bulk/Logistics/Items"

FIELDS = (
    "ID", "Code", "Description", "ExtraDescription", "Notes", "Barcode", "Unit", "ItemGroup", "ItemGroupCode",
    "ItemGroupDescription", "SalesVatCode", "StandardSalesPrice", "CostPriceStandard", "CostPriceCurrency", "Stock",
    "IsSalesItem", "IsStockItem", "IsWebshopItem", "IsPurchaseItem", "NetWeight", "NetWeightUnit", "SearchCode",
    "PictureName", "PictureUrl", "StartDate", "EndDate", "Created", "Modified",
)  # fmt: skip

KEYS = {
    "sku": Key("Code", LIMITS["product"]["Code"], whole=True), "ean": Key("Barcode", LIMITS["product"]["Barcode"])
}  # fmt: skip


def fetch(talk: Conversation, query: Query, size: int) -> Page:
    """Sales items that changed, each with its VAT code's row and whether it is on sale today."""
    if query.ids:
        part = talk.reader.by_id(query, ITEMS, FIELDS, "ID")
    else:
        part = talk.reader.changed(query, _BULK, FIELDS, size, conditions({"IsSalesItem": True, **(query.filters or {})}))
    codes = talk.vat_codes() if any(bare(row.get("SalesVatCode")) for row in part.rows) else {}
    records = tuple(Record(row["ID"], _whole(row, codes), bare(row.get("Code"))) for row in part.rows)
    return Page(records, part.cursor, part.more)


def find(talk: Conversation, lookup: Lookup) -> Found:
    """Which article codes or barcodes exist; articles on sale today come first."""
    key, rows = find_rows(talk, lookup, ITEMS, FIELDS, KEYS)
    rows.sort(key=lambda row: (not _on_sale(row, today()), not row.get("IsSalesItem")))
    return found(lookup, key, rows, lambda row: Match(row["ID"], bare(row.get("Code")), readable(row)))


def _whole(row: Row, codes: dict[str, Row]) -> dict[str, Any]:
    vat = codes.get(bare(row.get("SalesVatCode")))
    return {**own_fields(row), "SalesVAT": own_fields(vat) if vat else None, "OnSale": _on_sale(row, today())}


def _on_sale(row: Row, day: date) -> bool:
    """Between its start and end date, both included."""
    start, end = local_time(row.get("StartDate")), local_time(row.get("EndDate"))
    return not (start and start.date() > day) and not (end and end.date() < day)
