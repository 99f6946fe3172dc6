"""A system that lives in memory, for tests of the runner and of overrides: strict, and as unlucky as you ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import httpx

from koppel.connections.grants import Grant
from koppel.errors import AuthError, RejectedError, TransientError
from koppel.hookspecs import Connector, hookimpl
from koppel.manifest import Manifest, Resource, Setting
from koppel.records import (
    Batch,
    Delivery,
    Found,
    Health,
    Lookup,
    Match,
    Nudge,
    Page,
    Query,
    Receipt,
    Receipts,
    Record,
    Write,
)
from koppel.store.db import loads

KEYS = {
    "customer": ("email", "code"), "product": ("sku",), "sales_order": ("reference",), "sales_invoice": ("reference",),
    "sales_entry": ("reference",), "stock": ("sku",), "shipment": ("order_and_number",),
    "credit_note": ("reference",), "direct_credit": ("reference",), "credit_entry": ("reference",),
}  # fmt: skip


@dataclass
class World:
    """What one fake system holds: per resource, records by id. The sets say what goes wrong.

    `lose_answer_of`: natural keys whose write is stored, and then the line breaks (once each);
    `refuse`: natural keys that are refused; `down`: nothing answers."""

    records: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: {name: {} for name in KEYS})
    lose_answer_of: set[str] = field(default_factory=set)
    refuse: set[str] = field(default_factory=set)
    down: bool = False
    repeat_cursor: bool = False
    page_size: int = 10
    finds: int = 0
    upserts: int = 0
    writes: list[tuple[str, str]] = field(default_factory=list)

    def add(self, resource: str, **fields: Any) -> str:
        """Put a record in; returns its id."""
        key = f"{resource}-{len(self.records[resource]) + 1}"
        self.records[resource][key] = {**fields, "id": key}
        return key

    def all(self, resource: str) -> list[dict[str, Any]]:
        """Its records of one resource, in the order they came."""
        return list(self.records[resource].values())


WORLDS: dict[str, World] = {}


def world(name: str) -> World:
    """The world of this name; made when it is not there."""
    return WORLDS.setdefault(name, World())


class FakeConnector(Connector):
    """Talks to the World that the setting `world` names. Its records have the fields of the documents."""

    def _here(self) -> World:
        here = world(self.settings.need("world"))
        if here.down:
            raise TransientError("The fake system cannot be reached.")
        return here

    @hookimpl
    def auth(self, grant: Grant) -> httpx.Auth:
        """None is needed in memory."""
        return httpx.Auth()

    @hookimpl
    def check(self) -> Health:
        """Always well, unless it is down."""
        self._here()
        return Health(True, "Fake", self.settings.need("world"))

    @hookimpl
    def fetch(self, query: Query) -> Page:
        """Records in order; the cursor is how many were given."""
        here = self._here()
        rows = here.all(query.resource)
        if query.ids:
            return Page(tuple(_record(row) for row in rows if row["id"] in query.ids))
        start = int(query.cursor or 0)
        part = rows[start : start + here.page_size]
        cursor = str(start if here.repeat_cursor and start else start + len(part))
        return Page(tuple(map(_record, part)), cursor, here.repeat_cursor or start + len(part) < len(rows))

    @hookimpl
    def receive(self, delivery: Delivery) -> tuple[Nudge, ...]:
        """A message is {"resource", "ids", "event"}; its header x-signature must say "good"."""
        if delivery.headers.get("x-signature") != "good":
            raise AuthError("A message without the right signature was refused.", cause="webhook.signature")
        told = loads(delivery.body)
        return (Nudge(told["resource"], tuple(told["ids"]), told.get("event", "")),)

    @hookimpl
    def find(self, lookup: Lookup) -> Found:
        """All asked values at once."""
        here = self._here()
        here.finds += 1
        name = lookup.field or lookup.key
        found: dict[str, tuple[Match, ...]] = {}
        for value in lookup.values:
            rows = [row for row in here.all(lookup.resource) if str(row.get(name, "")).casefold() == value.casefold()]
            found[value] = tuple(Match(row["id"], str(row.get("code") or row["id"]), row) for row in rows)
        return Found(found)

    @hookimpl
    def upsert(self, batch: Batch) -> Receipts:
        """Each write by itself; a lost answer is raised after the store."""
        here = self._here()
        here.upserts += 1
        return Receipts(tuple(self._one(here, batch.resource, write) for write in batch.writes))

    def _one(self, here: World, resource: str, write: Write) -> Receipt:
        fields = dict(write.draft.fields)
        natural = str(fields.get(KEYS[resource][0], ""))
        if natural in here.refuse:
            return Receipt(write.key, error=RejectedError(f"{natural} is refused.", code="no"))
        key = write.id or here.add(resource)
        here.records[resource][key] |= fields
        here.writes.append((resource, natural))
        if natural in here.lose_answer_of:
            here.lose_answer_of.discard(natural)
            raise TransientError("The line broke after sending.", retry_after=0)
        return Receipt(write.key, key, number=natural, action="updated" if write.id else "created")


def _record(row: Mapping[str, Any]) -> Record:
    label = next((str(row[name]) for name in ("reference", "sku", "email") if row.get(name)), str(row["id"]))
    return Record(str(row["id"]), {key: value for key, value in row.items() if key != "id"}, label)


def fake_system(key: str, *, batch_size: int = 1, resources: Iterable[str] = KEYS, **more: Any) -> ModuleType:
    """A plugin module of a fake system, ready for `Catalog.add(key, module)`."""
    module = ModuleType(f"koppel_fake_{key}.plugin")
    manifest_ = Manifest(
        key,
        key.title(),
        connector=FakeConnector,
        resources=tuple(
            Resource(
                name,
                name,
                reads=True,
                writes=True,
                natural_keys=KEYS[name],
                batch_size=batch_size,
                needs_articles=name not in ("sales_entry", "credit_entry"),
                own_vat=name in ("sales_entry", "credit_entry"),
            )
            for name in resources
        ),
        settings=(Setting("base_url", "Address", default="http://127.0.0.1:9"), Setting("world", "World")),
        **more,
    )

    @hookimpl
    def manifest() -> Manifest:
        return manifest_

    module.manifest = manifest  # type: ignore[attr-defined]
    return module
