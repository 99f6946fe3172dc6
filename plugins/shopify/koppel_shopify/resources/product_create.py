"""Articles that the shop does not have yet: each product in one call, many of them in bulk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from koppel import Receipt, RecordError, TransientError, Write

from koppel_shopify.answers import accepted, payload_of, refusal
from koppel_shopify.client import AdminApi, nodes
from koppel_shopify.resources import bulk, pictures
from koppel_shopify.resources.collections import collection_ids, handle_of
from koppel_shopify.resources.product_input import (
    check_currency,
    label_of,
    metafields,
    new_variant,
    option_values,
    plain,
    price_of,
    product_options,
)
from koppel_shopify.resources.product_state import Shop, State, state_by_handle

Row = Mapping[str, Any]
Join = Callable[[AdminApi, Write, State, Shop], Receipt]
BULK_FROM = 25
"""From so many new products on, one bulk operation is quicker than a call for each."""


@dataclass(frozen=True)
class Plan:
    """One product to make, from one article or from all forms of it that came together."""

    writes: Sequence[Write]
    parent: str
    input: Row

    @property
    def label(self) -> str:
        """What people call it."""
        return self.parent or label_of(self.writes[0].draft.fields)


def create_all(api: AdminApi, writes: Sequence[Write], shop: Shop, join: Join) -> dict[str, Receipt]:
    """Make these. An article that names a parent becomes a form of that product; `join` brings it into one that is there."""
    receipts: dict[str, Receipt] = {}
    plans = []
    for group in _groups(writes):
        try:
            parent = str(group[0].draft.fields.get("parent") or "")
            there = state_by_handle(api, handle_of(parent)) if parent else None
            if there is not None:
                receipts |= {write.key: join(api, write, there, shop) for write in group}
            else:
                plans.append(Plan(group, parent, _input(api, group, parent, shop)))
        except RecordError as error:
            receipts |= {write.key: Receipt(write.key, error=error) for write in group}
    return receipts | (_in_bulk(api, plans) if len(plans) >= BULK_FROM else _one_by_one(api, plans))


def _groups(writes: Sequence[Write]) -> list[list[Write]]:
    """Articles of one parent together, every other one by itself."""
    groups: dict[str, list[Write]] = {}
    for write in writes:
        parent = str(write.draft.fields.get("parent") or "")
        groups.setdefault(f"parent {handle_of(parent)}" if parent else write.key, []).append(write)
    return list(groups.values())


def _input(api: AdminApi, group: Sequence[Write], parent: str, shop: Shop) -> dict[str, Any]:
    fields = group[0].draft.fields
    rows = [write.draft.fields for write in group] if parent else list(fields.get("variants") or ()) or [fields]
    for row in (fields, *rows):
        check_currency(row, shop)
    made = {**plain(fields), "productOptions": product_options(rows)}
    if parent:
        made |= {"title": str(fields.get("parentTitle") or parent), "handle": handle_of(parent)}
    if any(price_of(row, shop) is None for row in rows):
        made["status"] = "DRAFT"  # without a price it would be given away
    made["variants"] = [new_variant({"tracked": fields.get("tracked"), **row}, shop, within=False) for row in rows]
    noted = metafields(fields)
    added, note = _pictures(group, parent)
    if added:
        made["files"] = [{**one, "contentType": "IMAGE"} for one in pictures.addresses(api, added)]
        noted.append(note)
    if noted:
        made["metafields"] = noted
    titles = list(dict.fromkeys(title for write in group for title in write.draft.fields.get("collections") or ()))
    return {**made, "collections": collection_ids(api, titles)} if titles else made


def _pictures(group: Sequence[Write], parent: str) -> tuple[list[Row], dict[str, str]]:
    """The pictures of a new product, each once, and the note of them: of which form each is, where there are forms."""
    plans = [pictures.plan(list(row.get("images") or ()), None, str(row.get("sku") or "") if parent else "") for row in
             (write.draft.fields for write in group)]  # fmt: skip
    added = {pictures.source_of(one): one for plan in plans for one in plan.added}
    sent = {one.source: one for plan in plans for one in plan.sent or ()}
    return list(added.values()), pictures.Plan(sent=list(sent.values())).note()


def _one_by_one(api: AdminApi, plans: Sequence[Plan]) -> dict[str, Receipt]:
    receipts: dict[str, Receipt] = {}
    for plan in plans:
        try:
            answer = accepted(payload_of(api.ask("set_product", {"input": plan.input}), "productSet"), plan.label)
            receipts |= _made(plan, answer)
        except RecordError as error:
            receipts |= _failed(plan, error)
    return receipts


def _in_bulk(api: AdminApi, plans: Sequence[Plan]) -> dict[str, Receipt]:
    answers = bulk.write(api, "set_product", [{"input": plan.input} for plan in plans])
    receipts: dict[str, Receipt] = {}
    for place, plan in enumerate(plans):
        answer = (answers.get(place, {}).get("data") or {}).get("productSet")
        if not isinstance(answer, Mapping):
            raise TransientError("Shopify did not say what became of an article.", cause="answer.lost")
        errors = answer.get("userErrors") or ()
        receipts |= _failed(plan, refusal(errors[0], plan.label)) if errors else _made(plan, answer)
    return receipts


def _failed(plan: Plan, error: RecordError) -> dict[str, Receipt]:
    return {write.key: Receipt(write.key, error=error) for write in plan.writes}


def _made(plan: Plan, answer: Row) -> dict[str, Receipt]:
    product = answer.get("product") or {}
    by_options = {_options(row): str(row["id"]) for row in nodes(product.get("variants"))}
    receipts = {}
    for write in plan.writes:
        fields = write.draft.fields
        gid = str(product["id"])
        if plan.parent or (not fields.get("variants") and not product.get("hasOnlyDefaultVariant")):
            gid = by_options[tuple((one["optionName"], one["name"]) for one in option_values(fields))]
        data = {"productId": str(product["id"]), "title": str(plan.input["title"])}
        receipts[write.key] = Receipt(write.key, gid, label_of(fields), "created", data)
    return receipts


def _options(row: Row) -> tuple[tuple[str, str], ...]:
    return tuple((str(one["name"]), str(one["value"])) for one in row.get("selectedOptions") or ())
