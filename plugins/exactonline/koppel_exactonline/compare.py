"""What a write would change: the fields of a draft that the record does not have so already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from koppel_exactonline import dates
from koppel_exactonline.odata import is_guid


def changes(wanted: Mapping[str, Any], now: Mapping[str, Any], leave: Iterable[str] = ()) -> dict[str, Any]:
    """The fields to send. `leave` names those that can be given to a new record only."""
    fixed = set(leave)
    return {name: value for name, value in wanted.items() if name not in fixed and not same(value, now.get(name))}


def same(wanted: Any, now: Any) -> bool:
    """Whether two values mean the same: padded and bare, 12.5 and 12.50, true and 1, a day and its number."""
    one, other = _plain(wanted), _plain(now)
    if isinstance(one, Decimal) != isinstance(other, Decimal):
        one, other = _number(one), _number(other)
    return bool(one == other)


def _plain(value: Any) -> Any:
    if value is None or value == "":
        return ""
    if isinstance(value, (bool, int)):
        return Decimal(int(value))
    if isinstance(value, str):
        text = str(dates.plain(value)).strip()
        return text.lower() if is_guid(text) else text.replace("\r\n", "\n")
    return value


def _number(value: Any) -> Any:
    try:
        return value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return value
