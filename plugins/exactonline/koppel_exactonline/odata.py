"""Exact Online's query dialect in one place: literals, filters, addresses, and how long they may be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from urllib.parse import quote

from koppel_exactonline.dates import earliest_clock

MOST_TERMS = 40
"""Terms in one $filter; more makes the service slow, and the address too long."""

LONGEST_URL = 6000
"""Characters of a whole address (reference: Limits)."""

ARGUMENTS = ("itemId", "modified", "endPoint")
"""What read functions are asked with (reference: Sync, Deleted, SyncTimestamp; Items)."""

_ROOM = 400
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_PLAIN = "$,()'=:/*-._~"


def text(value: str) -> str:
    """A text literal: quotes doubled; characters that cannot be in an address taken out."""
    return "'" + _UNSEEN.sub("", value).replace("'", "''") + "'"


def is_guid(value: object) -> bool:
    """Whether this is one of the service's own ids."""
    return isinstance(value, str) and _GUID.fullmatch(value) is not None


def is_number(value: object) -> bool:
    """Whether this is a whole number, also as text."""
    return str(value).isascii() and str(value).isdigit()


def guid(value: str) -> str:
    """An id literal. Raises ValueError for anything that is no id."""
    if not is_guid(value):
        raise ValueError(f"{value[:60]!r} is no id of Exact Online")
    return f"guid'{value.lower()}'"


def moment(value: datetime) -> str:
    """A date-time literal for "from then on"; the service reads it on its own wall clock."""
    return f"datetime'{earliest_clock(value):%Y-%m-%dT%H:%M:%S}'"


def address(path: str, select: Sequence[str] = (), where: str = "", **more: str) -> str:
    """A path with its query, encoded. `more` are further options by name: orderby, top, expand;
    and the arguments of the read functions, which have no dollar sign."""
    options = {"$filter": where, "$select": ",".join(select), **{_option(name): value for name, value in more.items()}}
    query = "&".join(f"{name}={quote(value, safe=_PLAIN)}" for name, value in options.items() if value)
    return f"{path}?{query}" if query else path


def _option(name: str) -> str:
    return name if name in ARGUMENTS else f"${name}"


def portions(path: str, select: Sequence[str], terms: Sequence[str], most: int = MOST_TERMS) -> Iterator[tuple[str, ...]]:
    """The terms in groups that fit one address together; one that fits nowhere stands alone."""
    room = LONGEST_URL - _ROOM - len(address(path, select, "x"))
    group: list[str] = []
    used = 0
    for term in terms:
        size = len(quote(f"{term} or ", safe=_PLAIN))
        if group and (len(group) >= most or used + size > room):
            yield tuple(group)
            group, used = [], 0
        group.append(term)
        used += size
    if group:
        yield tuple(group)


def fits(path: str, select: Sequence[str], where: str) -> bool:
    """Whether a read with this filter stays inside the longest address."""
    return len(address(path, select, where)) <= LONGEST_URL - _ROOM // 2
