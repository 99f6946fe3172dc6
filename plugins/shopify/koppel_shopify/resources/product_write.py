"""Articles into the shop: new ones whole, known ones by their differences; no list that a person keeps is replaced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from koppel import Batch, ConflictError, Receipt, Receipts, RecordError, RejectedError, Write

from koppel_shopify.answers import accepted, payload_of
from koppel_shopify.client import AdminApi, nodes
from koppel_shopify.resources import channels, pictures
from koppel_shopify.resources.collections import collection_ids
from koppel_shopify.resources.picture_changes import PictureBusy, put_in_place, replace_files, take_off
from koppel_shopify.resources.product_create import create_all
from koppel_shopify.resources.product_input import (
    check_currency,
    label_of,
    new_variant,
    options_of,
    product_changes,
    variant_changes,
)
from koppel_shopify.resources.product_state import Shop, State, Variant, read_shop, read_states

Row = Mapping[str, Any]
PER_CALL = 250
_OF_PRODUCT = ("title", "descriptionHtml", "vendor", "productType", "status", "handle", "parentTitle", "blocked")
_BLOCKED = {"draft": "DRAFT", "archive": "ARCHIVED"}


def upsert(api: AdminApi, batch: Batch) -> Receipts:
    """Make or change these articles and answer for each. A lost answer is raised: then all are looked up again."""
    shop = read_shop(api)
    receipts: dict[str, Receipt] = {}
    known = [write for write in batch.writes if write.id]
    states = read_states(api, [str(write.id) for write in known])
    for write in known:
        receipts[write.key] = _one(api, write, states.get(str(write.id)), shop)
        if receipts[write.key].action == "updated" and receipts[write.key].error is None:
            states |= _again(api, write, states)
    receipts |= create_all(api, [write for write in batch.writes if not write.id], shop, change_known)
    receipts |= channels.settle(api, batch.writes, receipts)
    return Receipts(tuple(receipts[write.key] for write in batch.writes))


def _one(api: AdminApi, write: Write, state: State | None, shop: Shop) -> Receipt:
    try:
        return _change(api, write, state, shop)
    except (RecordError, PictureBusy) as error:
        return Receipt(write.key, error=error)


def _again(api: AdminApi, write: Write, states: Mapping[str, State]) -> dict[str, State]:
    """Another form of the same product in this batch must see what was just written."""
    product = states[str(write.id)].id
    others = [gid for gid, state in states.items() if state.id == product and gid != str(write.id)]
    return read_states(api, others) if others else {}


def change_known(api: AdminApi, write: Write, state: State, shop: Shop) -> Receipt:
    """Bring one form into a product that is there: its own values only, nothing of the product itself."""
    own = _own(write.draft.fields)
    part = replace(write, draft=replace(write.draft, fields={**own, "variants": [own]}), id=None)
    answer = _one(api, part, state, shop)
    if answer.error is not None:
        return answer
    found = read_states(api, [state.id])[state.id].variant(str(own.get("sku") or ""))
    return replace(answer, id=found.id if found else state.id, action="created", number=label_of(own))


def _change(api: AdminApi, write: Write, state: State | None, shop: Shop) -> Receipt:
    fields = write.draft.fields
    if state is None:
        raise RejectedError(
            f"{label_of(fields)} is no longer in Shopify.",
            cause="record.gone",
            resolution="Forget its link, so that it is made again; or put it back in Shopify.",
        )
    if not fields.get("variants") and not state.simple:
        fields = _own(fields)
    check_currency(fields, shop)
    rows = list(fields.get("variants") or ()) or [fields]
    changed, added = _variants(rows, state, shop, str(write.id), whole=bool(fields.get("variants")))
    product = _product(api, fields, state) | _blocking(api, write, fields, state)
    shown = _pictures(fields, state)
    if shown.sent is not None:
        product["metafields"] = [*product.get("metafields", ()), shown.note()]
    if not (changed or added or product):
        return _receipt(write, state, rows, "unchanged", {})
    media = _media(api, shown, state, label_of(fields))
    made = _send(api, state, product, media, changed, added, label_of(fields))
    put_in_place(api, state, shown.changed)
    return _receipt(write, state, rows, "updated", made)


def _pictures(fields: Row, state: State) -> pictures.Plan:
    """What becomes of the pictures; those of one form among several are told apart by its SKU."""
    one_form = not fields.get("variants") and not state.simple
    return pictures.plan(list(fields.get("images") or ()), state, str(fields.get("sku") or "") if one_form else "")


def _media(api: AdminApi, shown: pictures.Plan, state: State, label: str) -> list[dict[str, Any]]:
    """The pictures to add. Those that changed are replaced first: when all else fails that is done again, and the note
    that says so is written last. PictureBusy while it cannot be told which one is ours."""
    if shown.unsure:
        raise PictureBusy(f"Shopify is still making the pictures of {label} ready.", cause="picture.busy", retry_after=60)
    replace_files(api, shown.changed, label)
    take_off(api, state.id, shown.changed, label)
    fresh = [*shown.added, *(one.picture for one in shown.changed if not one.same_kind)]
    return [{**one, "mediaContentType": "IMAGE"} for one in pictures.addresses(api, fresh)]


def _blocking(api: AdminApi, write: Write, fields: Row, state: State) -> dict[str, Any]:
    """The status of an article that the books block, or free again; what a person hid is never shown by this."""
    hidden = _BLOCKED.get(api.settings.text("blocked_articles"))
    if hidden is None or "blocked" not in fields:
        return {}
    now, before = state.row.get("status"), bool((write.last or {}).get("blocked"))
    if fields["blocked"]:
        return {"status": hidden} if now == "ACTIVE" else {}
    return {"status": "ACTIVE"} if before and now == hidden else {}


def _own(fields: Row) -> dict[str, Any]:
    """What one form among several says of itself: the product's title and texts are not its to change."""
    return {name: value for name, value in fields.items() if name not in _OF_PRODUCT}


