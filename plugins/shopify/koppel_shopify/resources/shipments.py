"""Shipments become fulfilments, each once, with all its tracking numbers (reference: Fulfilment write-back)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from koppel import Batch, Found, Lookup, Match, Receipt, Receipts, RecordError, RejectedError, TransientError, Write

from koppel_shopify.answers import accepted, payload_of
from koppel_shopify.client import AdminApi
from koppel_shopify.resources.shipment_plan import Part, plan
from koppel_shopify.resources.shipment_state import OrderState, Told, contents, read_orders

Row = Mapping[str, Any]
KEY = "shipments"


def find(api: AdminApi, lookup: Lookup) -> Found:
    """Fulfilments by order and number of the shipment ("gid#number"), as the order itself remembers them."""
    wanted = {value: value.partition("#") for value in lookup.values}
    orders = read_orders(api, [order for order, _, _ in wanted.values()])
    found = {}
    for value, (order, _, number) in wanted.items():
        state = orders.get(order)
        if state is not None and state.complete(number):
            parcel = state.parcels_of(number)[0]
            found[value] = (Match(str(parcel["id"]), str(parcel.get("name") or "")),)
    return Found(found)


def upsert(api: AdminApi, batch: Batch) -> Receipts:
    """Send these and answer for each; one that is there already gets its tracking numbers."""
    orders = read_orders(api, [str(write.draft.fields.get("order") or "") for write in batch.writes])
    receipts = []
    for write in batch.writes:
        order = str(write.draft.fields.get("order") or "")
        receipts.append(_one(api, write, orders.get(order)))
        if receipts[-1].error is None:
            orders |= read_orders(api, [order])
    return Receipts(tuple(receipts))


def _one(api: AdminApi, write: Write, order: OrderState | None) -> Receipt:
    try:
        if order is None:
            raise RejectedError(f"The order of shipment {_number(write)} is not in Shopify.", cause="order.gone")
        if write.id:
            return _track(api, write, str(write.id), order)
        return _ship(api, write, order)
    except RecordError as error:
        return Receipt(write.key, error=error)


def _ship(api: AdminApi, write: Write, order: OrderState) -> Receipt:
    number, fields = _number(write), write.draft.fields
    sent = order.parcels_of(number)
    if order.complete(number):
        return _receipt(write, sent, "unchanged")
    if order.row.get("cancelledAt"):
        raise RejectedError(f"The order {order.name} was cancelled, nothing of it is sent.", cause="order.cancelled")
    before = _together(sent)
    try:
        parts = plan(order, fields.get("lines") or (), before)
    except RecordError:
        same = _adopted(order, fields)
        if same is None:
            raise
        return _adopt(api, write, order, same)
    earlier = [str(one["id"]) for one in order.parcels if one not in sent]
    told = Told(earlier, (), len(parts) + len(sent))
    digest = _note(api, order, number, told, order.digest)
    made = [*sent, *(_create(api, part, fields, order) for part in parts)]
    _note(api, order, number, Told(told.before, [str(one["id"]) for one in made], len(made)), digest)
    return _receipt(write, made, "created")


def _together(parcels: Sequence[Row]) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in parcels:
        found.update(contents(one))
    return found


def _create(api: AdminApi, part: Part, fields: Row, order: OrderState) -> Row:
    given = {
        "lineItemsByFulfillmentOrder": part.input(),
        "trackingInfo": tracking(fields),
        "notifyCustomer": bool(fields.get("notifyCustomer")),
    }
    answer = payload_of(api.ask("create_fulfilment", {"fulfillment": given}), "fulfillmentCreate")
    made: Row = accepted(answer, f"the shipment of {order.name}")["fulfillment"]
    return made


def tracking(fields: Row) -> dict[str, Any] | None:
    """All tracking numbers of a shipment. The carrier is named where all have the same: there is room for one."""
    rows = [one for one in fields.get("trackings") or () if one.get("number") or one.get("url")]
    if not rows:
        return None
    companies = {str(one.get("company") or "") for one in rows}
    made: dict[str, Any] = {"numbers": [str(one.get("number") or "") for one in rows]}
    if all(one.get("url") for one in rows):
        made["urls"] = [str(one["url"]) for one in rows]
    return {**made, "company": companies.pop()} if len(companies) == 1 and companies != {""} else made


def _adopted(order: OrderState, fields: Row) -> Row | None:
    """A parcel that somebody made in the shop with exactly what this shipment says."""
    wanted: Counter[str] = Counter()
    for line in fields.get("lines") or ():
        wanted[str(line.get("sku") or "").casefold()] += int(line.get("quantity") or 0)
    for parcel in order.unclaimed():
        held: Counter[str] = Counter()
        for one in (parcel.get("fulfillmentLineItems") or {}).get("nodes") or ():
            held[str((one.get("lineItem") or {}).get("sku") or "").casefold()] += int(one.get("quantity") or 0)
        if held == wanted or not wanted:
            return parcel
    return None


def _adopt(api: AdminApi, write: Write, order: OrderState, parcel: Row) -> Receipt:
    gid = str(parcel["id"])
    _note(api, order, _number(write), Told((), (gid,), 1), order.digest)
    return _track(api, write, gid, order)


def _track(api: AdminApi, write: Write, gid: str, order: OrderState) -> Receipt:
    parcel = next((one for one in order.parcels if one["id"] == gid), None)
    if parcel is None:
        raise RejectedError(f"The fulfilment of {order.name} was taken back in Shopify.", cause="record.gone")
    given = tracking(write.draft.fields)
    held = [str(one.get("number") or "") for one in parcel.get("trackingInfo") or ()]
    if given is None or set(given["numbers"]) <= set(held):
        return _receipt(write, [parcel], "unchanged")
    notify = bool(write.draft.fields.get("notifyCustomer"))
    data = api.ask("update_tracking", {"id": gid, "tracking": given, "notify": notify})
    accepted(payload_of(data, "fulfillmentTrackingInfoUpdate"), f"the tracking numbers of {order.name}")
    return _receipt(write, [parcel], "updated")


def _note(api: AdminApi, order: OrderState, number: str, told: Told, digest: str | None) -> str:
    """Write down in the order what is sent, unless somebody else did meanwhile; gives the new digest."""
    noted = {**order.told, number: told}
    value = {one: {"before": list(it.before), "ids": list(it.ids), "parts": it.parts} for one, it in noted.items()}
    row = {"ownerId": order.id, "namespace": "koppel", "key": KEY, "type": "json", "value": json.dumps(value)}
    answer = payload_of(api.ask("set_metafields", {"metafields": [{**row, "compareDigest": digest}]}), "metafieldsSet")
    if any(one.get("code") == "STALE_OBJECT" for one in answer.get("userErrors") or ()):
        raise TransientError(f"The order {order.name} changed at the same moment.", cause="order.moved", retry_after=30)
    made: Sequence[Row] = accepted(answer, order.name).get("metafields") or []
    return str(made[0]["compareDigest"])


def _number(write: Write) -> str:
    return str(write.draft.fields.get("number") or "")


def _receipt(write: Write, parcels: Sequence[Row], action: Any) -> Receipt:
    ids = [str(one["id"]) for one in parcels]
    name = str(parcels[0].get("name") or "")
    return Receipt(write.key, ids[0], name, action, {"fulfillmentIds": ids, "number": _number(write)})
