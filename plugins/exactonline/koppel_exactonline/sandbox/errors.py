"""Errors as values on their way to the client: a status, a text, perhaps headers."""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

STREAM = "Error processing request stream. "
SYNTAX = "Bad Request - Error in query syntax."


class ApiError(Exception):
    """The service refuses the call with `status`; an empty `text` gives an empty body."""

    def __init__(self, status: int, text: str = "", headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(status, text)
        self.status = status
        self.text = text
        self.headers = headers


class BusinessError(Exception):
    """What the bookkeeping refuses; answered as status 500 with all sentences (reference: Create / update / delete)."""

    def __init__(self, *complaints: tuple[str, ...]) -> None:
        super().__init__(complaints)
        self.complaints = complaints


def bad_request(text: str = SYNTAX) -> ApiError:
    """A 400 with `text`."""
    return ApiError(400, text)


def error_json(text: str) -> bytes:
    """The pretty-printed error document with CRLF line ends."""
    value = json.dumps(text, ensure_ascii=False)
    lines = ("{", '"error": {', '"code": "", "message": {', f'"lang": "", "value": {value}', "}", "}", "}")
    return "\r\n".join(lines).encode("utf-8", "replace")


def error_xml(text: str) -> bytes:
    """The same for a client that did not ask for JSON."""
    space = "http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"
    clean = escape("".join(letter for letter in text if letter.isprintable() or letter in "\r\n"))
    return (
        f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\r\n<error xmlns="{space}">'
        f'<code></code><message xml:lang="">{clean}</message></error>'
    ).encode("utf-8", "replace")
