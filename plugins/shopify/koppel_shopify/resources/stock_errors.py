"""What can be wrong with setting stock, per article or for all (reference: HTTP and error shapes, Idempotency)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from koppel import ConfigurationError, KoppelError, LeftOut, RejectedError, TransientError

NOT_STOCKED = "ITEM_NOT_STOCKED_AT_LOCATION"
COMPOSED = "NON_MUTABLE_INVENTORY_ITEM"
"""A bundle: its stock follows from that of its parts (the schema's InventorySetQuantitiesUserErrorCode)."""
STALE = ("CHANGE_FROM_QUANTITY_STALE", "COMPARE_QUANTITY_STALE")
"""The quantity is no longer what we took it for."""
USED_UP = ("IDEMPOTENCY_KEY_PARAMETER_MISMATCH", "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED")
"""The idempotency key is never carried out again; the same question needs a new one."""


@dataclass(frozen=True, slots=True)
class StockError:
    """One user error; `index` is the place in the list of quantities, None when it is about no single one."""

    code: str
    message: str
    index: int | None = None


def read_errors(payload: Any) -> list[StockError]:
    """The user errors in a mutation's answer."""
    rows = payload.get("userErrors") if isinstance(payload, Mapping) else None
    return [_read(row) for row in rows or () if isinstance(row, Mapping)]


def _read(row: Mapping[str, Any]) -> StockError:
    path = [str(part) for part in row.get("field") or ()]
    numbers = [int(part) for part in path if part.isascii() and part.isdigit()]
    message = " ".join(str(row.get("message") or "").split())
    return StockError(str(row.get("code") or ""), message, numbers[0] if numbers else None)


def whole_error(error: StockError) -> KoppelError | None:
    """The error when it concerns all quantities together, not one article."""
    if error.code == "INVALID_LOCATION":
        resolution = "Open the connection and choose a location of the shop."
        return ConfigurationError(
            f"Shopify does not know the location: {error.message}",
            field="location",
            cause="location",
            resolution=resolution,
        )
    if error.code == "INVALID_NAME":
        return ConfigurationError(f"Shopify cannot set this count: {error.message}", field="quantity_name")
    if error.code == "INVALID_REASON":
        return ConfigurationError(f"Shopify does not know this reason: {error.message}", field="stock_reason")
    if error.code in ("IDEMPOTENCY_CONCURRENT_REQUEST", *USED_UP):
        message = f"Shopify is still busy with the same stock: {error.message}"
        return TransientError(message, retry_after=10, cause="busy")
    return None


def item_error(code: str, message: str, label: str) -> KoppelError:
    """The error of one article, with a sentence of our own where we know what is meant."""
    if code in STALE:
        return TransientError(
            f"The stock of {label} changed in Shopify at the same moment.",
            retry_after=30,
            cause="stock.moved",
            detail=message,
        )
    if code == "INVALID_INVENTORY_ITEM":
        return RejectedError(
            f"The article {label} is no longer in Shopify.",
            code=code,
            cause="article.gone",
            resolution="Create it again in Shopify, or forget the link of this article; then retry.",
            detail=message,
        )
    if code == COMPOSED:
        return LeftOut(f"{label} is a bundle; Shopify reckons its stock from its parts.", cause="stock.composed", detail=message)
    if code == "INVALID_QUANTITY_NEGATIVE":
        return RejectedError(
            f"Shopify takes no stock below zero for {label}.", code=code, field="quantity", detail=message
        )
    if code == "INVALID_QUANTITY_TOO_HIGH":
        return RejectedError(
            f"The stock of {label} is too high for Shopify.", code=code, field="quantity", detail=message
        )
    return RejectedError(
        f"Shopify refuses the stock of {label}: {message or code}", code=code, cause=f"stock.{code.lower()}"
    )
