"""The first reading of a large catalogue: one bulk operation, its result taken in piece by piece (reference: Bulk operations)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import simplejson
from koppel import Page, Query, Record, Settings, TransientError

from koppel_shopify.answers import accepted, payload_of
from koppel_shopify.client import AdminApi
from koppel_shopify.gids import is_gid
from koppel_shopify.marks import Mark
from koppel_shopify.queries import text_of
from koppel_shopify.resources import bulk
from koppel_shopify.resources.reading import Raw

START = "bulk "
PIECE = 512 * 1024
"""Bytes of the result that make a page; more only where one product is larger than that."""
_LISTS = {"ProductVariant": "variants", "Collection": "collections"}
Row = Mapping[str, Any]


def wanted(api: AdminApi, settings: Settings, query: Query) -> bool:
    """Whether this is the first reading of a whole catalogue that is worth a bulk operation, or goes on with one."""
    if query.ids or query.resource != "product":
        return False
    if Mark.of(query.cursor).after.startswith(START):
        return True
    least = settings.number("bulk_from", 1000)
    if query.cursor or query.since or query.filters or query.limit or not least:
        return False
    count = api.ask("count_products", {"limit": least}).get("productsCount") or {}
    return int(count.get("count") or 0) >= least


def page(api: AdminApi, query: Query) -> Page:
    """Start the operation, or give the next products of its result.

    The mark names the operation and how far in its file we are, so that whatever breaks, a later run goes on there;
    one that came to nothing is given up, and the catalogue is read page by page."""
    mark = Mark.of(query.cursor)
    if not mark.after:
        answer = api.ask("run_bulk_query", {"query": text_of("bulk_products", api.version)})
        started = accepted(payload_of(answer, "bulkOperationRunQuery"), "the bulk operation")["bulkOperation"]
        return Page((), _at(mark, str(started["id"]), 0), True)
    try:
        return _next(api, mark)
    except bulk.Broken:
        return Page((), Mark().text(), True)


def _at(mark: Mark, gid: str, start: int) -> str:
    return replace(mark, after=f"{START}{gid} {start}").text()


def _next(api: AdminApi, mark: Mark) -> Page:
    gid, _, start = mark.after.removeprefix(START).rpartition(" ")
    found = bulk.finished(api, gid)
    high = str(found.get("createdAt") or "")
    if not found.get("url"):
        return Page((), Mark(high=high).text())
    shop = api.ask("shop_basics").get("shop") or {}
    products, ahead, more = _products(api, str(found["url"]), int(start))
    records = tuple(Record(str(one["id"]), {**one, "shop": shop}, str(one.get("title") or "")) for one in products)
    return Page(records, _at(mark, gid, ahead), True) if more else Page(records, Mark(high=high).text())


def _products(api: AdminApi, url: str, start: int) -> tuple[list[Raw], int, bool]:
    """Whole products from this byte on, the byte to go on from, and whether there is more."""
    size = PIECE
    while True:
        piece, last = bulk.piece(api, url, start, size)
        lines = piece.split(b"\n")
        rest = b"" if last else lines.pop()
        rows = [(line, simplejson.loads(line, use_decimal=True)) for line in lines if line.strip()]
        if last:
            return _put_together(rows), start + len(piece), False
        roots = [place for place, (_, row) in enumerate(rows) if "__parentId" not in row]
        if len(roots) > 1:  # the last product may have forms in the next piece
            open_part = sum(len(line) + 1 for line, _ in rows[roots[-1] :])
            return _put_together(rows[: roots[-1]]), start + len(piece) - len(rest) - open_part, True
        size *= 2


def _put_together(rows: list[tuple[bytes, Row]]) -> list[Raw]:
    products: dict[str, Raw] = {}
    for _, row in rows:
        parent = row.get("__parentId")
        if parent is None:
            products[str(row["id"])] = {**row, **{name: {"nodes": []} for name in ("variants", "collections", "media")}}
            continue
        product = products.get(str(parent))
        if product is None:
            raise TransientError("Shopify's result is not in the order it should be in.", cause="answer.damaged")
        kind = next((name for kind, name in _LISTS.items() if is_gid(str(row.get("id") or ""), kind)), "media")
        product[kind]["nodes"].append({name: value for name, value in row.items() if name != "__parentId"})
    return list(products.values())