def _variants(
    rows: Sequence[Row], state: State, shop: Shop, gid: str, *, whole: bool
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Forms to change, and forms to add. Those that only the shop knows stay as they are."""
    changed, added = [], []
    for row in rows:
        variant = _variant_of(row, state, gid, whole)
        if variant is not None:
            change = variant_changes(row, variant, shop)
            changed += [change] if change else []
        else:
            added.append(_fitting(row, state, shop))
    return changed, added


def _variant_of(row: Row, state: State, gid: str, whole: bool) -> Variant | None:
    linked = next((one for one in state.variants if one.id == gid), None)
    if linked is not None and not whole:
        return linked
    found = state.variant(str(row.get("sku") or ""))
    options = options_of(row)
    if found is None and options:
        found = next((one for one in state.variants if one.options == options), None)
    if found is None and not whole and len(state.variants) == 1:
        return state.variants[0]
    if found is None and not whole:
        raise ConflictError(
            f"{label_of(row)} belongs to a product in Shopify with {len(state.variants)} forms, none of which has this SKU.",
            cause="variant.unknown",
            resolution="Give the right form this SKU in Shopify, or forget the link of this article; then retry.",
        )
    return found


def _fitting(row: Row, state: State, shop: Shop) -> dict[str, Any]:
    if sorted(options_of(row)) != sorted(state.option_names):
        have = " and ".join(state.option_names) or "no options"
        raise ConflictError(
            f"{label_of(row)} has {' and '.join(options_of(row)) or 'no options'}, its product in Shopify has {have}.",
            cause="options.differ",
            resolution="Give both the same attributes, then retry.",
        )
    return new_variant(row, shop, within=True)


def _product(api: AdminApi, fields: Row, state: State) -> dict[str, Any]:
    """What changes of the product itself. Collections are only ever joined."""
    changed = product_changes(fields, state)
    join = [gid for gid in collection_ids(api, fields.get("collections") or ()) if gid not in state.collections]
    if join:
        changed["collectionsToJoin"] = join
    return changed


def _send(
    api: AdminApi,
    state: State,
    product: Row,
    media: Sequence[Row],
    changed: Sequence[Row],
    added: Sequence[Row],
    label: str,
) -> dict[str, str]:
    """Write the differences; gives the ids of the forms that were added, by SKU."""
    made: dict[str, str] = {}
    for start in range(0, max(len(changed), len(added), 1), PER_CALL):
        part, more = list(changed[start : start + PER_CALL]), list(added[start : start + PER_CALL])
        flags = {"writeProduct": start == 0 and bool(product or media), "writeChanged": bool(part), "writeAdded": bool(more)}
        rows = {"changed": part, "added": more, "product": {**product, "id": state.id}, "media": list(media) or None}
        data = api.ask("update_product", {"id": state.id, **rows, **flags})
        roots = ("productUpdate", "productVariantsBulkUpdate", "productVariantsBulkCreate")
        for root, flag in zip(roots, flags.values(), strict=True):
            if flag:
                answer = accepted(payload_of(data, root), label)
                made |= {str(one.get("sku") or ""): str(one["id"]) for one in nodes(answer.get("productVariants"))}
    return made


def _receipt(write: Write, state: State, rows: Sequence[Row], action: Any, made: Row) -> Receipt:
    """The form's own id where the article is one form of several, else the product's."""
    fields = write.draft.fields
    gid = state.id
    if not fields.get("variants") and not state.simple:
        known = next((one.id for one in state.variants if one.id == write.id), "")
        found = state.variant(str(rows[0].get("sku") or ""))
        gid = known or str(made.get(str(rows[0].get("sku"))) or "") or (found.id if found else str(write.id))
    data = {"productId": state.id, "title": str(fields.get("title") or state.row.get("title") or "")}
    return Receipt(write.key, gid, label_of(fields), action, data)
