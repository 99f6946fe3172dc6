"""Cancelling an order in the shop: the service does it by itself afterwards, so the outcome is looked at."""

from __future__ import annotations

from koppel import ConflictError, RejectedError, Settings, TransientError

from koppel_shopify.answers import accepted, payload_of
from koppel_shopify.client import AdminApi

LOOKS = 8
"""So often the outcome is looked at, a second apart; after that the next try looks first whether it was done."""
_UNDER_WAY = "in progress"


def cancel_order(api: AdminApi, settings: Settings, gid: str, label: str) -> None:
    """Cancel an order that is not cancelled yet, without a mail to anyone; restock and refund as the connection says.

    RejectedError where Shopify refuses, ConflictError where it did not happen after all, TransientError while it is
    under way."""
    refund = {"originalPaymentMethodsRefund": True} if settings.flag("cancel_refund") else None
    given = {"id": gid, "note": f"Cancelled in the books ({label})"[:255], "restock": settings.flag("cancel_restock"), "refund": refund}
    payload = payload_of(api.ask("cancel_order", given), "orderCancel")
    try:
        job = accepted(payload, label).get("job") or {}
    except RejectedError as refused:
        if _UNDER_WAY in str(refused):
            raise _not_yet(label) from refused
        raise
    _await(api, str(job.get("id") or ""), gid, label)


def _await(api: AdminApi, job: str, gid: str, label: str) -> None:
    for look in range(LOOKS if job else 0):
        told = api.ask("job_done", {"id": job, "order": gid})
        if (told.get("order") or {}).get("cancelledAt"):
            return
        if (told.get("job") or {}).get("done"):
            raise ConflictError(
                f"Shopify was asked to cancel {label}, and did not do it.",
                cause="order.not_cancelled",
                resolution="Look at the order in Shopify, which says why; cancel it there, or skip this record.",
            )
        if look < LOOKS - 1:
            api.pause(1.0)
    raise _not_yet(label)


def _not_yet(label: str) -> TransientError:
    return TransientError(
        f"Shopify is still busy cancelling {label}.",
        cause="order.cancelling",
        resolution="Koppel looks again by itself. You need do nothing.",
        retry_after=60,
    )
