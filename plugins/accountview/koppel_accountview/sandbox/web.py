"""A request and an answer as the handlers see them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from koppel_accountview.sandbox.errors import AccountViewError, PortalError
from koppel_accountview.sandbox.values import to_json


class Params(Mapping[str, str]):
    """Query or form parameters, found in any letter case; of doubles the first counts."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, str] = {}
        for name, value in pairs:
            self._values.setdefault(name.lower(), value)

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


class Call:
    """One request, its path in lower case and without a closing slash."""

    def __init__(self, environ: dict[str, Any]) -> None:
        self.request = Request(environ)
        self.method = self.request.method
        self.path = self.request.path.rstrip("/").lower()
        self.params = Params(self.request.args.items(multi=True))

    def header(self, name: str) -> str:
        """One header's value, empty when absent."""
        return self.request.headers.get(name, "").strip()

    def form(self) -> Params:
        """A form-encoded body; any other content type gives nothing."""
        return Params(self.request.form.items(multi=True))

    def json(self) -> Any:
        """The JSON body, numbers with a point as Decimal; PortalError 415 or 400 when it is none."""
        if self.request.mimetype != "application/json":
            raise PortalError(415, "The request entity's media type is not supported for this resource.")
        try:
            return json.loads(self.request.get_data(), parse_float=Decimal, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise PortalError(400, "The request body is not valid JSON.") from None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def member(thing: Any, name: str) -> Any:
    """A property of a JSON object, found in any letter case; None when absent or when `thing` is no object."""
    if not isinstance(thing, dict):
        return None
    return next((value for key, value in thing.items() if key.lower() == name.lower()), None)


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer, or a page when `body` is text."""
    kind = "text/html" if isinstance(body, str) else "application/json"
    text = body if isinstance(body, str) else to_json(body)
    return Response(text, status, headers, content_type=f"{kind}; charset=utf-8")


def whole_number(params: Params, name: str, default: int) -> int:
    """A parameter that must be a whole number above zero; AccountViewError when it is not."""
    raw = params.get(name, "").strip()
    if not raw:
        return default
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 9 and int(raw) > 0):
        raise AccountViewError(f"De waarde van parameter {name} is ongeldig.")
    return int(raw)


__all__ = ["Call", "HTTPException", "Params", "Response", "answer", "member", "whole_number"]
