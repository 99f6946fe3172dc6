"""The $-options of one read, checked against the entity they are asked of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from koppel_exactonline.sandbox.errors import bad_request
from koppel_exactonline.sandbox.query.lexer import Token, tokens
from koppel_exactonline.sandbox.query.nodes import Node
from koppel_exactonline.sandbox.query.parser import parse
from koppel_exactonline.sandbox.schema import ENTITIES
from koppel_exactonline.sandbox.schema.model import Entity
from koppel_exactonline.sandbox.switches import Switches

KNOWN = ("$filter", "$select", "$orderby", "$top", "$skip", "$skiptoken", "$inlinecount", "$expand")


@dataclass(frozen=True)
class Options:
    """What to read and how; `select` None means every property, `below` selects inside an expanded collection."""

    where: Node | None = None
    select: frozenset[str] | None = None
    below: Mapping[str, frozenset[str]] = field(default_factory=dict)
    expand: frozenset[str] = frozenset()
    orderby: tuple[tuple[str, bool], ...] = ()
    top: int | None = None
    skip: int = 0
    token: tuple[Token, ...] = ()
    count: bool = False


def read_options(query: Mapping[str, str], entity: Entity, switches: Switches) -> Options:
    """Parse the query string; a 400 for anything the service does not take."""
    for name in query:
        if name.startswith("$") and name not in KNOWN:
            raise bad_request(
                f"The query parameter '{name}' begins with a system-reserved '$' character but is not recognized."
            )
    expand = _expand(query.get("$expand", ""), entity)
    select, below = _select(query.get("$select", ""), entity, expand)
    text = query.get("$filter", "")
    if entity.is_sync and "$skip" in query:
        raise bad_request("The query parameter '$skip' is not supported on this endpoint.")
    return Options(
        parse(text, entity, switches) if text.strip() else None, select, below, expand,
        _orderby(query.get("$orderby", ""), entity), _count(query, "$top"), _count(query, "$skip") or 0,
        tuple(_skiptoken(query["$skiptoken"])) if "$skiptoken" in query else (),
        _inlinecount(query.get("$inlinecount", "none")),
    )


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",")] if text.strip() else []


def _expand(text: str, entity: Entity) -> frozenset[str]:
    for word in _words(text):
        _known(word, entity, collections_only=True)
    return frozenset(_words(text))


def _known(name: str, entity: Entity, collections_only: bool = False) -> None:
    if name not in (entity.collections if collections_only else entity.properties):
        raise bad_request(f"Could not find a property named '{name}' on type '{entity.model}'.")


def _select(
    text: str, entity: Entity, expand: frozenset[str]
) -> tuple[frozenset[str] | None, dict[str, frozenset[str]]]:
    own: set[str] = set()
    below: dict[str, set[str]] = {}
    for word in _words(text):
        name, _, inner = word.partition("/")
        if word == "*":
            continue
        _known(name, entity, collections_only=bool(inner))
        if inner:
            _inner(name, inner, entity, expand)
            below.setdefault(name, set()).add(inner)
        own.add(name)
    if "*" in _words(text):
        if entity.path == "sync/Logistics/Items":
            raise bad_request("The use of '*' in $select is not allowed on this endpoint.")
        return None, {}
    return frozenset(own) or None, {name: frozenset(names) for name, names in below.items()}


def _inner(name: str, inner: str, entity: Entity, expand: frozenset[str]) -> None:
    if name not in expand:
        raise bad_request("Only properties specified in $expand can be traversed in $select query options.")
    rows = ENTITIES.get(entity.collections[name].rows)
    if rows is not None and inner != "*":
        _known(inner, rows)


def _orderby(text: str, entity: Entity) -> tuple[tuple[str, bool], ...]:
    found = []
    for word in _words(text):
        name, _, way = word.partition(" ")
        one = entity.values.get(name)
        if one is None or one.kind in ("N", "X"):
            raise bad_request(f"No property '{name}' exists in type '{entity.model}' at position 0.")
        if way.strip() not in ("", "asc", "desc"):
            raise bad_request(f"Syntax error at position {len(name) + 1}.")
        found.append((name, way.strip() == "desc"))
    return tuple(found)


def _count(query: Mapping[str, str], name: str) -> int | None:
    text = query.get(name)
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise bad_request(f"Incorrect format for {name} argument '{text[:40]}'.")
    return int(text)


def _inlinecount(text: str) -> bool:
    if text not in ("allpages", "none"):
        raise bad_request("Unknown $inlinecount option, only 'allpages' and 'none' are supported.")
    return text == "allpages"


def _skiptoken(text: str) -> list[Token]:
    found = tokens(text)[:-1]
    if not found or any(one.kind != "literal" for one in found[::2]) or any(one.text != "," for one in found[1::2]):
        raise bad_request()
    if len(found) % 2 == 0:
        raise bad_request()
    return found[::2]
