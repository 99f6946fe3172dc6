"""The values a row holds and what they look like on the wire."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

Value = str | bool | Decimal | None
"""Text, logical, number, or a date as "YYYY-MM-DDTHH:MM:SS" text (None when empty)."""
Row = dict[str, Value]


def empty(kind: str) -> Value:
    """What a field of dictionary type `kind` holds when nothing was filled in."""
    if kind in "CM":
        return ""
    if kind == "L":
        return False
    return None if kind in "DT" else Decimal(0)


def number(value: Decimal) -> int | float:
    """A number as JSON carries it: whole amounts as integer (reference: 2.5 Value types in responses)."""
    return int(value) if value == value.to_integral_value() else float(value)


def to_json(answer: Any) -> str:
    """An answer as JSON text, UTF-8 unescaped."""
    text = json.dumps(answer, ensure_ascii=False, default=number)
    return text.encode("utf-8", "replace").decode()  # a caller may have sent half a character, which UTF-8 cannot carry


def text_of(value: Value) -> str:
    """A text value; anything that is no text gives the empty text."""
    return value if isinstance(value, str) else ""


def number_of(value: Value) -> Decimal:
    """A number value; anything that is no number gives zero."""
    return value if isinstance(value, Decimal) else Decimal(0)


def order_of(value: Value) -> tuple[int, Decimal, bytes]:
    """A sort key: empty first, numbers by size, text byte by byte in the code page's own order."""
    if value is None:
        return (0, Decimal(0), b"")
    if isinstance(value, str):
        return (1, Decimal(0), value.encode("cp1252", "replace"))
    return (1, Decimal(value), b"")
