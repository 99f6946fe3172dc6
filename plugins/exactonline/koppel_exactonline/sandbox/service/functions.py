"""The read functions and the per-service $metadata document."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from xml.sax.saxutils import quoteattr

from koppel_exactonline.sandbox.errors import ApiError, bad_request
from koppel_exactonline.sandbox.query.lexer import Token, tokens
from koppel_exactonline.sandbox.resources.stock import total
from koppel_exactonline.sandbox.schema import ENTITIES, TABLES
from koppel_exactonline.sandbox.schema.model import Entity
from koppel_exactonline.sandbox.service.call import Call
from koppel_exactonline.sandbox.service.request import Answer, json_answer
from koppel_exactonline.sandbox.store.table import TIMESTAMP
from koppel_exactonline.sandbox.wire import dates
from koppel_exactonline.sandbox.wire.values import Value, write

FREE_TEXTS = tuple(f"FreeTextField_{number:02}" for number in range(1, 11))
_STOCK = "inventory/ItemWarehouses"


def _argument(call: Call, name: str, kind: str) -> Value:
    found: list[Token] = tokens(call.request.query.get(name, ""))
    if len(found) != 2 or found[0].type != kind:
        raise bad_request()
    return found[0].value


def stock_position(call: Call) -> Answer:
    """The figures of one item over all warehouses (reference: Items, groups, units, prices, stock)."""
    desk, item = call.desk, _argument(call, "itemId", "G")
    entity = ENTITIES[_STOCK]
    rows = [{name: desk.value(_STOCK, row, name) for name in ("FreeStock", "PlannedStockOut", "ProjectedStock")} | {
        "CurrentStock": row.get("CurrentStock"), "PlannedStockIn": row.get("PlannedStockIn"),
        "ReservedStock": row.get("ReservedStock"),
    } for row in desk.table(_STOCK).where("Item", item)]
    names = {
        "FreeStock": "FreeStock", "InStock": "CurrentStock", "PlanningIn": "PlannedStockIn",
        "PlanningOut": "PlannedStockOut", "ProjectedStock": "ProjectedStock", "ReservedStock": "ReservedStock",
    }
    number = entity.properties["CurrentStock"]
    shown = {shown: write(number, total(rows, kept)) for shown, kept in names.items()}
    return _results("StockPosition", [{"ItemId": item, **shown}] if rows else [])


def item_extra_fields(call: Call) -> Answer:
    """The free fields of one item that are filled in, under the names that the administration gave them."""
    item = call.desk.table("logistics/Items").get(_argument(call, "itemId", "G"))
    names = call.desk.switches.extra_fields
    found = []
    for number, name in enumerate(FREE_TEXTS, 1):
        value = item.get(name) if item else None
        if item and value not in (None, ""):
            label = names[number - 1] if number <= len(names) else f"Vrij tekstveld {number}"
            found.append({"ItemID": item["ID"], "Number": number, "Description": label, "Value": value,
                          "Modified": write(ENTITIES["logistics/Items"].properties["Modified"], item.get("Modified"))})
    return _results("ItemExtraField", found)


def sync_timestamp(call: Call) -> Answer:
    """From a date to the row version to continue from: all rows changed since have a higher one."""
    since, name = _argument(call, "modified", "T"), _argument(call, "endPoint", "S")
    entity = next((one for one in ENTITIES.values() if one.is_sync and one.name == name), None)
    if entity is None or not isinstance(since, datetime):
        raise bad_request()
    found = 1
    table = TABLES[entity.table or "salesinvoice/SalesInvoices"]
    for row in call.desk.table(table.path):
        look = call.desk.look(table, row)
        changed, version = look("Modified"), row.get(TIMESTAMP)
        if isinstance(changed, datetime) and changed < since and isinstance(version, int):
            found = max(found, version)
    row = {"API": name, "Modified": dates.to_ticks(since), "TimeStampAsBigInt": str(found)}
    return _results("SyncTimestamp", [row])


def _results(model: str, rows: list[dict[str, Any]]) -> Answer:
    kind = f"Exact.Web.Api.Models.{model}"
    return json_answer({"d": {"results": [{"__metadata": {"type": kind}, **row} for row in rows]}})


def metadata(call: Call) -> Answer:
    """The types of one service as XML."""
    service = call.place.endpoint.removesuffix("/$metadata").lower()
    found = [one for path, one in ENTITIES.items() if path.rpartition("/")[0].lower() == service]
    if not found:
        raise ApiError(404)
    types = "".join(_type(one) for one in found)
    text = (
        '<?xml version="1.0" encoding="utf-8"?><edmx:Edmx Version="1.0" '
        'xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx"><edmx:DataServices>'
        '<Schema Namespace="Exact.Web.Api.Models" xmlns="http://schemas.microsoft.com/ado/2008/09/edm">'
        f"{types}</Schema></edmx:DataServices></edmx:Edmx>"
    )
    return Answer(200, text.encode(), [("Content-Type", "application/xml;charset=utf-8")])


def _type(entity: Entity) -> str:
    values = "".join(f'<Property Name="{name}" Type="{one.edm}"/>' for name, one in entity.values.items())
    key = f'<Key><PropertyRef Name="{entity.key}"/></Key>'
    return f"<EntityType Name={quoteattr(entity.model.rpartition('.')[2])}>{key}{values}</EntityType>"


FUNCTIONS: dict[str, Callable[[Call], Answer]] = {
    "read/logistics/stockposition": stock_position,
    "read/logistics/itemextrafield": item_extra_fields,
    "read/sync/sync/synctimestamp": sync_timestamp,
    "$metadata": metadata,
}
