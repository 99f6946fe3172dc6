"""Several lists read one after another as if they were one: each has its own place where reading stopped."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from koppel import Page, Query

from koppel_shopify.client import AdminApi

PageOf = Callable[[AdminApi, Query], Page]
_NOW = "list"


def in_turn(api: AdminApi, query: Query, lists: Sequence[tuple[str, PageOf]], begin: Mapping[str, str]) -> Page:
    """One page of the list whose turn it is. `begin` says where lists begin that were never read.

    A cursor of the last list alone, as it was before there were more, goes on for that one."""
    names = [name for name, _ in lists]
    places = places_of(query.cursor, names[-1]) or {}
    name = places.get(_NOW) or names[0]
    if not places:
        places = dict(begin)
    page = dict(lists)[name](api, replace(query, cursor=places.get(name)))
    places[name] = page.cursor or ""
    after = names.index(name) + 1
    ended = not page.more and after == len(names)
    places[_NOW] = name if page.more else names[after % len(names)]
    return replace(page, cursor=json.dumps(places, separators=(",", ":")), more=not ended)


def places_of(cursor: str | None, single: str) -> dict[str, str]:
    """Per list where its reading stopped; what a cursor of one list says is said of `single`."""
    if not cursor:
        return {}
    try:
        found: Any = json.loads(cursor)
    except ValueError:
        found = None
    if isinstance(found, dict) and _NOW in found:
        return {str(name): str(value) for name, value in found.items()}
    return {single: cursor}
