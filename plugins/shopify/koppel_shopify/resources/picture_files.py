"""One picture as a file: what it is known by, what it is called, and of which kind it is."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any

from koppel import MappingError

from koppel_shopify.resources.product_state import file_name
from koppel_shopify.resources.uploads import File

Row = Mapping[str, Any]
_KINDS = ((b"\xff\xd8\xff", "jpg", "image/jpeg"), (b"\x89PNG", "png", "image/png"), (b"GIF8", "gif", "image/gif"))
_HASH = "sha256:"
_SHOWN = 12
"""How much of what its bytes add up to stands in a file's name."""


def source_of(picture: Row) -> str:
    """What a picture is known by: its address, else what its bytes add up to."""
    if picture.get("url"):
        return str(picture["url"])
    return f"{_HASH}{hashlib.sha256(_bytes(picture)).hexdigest()}" if picture.get("data") else ""


def has_bytes_of(name: str, source: str) -> bool:
    """Whether a file was made of these bytes: its name says so."""
    return source.startswith(_HASH) and source.removeprefix(_HASH)[:_SHOWN] in name


def ending_of(picture: Row) -> str:
    """The kind of file, as the end of its name says it."""
    if picture.get("url"):
        return file_name(str(picture["url"])).rpartition(".")[2].replace("jpeg", "jpg")
    return file_of(picture).name.rpartition(".")[2]


def file_of(picture: Row) -> File:
    """The picture to be uploaded. MappingError for bytes that are no picture."""
    content = _bytes(picture)
    for mark, ending, mime in _KINDS:
        if content.startswith(mark):
            given = str(picture.get("name") or "").rpartition("/")[2].rpartition("\\")[2]
            shown = source_of(picture).removeprefix(_HASH)[:_SHOWN]
            stem = given.rpartition(".")[0] or given
            return File(f"{stem}-{shown}.{ending}".lstrip("-"), mime, content, "IMAGE")
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
