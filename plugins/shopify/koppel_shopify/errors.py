"""What the service answered, as one of our errors with a sentence and a remedy (reference: HTTP and error shapes)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import httpx
from koppel import AuthError, ConfigurationError, KoppelError, PluginError, RejectedError, TransientError

TITLE = "Shopify"
UPGRADE = "Upgrade the plugin with pip install -U koppel-shopify; until then nothing is lost."
# fmt: off
OPTIONAL = frozenset((
    "customer", "email", "phone", "billingAddress", "shippingAddress", "purchasingEntity", "paymentTerms",
    "defaultEmailAddress", "defaultPhoneNumber", "defaultAddress", "taxSettings", "companyContactProfiles",
    "retailLocation", "variant", "product",
))
# fmt: on
"""Fields a record is imported without when the app may not see them (reference: Customers, companies, privacy)."""

# fmt: off
_STATIC = frozenset((
    "PARSE_ERROR", "undefinedField", "missingRequiredArguments", "missingRequiredInputObjectAttribute",
    "argumentLiteralsIncompatible", "argumentNotAccepted", "selectionMismatch", "undefinedType",
    "undefinedDirective", "variableNotUsed", "invalidOneOfInputObject", "INVALID_VARIABLE",
    "INVALID_FIELD_ARGUMENTS", "BAD_REQUEST", "MAX_INPUT_SIZE_EXCEEDED",
))
# fmt: on
_SCOPE = re.compile(r"`(\w+)` access scope")


_STATUSES: Mapping[int, tuple[type[KoppelError], str, Mapping[str, Any]]] = {
    401: (
        AuthError,
        "Shopify does not accept the access token or the app any more.",
        {
            "field": "access_token",
            "resolution": "Open the app in Shopify, check that it is installed, and fill in its keys again.",
        },
    ),
    402: (
        ConfigurationError,
        "The shop is frozen: Shopify waits for a payment of the shop's owner.",
        {
            "cause": "shop.frozen",
            "resolution": "The owner settles the invoice in Shopify; then start the flow again.",
        },
    ),
    403: (
        ConfigurationError,
        "Shopify does not allow this app to do that.",
        {
            "cause": "access",
            "resolution": "Give the app the scopes that “Test connection” names, and install it again.",
        },
    ),
    404: (
        ConfigurationError,
        "There is no shop at this address.",
        {"field": "shop", "resolution": "Correct the name of the shop: the part before .myshopify.com."},
    ),
    423: (
        ConfigurationError,
        "Shopify has locked the shop.",
        {
            "cause": "shop.locked",
            "resolution": "Ask Shopify why the shop is locked; start the flow again when it is open.",
        },
    ),
    430: (
        TransientError,
        "Shopify took our calls for an attack and holds them off.",
        {"retry_after": 300, "cause": "calls"},
    ),
}


class TooCostly(ConfigurationError):
    """One question costs more points than a question may."""


class Throttled(TransientError):
    """The points are used up for the moment; the question was not looked at."""


class CursorRefused(TransientError):
    """The mark to read on from is no longer understood."""


def check_status(response: httpx.Response) -> None:
    """Raise for an HTTP status that is no answer to the question; GraphQL answers are always 200."""
    status = response.status_code
    if status == 200:
        return
    detail = f"HTTP {status}, request {response.headers.get('x-request-id', '?')}: {response.text[:300]}"
    raise _by_status(status, detail)


def _by_status(status: int, detail: str) -> KoppelError:
    make, message, more = _STATUSES.get(status, (TransientError, "", {"cause": "answer.lost"}))
    return make(message or f"Shopify did not answer as it should (HTTP {status}).", detail=detail, **more)


def check_errors(payload: Mapping[str, Any]) -> tuple[str, ...]:
    """Raise for the first error that matters; gives the optional fields that the app may not see."""
    denied = []
    for error in _sorted(payload.get("errors")):
        if _is_optional(error, payload.get("data")):
            denied.append(".".join(str(part) for part in error.get("path") or ()))
        else:
            raise _by_code(error, payload)
    return tuple(denied)


def _sorted(errors: Any) -> list[Mapping[str, Any]]:
    """The errors, the denied fields last: a worse error must not hide behind them."""
    if isinstance(errors, str):
        errors = [{"message": errors}]
    if not isinstance(errors, Sequence):
        return [{"message": str(errors)}] if errors else []
    rows = [one if isinstance(one, Mapping) else {"message": str(one)} for one in errors]
    return sorted(rows, key=lambda row: _code(row) == "ACCESS_DENIED")


def _code(error: Mapping[str, Any]) -> str:
    extensions = error.get("extensions")
    return str(extensions.get("code") or "") if isinstance(extensions, Mapping) else ""


def _is_optional(error: Mapping[str, Any], data: Any) -> bool:
    path = [str(part) for part in error.get("path") or ()]
    if _code(error) != "ACCESS_DENIED" or len(path) < 2 or not isinstance(data, Mapping) or data.get(path[0]) is None:
        return False
    return any(part in OPTIONAL for part in path[1:])


def _by_code(error: Mapping[str, Any], payload: Mapping[str, Any]) -> KoppelError:
    code, message = _code(error), " ".join(str(error.get("message") or "").split())
    if (code == "THROTTLED" or message == "Throttled") and not _over_all(payload):
        return Throttled("Shopify asks to call less often.", retry_after=_wait(payload), cause="calls")
    if code in ("MAX_COST_EXCEEDED", "THROTTLED") or message == "Throttled":
        resolution = "Lower the page size of this flow."
        return TooCostly(f"Shopify finds the question too large: {message}", cause="cost", resolution=resolution)
    if code == "ACCESS_DENIED":
        return _denied(error, message)
    if "cursor" in message.lower():
        return CursorRefused(f"Shopify no longer knows where reading stopped: {message}", cause="paging")
    if code == "RESOURCE_NOT_FOUND":
        return RejectedError(f"Shopify does not know this record: {message}", code=code, cause="record.gone")
    if code in _STATIC:
        detail = f"{code} at {error.get('path')}: {error.get('extensions')}"
        return PluginError(
            f"Shopify does not understand the plugin: {message}", cause="api", resolution=UPGRADE, detail=detail
        )
    return TransientError(f"Shopify had trouble of its own: {message}", cause="answer.lost", detail=str(error)[:500])


def _over_all(payload: Mapping[str, Any]) -> bool:
    """Whether the question costs more than the shop ever has: waiting is of no use."""
    try:
        cost = payload["extensions"]["cost"]
        return Decimal(str(cost["requestedQueryCost"])) > Decimal(str(cost["throttleStatus"]["maximumAvailable"]))
    except (KeyError, TypeError, ArithmeticError):
        return False


def _denied(error: Mapping[str, Any], message: str) -> ConfigurationError:
    extensions = error.get("extensions")
    asked = str(extensions.get("requiredAccess") or "") if isinstance(extensions, Mapping) else ""
    scopes = _SCOPE.findall(asked) or _SCOPE.findall(message)
    if scopes:
        text, cause = f"The app may not do this in Shopify: it lacks {' and '.join(scopes)}.", f"scope.{scopes[0]}"
        resolution = "Add the scope to the app in Shopify's Dev Dashboard, release it and install it again."
    else:
        text, cause = f"Shopify refuses the app: {message}", "access"
        resolution = "Ask for access to protected customer data in the app's settings at Shopify."
    return ConfigurationError(text, cause=cause, resolution=resolution, detail=asked)


def _wait(payload: Mapping[str, Any]) -> float | None:
    """Seconds until enough points are back (reference: Cost and throttling)."""
    try:
        cost = payload["extensions"]["cost"]
        status = cost["throttleStatus"]
        lacking = Decimal(str(cost["requestedQueryCost"])) - Decimal(str(status["currentlyAvailable"]))
        return float(max(lacking / Decimal(str(status["restoreRate"])), Decimal("0.1")))
    except (KeyError, TypeError, ArithmeticError):
        return None


def check_warnings(payload: Mapping[str, Any]) -> None:
    """Raise when the search passed over a part of the question: it would have given the wrong records."""
    extensions = payload.get("extensions")
    found = extensions.get("search") if isinstance(extensions, Mapping) else None
    for search in found or ():
        for warning in search.get("warnings") or ():
            text = f"{warning.get('field', '')}: {warning.get('message', '')}".strip(": ")
            raise ConfigurationError(
                f"Shopify did not understand a filter ({text}).",
                field="filters",
                cause="filter",
                resolution="Open the flow and correct the filter.",
                detail=str(search)[:500],
            )
