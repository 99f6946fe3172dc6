"""Writing sales orders: prices pinned, VAT codes proven, the delivery address named, the total taken from the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from koppel import Batch, Receipt, Receipts, RecordError, RejectedError, Write

from koppel_exactonline import odata
from koppel_exactonline.client import Row
from koppel_exactonline.codes import bare
from koppel_exactonline.compare import changes
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.matching import shown
from koppel_exactonline.resources.addresses import delivery_address
from koppel_exactonline.resources.order_lines import change_lines
from koppel_exactonline.resources.orders import FIELDS, ORDERS, with_lines
from koppel_exactonline.resources.vat import prove_vat

CODED = {
    "ShippingMethod": ("sales/ShippingMethods", "shipping method"),
    "WarehouseID": ("inventory/Warehouses", "warehouse"),
    "Warehouse": ("inventory/Warehouses", "warehouse"),
    "SalesChannel": ("sales/SalesChannels", "sales channel"),
}
"""Fields that hold an id; a mapping may name the record by its code."""

ONLY_NEW = ("OrderedBy", "DeliverTo", "InvoiceTo", "ApprovalStatus", "OrderNumber", "SalesOrderLines", "SalesOrderOrderChargeLines", "Currency")
"""What cannot change afterwards (reference: SalesOrders), and what an update does not touch by itself."""

_OPEN = 12


def upsert(talk: Conversation, batch: Batch) -> Receipts:
    """Write all; a refused order carries its own error. TransientError when an answer got lost."""
    receipts = []
    for write in batch.writes:
        try:
            receipts.append(_create(talk, write) if write.id is None else _update(talk, write, write.id))
        except RecordError as error:
            receipts.append(Receipt(write.key, error=error))
    return Receipts(tuple(receipts))


def _create(talk: Conversation, write: Write) -> Receipt:
    fields = _native(talk, write.draft.fields, str(write.draft.fields.get("OrderedBy") or ""))
    row = talk.client.create(ORDERS, fields)
    order = str(row["OrderID"]).lower()
    if row.get("AmountFC") is None or not row.get("OrderNumber"):
        row = _reread(talk, order) or row
    return _receipt(write, row, "created")


def _update(talk: Conversation, write: Write, order: str) -> Receipt:
    now = _reread(talk, order)
    if now is None:
        raise _gone(order)
    fields = _native(talk, write.draft.fields, str(now.get("OrderedBy")))
    changed = changes(fields, now, ONLY_NEW)
    lines: Sequence[Mapping[str, Any]] = fields.get("SalesOrderLines") or ()
    current = with_lines(talk, [now])[0]["SalesOrderLines"]
    if (changed or change_lines(talk, order, lines, current, dry=True)) and now.get("Status") != _OPEN:
        raise _closed(now)
    if changed:
        talk.client.change(ORDERS, order, changed)
    touched = change_lines(talk, order, lines, current)
    after = (_reread(talk, order) if changed or touched else now) or now
    return _receipt(write, after, "updated" if changed or touched else "unchanged")


def _native(talk: Conversation, draft: Mapping[str, Any], account: str) -> dict[str, Any]:
    """The draft as the service takes it: codes made ids, the address found or made, the VAT proven first."""
    prove_vat(talk, draft.get("SalesOrderLines") or ())
    fields = with_charges(talk, with_ids(talk, draft), "SalesOrderOrderChargeLines")
    address = named_address(talk, fields.pop("DeliveryAddress", None), account)
    return {**fields, "DeliveryAddress": address} if address else fields


def with_charges(talk: Conversation, fields: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The fields with their charges by id and their VAT proven; without the collection where there are none."""
    rest = {key: value for key, value in fields.items() if key != name}
    lines = [dict(line) for line in fields.get(name) or ()]
    if not lines:
        return rest
    prove_vat(talk, lines)
    ids = talk.ids_of("sales/OrderCharges", [bare(line.get("OrderCharge")) for line in lines], "order charge")
    return {**rest, name: [{**line, "OrderCharge": ids[bare(line.get("OrderCharge"))]} for line in lines]}


def with_ids(talk: Conversation, draft: Mapping[str, Any]) -> dict[str, Any]:
    """The draft with the ids of what it names by code."""
    coded = {name: bare(draft[name]) for name in CODED if bare(draft.get(name))}
    return {**draft, **{name: talk.need_id(CODED[name][0], code, CODED[name][1]) for name, code in coded.items()}}


def named_address(talk: Conversation, wanted: Any, account: str) -> str:
    """The id of the delivery address: given as such, or as lines of a place; empty to leave it to the service."""
    if not isinstance(wanted, Mapping):
        return bare(wanted)
    if not odata.is_guid(account) or not any(bare(value) for value in wanted.values()):
        return ""
    return delivery_address(talk, account, wanted)


def _reread(talk: Conversation, order: str) -> Row | None:
    literals = [odata.guid(order)] if odata.is_guid(order) else []
    return next(iter(talk.client.rows_where(ORDERS, FIELDS, "OrderID", literals)), None)


def _receipt(write: Write, row: Row, action: Any) -> Receipt:
    total = row.get("AmountFC")
    return Receipt(
        write.key, str(row["OrderID"]).lower(), bare(row.get("OrderNumber")), action, shown(row),
        total=None if total is None else Decimal(str(total)),
    )  # fmt: skip


def _closed(row: Row) -> RejectedError:
    return RejectedError(
        f"Order {row.get('OrderNumber')} is no longer open in Exact Online ({row.get('StatusDescription') or row.get('Status')}).",
        resolution="Change it in Exact Online by hand where needed, then skip this record.",
        cause="rejected.completed",
    )


def _gone(order: str) -> RejectedError:
    return RejectedError(
        f"The order {order} no longer exists in Exact Online.",
        resolution="It was removed there. Remove its link here, so that it is looked up or made again.",
        cause="gone:sales_order",
    )
