"""Hiding secrets in whatever is shown, logged or exported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

import simplejson

HIDDEN = "•••"

FIELDS = frozenset(
    {
        "access_token",
        "refresh_token",
        "id_token",
        "client_secret",
        "authorization",
        "proxy-authorization",
        "x-shopify-access-token",
        "password",
        "cookie",
        "set-cookie",
    }
)
"""Names (and endings of names) of fields and headers whose value is always hidden, in lower case."""

_ENDINGS = tuple(FIELDS)
_NAMES = "|".join(sorted((re.escape(name) for name in FIELDS), key=len, reverse=True))
# A name, then a quoted value (also one level of JSON inside JSON) or the bare value of a form or a header line.
_NAMED = re.compile(
    rf"""(?P<name>{_NAMES})(?P<between>\\?["']?\s*(?:[:=]|=>)\s*)
    (?:\\"(?:[^"\\]|\\\\.)*|"(?:[^"\\]|\\.)*|'(?:[^'\\]|\\.)*|(?:(?:Bearer|Basic|Token)\s+)?[^\s&"',;\\}}\]]+)""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)


class Redactor:
    """Replaces known secret values, and the values of known secret fields, by "•••"; compiled once."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for secret in secrets if secret for form in _forms(secret)}
        self.longest = max(map(len, forms), default=0)
        found = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
        self._values = re.compile(found) if forms else None

    def __repr__(self) -> str:
        return "Redactor()"

    def text(self, text: str) -> str:
        """This text without secrets."""
        # Values first: a value that itself holds a field's name must not be cut in two by the second step.
        hidden = self._values.sub(HIDDEN, text) if self._values else text
        folded = hidden.lower()  # looking for the names first is a hundred times faster than the pattern
        return _NAMED.sub(_hide_value, hidden) if any(name in folded for name in FIELDS) else hidden

    def cut(self, text: str, length: int) -> str:
        """At most `length` characters without secrets, and without half a secret at the cut."""
        if len(text) <= length:
            return self.text(text)
        head = self.text(text[: length + self.longest])
        return head[: min(length, max(0, len(head) - self.longest))] + "…"

    def __call__(self, value: Any) -> Any:
        """The same value, whatever its shape, without secrets."""
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, bytes | bytearray):
            return self.text(value.decode("utf-8", "replace")).encode()
        if isinstance(value, Mapping):
            return {self(key): self._field(key, one) for key, one in value.items()}
        if isinstance(value, list | tuple | AbstractSet):
            return self._sequence(value)
        text = str(value)
        hidden = self.text(text)
        return value if hidden == text else hidden

    def _field(self, key: Any, value: Any) -> Any:
        return HIDDEN if _is_secret_name(key) and value not in (None, "") else self(value)

    def _sequence(self, value: list[Any] | tuple[Any, ...] | AbstractSet[Any]) -> Any:
        items = [self(one) for one in value]
        if isinstance(value, list | tuple) and len(value) == 2 and _is_secret_name(value[0]):
            items[1] = HIDDEN  # a header as a pair
        return tuple(items) if isinstance(value, tuple) else items


def redact(value: Any, secrets: Iterable[str] = ()) -> Any:
    """`value` (text, bytes, mapping, list …) with every secret, and every known secret field, as "•••".

    A tuple stays a tuple, other sequences and sets become lists; anything unknown whose text would show a
    secret becomes that text, redacted."""
    return _redactor(tuple(secrets))(value)


@lru_cache(maxsize=32)
def _redactor(secrets: tuple[str, ...]) -> Redactor:
    return Redactor(secrets)


def _forms(secret: str) -> set[str]:
    """The ways one secret is written in a URL, a form and a JSON text."""
    plain, ascii_only = simplejson.dumps(secret, ensure_ascii=False)[1:-1], simplejson.dumps(secret)[1:-1]
    return {secret, quote(secret, safe="", errors="replace"), quote_plus(secret, errors="replace"), plain, ascii_only}


def _is_secret_name(name: Any) -> bool:
    if isinstance(name, bytes):
        name = name.decode("latin-1")
    return isinstance(name, str) and name.lower().endswith(_ENDINGS)


def _hide_value(found: re.Match[str]) -> str:
    value = found[0][found.end("between") - found.start() :]
    opening = next((mark for mark in ('\\"', '"', "'") if value.startswith(mark)), "")
    return f"{found['name']}{found['between']}{opening}{HIDDEN}"
