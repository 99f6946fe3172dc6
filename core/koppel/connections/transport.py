"""What happens around every request: budget, size guard, time taken, record for the log, our errors."""

from __future__ import annotations

import time

import httpx

from koppel.connections.budget import CallBudget
from koppel.connections.meter import CallMeter
from koppel.connections.trouble import BUDGET_WAIT, explain
from koppel.errors import TransientError

LARGEST_ANSWER = 32 * 1024 * 1024
"""Bytes of an answer, unpacked, above which it is refused."""

_CODED = ("content-encoding", "transfer-encoding", "content-length")


class GuardedTransport(httpx.BaseTransport):
    """Wraps the line outside. Safe in several threads."""

    def __init__(self, inner: httpx.BaseTransport, title: str, meter: CallMeter, budget: CallBudget | None) -> None:
        self._inner, self._title, self._meter, self._budget = inner, title, meter, budget

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Take a call from the budget, make it, read its whole answer, and account for it."""
        ticket = self._budget.before() if self._budget else None
        started = time.monotonic()
        try:
            response = self._answer(request)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            self._record(request, None, started, type(error).__name__)
            raise explain(error, self._title, request.url) from error
        except TransientError as error:
            self._record(request, None, started, error.message)
            raise
        self._record(request, response, started)
        if self._budget:
            self._budget.after(response.status_code, response.headers, ticket)
            if response.status_code == 429:
                response.extensions[BUDGET_WAIT] = self._budget.wait()
        return response

    def close(self) -> None:
        """Close the line and write down the last call figures."""
        self._inner.close()
        if self._budget:
            self._budget.flush()

    def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = self._inner.handle_request(request)
        try:
            body = self._read(answer)
        finally:
            answer.close()
        headers = [pair for pair in answer.headers.multi_items() if pair[0].lower() not in _CODED]
        return httpx.Response(answer.status_code, headers=headers, content=body, request=request)

    def _read(self, answer: httpx.Response) -> bytes:
        """The whole body, unpacked; refused while it comes in as soon as it is too large."""
        said = answer.headers.get("content-length", "")
        if said.isascii() and said.isdigit() and len(said) < 20 and int(said) > LARGEST_ANSWER:
            raise self._too_large()
        body = bytearray()
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > LARGEST_ANSWER:
                raise self._too_large()
        return bytes(body)

    def _too_large(self) -> TransientError:
        return TransientError(
            f"{self._title} sent an answer of more than {LARGEST_ANSWER // 1024**2} MB, which was not read.",
            cause="answer.large",
            resolution="Koppel tries again; if it stays, lower the page size of this flow.",
        )

    def _record(self, request: httpx.Request, response: httpx.Response | None, started: float, error: str = "") -> None:
        self._meter.record(
            request.method,
            str(request.url),
            None if response is None else response.status_code,
            round((time.monotonic() - started) * 1000),
            _sent(request),
            "" if response is None else _text(response.content, response.headers),
            error,
        )


def _sent(request: httpx.Request) -> str:
    try:
        return _text(request.content, request.headers)
    except httpx.RequestNotRead:
        return "(streamed)"


def _text(body: bytes, headers: httpx.Headers) -> str:
    kind = headers.get("content-type", "").lower()
    if body and kind.startswith(("image/", "audio/", "video/", "application/octet-stream", "application/pdf")):
        return f"({len(body)} bytes of {kind})"
    return body.decode("utf-8", "replace")
