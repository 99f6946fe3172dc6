"""What AccountView checks of an article: that its one image can be read."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping

from koppel_accountview.sandbox.desk import Desk
from koppel_accountview.sandbox.errors import AccountViewError
from koppel_accountview.sandbox.values import Row, Value, text_of


def check_image(desk: Desk, row: Row, sent: Mapping[str, Value]) -> None:
    """Image data must be written as the installation wants it; how that is, is not known."""
    data = text_of(sent.get("IMG_M_DATA"))
    if not data:
        return
    head, comma, body = data.partition(",")
    if desk.switches.image_encoding == "base64":
        body = data
    elif not (comma and head.startswith("data:image/") and head.endswith(";base64")):
        raise AccountViewError("Veld IMG_M_DATA: de afbeelding kan niet worden gelezen.")
    try:
        b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise AccountViewError("Veld IMG_M_DATA: de afbeelding kan niet worden gelezen.") from None
    if not row["IMG_MEDIUM"]:
        raise AccountViewError("Veld IMG_MEDIUM (Afbeelding) is verplicht bij gegevens van een afbeelding.")
