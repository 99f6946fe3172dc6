"""One page of rows: order, the place to continue from, and the link to the next page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cmp_to_key
from urllib.parse import quote

from koppel_exactonline.sandbox.errors import bad_request
from koppel_exactonline.sandbox.query.lexer import literal_text
from koppel_exactonline.sandbox.query.nodes import Lookup, order
from koppel_exactonline.sandbox.query.options import Options
from koppel_exactonline.sandbox.schema.model import NUMBERS, Entity
from koppel_exactonline.sandbox.wire.values import Value


@dataclass(frozen=True)
class Page:
    """The rows of one page, how many match in all, and the token of the next page ("" on the last)."""

    rows: list[Lookup]
    total: int
    token: str = ""
    left: int | None = None


def page_of(rows: Iterable[Lookup], entity: Entity, options: Options) -> Page:
    """Filter, sort and cut; `left` is what remains of $top after this page."""
    where = options.where
    found = [look for look in rows if where is None or where.run(look) is True]
    total = len(found)
    keys = (*options.orderby, *((name, False) for name in entity.keys))
    found.sort(key=cmp_to_key(_comparing(keys)) if options.orderby or entity.more_keys else _by_key(entity.key))
    if options.token:
        found = _after(found, keys, entity, options)
    elif options.skip:
        found = found[options.skip:]
    wanted = len(found) if options.top is None else min(options.top, len(found))
    page = found[:min(wanted, entity.page)]
    if wanted <= entity.page:
        return Page(page, total)
    left = None if options.top is None else options.top - len(page)
    return Page(page, total, _token(page[-1], keys, entity), left)


def _by_key(key: str) -> Callable[[Lookup], tuple[bool, int, str]]:
    def place(look: Lookup) -> tuple[bool, int, str]:
        value = look(key)
        return isinstance(value, str), value if isinstance(value, int) else 0, value if isinstance(value, str) else ""

    return place


def _comparing(keys: tuple[tuple[str, bool], ...]) -> Callable[[Lookup, Lookup], int]:
    def compare(left: Lookup, right: Lookup) -> int:
        for name, down in keys:
            if sign := order(left(name), right(name)):
                return -sign if down else sign
        return 0

    return compare


def _after(found: list[Lookup], keys: tuple[tuple[str, bool], ...], entity: Entity, options: Options) -> list[Lookup]:
    if len(options.token) != len(keys):
        raise bad_request()
    values: dict[str, Value] = {}
    for (name, _), token in zip(keys, options.token, strict=True):
        kinds = {token.type, entity.values[name].kind}
        if len(kinds) > 1 and "null" not in kinds and not kinds <= NUMBERS:
            raise bad_request()
        values.setdefault(name, token.value)
    compare = _comparing(keys)
    return [look for look in found if compare(look, values.__getitem__) > 0]


def _token(last: Lookup, keys: tuple[tuple[str, bool], ...], entity: Entity) -> str:
    return ",".join(literal_text(last(name), entity.values[name].kind) for name, _ in keys)


def next_link(url: str, query: dict[str, str], page: Page) -> str:
    """The absolute address of the next page; it repeats the query (reference: OData dialect, page size)."""
    kept = {name: text for name, text in query.items() if name not in ("$skip", "$skiptoken", "$top")}
    if page.left is not None:
        kept["$top"] = str(page.left)
    kept["$skiptoken"] = page.token
    return url + "?" + "&".join(f"{name}={quote(text, safe=chr(39) + ',()*')}" for name, text in kept.items())
