"""Bulk operations: many records in one go, their answers read piece by piece (reference: Bulk operations)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from uuid import uuid4

import simplejson
from koppel import ConfigurationError, TransientError
from koppel.connections.http import call

from koppel_shopify.answers import accepted, payload_of
from koppel_shopify.client import AdminApi
from koppel_shopify.queries import text_of
from koppel_shopify.resources.uploads import File, upload

PIECE = 4 * 1024 * 1024
"""Bytes of a result fetched in one call."""
PATIENCE = 600.0
"""Seconds that we wait for one operation; a longer one is looked for again at the next turn."""
_BUSY = ("CREATED", "RUNNING", "CANCELING")
Row = Mapping[str, Any]


class Broken(TransientError):
    """A bulk operation came to nothing, or its result is no longer kept."""


def write(api: AdminApi, name: str, variables: Iterable[Row]) -> dict[int, Row]:
    """Carry out the mutation of `operations/<name>.graphql` for each of these; the answers by their place."""
    lines = "".join(json.dumps(one, ensure_ascii=False, default=str) + "\n" for one in variables)
    file = File("koppel.jsonl", "text/jsonl", lines.encode(), "BULK_MUTATION_VARIABLES")
    given = {"mutation": text_of(name, api.version), "path": upload(api, [file])[0]["key"], "client": f"koppel-{uuid4()}"}
    started = accepted(payload_of(api.ask("run_bulk_mutation", given), "bulkOperationRunMutation"), "the bulk operation")
    return {int(row["__lineNumber"]): row for row in results(api, str(started["bulkOperation"]["id"]))}


def results(api: AdminApi, gid: str, clock: Callable[[], float] = time.monotonic) -> Iterator[Row]:
    """Wait for an operation, then give its lines one by one; never more than a piece of them is held."""
    found = finished(api, gid, clock)
    if found.get("url"):
        for line in _lines(api, str(found["url"])):
            yield simplejson.loads(line, use_decimal=True)


def finished(api: AdminApi, gid: str, clock: Callable[[], float] = time.monotonic) -> Row:
    """The operation once it is done. TransientError when it takes too long, or was broken off."""
    until, wait = clock() + PATIENCE, 0.5
    while True:
        found = api.ask("bulk_operation", {"id": gid}).get("bulkOperation") or {}
        status = str(found.get("status") or "")
        if status == "COMPLETED":
            return dict(found)
        if status not in _BUSY:
            raise _failed(gid, status, str(found.get("errorCode") or ""))
        if clock() > until:
            raise TransientError("Shopify is still at work on a large load.", cause="bulk.slow", retry_after=300, detail=gid)
        api.pause(wait)
        wait = min(wait * 1.5, 10.0)


def _failed(gid: str, status: str, code: str) -> Exception:
    if code == "ACCESS_DENIED":
        return ConfigurationError("The app may not do this in bulk.", cause="access", detail=gid)
    return Broken(f"Shopify broke off a large load ({code or status.lower()}).", cause="answer.lost", detail=gid)


def piece(api: AdminApi, url: str, start: int, size: int) -> tuple[bytes, bool]:
    """So many bytes of a result from `start` on, and whether they are the last; the storage takes no login of the shop."""
    headers = {"Range": f"bytes={start}-{start + size - 1}"}
    response = call(api.http, "GET", url, headers=headers, auth=None)
    if response.status_code == 416:
        return b"", True
    if response.status_code == 200:  # the whole file, as a storage that knows no ranges gives it
        return response.content[start:], True
    if response.status_code != 206:
        raise Broken(
            f"Shopify's storage does not give the result (HTTP {response.status_code}).", cause="answer.lost"
        )
    return response.content, len(response.content) < size


def _lines(api: AdminApi, url: str) -> Iterator[bytes]:
    """The file line by line, fetched in pieces."""
    start, rest, last = 0, b"", False
    while not last:
        found, last = piece(api, url, start, PIECE)
        start += len(found)
        *whole, rest = (rest + found).split(b"\n")
        yield from (line for line in whole if line.strip())
    if rest.strip():
        yield rest
