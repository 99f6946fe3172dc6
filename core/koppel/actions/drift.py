"""What became of the other system's fields since its lists were last read: new, gone or of another kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from koppel.endpoint import Endpoint
from koppel.manifest import Manifest
from koppel.records import Query
from koppel.site import Site
from koppel.store.models import Choice

FIELDS = "field"
"""The live list of fields that a system may have; its titles say what each field takes."""
_MOST_PAGES = 1000


def read_list(endpoint: Endpoint, name: str) -> dict[str, str]:
    """A live list as the system gives it now: title by code."""
    rows: dict[str, str] = {}
    cursor = None
    for _ in range(_MOST_PAGES):
        page = endpoint.fetch(Query(name, cursor))
        rows |= {str(one.data.get("code", one.id)): str(one.data.get("title", "")) for one in page.records}
        if not page.more or page.cursor == cursor:
            break
        cursor = page.cursor
    return rows


def field_changes(site: Site, connection_id: int, endpoint: Endpoint, manifest: Manifest) -> tuple[str, ...]:
    """A sentence per field that differs from what was last stored; nothing where no fields were stored yet."""
    resource = manifest.resource(FIELDS)
    with site.db.read() as session:
        query = sa.select(Choice.code, Choice.title).where(Choice.connection_id == connection_id, Choice.list == FIELDS)
        known = {row.code: row.title for row in session.execute(query)}
    if resource is None or not resource.list or not known:
        return ()
    return tuple(_told(known, read_list(endpoint, FIELDS)))


def _told(known: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for code in sorted(known.keys() - now.keys()):
        yield f"{code} is gone ({known[code]})"
    for code in sorted(now.keys() - known.keys()):
        yield f"{code} is new ({now[code]})"
    for code in sorted(known.keys() & now.keys()):
        if known[code] != now[code][:255]:  # as much as is stored
            yield f"{code} was {known[code]} and is now {now[code]}"
