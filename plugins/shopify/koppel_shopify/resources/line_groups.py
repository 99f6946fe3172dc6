"""The article group of an order's lines, where a shop sorts by collection instead of by product type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from koppel import Page, Settings

from koppel_shopify.client import AdminApi, nodes

PER_CALL = 50


def chosen(settings: Settings) -> list[str]:
    """The collections that stand for an article group, the first ones first; none: the product type does."""
    return [one.strip() for one in settings.text("group_collections").split(",") if one.strip()]


def with_groups(api: AdminApi, settings: Settings, page: Page) -> Page:
    """The same records, each product in them with the collection that is its group. A product of none of the chosen
    collections keeps its type; each product is asked for once in a conversation."""
    collections = chosen(settings)
    if not collections:
        return page
    _learn(api, collections, {gid for record in page.records for gid in _products(record.data)})
    return replace(page, records=tuple(replace(one, data=_marked(one.data, api.groups)) for one in page.records))


def _learn(api: AdminApi, collections: Sequence[str], products: set[str]) -> None:
    unknown = sorted(products - api.groups.keys())
    for data in api.by_ids("product_groups", unknown, PER_CALL):
        for row in nodes(data.get("nodes")):
            titles = {str(one["id"]): str(one["title"]) for one in nodes(row.get("collections"))}
            api.groups[str(row.get("id") or "")] = next((titles[one] for one in collections if one in titles), "")
    api.groups |= {gid: "" for gid in unknown if gid not in api.groups}


def _products(raw: Any) -> Iterator[str]:
    """The ids of the products that a record's lines name."""
    if isinstance(raw, Mapping):
        product = raw.get("product")
        if isinstance(product, Mapping) and product.get("id"):
            yield str(product["id"])
        for one in raw.values():
            yield from _products(one)
    elif isinstance(raw, list):
        for one in raw:
            yield from _products(one)


def _marked(raw: Any, groups: Mapping[str, str]) -> Any:
    if isinstance(raw, list):
        return [_marked(one, groups) for one in raw]
    if not isinstance(raw, Mapping):
        return raw
    made = {name: _marked(value, groups) for name, value in raw.items()}
    product = made.get("product")
    if isinstance(product, dict) and groups.get(str(product.get("id") or "")):
        made["product"] = {**product, "group": groups[str(product["id"])]}
    return made
