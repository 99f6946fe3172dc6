"""Files on their way into the shop: a place is asked for, then the bytes go there without the shop's login."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from koppel import TransientError
from koppel.connections.http import call

from koppel_shopify.answers import accepted, payload_of
from koppel_shopify.client import AdminApi


@dataclass(frozen=True, slots=True)
class File:
    """What is sent. `purpose` is IMAGE or BULK_MUTATION_VARIABLES."""

    name: str
    mime: str
    content: bytes
    purpose: str


def upload(api: AdminApi, files: Sequence[File]) -> list[dict[str, str]]:
    """Send these files; gives per file its `url` (to name in a mutation) and `key` (of the storage)."""
    wanted = [
        {"resource": one.purpose, "filename": one.name, "mimeType": one.mime, "httpMethod": "POST"} for one in files
    ]
    answer = accepted(
        payload_of(api.ask("stage_uploads", {"input": wanted}), "stagedUploadsCreate"), "the files to upload"
    )
    targets = answer.get("stagedTargets") or ()
    return [_send(api.http, one, target) for one, target in zip(files, targets, strict=True)]


def _send(http: httpx.Client, file: File, target: Any) -> dict[str, str]:
    form = {str(row["name"]): str(row["value"]) for row in target["parameters"]}
    content = {"file": (file.name, file.content, file.mime)}  # httpx writes it last, as the storage asks
    response = call(http, "POST", str(target["url"]), data=form, files=content, auth=None)
    if not response.is_success:
        raise TransientError(
            f"Shopify's storage did not take the file {file.name} (HTTP {response.status_code}).",
            cause="upload",
            detail=response.text[:300],
        )
    return {"url": str(target["resourceUrl"]), "key": form.get("key", "")}
