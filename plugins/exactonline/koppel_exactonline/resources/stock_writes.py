"""Writing stock: what was counted becomes one processed stock count per warehouse, and so the stock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from koppel import Batch, Found, Lookup, Match, Receipt, Receipts, RecordError, RejectedError, Write

from koppel_exactonline import odata
from koppel_exactonline.client import Row
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.dates import today
from koppel_exactonline.matching import Key, find_rows, found, shown
from koppel_exactonline.resources.joined import amount

COUNTS, PLACES, WAREHOUSES = "inventory/StockCounts", "inventory/ItemWarehouses", "inventory/Warehouses"
FIELDS = ("ID", "Item", "ItemCode", "Warehouse", "WarehouseCode", "CurrentStock")
KEYS = {"sku": Key("ItemCode", 30, whole=True)}
_PROCESSED = 21


def find(talk: Conversation, lookup: Lookup) -> Found:
    """Which articles are kept in stock, in the warehouse of the connection; the id is the article's."""
    key, rows = find_rows(talk, lookup, PLACES, FIELDS, KEYS)
    mine = bare(talk.settings.text("stock_warehouse"))
    kept = [row for row in rows if not mine or bare(row.get("WarehouseCode")) == mine]
    first = list({str(row["Item"]).lower(): row for row in reversed(kept)}.values())
    return found(lookup, key, first, _match)


def _match(row: Row) -> Match:
    now = {"ItemCode": bare(row.get("ItemCode")), "QuantityNew": row.get("CurrentStock"), "WarehouseCode": bare(row.get("WarehouseCode"))}
    return Match(str(row["Item"]).lower(), bare(row.get("ItemCode")), now)


def upsert(talk: Conversation, batch: Batch) -> Receipts:
    """One count per warehouse with all that differs. A figure that is right already is left alone."""
    items = [str(write.id).lower() for write in batch.writes if odata.is_guid(write.id)]
    there = {(str(row["Item"]).lower(), str(row["Warehouse"]).lower()): row for row in _places(talk, items)}
    receipts: list[Receipt] = []
    todo: defaultdict[str, list[Write]] = defaultdict(list)
    for write in batch.writes:
        try:
            house = _warehouse(talk, bare(write.draft.fields.get("WarehouseCode")))
            row = there.get((str(write.id).lower(), house))
            if row is None:
                raise _not_kept(write)
            if amount(row.get("CurrentStock")) == amount(write.draft.fields.get("QuantityNew")):
                receipts.append(Receipt(write.key, str(write.id), bare(row.get("ItemCode")), "unchanged"))
            else:
                todo[house].append(write)
        except RecordError as error:
            receipts.append(Receipt(write.key, error=error))
    for house, writes in todo.items():
        receipts += _count(talk, house, writes)
    return Receipts(tuple(receipts))


def _places(talk: Conversation, items: Sequence[str]) -> list[Row]:
    return talk.client.rows_where(PLACES, FIELDS, "Item", [odata.guid(one) for one in items])


def _count(talk: Conversation, house: str, writes: Sequence[Write]) -> list[Receipt]:
    """The figures, not differences: a count that is sent twice comes to the same stock."""
    lines = [{"Item": write.id, "QuantityNew": amount(write.draft.fields.get("QuantityNew"))} for write in writes]
    fields = {"StockCountDate": today().isoformat(), "Warehouse": house, "Status": _PROCESSED, "Description": "Koppel", "StockCountLines": lines}
    try:
        row = talk.client.create(COUNTS, fields)
    except RecordError as error:
        if len(writes) == 1:
            return [Receipt(writes[0].key, error=error)]
        return [receipt for write in writes for receipt in _count(talk, house, [write])]  # find the one that is refused
    return [Receipt(write.key, str(write.id), bare(write.draft.fields.get("ItemCode")), "updated", shown(row)) for write in writes]


def _warehouse(talk: Conversation, code: str) -> str:
    """The id of the warehouse: as said, else the connection's, else the only one."""
    code = code or bare(talk.settings.text("stock_warehouse"))
    if code:
        return talk.need_id(WAREHOUSES, code, "warehouse").lower()
    rows = talk.client.rows(WAREHOUSES, ("ID", "Code", "Main"))
    main = [row for row in rows if row.get("Main")] or rows
    if len(main) != 1:
        raise RejectedError(
            "Exact Online has several warehouses and none is the main one.", cause="missing.warehouse",
            resolution="Choose “Warehouse for stock” on the connection, or fill the table warehouses.",
        )  # fmt: skip
    return str(main[0]["ID"]).lower()


def _not_kept(write: Write) -> RejectedError:
    return RejectedError(
        f"{bare(write.draft.fields.get('ItemCode')) or 'The article'} is not kept in stock in that warehouse of Exact Online.",
        resolution="Make it a stock item there, or link it to the warehouse; then retry.",
        cause="stock.not_kept",
    )

