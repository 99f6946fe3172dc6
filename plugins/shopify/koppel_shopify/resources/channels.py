"""On which sales channels an article is shown: put there once, and taken off only where we put it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from koppel import ConfigurationError, Receipt, RecordError, Settings, TransientError, Write

from koppel_shopify.answers import accepted, payload_of, refusal
from koppel_shopify.client import AdminApi, dig, nodes
from koppel_shopify.resources import bulk
from koppel_shopify.resources.product_state import NAMESPACE

Row = Mapping[str, Any]
KEY = "channels"
PER_CALL = 50
NOTES_PER_CALL = 25
"""Metafields that one call takes (reference: Products, media, collections)."""
BULK_FROM = 25
HIDDEN = ("draft", "archive")


@dataclass(frozen=True)
class Move:
    """What happens with one article: the channels it comes on, those it goes off, and those we put it on, for the note."""

    product: str
    on: Sequence[str]
    off: Sequence[str]
    noted: Sequence[str]
    label: str


def chosen(settings: Settings) -> list[str]:
    """The channels that this connection puts articles on; none: channels are not ours to touch."""
    return [one.strip() for one in settings.text("publish_to").split(",") if one.strip()]


def settle(api: AdminApi, writes: Sequence[Write], receipts: Mapping[str, Receipt]) -> dict[str, Receipt]:
    """Bring the articles that were written on the channels; gives the receipts that changed by it."""
    channels = chosen(api.settings)
    written = {write.key: write for write in writes if receipts[write.key].error is None} if channels else {}
    products = {key: str(receipts[key].data.get("productId") or receipts[key].id) for key in written}
    rows = _rows(api, list(dict.fromkeys(products.values())))
    moves: dict[str, Move] = {}
    for key, product in products.items():
        if product in rows:
            hidden = _hidden(api.settings, written[key], receipts[key], product)
            moves.setdefault(product, move(channels, rows[product], hidden, receipts[key].number))
    needed = {product: one for product, one in moves.items() if one.on or one.off}
    failed = _carry_out(api, list(needed.values()))
    return {key: _told(receipts[key], failed.get(product)) for key, product in products.items() if product in needed}


def _told(receipt: Receipt, error: RecordError | None) -> Receipt:
    if error is not None:
        return Receipt(receipt.key, error=error)
    return replace(receipt, action="updated") if receipt.action == "unchanged" else receipt


def _hidden(settings: Settings, write: Write, receipt: Receipt, product: str) -> str:
    """What the setting says of an article that the books block; empty for one that they do not, and for one form among
    several, which says nothing of the whole product."""
    rule = settings.text("blocked_articles", "keep")
    blocked = bool(write.draft.fields.get("blocked")) and receipt.id == product
    return rule if blocked and rule != "keep" else ""


def _rows(api: AdminApi, products: Sequence[str]) -> dict[str, Row]:
    found = (row for data in api.by_ids("product_channels", products, PER_CALL) for row in nodes(data.get("nodes")))
    return {str(row["id"]): row for row in found if row.get("id")}


def move(channels: Sequence[str], row: Row, hidden: str, label: str) -> Move:
    """What to do with the article in `row`. A channel that a person put it on is not ours; one that a person took it
    off again is noted still, and stays off. `hidden` is what becomes of a blocked article: unpublish takes it off the
    channels that we put it on; a draft or an archived one is seen on none and comes on no further ones meanwhile."""
    now = {str(dig(one, ("publication",)).get("id")) for one in nodes(row.get("resourcePublicationsV2"))}
    noted = _noted(row)
    wanted = [one for one in channels if one in noted] if hidden in HIDDEN else [] if hidden else list(channels)
    on = [one for one in wanted if one not in noted and one not in now]
    off = [one for one in noted if one not in wanted and one in now]
    kept = [one for one in noted if one in wanted or (hidden and one not in now)]
    return Move(str(row["id"]), on, off, [*kept, *on], label)


def _noted(row: Row) -> list[str]:
    try:
        noted = json.loads(str(dig(row, (KEY,)).get("value") or "[]"))
    except ValueError:
        return []
    return [str(one) for one in noted] if isinstance(noted, list) else []


def _carry_out(api: AdminApi, moves: Sequence[Move]) -> dict[str, RecordError]:
    """Publish and unpublish, then note it; gives what was refused, by product. What was done and not noted counts as a
    person's work: it stays as it is."""
    failed: dict[str, RecordError] = {}
    failed |= _each(api, "publish_product", "publishablePublish", [(one, one.on) for one in moves if one.on])
    failed |= _each(api, "unpublish_product", "publishableUnpublish", [(one, one.off) for one in moves if one.off])
    notes = [
        {"ownerId": one.product, "namespace": NAMESPACE, "key": KEY, "type": "json", "value": json.dumps(list(one.noted))}
        for one in moves
        if one.product not in failed
    ]
    for start in range(0, len(notes), NOTES_PER_CALL):
        data = api.ask("set_metafields", {"metafields": notes[start : start + NOTES_PER_CALL]})
        accepted(payload_of(data, "metafieldsSet"), "the note of the channels")
    return failed


def _each(api: AdminApi, name: str, root: str, wanted: Sequence[tuple[Move, Sequence[str]]]) -> dict[str, RecordError]:
    """Carry out one mutation for each of these articles, many of them in bulk."""
    variables = [{"id": one.product, "channels": [{"publicationId": gid} for gid in channels]} for one, channels in wanted]
    if len(variables) >= BULK_FROM:
        lines = bulk.write(api, name, variables)
        answers = [(lines.get(place, {}).get("data") or {}) for place in range(len(variables))]
    else:
        answers = [dict(api.ask(name, one)) for one in variables]
    failed: dict[str, RecordError] = {}
    for (one, _), answer in zip(wanted, answers, strict=True):
        payload = answer.get(root)
        if not isinstance(payload, Mapping):
            raise TransientError("Shopify did not say what became of an article.", cause="answer.lost")
        errors = payload.get("userErrors") or ()
        if errors:
            failed[one.product] = refusal(errors[0], one.label)
    return failed


def prove(api: AdminApi) -> tuple[str, ...]:
    """ConfigurationError for a channel that the shop does not have; gives what is lacking to take blocked articles off."""
    wanted = chosen(api.settings)
    if not wanted:
        unused = api.settings.text("blocked_articles") == "unpublish"
        return ("channels: choose those that articles are published to; blocked ones are taken off these",) if unused else ()
    known = {str(row["id"]): title_of(row) for row in api.rows("publications", {}, ("publications",), 100)}
    unknown = next((one for one in wanted if one not in known), None)
    if unknown is not None:
        raise ConfigurationError(
            f"The shop has no sales channel {unknown}.",
            field="publish_to",
            cause="channel",
            resolution=f"Choose from {', '.join(known.values()) or 'the list'}.",
        )
    return ()


def title_of(row: Row) -> str:
    """What the shop calls a channel."""
    return str(dig(row, ("catalog",)).get("title") or row.get("id") or "")
