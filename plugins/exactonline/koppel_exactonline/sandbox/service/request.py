"""A request as the simulator sees it, and the answer it gives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from koppel_exactonline.sandbox.errors import STREAM, ApiError, bad_request

LARGEST_BODY = 10 * 1024 * 1024
LONGEST_URL = 6000
JSON_TYPE = "application/json;odata=verbose;charset=utf-8"


@dataclass(frozen=True)
class Request:
    """One call; `query` holds the last value of each name, header names are lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    host: str
    query_text: str = ""

    @property
    def wants_json(self) -> bool:
        """True when the client asked for JSON; without it the answer is XML (reference: OData dialect)."""
        return "json" in self.headers.get("accept", "").lower()

    @property
    def bearer(self) -> str:
        """The access token, "" when there is none."""
        kind, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if kind.lower() == "bearer" else ""

    def document(self) -> dict[str, Any]:
        """The JSON object in the body; a 400 or 415 when it is none."""
        if "json" not in self.headers.get("content-type", "").lower():
            raise ApiError(415, "Unsupported media type requested.")
        try:
            found = json.loads(self.body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_refuse)
        except (ValueError, RecursionError, ArithmeticError):
            raise bad_request(STREAM + "The request should be a valid top-level resource object.") from None
        if not isinstance(found, dict):
            raise bad_request(STREAM + "The request should be a valid top-level resource object.")
        return found

    def form(self) -> dict[str, str]:
        """The fields of a form post; empty for any other kind of body."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded":
            return {}
        return fields(self.body.decode("utf-8", "replace"))


def _refuse(word: str) -> None:
    raise ValueError(word)


def fields(text: str) -> dict[str, str]:
    """Names and values of a query string or form."""
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=500))
    except ValueError:
        raise bad_request() from None


@dataclass
class Answer:
    """What goes back."""

    status: int = 200
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)


def json_answer(value: object, status: int = 200, kind: str = JSON_TYPE) -> Answer:
    """A JSON document."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return Answer(status, body, [("Content-Type", kind)])


def read_request(environ: Mapping[str, Any]) -> Request:
    """Take the request apart; 413 and 414 for what is too large (reference: Limits, size)."""
    path = environ.get("PATH_INFO", "/").encode("latin-1", "replace").decode("utf-8", "replace")
    query_text = environ.get("QUERY_STRING", "")
    if len(path) + len(query_text) > LONGEST_URL:
        raise ApiError(414)
    length = environ.get("CONTENT_LENGTH") or "0"
    size = int(length) if length.isascii() and length.isdigit() else 0
    if size > LARGEST_BODY:
        raise ApiError(413)
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    name = headers.get("host") or environ.get("SERVER_NAME", "localhost")
    host = f"{environ.get('wsgi.url_scheme', 'http')}://{name}"
    return Request(
        environ["REQUEST_METHOD"], path, fields(query_text), headers, environ["wsgi.input"].read(size) if size else b"",
        host, query_text,
    )
