"""Writing articles: the item first, then its normal sales price, which the service keeps in rows of its own."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from koppel import Batch, Receipt, Receipts, RecordError, RejectedError, Write

from koppel_exactonline import odata
from koppel_exactonline.about import LIMITS
from koppel_exactonline.client import Row
from koppel_exactonline.codes import bare
from koppel_exactonline.compare import changes, same
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.matching import shown
from koppel_exactonline.resources.pictures import PICTURE, picture_fields
from koppel_exactonline.resources.prices import set_price
from koppel_exactonline.resources.products import FIELDS, ITEMS

GROUPS = "logistics/ItemGroups"
PRICE = "StandardSalesPrice"
ONLY_NEW = ("AverageCost", "CostPriceStandard", "PictureName")
"""Fields that a new item takes and a PUT does not (reference: Appendix A)."""


def upsert(talk: Conversation, batch: Batch) -> Receipts:
    """Write all; a refused article carries its own error. TransientError when an answer got lost."""
    literals = [odata.guid(write.id) for write in batch.writes if write.id and odata.is_guid(write.id)]
    rows = talk.client.rows_where(ITEMS, FIELDS, "ID", literals)
    current = {str(row["ID"]).lower(): row for row in rows}
    receipts = []
    for write in batch.writes:
        try:
            receipts.append(_write(talk, write, current))
        except RecordError as error:
            receipts.append(Receipt(write.key, error=error))
    return Receipts(tuple(receipts))


def _write(talk: Conversation, write: Write, current: dict[str, Row]) -> Receipt:
    fields = {name: value for name, value in write.draft.fields.items() if name not in (PRICE, PICTURE)}
    fields = _with_group(talk, fields, write.id is None)
    price, code = write.draft.fields.get(PRICE), _whole(bare(fields.get("Code")))
    now = current.get(write.id.lower()) if write.id else None
    if write.id and now is None:
        raise _gone(write.id)
    warnings: list[str] = []
    picture = picture_fields(talk, write, now, warnings)
    if now is not None:
        return _noted(_update(talk, write, now, fields, price, picture), warnings)
    row = talk.client.create(ITEMS, {**fields, **picture})
    item = str(row["ID"]).lower()
    if price is not None:
        set_price(talk, item, price, is_new=True)
    return _noted(Receipt(write.key, item, code, "created", shown({**row, **fields, PRICE: price})), warnings)


def _noted(receipt: Receipt, warnings: list[str]) -> Receipt:
    """With what was left out, for the activity log."""
    return replace(receipt, data={**receipt.data, "warnings": warnings}) if warnings else receipt


def _update(talk: Conversation, write: Write, now: Row, fields: dict[str, Any], price: Decimal | None, picture: dict[str, str]) -> Receipt:
    item, changed = str(now["ID"]).lower(), changes(fields, now, ONLY_NEW)
    if changed or picture:
        talk.client.change(ITEMS, item, {**changed, **picture})
    repriced = price is not None and not same(price, now.get(PRICE))
    if repriced and price is not None:
        set_price(talk, item, price)
    action = "updated" if changed or picture or repriced else "unchanged"
    after = {**now, **changed, **({PRICE: price} if repriced else {})}
    return Receipt(write.key, item, bare(after.get("Code")), action, shown(after))  # type: ignore[arg-type]


def _with_group(talk: Conversation, fields: dict[str, Any], is_new: bool) -> dict[str, Any]:
    """The item group as the service's id: a draft names it by code or name. The connection's own group stands in
    for one that does not exist, and for none at all on a new article."""
    group, instead = bare(fields.pop("ItemGroup", "")), talk.settings.text("item_group")
    if instead and (not talk.id_of(GROUPS, group) if group else is_new):
        group = instead
    return {**fields, "ItemGroup": talk.need_id(GROUPS, group, "item group")} if group else fields


def _whole(code: str) -> str:
    """The code, RejectedError when it does not fit: cut short it would be another article."""
    longest = LIMITS["product"]["Code"]
    if len(code) <= longest:
        return code
    raise RejectedError(
        f"{code!r} is longer than the {longest} characters that Exact Online keeps for an item code.",
        field="Code",
        cause="rejected.length:Code",
        resolution="Give it a shorter SKU in the source, or map this field by hand; Koppel never cuts a code.",
    )


def _gone(key: str) -> RejectedError:
    return RejectedError(
        f"The article {key} no longer exists in Exact Online.",
        resolution="It was removed there. Remove its link here, so that it is looked up or made again.",
        cause="gone:product",
    )
