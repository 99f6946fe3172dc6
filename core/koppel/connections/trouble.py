"""Trouble on the line, said as one of our errors: not reached, answer lost, too busy, not an answer at all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx
import simplejson

from koppel.connections.address import origin
from koppel.connections.headers import retry_after
from koppel.errors import ConfigurationError, KoppelError, TransientError
from koppel.store.models.base import utcnow

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_GATEWAY = (502, 503, 504)
_SEEN = 200
_AGAIN = "Koppel tries again by itself. If it stays so, check the address of the connection."

BUDGET_WAIT = "koppel_wait"
"""Response extension: seconds until the call budget allows the next call."""


def explain(error: httpx.HTTPError | httpx.InvalidURL, title: str, url: httpx.URL | None) -> KoppelError:
    """Our error for httpx's. Cause "unreachable": nothing was sent; "answer.lost": it may have been carried out."""
    where, detail = (origin(url) if url is not None and url.host else "its address"), repr(error)
    if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL | httpx.TooManyRedirects):
        return ConfigurationError(f"{title} cannot be called at {where}.", field="base_url", detail=detail)
    if isinstance(error, httpx.LocalProtocolError):
        message = f"A request to {title} could not be made: a setting holds characters that cannot be sent."
        return ConfigurationError(message, detail=detail)
    if isinstance(error, _NEVER_SENT):
        return TransientError(f"{title} cannot be reached at {where}.", resolution=_AGAIN, detail=detail)
    if isinstance(error, httpx.DecodingError):
        return TransientError(f"{title} sent a damaged answer.", cause="answer.damaged", detail=detail)
    return TransientError(
        f"The answer of {title} got lost on the way; what was asked may have been carried out.",
        cause="answer.lost",
        detail=detail,
    )


def check_status(response: httpx.Response, title: str) -> None:
    """Raise for an answer that says nothing about the record: 429, a gateway's 502 to 504, another address.

    Where a 429 has no Retry-After, the wait is the one of the call budget."""
    status, now = response.status_code, utcnow()
    if status == 429:
        asked = retry_after(response.headers, now)
        wait = response.extensions.get(BUDGET_WAIT) if asked is None else asked
        raise TransientError(f"{title} asks to call less often.", retry_after=wait, cause="calls")
    if status in _GATEWAY:
        raise _gateway(response, title, now)
    if response.has_redirect_location:
        raise _redirect(response, title)


def read_json(response: httpx.Response, title: str) -> Any:
    """The answer's JSON, every number with a decimal point a Decimal; None for an answer without content (204).

    ConfigurationError when a 404 is a web page (a wrong address), TransientError for any other answer that is
    not JSON: what was asked may then have been carried out."""
    if response.status_code == 204:
        return None
    text = _text(response)
    try:
        return simplejson.loads(text, use_decimal=True, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise _not_json(response, text, title) from None


def _text(response: httpx.Response) -> str:
    try:
        return response.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return response.text


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not a JSON number")


def _not_json(response: httpx.Response, text: str, title: str) -> KoppelError:
    status, seen = response.status_code, " ".join(text[:_SEEN].split())
    if not text.strip():
        return TransientError(f"{title} gave an empty answer (HTTP {status}).", cause="answer.damaged")
    if not _is_page(response, text):
        message = f"{title} gave an answer that cannot be read as data (HTTP {status})."
        return TransientError(message, cause="answer.damaged", detail=seen)
    message = f"{title} answered with a web page instead of data (HTTP {status})."
    if status == 404:
        resolution = "Open the connection and check the address; nothing is found there."
        return ConfigurationError(message, field="base_url", cause="base_url", resolution=resolution, detail=seen)
    return TransientError(message, cause="answer.page", detail=seen)


def _is_page(response: httpx.Response, text: str) -> bool:
    kind = str(response.headers.get("content-type", "")).lower()
    return "html" in kind or text.lstrip()[:15].lower().startswith(("<!doctype html", "<html"))


def _gateway(response: httpx.Response, title: str, now: datetime) -> TransientError:
    status = response.status_code
    if status == 504:
        message = f"{title} did not answer in time (HTTP 504); what was asked may have been carried out."
    else:
        message = f"{title} is not available now (HTTP {status})."
    cause = "unreachable" if status == 503 else "answer.lost"
    return TransientError(message, retry_after=retry_after(response.headers, now), cause=cause, status=status)


def _redirect(response: httpx.Response, title: str) -> ConfigurationError:
    """Never followed: a login and a customer's data go to the address a person has set, nowhere else."""
    target = response.headers["location"]
    return ConfigurationError(
        f"{title} sends us on to another address ({target[:200]}).",
        field="base_url",
        cause="base_url",
        resolution="If that address is right, set it on the connection; Koppel does not follow it by itself.",
    )
