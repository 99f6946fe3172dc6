"""Which thing a path means: division, entity, key, a collection below it, or a bare count."""

from __future__ import annotations

import re
from dataclasses import dataclass

from koppel_exactonline.sandbox.errors import ApiError, bad_request
from koppel_exactonline.sandbox.query.lexer import tokens
from koppel_exactonline.sandbox.schema import find
from koppel_exactonline.sandbox.schema.model import NUMBERS, Entity
from koppel_exactonline.sandbox.wire.values import Value

_ENTITY = re.compile(r"(\w+)(?:\((.*)\))?")


@dataclass(frozen=True)
class Place:
    """A parsed path below /api/v1. `division` None is "current"; `entity` None with a `function` is a read function."""

    division: int | None
    endpoint: str
    entity: Entity | None = None
    key: Value = None
    keyed: bool = False
    below: str = ""
    tail: str = ""
    function: str = ""


def division_of(path: str) -> int | None:
    """The division number in the path, None for /current/; a 404 for anything else."""
    word = path.removeprefix("/api/v1/").partition("/")[0]
    if word.lower() == "current":
        return None
    if not (word.isascii() and word.isdigit() and len(word) < 10):
        raise ApiError(404)
    return int(word)


def place_of(path: str, functions: frozenset[str]) -> Place:
    """Read the path; a 404 when nothing is there."""
    division = division_of(path)
    rest = path.removeprefix("/api/v1/").partition("/")[2].strip("/")
    if division is not None and rest.lower() in functions:
        return Place(division, rest.lower(), function=rest.lower())
    segments = _segments(rest)
    tail = segments.pop() if segments and segments[-1] in ("$count", "$metadata") else ""
    if tail == "$metadata" and division is not None and segments:
        return Place(division, "/".join(segments) + "/$metadata", tail=tail, function="$metadata")
    return _entity_place(division, segments, tail)


def _segments(rest: str) -> list[str]:
    """Split at slashes outside quotes: a text key may hold one."""
    return [part for part in re.findall(r"(?:'(?:[^']|'')*'|[^/'])+", rest) if part]


def _entity_place(division: int | None, segments: list[str], tail: str) -> Place:
    if division is None:
        segments = ["current", *segments]
    for at in range(min(3, len(segments)), 1, -1):
        service, last = "/".join(segments[:at - 1]), _ENTITY.fullmatch(segments[at - 1])
        entity = find(service, last[1]) if last else None
        if last is None or entity is None or (division is None) != (entity.path == "current/Me"):
            continue
        below = segments[at:]
        if len(below) > 1 or (below and (last[2] is None or below[0] not in entity.collections)):
            raise ApiError(404)
        keyed = bool(last[2])
        key = key_of(last[2], entity) if keyed else None
        return Place(division, entity.path, entity, key, keyed, below[0] if below else "", tail)
    raise ApiError(404)


def key_of(text: str, entity: Entity) -> Value:
    """The key literal inside the brackets; a 400 when it is not of the key's type."""
    if entity.more_keys:
        raise ApiError(404)  # rows that are computed are only listed
    found = tokens(text)
    if found[0].kind == "word" and found[0].text == entity.key:
        raise bad_request()
    kind = entity.properties[entity.key].kind
    fits = found[0].kind == "literal" and (found[0].type == kind or {found[0].type, kind} <= NUMBERS)
    if len(found) != 2 or not fits:
        raise bad_request()
    return found[0].value
