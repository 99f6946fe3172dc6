"""The error shapes of the Admin API: what a resolver raises and what the wire shows."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from graphql import GraphQLError

SCOPE_DOCS = "https://shopify.dev/api/usage/access-scopes"
LIMIT_DOCS = "https://shopify.dev/api/usage/rate-limits"
PROTECTED = (
    "This app is not approved to access the {kind} object. "
    "See https://shopify.dev/docs/apps/launch/protected-customer-data for more details."
)


class ShopError(GraphQLError):
    """An error at one field while the operation runs; `code` lands in its extensions (reference: section 4)."""

    def __init__(self, message: str, code: str, **extra: Any) -> None:
        super().__init__(message, extensions={"code": code, **extra})


def bad_request(message: str) -> ShopError:
    """A refusal that no other code covers."""
    return ShopError(message, "BAD_REQUEST")


def not_found(gid: str) -> ShopError:
    """An id that is no id, or names nothing."""
    return ShopError(f"Invalid id: {gid}", "RESOURCE_NOT_FOUND")


def access_denied(field: str, required: str) -> ShopError:
    """The app lacks the scope that `field` needs; `required` in the API's own words."""
    text = f"Access denied for {field} field. Required access: {required}"
    return ShopError(text, "ACCESS_DENIED", documentation=SCOPE_DOCS, requiredAccess=required)


def not_approved(kind: str) -> ShopError:
    """The app is not approved for protected customer data (reference: section 14)."""
    return ShopError(PROTECTED.format(kind=kind), "ACCESS_DENIED", documentation=SCOPE_DOCS)


def user_error(field: Sequence[str] | None, message: str, code: str | None = None) -> dict[str, Any]:
    """One entry of a payload's `userErrors`."""
    return {"field": list(field) if field is not None else None, "message": message, "code": code}


def static_error(
    message: str, locations: Sequence[tuple[int, int]], path: Sequence[Any] | None = None, **extensions: Any
) -> dict[str, Any]:
    """An error found before anything ran, in the shape of the wire."""
    error: dict[str, Any] = {"message": message}
    if locations:
        error["locations"] = [{"line": line, "column": column} for line, column in locations]
    if path is not None:
        error["path"] = list(path)
    if extensions:
        error["extensions"] = extensions
    return error


def executed(error: GraphQLError, now: datetime) -> dict[str, Any]:
    """An error of a field that ran; anything the simulator did not foresee is an internal error, never a traceback."""
    shown: dict[str, Any] = {"message": error.message}
    if error.locations:
        shown["locations"] = [{"line": one.line, "column": one.column} for one in error.locations]
    origin = error.original_error
    extensions: Mapping[str, Any] | None = getattr(origin, "extensions", None) or error.extensions
    if not (extensions or {}).get("code"):
        number = f"{uuid.uuid4()}-{int(now.timestamp())}"
        shown["message"] = (
            "Internal error. Looks like something went wrong on our end.\n"
            f"Request ID: {number} (include this in support requests)."
        )
        extensions = {"code": "INTERNAL_SERVER_ERROR", "requestId": number}
    shown["extensions"] = dict(extensions or {})
    if error.path is not None:
        shown["path"] = list(error.path)
    return shown
