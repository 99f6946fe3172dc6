"""How far an order is in the books, shown in the order itself: a tag, fields, a note, and whether it is paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from koppel import (
    Batch,
    Found,
    Lookup,
    Match,
    Receipt,
    Receipts,
    RecordError,
    RejectedError,
    Settings,
    TransientError,
    Write,
)

from koppel_shopify.answers import accepted, payload_of
from koppel_shopify.client import AdminApi, nodes
from koppel_shopify.resources.cancelling import cancel_order

Row = Mapping[str, Any]
PER_CALL = 50


def read_orders(api: AdminApi, ids: Sequence[str]) -> dict[str, Row]:
    """These orders with what can be told to them; those that are gone are left out."""
    found = api.by_ids("order_states", list(dict.fromkeys(ids)), PER_CALL)
    return {str(row["id"]): row for data in found for row in nodes(data.get("nodes")) if row.get("id")}


def find(api: AdminApi, lookup: Lookup) -> Found:
    """Orders by their id."""
    orders = read_orders(api, lookup.values)
    return Found({gid: (Match(gid, str(row.get("name") or "")),) for gid, row in orders.items()})


def upsert(api: AdminApi, settings: Settings, batch: Batch) -> Receipts:
    """Tell these orders and answer for each."""
    orders = read_orders(api, [str(write.draft.fields.get("order") or "") for write in batch.writes])
    return Receipts(tuple(_one(api, settings, write, orders) for write in batch.writes))


def _one(api: AdminApi, settings: Settings, write: Write, orders: Mapping[str, Row]) -> Receipt:
    order = orders.get(str(write.draft.fields.get("order") or ""))
    if order is None:
        return Receipt(write.key, error=RejectedError("The order is no longer in Shopify.", cause="order.gone"))
    try:
        told = [_tell(api, write.draft.fields, order), _note(api, write.draft.fields, order)]
        told.append(bool(write.draft.fields.get("paid")) and mark_paid(api, order))
        told.append(bool(write.draft.fields.get("cancel")) and _cancel(api, settings, order))
    except (RecordError, TransientError) as error:
        if isinstance(error, TransientError) and error.cause != "order.cancelling":
            raise  # nobody knows what became of it
        return Receipt(write.key, error=error)
    name = str(order.get("name") or "")
    return Receipt(write.key, str(order["id"]), name, "updated" if any(told) else "unchanged")


def _tell(api: AdminApi, fields: Row, order: Row) -> bool:
    """Tag and fields in one call; a tag of ours that no longer applies goes."""
    tag, gid = str(fields.get("tag") or ""), str(order["id"])
    held = [str(one) for one in order.get("tags") or ()]
    start = f"{tag.partition(':')[0]}:" if ":" in tag else ""
    remove = [one for one in held if start and one.startswith(start) and one.casefold() != tag.casefold()]
    add = [tag] if tag and tag.casefold() not in {one.casefold() for one in held} else []
    rows = _rows(fields, order)
    flags = {"addTags": bool(add), "removeTags": bool(remove), "setFields": bool(rows)}
    if not any(flags.values()):
        return False
    data = api.ask("tell_order", {"id": gid, "add": add, "remove": remove, "metafields": rows, **flags})
    for root, flag in (("tagsAdd", "addTags"), ("tagsRemove", "removeTags"), ("metafieldsSet", "setFields")):
        if flags[flag]:
            accepted(payload_of(data, root), str(order.get("name") or gid))
    return True


def _rows(fields: Row, order: Row) -> list[dict[str, str]]:
    known = {str(one["key"]): str(one["value"]) for one in nodes(order.get("metafields"))}
    given = {key: str(value) for key, value in (fields.get("metafields") or {}).items() if value not in (None, "")}
    kind = "single_line_text_field"
    return [
        {"ownerId": str(order["id"]), "namespace": "koppel", "key": key, "type": kind, "value": value}
        for key, value in given.items()
        if known.get(key) != value
    ]


def _note(api: AdminApi, fields: Row, order: Row) -> bool:
    """A note goes where there is none; what a person wrote there stays."""
    if not fields.get("note") or order.get("note"):
        return False
    data = api.ask("note_order", {"input": {"id": order["id"], "note": str(fields["note"])[:5000]}})
    accepted(payload_of(data, "orderUpdate"), str(order.get("name") or ""))
    return True


def _cancel(api: AdminApi, settings: Settings, order: Row) -> bool:
    """Cancel it where it is not cancelled yet; whether it was not."""
    if order.get("cancelledAt"):
        return False
    cancel_order(api, settings, str(order["id"]), str(order.get("name") or "the order"))
    return True


def mark_paid(api: AdminApi, order: Row) -> bool:
    """Mark an order as paid where it can be; whether it was not yet."""
    if not order.get("canMarkAsPaid"):
        return False
    data = api.ask("mark_order_paid", {"id": order["id"]})
    accepted(payload_of(data, "orderMarkAsPaid"), str(order.get("name") or ""))
    return True
