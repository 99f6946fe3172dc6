"""The operators of expressions: exact, safe with missing values, and never larger than allowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from koppel.mapping.budget import fits
from koppel.mapping.exact import EXACT, ROUNDED, bounded, number, written

MAX_POWER = 100
_PARTS = frozenset({"year", "month", "day", "hour", "minute", "second"})
Binary = Callable[[Any, Any], Any]
Num = Decimal | int


def attribute(value: Any, name: Any) -> Any:
    """What `value.name` or `value['name']` gives; None when it is not there."""
    if isinstance(value, (dict, Mapping)):
        return value.get(name) if isinstance(name, (str, int)) else None
    if isinstance(value, str | list | tuple):
        whole = isinstance(name, int) and not isinstance(name, bool)
        return value[name] if whole and -len(value) <= name < len(value) else None
    if isinstance(value, date | datetime) and name in _PARTS:
        return getattr(value, name, None)
    return None


def cut_out(value: Any, start: Any, stop: Any, step: Any) -> Any:
    """What `value[start:stop:step]` gives; None when the value is no text and no list."""
    return value[start:stop:step] if isinstance(value, str | list | tuple) else None


def text(value: Any) -> str:
    """A value as text: nothing is "", a number has no exponent, a moment is ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal | int):
        return written(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise ValueError("a list or a record is no text; choose one of its fields.")


def concat(values: list[Any]) -> str:
    """What `a ~ b ~ c` gives."""
    parts = [text(value) for value in values]
    fits(sum(map(len, parts)))
    return "".join(parts)


def _numeric(exact: Callable[[Num, Num], Any]) -> Binary:
    """An operator on two numbers; with a missing value the answer is missing too: None is not zero."""

    def apply(left: Any, right: Any) -> Any:
        return None if left is None or right is None else exact(bounded(number(left)), bounded(number(right)))

    return apply


def _add(left: Any, right: Any) -> Any:
    if isinstance(left, str) and isinstance(right, str):
        raise ValueError("two texts are joined with ~; to add them as amounts, write decimal(…) + decimal(…).")
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        fits(len(left) + len(right))
        return [*left, *right]
    return _sum(left, right)


def _power(left: Num, right: Num) -> Num:
    if not -MAX_POWER <= right <= MAX_POWER or right != int(right):
        raise ValueError(f"an exponent is a whole number of at most {MAX_POWER}.")
    if isinstance(left, int) and right >= 0:
        return int(left ** int(right))
    return ROUNDED.power(left, int(right))


def _quotient(exact: Callable[[Num, Num], Any]) -> Binary:
    def apply(left: Num, right: Num) -> Any:
        if not right:
            raise ZeroDivisionError
        return exact(left, right)

    return _numeric(apply)


_sum = _numeric(lambda left, right: EXACT.add(left, right) if _mixed(left, right) else left + right)
BINARY: dict[str, Binary] = {
    "Add": _add,
    "Sub": _numeric(lambda left, right: EXACT.subtract(left, right) if _mixed(left, right) else left - right),
    "Mul": _numeric(lambda left, right: EXACT.multiply(left, right) if _mixed(left, right) else left * right),
    "Div": _quotient(lambda left, right: ROUNDED.divide(Decimal(left), Decimal(right))),
    "FloorDiv": _quotient(lambda left, right: EXACT.divide_int(left, right) if _mixed(left, right) else left // right),
    "Mod": _quotient(lambda left, right: EXACT.remainder(left, right) if _mixed(left, right) else left % right),
    "Pow": _numeric(_power),
}


def _mixed(left: Num, right: Num) -> bool:
    return isinstance(left, Decimal) or isinstance(right, Decimal)


def negative(value: Any) -> Any:
    """What `-value` gives."""
    if value is None:
        return None
    exact = number(value)
    return exact.copy_negate() if isinstance(exact, Decimal) and exact else -exact


def positive(value: Any) -> Any:
    """What `+value` gives: the value as a number."""
    return None if value is None else number(value)


def _pair(left: Any, right: Any) -> tuple[Any, Any]:
    """Both as numbers when one is a number and the other a text that says one ("12.50")."""
    if isinstance(right, str) and isinstance(left, (Decimal, int)):
        return left, _try_number(right)
    if isinstance(left, str) and isinstance(right, (Decimal, int)):
        return _try_number(left), right
    return left, right


def _try_number(value: str) -> Any:
    try:
        return number(value)
    except ValueError:
        return value


def equal(left: Any, right: Any) -> bool:
    """What `left == right` gives."""
    left, right = _pair(left, right)
    return bool(left == right)


def _ordered(compare: Callable[[Any, Any], bool]) -> Binary:
    def apply(left: Any, right: Any) -> bool:
        left, right = _pair(left, right)
        return left is not None and right is not None and bool(compare(left, right))

    return apply


def contains(needle: Any, heap: Any) -> bool:
    """What `needle in heap` gives; nothing is in nothing."""
    if isinstance(heap, str):
        return isinstance(needle, str) and needle in heap
    return isinstance(heap, list | tuple | Mapping) and needle in heap


COMPARE: dict[str, Binary] = {
    "eq": equal,
    "ne": lambda left, right: not equal(left, right),
    "lt": _ordered(lambda left, right: left < right),
    "lteq": _ordered(lambda left, right: left <= right),
    "gt": _ordered(lambda left, right: left > right),
    "gteq": _ordered(lambda left, right: left >= right),
    "in": contains,
    "notin": lambda needle, heap: not contains(needle, heap),
}
