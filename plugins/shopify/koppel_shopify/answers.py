"""What a mutation answered: its payload, or the refusal as an error of ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from koppel import RejectedError, TransientError

Payload = Mapping[str, Any]
_GONE = ("PRODUCT_DOES_NOT_EXIST", "PRODUCT_VARIANT_DOES_NOT_EXIST", "RESOURCE_NOT_FOUND")


def payload_of(data: Payload, root: str) -> Payload:
    """What the mutation `root` gave. TransientError when it gave nothing: it may have been carried out."""
    found = data.get(root)
    if not isinstance(found, Mapping):
        raise TransientError("Shopify did not say what became of it.", cause="answer.lost", detail=str(data)[:300])
    return found


def accepted(payload: Payload, label: str) -> Payload:
    """The payload of a mutation that was carried out. RejectedError with Shopify's own words when it was refused."""
    errors = [row for row in payload.get("userErrors") or () if isinstance(row, Mapping)]
    if errors:
        raise refusal(errors[0], label)
    return payload


def refusal(error: Payload, label: str) -> RejectedError:
    """One user error as an error of ours; `label` is what people call the record."""
    code, path = str(error.get("code") or ""), [str(part) for part in error.get("field") or ()]
    message = " ".join(str(error.get("message") or code).split())
    named = next((part for part in reversed(path) if not part.isdigit() and part not in ("input", "product")), "")
    if code in _GONE or message.endswith("does not exist"):
        return RejectedError(
            f"{label} is no longer in Shopify: {message}",
            code=code,
            cause="record.gone",
            resolution="Forget its link, so that it is made again; or put it back in Shopify.",
        )
    text = f"Shopify refuses {label}: {named + ' ' if message[:1].islower() and named else ''}{message}"
    return RejectedError(text, code=code, field=named, cause=f"refused.{code.lower() or named or 'other'}")
