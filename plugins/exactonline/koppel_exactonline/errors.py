"""Exact Online's answer to our error, each with a sentence for the operator and what to do about it."""

from __future__ import annotations

from typing import Any

import httpx
import simplejson
from koppel import AuthError, ConfigurationError, KoppelError, PluginError, RejectedError, TransientError

from koppel_exactonline import sentences
from koppel_exactonline.names import named

TITLE = "Exact Online"

TOO_LONG = "question.long"
"""The cause of a question that may be accepted with fewer values in it."""

_REASONS = {
    "BlockedUser": ("the user who logged in is blocked there", "", "Unblock the user, or log in as another."),
    "InactiveUser": ("the user who logged in is no longer active", "", "Log in as another user."),
    "BlockedCustomer": ("your subscription is blocked", "", "Contact Exact; Koppel goes on once it is released."),
    "LicenseExpired": ("the licence has expired", "", "Renew the licence; Koppel goes on by itself after a test."),
    "DivisionBlocked": ("this administration is blocked", "division", "Wait until a backup or conversion is over."),
    "NoDivisionAccess": (
        "the user who logged in may not open this administration", "division",
        "Give the user access to it, log in again and tick it, or choose another administration.",
    ),
}  # fmt: skip
"""The Reason header of a 403 (reference: Create / update / delete)."""

_QUERY = ("mandatory filtering", "$select", "Filtering on these fields", "query syntax", "position", "incompatible", "property named")


def message_of(response: httpx.Response) -> str:
    """The text in an error answer, empty where it has none."""
    try:
        answer: Any = simplejson.loads(response.content.decode("utf-8-sig"))
        found = answer["error"]["message"]
        text = found["value"] if isinstance(found, dict) else found
    except (ValueError, KeyError, TypeError, RecursionError, IndexError):
        return ""
    return str(text or "").strip()[:2000]


def refusal(response: httpx.Response, entity: str, writing: bool, language: str = "en") -> KoppelError:
    """Our error for an answer that is no success, refusals of a record in this language. Calls too many, gateways and lost lines never come here."""
    status, text = response.status_code, message_of(response)
    if status == 401:
        return AuthError(f"{TITLE} asks you to log in again.", detail=text)
    if status == 403:
        return _forbidden(response, entity, text, writing)
    if status == 404:
        return _not_found(entity, writing)
    if status == 400:
        return _bad_request(entity, text, writing)
    if status in (405, 501):
        return PluginError(f"{TITLE} does not allow this call on {named(entity)} (HTTP {status}).", detail=text)
    if status in (413, 414):
        return _too_large(entity, text, writing)
    return _server(status, entity, text, writing, language)


def _server(status: int, entity: str, text: str, writing: bool, language: str) -> KoppelError:
    """A 500 with a text of its own is a refusal by the bookkeeping; anything else leaves the fate unknown."""
    if status == 500 and text and writing and not sentences.is_generic(text):
        return sentences.refused(text, language)
    said = f": {text}" if text else ""
    carried_out = " What was asked may have been carried out." if writing else ""
    return TransientError(
        f"{TITLE} has trouble of its own with {named(entity)} (HTTP {status}){said}.{carried_out}".replace("..", "."),
        cause="answer.trouble",
        detail=text,
    )


def _too_large(entity: str, text: str, writing: bool) -> KoppelError:
    if writing:
        return RejectedError(f"The record is too large for {TITLE}.", cause="rejected.size", detail=text)
    return PluginError(f"A question about {named(entity)} is too long for {TITLE}.", cause=TOO_LONG, detail=text)


def _forbidden(response: httpx.Response, entity: str, text: str, writing: bool) -> KoppelError:
    reason = response.headers.get("Reason", "").split(":")[0].strip()
    if reason in _REASONS:
        why, field, resolution = _REASONS[reason]
        return ConfigurationError(
            f"{TITLE} refuses: {why}.", field=field, resolution=resolution, cause=f"forbidden.{reason}", detail=text
        )
    if "scope" in text.lower():
        resolution = f"Add the scope for {named(entity)} to your app in the Exact Online App Centre, then log in again."
    else:
        resolution = f"Give the user who logged in the right to {named(entity)} in {TITLE}, or log in as another user."
    verb = "change" if writing else "read"
    return ConfigurationError(
        f"Koppel may not {verb} {named(entity)} in {TITLE}.", resolution=resolution, cause=f"forbidden:{entity}", detail=text
    )


def _not_found(entity: str, writing: bool) -> KoppelError:
    if writing:
        return RejectedError(
            f"One of the {named(entity)} no longer exists in {TITLE}.",
            resolution="It was removed there. Remove its link here, so that it is looked up or made again.",
            cause=f"gone:{entity}",
        )
    return ConfigurationError(
        f"{TITLE} does not know {named(entity)} at this address.", field="base_url", cause="base_url",
        resolution="Check the address and the administration: they belong to one country.",
    )  # fmt: skip


def _bad_request(entity: str, text: str, writing: bool) -> KoppelError:
    if writing and not any(word in text for word in _QUERY):
        return RejectedError(
            f"{TITLE} cannot read what was sent for {named(entity)}: {text or 'HTTP 400'}",
            resolution="A row of the entity mapping names a field that does not exist, or gives it the wrong kind of value.",
            cause=f"rejected.shape:{text[:80]}",
            field=_quoted(text),
            detail=text,
        )
    cause = TOO_LONG if "query syntax" in text else ""
    return PluginError(f"{TITLE} refuses a question about {named(entity)}: {text or 'HTTP 400'}", cause=cause, detail=text)


def _quoted(text: str) -> str:
    parts = text.split("'")
    return parts[1] if len(parts) > 2 else ""
