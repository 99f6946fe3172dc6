"""The one picture that an item has: its bytes are read from the service's own page, and written only when they differ."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

import httpx
from koppel import KoppelError, MappingError, Write
from koppel.connections.pictures import picture_at

from koppel_exactonline.client import Row
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import Conversation

PICTURE = "Picture"
LARGEST = 7_000_000
"""Bytes of a picture: a body may be 10 MB (reference: Limits), and base64 makes a third more of it."""

_PAGE = "docs/SysImage.aspx"


def with_pictures(talk: Conversation, rows: list[Row]) -> list[Row]:
    """The items with the bytes of their picture, where the connection asks for them: each costs a call."""
    if not talk.settings.flag("pictures"):
        return rows
    return [{**row, "PictureData": read_picture(talk, row)} for row in rows]


def read_picture(talk: Conversation, row: Row) -> dict[str, str] | None:
    """Name and bytes in base64; None where the item has a placeholder only (reference: Items, picture)."""
    url = bare(row.get("PictureUrl"))
    content = talk.client.content(url) if _PAGE in url else b""
    name = bare(row.get("PictureName")) or f"{bare(row.get('Code'))}.jpg"
    return {"name": name, "data": b64encode(content).decode()} if content else None


def picture_fields(talk: Conversation, write: Write, now: Row | None, warnings: list[str]) -> dict[str, str]:
    """What to send of the draft's picture; nothing when the item has it already.

    A picture that cannot be had is left out with a warning: the article itself matters more."""
    wanted = write.draft.fields.get(PICTURE)
    if not isinstance(wanted, Mapping) or not (wanted.get("url") or wanted.get("data")):
        return {}
    has_one = now is not None and _PAGE in bare(now.get("PictureUrl"))
    if has_one and (write.last or {}).get(PICTURE) == wanted:
        return {}
    name = bare(wanted.get("name")) or httpx.URL(bare(wanted.get("url"))).path.rpartition("/")[2] or "picture.jpg"
    try:
        content = _bytes(talk, wanted)
    except (KoppelError, ValueError, httpx.InvalidURL) as error:
        warnings.append(f"The picture {name} was left out: {error}")
        return {}
    if has_one and now is not None and _same(talk, now, content):
        return {}
    return {PICTURE: b64encode(content).decode(), **({} if now else {"PictureName": name})}


def _same(talk: Conversation, now: Row, content: bytes) -> bool:
    kept = read_picture(talk, now)
    return kept is not None and b64decode(kept["data"]) == content


def _bytes(talk: Conversation, wanted: Mapping[str, Any]) -> bytes:
    if wanted.get("data"):
        try:
            content = b64decode(str(wanted["data"]).rpartition(",")[2], validate=True)
        except (binascii.Error, ValueError):
            raise MappingError("its bytes cannot be read", field=PICTURE) from None
    else:
        content = picture_at(str(wanted["url"]), talk.settings.text("base_url"))
    if len(content) > LARGEST:
        raise ValueError("it is larger than Exact Online takes")
    return content
