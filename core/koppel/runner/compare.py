"""What would a write change? Nothing at all is a very good answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?$")
Difference = tuple[str, Any, Any]


def differences(wanted: Mapping[str, Any], current: Mapping[str, Any]) -> list[Difference]:
    """The fields of `wanted` that `current` does not have so: (name, now, then)."""
    return [(name, current.get(name), value) for name, value in wanted.items() if not _same(value, current.get(name))]


def _same(wanted: Any, current: Any) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(current, Mapping) and not differences(wanted, current)
    if isinstance(wanted, Sequence) and not isinstance(wanted, (str, bytes)):
        return _same_list(wanted, current)
    return _alike(wanted, current)


def _same_list(wanted: Sequence[Any], current: Any) -> bool:
    rows = current.get("results") if isinstance(current, Mapping) else current
    if not isinstance(rows, Sequence) or isinstance(rows, (str, bytes)):
        return not wanted
    return all(any(_same(one, row) for row in rows) for one in wanted)


def _alike(wanted: Any, current: Any) -> bool:
    """Values that mean the same: 12.5 and "12.50", None and "", padded and bare text.

    Two texts are compared as text: a telephone number, a postcode or an article code is no amount, so "0123"
    is not "123"."""
    if isinstance(wanted, str) and isinstance(current, str):
        return wanted.strip() == current.strip()
    return bool(_plain(wanted) == _plain(current))


def _plain(value: Any) -> Any:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return value
    if isinstance(value, (datetime, date)):
        return value.isoformat()[:19]
    if isinstance(value, (int, float, Decimal)):
        return Decimal(str(value))
    text = str(value).strip()
    try:
        return Decimal(text) if _NUMBER.match(text) else text
    except InvalidOperation:
        return text
