"""Articles: items with the VAT of their sales price, found by code or barcode."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from koppel import Found, Lookup, Match, Page, Query, Record

from koppel_exactonline.about import LIMITS
from koppel_exactonline.client import Row, own_fields
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import ITEM_FIELDS, Conversation
from koppel_exactonline.dates import local_time, today
from koppel_exactonline.matching import Key, find_rows, found, readable
from koppel_exactonline.reading import conditions
from koppel_exactonline.resources.extras import FREE_FIELDS, with_extras
from koppel_exactonline.resources.pictures import with_pictures
from koppel_exactonline.tracking import Source, changed

ITEMS = "logistics/Items"
_BULK = "bulk/Logistics/Items"

FIELDS = (*ITEM_FIELDS, "StandardSalesPrice", *FREE_FIELDS)

KEYS = {
    "sku": Key("Code", LIMITS["product"]["Code"], whole=True), "ean": Key("Barcode", LIMITS["product"]["Barcode"])
}  # fmt: skip


def fetch(talk: Conversation, query: Query, size: int) -> Page:
    """Sales items that changed, each with its VAT code's row and whether it is on sale today."""
    wanted = conditions({"IsSalesItem": True, **(query.filters or {})})
    part = changed(talk, query, Source(_BULK, ITEMS, FIELDS, "ID", wanted), size)
    codes = talk.vat_codes() if any(bare(row.get("SalesVatCode")) for row in part.rows) else {}
    rows = with_extras(talk, with_pictures(talk, part.rows))
    records = tuple(Record(row["ID"], _whole(row, codes), bare(row.get("Code"))) for row in rows)
    return Page(records, part.cursor, part.more)


def find(talk: Conversation, lookup: Lookup) -> Found:
    """Which article codes or barcodes exist; articles on sale today come first.

    Codes that the local index knows are answered from it, without their price; only the others are asked for."""
    known = _remembered(talk, lookup)
    asked = replace(lookup, values=tuple(value for value in lookup.values if bare(value) not in known))
    key, rows = find_rows(talk, asked, ITEMS, FIELDS, KEYS)
    rows += [row for rows in known.values() for row in rows]
    rows.sort(key=lambda row: (not _on_sale(row, today()), not row.get("IsSalesItem")))
    return found(lookup, key, rows, lambda row: Match(row["ID"], bare(row.get("Code")), readable(row)))


def _remembered(talk: Conversation, lookup: Lookup) -> dict[str, list[Row]]:
    if lookup.key != "sku" or lookup.field not in ("", "Code"):
        return {}
    known = talk.index.find("item", [bare(value) for value in lookup.values]) or {}
    return {code: [dict(row) for row in rows] for code, rows in known.items()}


def _whole(row: Row, codes: dict[str, Row]) -> dict[str, Any]:
    vat = codes.get(bare(row.get("SalesVatCode")))
    return {**own_fields(row), "SalesVAT": own_fields(vat) if vat else None, "OnSale": _on_sale(row, today())}


def _on_sale(row: Row, day: date) -> bool:
    """Between its start and end date, both included."""
    start, end = local_time(row.get("StartDate")), local_time(row.get("EndDate"))
    return not (start and start.date() > day) and not (end and end.date() < day)
