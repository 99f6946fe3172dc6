"""Recorded GraphQL answers, walked for orders; what several answers say about one order is put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Node = dict[str, Any]
_ORDER = "gid://shopify/Order/"
_NO_FIELDS = ("query", "variables")


def orders_in(documents: Any) -> list[Node]:
    """One node per order that any of these documents shows, later answers going before earlier ones."""
    found: dict[str, Node] = {}
    for document in documents:
        for node in _order_nodes(document):
            merge(found.setdefault(node["id"], {}), node)
    return list(found.values())


def _order_nodes(value: Any) -> Iterator[Node]:
    """Objects with an order's id; what was asked (variables) is no answer."""
    if isinstance(value, list):
        for one in value:
            yield from _order_nodes(one)
    if not isinstance(value, Mapping):
        return
    gid = value.get("id")
    if isinstance(gid, str) and gid.startswith(_ORDER) and "?" not in gid:
        yield dict(value)
    for name, one in value.items():
        if name not in _NO_FIELDS:
            yield from _order_nodes(one)


def merge(known: Node, more: Mapping[str, Any]) -> Node:
    """Put what `more` says into `known`, in place. Rows with an id are the same row wherever they are shown."""
    for name, value in more.items():
        before = known.get(name)
        if isinstance(value, Mapping) and isinstance(before, dict):
            merge(before, value)
        elif isinstance(value, list) and isinstance(before, list):
            known[name] = _rows(before, value)
        elif value is not None or before is None:
            known[name] = dict(value) if isinstance(value, Mapping) else value
    return known


def _rows(before: list[Any], after: list[Any]) -> list[Any]:
    if len(before) == len(after) and not all(map(_id, [*before, *after])):
        return [merge(dict(one), two) if isinstance(two, Mapping) else two for one, two in zip(before, after, strict=True)]
    known = {_id(row): row for row in before if _id(row)}
    rows = [merge(dict(known.pop(_id(row), {})), row) if _id(row) else row for row in after]
    return rows + list(known.values()) if known and len(known) < len(before) else rows


def _id(row: Any) -> str:
    inner = row.get("node", row) if isinstance(row, Mapping) else {}
    return str(inner.get("id") or "") if isinstance(inner, Mapping) else ""
