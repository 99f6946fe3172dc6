"""GET /docs/SysImage.aspx: the picture of an item, for whoever holds a token of its division."""

from __future__ import annotations

import base64
import binascii

from koppel_exactonline.sandbox.errors import ApiError
from koppel_exactonline.sandbox.service.gate import check_division, check_token
from koppel_exactonline.sandbox.service.request import Answer, Request
from koppel_exactonline.sandbox.store.state import State

_KINDS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


def picture(request: Request, state: State, now: float) -> Answer:
    """The bytes that were written to Items.Picture; a 404 when there are none."""
    grant, _ = check_token(request, state, now)
    code = request.query.get("_Division_", "")
    division = check_division(int(code) if code.isascii() and code.isdigit() else 0, grant, state)
    row = division.table("logistics/Items").get(request.query.get("ID", "").lower())
    kept = row.get("Picture") if row else None
    if not isinstance(kept, str):
        raise ApiError(404)
    try:
        content = base64.b64decode(kept)
    except binascii.Error:
        raise ApiError(404) from None
    kind = next((name for start, name in _KINDS.items() if content.startswith(start)), "application/octet-stream")
    return Answer(200, content, [("Content-Type", kind)])
