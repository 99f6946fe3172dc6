"""Categories as collections: found by title or by our own code, made where they are missing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from koppel import Batch, Found, Lookup, Match, Receipt, Receipts, RecordError, Write

from koppel_shopify.answers import accepted, payload_of
from koppel_shopify.client import AdminApi, dig
from koppel_shopify.resources.finding import found_of, rows_by_value
from koppel_shopify.resources.reading import Reading
from koppel_shopify.search import COLLECTION_FILTERS

Row = Mapping[str, Any]
READING = Reading(
    kind="Collection",
    root="collections",
    list_query="collections",
    id_query="collections_by_id",
    label="title",
    name_filter="title",
    known_filters=COLLECTION_FILTERS,
    page_size=100,
)


def handle_of(title: str) -> str:
    """The part of a web address that stands for a title."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "collection"


def collection_ids(api: AdminApi, titles: Iterable[str]) -> list[str]:
    """The collections with these titles; those that are not there are made. Remembered for this conversation."""
    wanted = [title.strip() for title in titles if str(title).strip()]
    unknown = [title for title in dict.fromkeys(wanted) if title.casefold() not in api.collections]
    found = rows_by_value(api, "find_collections", "collections", "title", unknown, lambda row: row.get("title"))
    for title in unknown:
        rows = found.get(title)
        row = rows[0] if rows else _make(api, {"title": title})
        api.collections[title.casefold()] = str(row["id"])
    return list(dict.fromkeys(api.collections[title.casefold()] for title in wanted))


def _make(api: AdminApi, fields: Row) -> Row:
    """A new collection under the handle of its title; where that is taken by one of the same title, it is that one:
    a search finds what was just made only some seconds later."""
    handle = handle_of(str(fields["title"]))
    there = api.ask("collection_by_handle", {"handle": handle}).get("collectionByIdentifier")
    if isinstance(there, Mapping) and str(there.get("title") or "").casefold() == str(fields["title"]).casefold():
        return there
    given = {**fields, "handle": handle} if there is None else dict(fields)
    return _accepted(api, "create_collection", "collectionCreate", given)


def _accepted(api: AdminApi, name: str, root: str, given: Row) -> Row:
    answer = accepted(payload_of(api.ask(name, {"collection": given}), root), str(given.get("title") or "the category"))
    made: Row = answer["collection"]
    return made


def find(api: AdminApi, lookup: Lookup) -> Found:
    """Collections by title. One that was made for a code keeps that code, so a name may change."""
    rows = rows_by_value(api, "find_collections", "collections", "title", lookup.values, lambda row: row.get("title"))
    return found_of(rows, lambda row: Match(str(row["id"]), str(row.get("title") or ""), current_of(row)))


def current_of(row: Row) -> dict[str, Any]:
    """A collection in the names that drafts use."""
    code = dig(row, ("code",)).get("value")
    return {"title": row.get("title"), "descriptionHtml": row.get("descriptionHtml"), "code": code}


def upsert(api: AdminApi, batch: Batch) -> Receipts:
    """Make or change these and answer for each."""
    return Receipts(tuple(_one(api, write) for write in batch.writes))


def _one(api: AdminApi, write: Write) -> Receipt:
    fields = write.draft.fields
    given = {name: fields[name] for name in ("title", "descriptionHtml") if fields.get(name) is not None}
    if fields.get("code"):
        kept = {"namespace": "koppel", "key": "code", "type": "single_line_text_field", "value": str(fields["code"])}
        given["metafields"] = [kept]
    try:
        if write.id:
            row = _accepted(api, "update_collection", "collectionUpdate", {**given, "id": write.id})
        else:
            row = _make(api, given)
    except RecordError as error:
        return Receipt(write.key, error=error)
    api.collections[str(row["title"]).casefold()] = str(row["id"])
    return Receipt(write.key, str(row["id"]), str(row["title"]), "updated" if write.id else "created", {"handle": row.get("handle")})
