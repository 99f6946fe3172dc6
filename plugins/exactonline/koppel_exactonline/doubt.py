"""A refusal that may come of what an earlier run had read: look again before anybody is asked to act."""

from __future__ import annotations

from dataclasses import replace

from koppel import Receipt, Receipts, RejectedError, TransientError

from koppel_exactonline.conversation import Conversation

_REFUSED = ("rejected.reference", "rejected.customer", "rejected.blocked", "rejected.value", "rejected.vat")
_KEPT = (
    "Account", "Customer", "DeliverTo", "DeliveryAddress", "GLAccount", "InvoiceTo", "Item", "OrderedBy", "SalesChannel",
    "ShippingMethod", "VATCode", "Warehouse",
)  # fmt: skip
"""Fields that are filled with what was read earlier; what they name may have changed or gone since."""

_AGAIN = 60.0


def doubted(talk: Conversation, receipts: Receipts) -> Receipts:
    """The same, but what was refused on old knowledge is tried again once that is renewed."""
    if not talk.leans_on_old or not any(_of_old_rows(one) for one in receipts.items):
        return receipts
    talk.distrust()
    return Receipts(tuple(_again(one) if _of_old_rows(one) else one for one in receipts.items))


def _of_old_rows(receipt: Receipt) -> bool:
    error = receipt.error
    if not isinstance(error, RejectedError):
        return False
    return error.cause.startswith("gone:") or (error.cause.startswith(_REFUSED) and error.field in _KEPT)


def _again(receipt: Receipt) -> Receipt:
    assert receipt.error is not None
    error = TransientError(
        f"{receipt.error.message} Koppel looks it up again first, as it may have changed there since.",
        retry_after=_AGAIN, cause="index.old", detail=receipt.error.detail,
    )  # fmt: skip
    return replace(receipt, error=error)
