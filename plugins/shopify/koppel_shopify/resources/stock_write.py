"""Writing stock: up to 250 quantities in one call, each compared with what was there, safe to repeat."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from koppel import (
    Batch,
    ConfigurationError,
    KoppelError,
    Receipt,
    Receipts,
    RejectedError,
    Settings,
    TransientError,
)

from koppel_shopify.client import AdminApi
from koppel_shopify.resources.stock import Place, read_levels
from koppel_shopify.resources.stock_errors import (
    COMPOSED,
    NOT_STOCKED,
    STALE,
    USED_UP,
    StockError,
    item_error,
    read_errors,
    whole_error,
)
from koppel_shopify.resources.stock_wish import Wish, wishes_of, with_levels

BATCH = 250
RETRIES = 2


def upsert(api: AdminApi, settings: Settings, batch: Batch) -> Receipts:
    """Set these quantities and answer for each."""
    receipts: dict[str, Receipt] = {}
    wishes = wishes_of(settings, batch.writes, receipts)
    for place in dict.fromkeys(wish.place for wish in wishes):
        here = [wish for wish in wishes if wish.place == place]
        ready = _ready(api, settings, with_levels(api, place, here), receipts)
        for start in range(0, len(ready), BATCH):
            _set(api, place, ready[start : start + BATCH], receipts)
    return Receipts(tuple(receipts[write.key] for write in batch.writes))


def _ready(api: AdminApi, settings: Settings, wishes: Sequence[Wish], receipts: dict[str, Receipt]) -> list[Wish]:
    """The wishes that need a write."""
    ready = []
    for wish in wishes:
        error = _obstacle(api, settings, wish)
        if error is not None:
            receipts[wish.write.key] = Receipt(wish.write.key, error=error)
        elif wish.held == wish.quantity:
            receipts[wish.write.key] = _receipt(wish, "unchanged")
        else:
            ready.append(wish)
    return ready


def _obstacle(api: AdminApi, settings: Settings, wish: Wish) -> KoppelError | None:
    if wish.level is None:
        return item_error("INVALID_INVENTORY_ITEM", "", wish.label())
    if wish.level.composed:
        return item_error(COMPOSED, "", wish.label())
    if wish.level.tracked:
        return None
    if not settings.flag("track_stock"):
        return RejectedError(
            f"Shopify does not keep stock of {wish.label()}.",
            cause="stock.untracked",
            resolution="Switch on “Track quantity” for this article in Shopify, or let Koppel do so on the connection.",
        )
    return _track(api, wish)


def _track(api: AdminApi, wish: Wish) -> KoppelError | None:
    answer = api.ask("track_stock", {"item": wish.item}).get("inventoryItemUpdate")
    errors = read_errors(answer)
    return RejectedError(f"Shopify refuses to track {wish.label()}: {errors[0].message}") if errors else None


def _set(api: AdminApi, place: Place, wishes: Sequence[Wish], receipts: dict[str, Receipt]) -> None:
    """Set these together; the service takes all or none, so a refused one is left out and the rest sent again."""
    left, activated, salt = list(wishes), set[str](), 0
    while left:
        errors = _send(api, place, left, salt)
        if not errors:
            receipts |= {wish.write.key: _receipt(wish, "updated") for wish in left}
            return
        if salt < RETRIES and any(error.code in USED_UP for error in errors):
            salt += 1
            continue
        refused = _refused(errors, left)
        left = _looked_up(api, place, left, refused, receipts)
        salt += _activate_new(api, left, refused, activated)
        receipts |= {key: _refusal(key, error, left) for key, error in refused.items()}
        left = [wish for wish in left if wish.write.key not in refused]


def _looked_up(
    api: AdminApi, place: Place, wishes: list[Wish], refused: dict[str, StockError], receipts: dict[str, Receipt]
) -> list[Wish]:
    """Read what was guessed wrong, and take it off the refused; what turns out to be right already is done."""
    wrong = [wish for wish in wishes if wish.level and wish.level.guess and _is_stale(refused.get(wish.write.key))]
    api.guessing = api.guessing and not wrong
    read = read_levels(api, place, [wish.item for wish in wrong])
    found = {wish.write.key: replace(wish, level=read[wish.item]) for wish in wrong if wish.item in read}
    for key in found:
        del refused[key]
    same = {key: wish for key, wish in found.items() if wish.held == wish.quantity}
    receipts |= {key: _receipt(wish, "unchanged") for key, wish in same.items()}
    return [found.get(wish.write.key, wish) for wish in wishes if wish.write.key not in same]


def _is_stale(error: StockError | None) -> bool:
    return error is not None and error.code in STALE


def _refused(errors: Sequence[StockError], wishes: Sequence[Wish]) -> dict[str, StockError]:
    """The error per write; raises what concerns them all."""
    refused: dict[str, StockError] = {}
    for error in errors:
        whole = whole_error(error)
        if whole is not None:
            raise whole
        index = error.index
        for wish in wishes if index is None or index >= len(wishes) else (wishes[index],):
            refused.setdefault(wish.write.key, error)
    return refused


def _refusal(key: str, error: StockError, wishes: Sequence[Wish]) -> Receipt:
    label = next(wish.label() for wish in wishes if wish.write.key == key)
    return Receipt(key, error=item_error(error.code, error.message, label))


def _activate_new(api: AdminApi, wishes: Sequence[Wish], refused: dict[str, StockError], activated: set[str]) -> int:
    """Keep articles at the location that are not yet, and take them off the refused; gives 1 when it did any."""
    before = len(activated)
    for wish in wishes:
        error = refused.get(wish.write.key)
        if error is not None and error.code == NOT_STOCKED and wish.item not in activated:
            _activate(api, wish)
            activated.add(wish.item)
            del refused[wish.write.key]
    return int(len(activated) > before)


def _send(api: AdminApi, place: Place, wishes: Sequence[Wish], salt: int) -> list[StockError]:
    rows = [_row(wish) for wish in wishes]
    given = {"name": place.name, "reason": place.reason, "quantities": rows}
    answer = api.ask("set_stock", {"input": given, "key": _key(wishes, given, salt)}).get("inventorySetQuantities")
    if not isinstance(answer, Mapping):
        raise TransientError("Shopify did not say what became of the stock.", cause="answer.damaged")
    return read_errors(answer)


def _row(wish: Wish) -> dict[str, Any]:
    return {
        "inventoryItemId": wish.item,
        "locationId": wish.place.location,
        "quantity": wish.quantity,
        "changeFromQuantity": wish.held,
    }


def _key(wishes: Sequence[Wish], given: Mapping[str, Any], salt: int) -> str:
    """The same for a repeat of the same writes over the same stock, so that it is carried out once.

    The moment of the last change is in it: the same quantity may be set again later the same day, after a
    sale, and must then not be taken for a repeat (reference: Idempotency)."""
    about = [(wish.write.key, wish.level.changed if wish.level else "") for wish in wishes]
    return str(uuid5(NAMESPACE_URL, json.dumps([about, given, salt], sort_keys=True)))


def _activate(api: AdminApi, wish: Wish) -> None:
    """Keep the article at the location; asked for by versions before 2026-10 (reference: Inventory)."""
    key = str(uuid5(NAMESPACE_URL, json.dumps([wish.write.key, wish.item, wish.place.location, "activate"])))
    answer = api.ask("activate_stock", {"item": wish.item, "location": wish.place.location, "key": key})
    errors = read_errors(answer.get("inventoryActivate"))
    if errors:
        raise ConfigurationError(
            f"Shopify refuses to keep {wish.label()} at this location: {errors[0].message}", field="location"
        )


def _receipt(wish: Wish, action: Any) -> Receipt:
    data = {
        "sku": wish.label(),
        "quantity": wish.quantity,
        "before": wish.held,
        "locationId": wish.place.location,
        "inventoryItemId": wish.item,
        "name": wish.place.name,
    }
    return Receipt(wish.write.key, wish.item, wish.label(), action, data)
