"""The one image that an article has: its name, and its bytes as this installation writes them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import httpx
from koppel import KoppelError
from koppel.connections.pictures import picture_at

from koppel_accountview.answers import Row
from koppel_accountview.conversation import Conversation
from koppel_accountview.dictionary import Table

_NAME, _DATA = "IMG_MEDIUM", "IMG_M_DATA"
_LARGEST = 2_800_000
"""Bytes of an image: a document may be 3.9 MB, and base64 makes a third more of it (reference: 5 Quirks)."""


def image_of(row: Row) -> dict[str, str] | None:
    """The image of an article as a document's: name and base64; None where it has none."""
    data = str(row.get(_DATA) or "").strip()
    bare = data.partition(",")[2] if data.startswith("data:") else data
    return {"name": str(row.get(_NAME) or "").strip(), "data": "".join(bare.split())} if bare else None


def image_fields(talk: Conversation, table: Table, image: Mapping[str, Any], warnings: list[str]) -> dict[str, str]:
    """The fields of an article for this image. An image that cannot be had or kept is left out with a warning:
    the article itself matters more."""
    if not {_NAME, _DATA} <= set(table):
        warnings.append("Articles of this AccountView have no field for an image; it was left out.")
        return {}
    url = str(image.get("url") or "")
    name = str(image.get("name") or "") or _name_in(url)
    try:
        data = str(image.get("data") or "") or b64encode(picture_at(url, talk.settings.text("base_url"))).decode()
    except (KoppelError, ValueError) as error:
        warnings.append(f"The image {name} could not be fetched and was left out: {error}")
        return {}
    if len(data) * 3 // 4 > _LARGEST:
        warnings.append(f"The image {name} is larger than AccountView takes and was left out.")
        return {}
    kind = "png" if name.lower().endswith(".png") else "jpeg"
    as_url = talk.settings.text("image_encoding", "base64") == "data_url"
    return {_NAME: name[: table[_NAME].length or None], _DATA: f"data:image/{kind};base64,{data}" if as_url else data}


def _name_in(url: str) -> str:
    try:
        return httpx.URL(url).path.rpartition("/")[2] or "image.jpg"
    except httpx.InvalidURL:
        return "image.jpg"
