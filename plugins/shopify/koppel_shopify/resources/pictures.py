"""Pictures of a product: each is sent once, known again by its address or by its bytes."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from koppel import MappingError

from koppel_shopify.client import AdminApi
from koppel_shopify.resources.product_state import NAMESPACE, PICTURES, State, file_name
from koppel_shopify.resources.uploads import File, upload

Row = Mapping[str, Any]
LONGEST_ALT = 512
_KINDS = ((b"\xff\xd8\xff", "jpg", "image/jpeg"), (b"\x89PNG", "png", "image/png"), (b"GIF8", "gif", "image/gif"))


def source_of(picture: Row) -> str:
    """What a picture is known by: its address, else what its bytes add up to."""
    if picture.get("url"):
        return str(picture["url"])
    return f"sha256:{hashlib.sha256(_bytes(picture)).hexdigest()}" if picture.get("data") else ""


def missing(pictures: Sequence[Row], state: State | None) -> list[Row]:
    """The pictures to send. One that was sent before is not sent again, also when somebody took it away since;
    one that lies in the shop already under the same file name counts as sent."""
    sent = set(state.pictures or ()) if state else set()
    names = state.picture_names if state and state.pictures is None else set()
    wanted: dict[str, Row] = {}
    for one in pictures:
        source = source_of(one)
        if source and source not in sent and file_name(str(one.get("url") or "")) not in names:
            wanted.setdefault(source, one)
    return list(wanted.values())


def noted(pictures: Sequence[Row], state: State | None) -> dict[str, str]:
    """The metafield that remembers where the pictures came from."""
    before = (state.pictures if state else None) or []
    sources = list(dict.fromkeys([*before, *filter(None, map(source_of, pictures))]))
    return {"namespace": NAMESPACE, "key": PICTURES, "type": "json", "value": json.dumps(sources)}


def addresses(api: AdminApi, pictures: Sequence[Row]) -> list[dict[str, str]]:
    """Per picture its `originalSource` and `alt`; those that have no address are uploaded first."""
    own = [one for one in pictures if not one.get("url")]
    uploaded = iter(upload(api, [_file(one) for one in own]) if own else ())
    return [
        {
            "originalSource": str(one["url"]) if one.get("url") else next(uploaded)["url"],
            "alt": str(one.get("alt") or "")[:LONGEST_ALT],
        }
        for one in pictures
    ]


def _file(picture: Row) -> File:
    content = _bytes(picture)
    for mark, ending, mime in _KINDS:
        if content.startswith(mark):
            name = str(picture.get("name") or "").rpartition("/")[2].rpartition("\\")[2]
            return File(name or f"{hashlib.sha256(content).hexdigest()[:16]}.{ending}", mime, content, "IMAGE")
    raise MappingError(
        f"The picture {picture.get('name') or ''} is no JPEG, PNG or GIF file.".replace("  ", " "),
        field="images",
        resolution="Replace the picture in the source by one of these kinds.",
    )


def _bytes(picture: Row) -> bytes:
    try:
        return base64.b64decode(str(picture["data"]), validate=True)
    except (binascii.Error, ValueError):
        raise MappingError("A picture is damaged: its bytes cannot be read.", field="images") from None
