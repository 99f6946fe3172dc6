"""What would a write change? Nothing at all is a very good answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

Difference = tuple[str, Any, Any]


def differences(wanted: Mapping[str, Any], current: Mapping[str, Any]) -> list[Difference]:
    """The fields of `wanted` that `current` does not have so: (name, now, then)."""
    return [(name, current.get(name), value) for name, value in wanted.items() if not _same(value, current.get(name))]


def _same(wanted: Any, current: Any) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(current, Mapping) and not differences(wanted, current)
    if isinstance(wanted, Sequence) and not isinstance(wanted, (str, bytes)):
        return _same_list(wanted, current)
    return bool(_plain(wanted) == _plain(current))


def _same_list(wanted: Sequence[Any], current: Any) -> bool:
    rows = current.get("results") if isinstance(current, Mapping) else current
    if not isinstance(rows, Sequence) or isinstance(rows, (str, bytes)):
        return not wanted
    return all(any(_same(one, row) for row in rows) for one in wanted)


def _plain(value: Any) -> Any:
    """Values that mean the same compare equal: 12.5 and "12.50", None and "", padded and bare text."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return value
    if isinstance(value, (datetime, date)):
        return value.isoformat()[:19]
    if isinstance(value, (int, float, Decimal)):
        return Decimal(str(value)).normalize()
    text = str(value).strip()
    try:
        return Decimal(text).normalize() if text[:1].isdigit() or text[:1] == "-" else text
    except InvalidOperation:
        return text
