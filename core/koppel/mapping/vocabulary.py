"""The words of expressions: functions (also usable as filters), tests and methods of texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from koppel.mapping.budget import fits
from koppel.mapping.exact import decimal_of, rounded
from koppel.mapping.operations import BINARY, COMPARE, attribute, equal, text

Word = Callable[..., Any]


def _decimal(value: Any, otherwise: Any = None, /) -> Any:
    """The exact number that a text says."""
    return decimal_of(value) if value not in (None, "") else otherwise


def _integer(value: Any, /) -> Any:
    """The number without its decimals."""
    return None if value in (None, "") else int(decimal_of(value))


def _round(value: Any, places: int = 0, /) -> Any:
    """The number rounded half up."""
    return None if value in (None, "") else rounded(value, places)


def _absolute(value: Any, /) -> Any:
    """The number without its sign."""
    return None if value is None else decimal_of(value).copy_abs()


def _default(value: Any, otherwise: Any = "", empty: bool = False, /) -> Any:
    """The value, or the other one when there is none (with true: also when it is empty)."""
    return otherwise if value is None or (empty and not value) else value


def _items(value: Any) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list | tuple):
        raise ValueError("a list is wanted here.")
    return list(value)


def _pluck(value: Any, attribute: str = "", /, **named: str) -> list[Any]:
    """One field of every item of a list."""
    return [_deep(item, named.get("attribute", attribute)) for item in _items(value)]


def _deep(item: Any, path: str) -> Any:
    if not isinstance(path, str) or len(path) > 200:
        raise ValueError("a field is named by a text.")
    for name in filter(None, path.split(".")):
        item = attribute(item, name)
    return item


def _sum(value: Any, attribute: str = "", /, **named: str) -> Any:
    """The sum of a list of numbers, or of one field of its items; missing values are left out."""
    total: Any = Decimal(0)
    for one in _pluck(value, attribute, **named):
        total = BINARY["Add"](total, decimal_of(one)) if one not in (None, "") else total
    return total


def _where(value: Any, field: str, wanted: Any, other: Any = None, /) -> list[Any]:
    """The items of a list whose field equals a value, or passes a test: where(list, 'kind', 'eq', 'fee')."""
    return _selected(value, field, wanted, other, True)


def _without(value: Any, field: str, wanted: Any, other: Any = None, /) -> list[Any]:
    """The items of a list whose field does not equal a value."""
    return _selected(value, field, wanted, other, False)


def _selected(value: Any, field: str, wanted: Any, other: Any, keep: bool) -> list[Any]:
    test = TESTS.get(wanted) if isinstance(wanted, str) and other is not None else None
    fit = (lambda one: test(one, other)) if test else (lambda one: equal(one, wanted))
    return [item for item in _items(value) if bool(fit(_deep(item, field))) is keep]


def _join(value: Any, separator: str = "", field: str = "", /, **named: str) -> str:
    """The items of a list as one text; missing ones are left out."""
    parts = [text(one) for one in _pluck(value, named.get("attribute", field)) if one is not None]
    fits(sum(map(len, parts)) + len(separator) * len(parts))
    return separator.join(parts)


def _first(value: Any, /) -> Any:
    """The first item of a list."""
    return attribute(value, 0)


def _last(value: Any, /) -> Any:
    """The last item of a list."""
    return attribute(value, -1)


def _length(value: Any, /) -> int:
    """How many characters or items there are."""
    return len(value) if isinstance(value, str | list | tuple | Mapping) else 0


def _extreme(pick: Callable[..., Any]) -> Word:
    def choose(*values: Any) -> Any:
        """The smallest or largest of a list or of the arguments; missing ones are left out."""
        many = _items(values[0]) if len(values) == 1 else values
        found = [one for one in many if one not in (None, "")]
        return pick(found) if found else None

    return choose


def _replace(value: Any, old: Any, new: Any, /) -> Any:
    """The text with one piece replaced everywhere."""
    if value is None:
        return None
    whole, piece, other = text(value), text(old), text(new)
    if not piece:
        raise ValueError("replace wants a piece of text to look for.")
    fits(len(whole) + whole.count(piece) * (len(other) - len(piece)))
    return whole.replace(piece, other)


def _split(value: Any, separator: str = ",", /) -> list[str]:
    """The pieces of a text between separators, without spaces around them."""
    if not isinstance(separator, str) or not separator:
        raise ValueError("split wants a separator.")
    return [piece.strip() for piece in text(value).split(separator)] if value not in (None, "") else []


def _date(value: Any, zone: str = "", /) -> Any:
    """The date (2026-01-31) of a moment, as the clock says in a time zone such as Europe/Amsterdam."""
    if value in (None, ""):
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value.strip())
    if not isinstance(value, date):
        raise ValueError("a moment is wanted here.")
    aware = isinstance(value, datetime) and value.tzinfo is not None
    local = value.astimezone(ZoneInfo(zone)) if zone and isinstance(value, datetime) and aware else value
    return local.strftime("%Y-%m-%d")


def _of_text(change: Callable[[str], Any]) -> Word:
    def apply(value: Any, /) -> Any:
        return None if value is None else change(text(value))

    return apply


_WORDS: dict[str, Callable[[str], Any]] = {
    "lower": str.lower,
    "upper": str.upper,
    "title": str.title,
    "capitalize": str.capitalize,
    "strip": str.strip,
    "trim": str.strip,
}
FUNCTIONS: dict[str, Word] = {
    **{name: _of_text(change) for name, change in _WORDS.items()},
    "abs": _absolute,
    "date": _date,
    "decimal": _decimal,
    "first": _first,
    "integer": _integer,
    "join": _join,
    "last": _last,
    "length": _length,
    "max": _extreme(max),
    "min": _extreme(min),
    "pluck": _pluck,
    "replace": _replace,
    "round": _round,
    "split": _split,
    "sum": _sum,
    "text": text,
    "where": _where,
    "without": _without,
}
# what people who know Jinja expect to find
FILTERS: dict[str, Word] = {
    **FUNCTIONS,
    "count": _length,
    "d": _default,
    "default": _default,
    "int": _integer,
    "map": _pluck,
    "rejectattr": _without,
    "selectattr": _where,
    "string": text,
}
TESTS: dict[str, Word] = {
    "defined": lambda value: value is not None,
    "undefined": lambda value: value is None,
    "none": lambda value: value is None,
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, Decimal | int) and not isinstance(value, bool),
    "mapping": lambda value: isinstance(value, Mapping),
    "sequence": lambda value: isinstance(value, list | tuple),
    "true": lambda value: value is True,
    "false": lambda value: value is False,
    "equalto": equal,
    "in": COMPARE["in"],
    **{name: COMPARE[name] for name in ("eq", "ne", "lt", "gt")},
    "==": equal,
    "!=": COMPARE["ne"],
    "le": COMPARE["lteq"],
    "ge": COMPARE["gteq"],
    "<": COMPARE["lt"],
    ">": COMPARE["gt"],
    "<=": COMPARE["lteq"],
    ">=": COMPARE["gteq"],
}


def _method(change: Callable[..., Any]) -> Word:
    def apply(value: Any, *pieces: Any) -> Any:
        if value is None:
            return None
        if not isinstance(value, str) or not all(isinstance(one, str) for one in pieces):
            raise ValueError("this is done with texts only.")
        return change(value, *pieces)

    return apply


def _get(value: Any, name: Any, otherwise: Any = None, /) -> Any:
    found = attribute(value, name)
    return otherwise if found is None else found


METHODS: dict[str, Word] = {
    **{name: _method(_WORDS[name]) for name in ("lower", "upper", "title", "capitalize")},
    "endswith": _method(lambda value, piece: value.endswith(piece)),
    "get": _get,
    "isdigit": _method(str.isdigit),
    "lstrip": _method(str.lstrip),
    "removeprefix": _method(str.removeprefix),
    "removesuffix": _method(str.removesuffix),
    "replace": _replace,
    "rstrip": _method(str.rstrip),
    "split": _split,
    "startswith": _method(lambda value, piece: value.startswith(piece)),
    "strip": _method(str.strip),
}
