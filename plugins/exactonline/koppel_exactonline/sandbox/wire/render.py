"""Entities as verbose JSON: metadata first, then the values, collections deferred or expanded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from koppel_exactonline.sandbox.query.lexer import literal_text
from koppel_exactonline.sandbox.query.nodes import Lookup
from koppel_exactonline.sandbox.schema.model import Entity
from koppel_exactonline.sandbox.wire.values import write

_SAFE = "'=,"
Expand = Callable[[str], list[dict[str, Any]]]


def uri_of(root: str, entity: Entity, look: Lookup) -> str:
    """The address of one row; `root` is host, /api/v1 and division."""
    literals = {name: literal_text(look(name), entity.properties[name].kind) for name in entity.keys}
    key = ",".join(f"{name}={one}" for name, one in literals.items()) if entity.more_keys else literals[entity.key]
    return f"{root}/{entity.path}({quote(key, safe=_SAFE)})"


def entity_json(
    root: str, entity: Entity, look: Lookup, select: frozenset[str] | None, expand: frozenset[str], rows_of: Expand,
) -> dict[str, Any]:
    """One row. `rows_of` gives the rows of an expanded collection, ready rendered."""
    uri = uri_of(root, entity, look)
    shown: dict[str, Any] = {"__metadata": {"uri": uri, "type": entity.model}}
    for name, one in entity.properties.items():
        if select is not None and name not in select:
            continue
        if one.kind != "C":
            shown[name] = write(one, look(name))
        elif name in expand:
            shown[name] = {"results": rows_of(name)}
        else:
            shown[name] = {"__deferred": {"uri": f"{uri}/{name}"}}
    return shown


def bare_json(root: str, entity: Entity, look: Lookup) -> dict[str, Any]:
    """The nearly empty answer to some creates: key and byte flags (reference: Create / update / delete)."""
    shown = entity_json(root, entity, look, None, frozenset(), lambda _: [])
    for name, one in entity.values.items():
        if name != entity.key and one.kind != "Y":
            shown[name] = None
    return shown
