"""The small immutable values that travel between the core, the connectors and the overrides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, Self

from koppel.errors import KoppelError

Fields = Mapping[str, Any]
Direction = Literal["inbound", "outbound"]
Action = Literal["create", "update"]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an override takes part; an empty part means "any"."""

    flow: str = ""
    system: str = ""
    resource: str = ""

    def covers(self, flow: str, system: str, resource: str) -> bool:
        """Whether a conversation of `flow` with `system` about `resource` is inside this scope."""
        wanted = zip((self.flow, self.system, self.resource), (flow, system, resource), strict=True)
        return all(not mine or mine == theirs for mine, theirs in wanted)


@dataclass(frozen=True, slots=True)
class Query:
    """One page to read. `cursor` is what the last page gave (None: from the start); `ids` asks for these
    records only and leaves the cursor alone; `since` bounds a first read; `filters` are the flow's own. `overlap`: a reading
    by time begins at least so long before the last change that the cursor has seen. `keys`: only ids are wanted, with
    what tells whether a record changed under the names it has in the record itself; asked of a resource that can."""

    resource: str
    cursor: str | None = None
    ids: tuple[str, ...] = ()
    limit: int | None = None
    since: datetime | None = None
    filters: Fields = field(default_factory=dict)
    overlap: timedelta = timedelta(0)
    keys: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """One record as the other system gave it. `id` is its own id there; `label` is what people call it."""

    id: str
    data: Fields
    label: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page read. `cursor` continues after it, also in a later run; `more` says whether to go on now."""

    records: tuple[Record, ...] = ()
    cursor: str | None = None
    more: bool = False


@dataclass(frozen=True, slots=True)
class MapStep:
    """One record to map: inbound = their record to our document, outbound = our document to their record."""

    flow: str
    system: str
    resource: str
    direction: Direction
    record: Fields
    action: Action = "create"


@dataclass(frozen=True, slots=True)
class Draft:
    """What mapping made: fields of a document (inbound) or of the target's record (outbound)."""

    resource: str
    fields: Fields = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def replace(self, **fields: Any) -> Self:
        """The same draft with these fields set."""
        return replace(self, fields={**self.fields, **fields})


@dataclass(frozen=True, slots=True)
class Lookup:
    """Which of these `values` of natural key `key` exist already? `field` is the target's own field name
    when the flow's settings name one, else the connector's default for that key."""

    resource: str
    key: str
    values: tuple[str, ...]
    field: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """Who of these may be there already under another name? `values` are what the wanted records have, by field of the
    document: name (in several spellings), email, phone (as +31612345678), vat_number, coc_number, postcode, line (of the address). One value
    that agrees is enough; the core weighs what comes back."""

    resource: str
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """A record that is there already: its id, the number people know it by, and what it holds now."""

    id: str
    number: str = ""
    data: Fields = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a Lookup: per asked value the matches, most likely first. A missing value: none."""

    matches: Mapping[str, tuple[Match, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Write:
    """One record to write. `key` identifies this delivery for ever (also after a crash) and may serve as
    idempotency key; `id` is None for a new record; `current` is what the target holds, where known; `last` is
    what was delivered to it last, which somebody may have changed since; `serial` counts its deliveries."""

    key: str
    draft: Draft
    id: str | None = None
    attempt: int = 1
    current: Fields | None = None
    last: Fields | None = None
    serial: int = 1


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one resource to write together, never more than the manifest's batch size."""

    resource: str
    writes: tuple[Write, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one Write. Either `id` (and `number`, as people know it) or `error`, never both.

    `total` is what the target made of a document, VAT included, so that it can be compared to the cent.

    Raise an error from `upsert` itself only when no item's fate is known; then all are looked up again."""

    key: str
    id: str = ""
    number: str = ""
    action: Literal["created", "updated", "unchanged"] = "created"
    data: Fields = field(default_factory=dict)
    total: Decimal | None = None
    error: KoppelError | None = None


@dataclass(frozen=True, slots=True)
class Receipts:
    """The answers to a Batch, one per Write, in any order."""

    items: tuple[Receipt, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that went wrong, put before `on_error`. `step` is fetch, map, find or upsert."""

    flow: str
    system: str
    resource: str
    step: str
    error: Exception
    record_id: str = ""
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happens next with a failed record; a value, decided once and written once."""

    kind: Literal["retry", "park", "skip", "stop"]
    reason: str = ""
    resolution: str = ""
    after: float | None = None

    @classmethod
    def retry(cls, after: float, reason: str = "", resolution: str = "") -> Self:
        """Try again after so many seconds."""
        return cls("retry", reason, resolution, after)

    @classmethod
    def park(cls, reason: str, resolution: str = "") -> Self:
        """Put this record aside with its reason; the next goes on."""
        return cls("park", reason, resolution)

    @classmethod
    def skip(cls, reason: str, resolution: str = "") -> Self:
        """Leave this record out for good."""
        return cls("skip", reason, resolution)

    @classmethod
    def stop(cls, reason: str, resolution: str = "") -> Self:
        """Stop the flow; a person must act first."""
        return cls("stop", reason, resolution)


@dataclass(frozen=True, slots=True)
class Health:
    """The answer of `check`: whose administration this is, so that a wrong one is seen, and what is missing."""

    ok: bool
    title: str = ""
    administration: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One row of a live list (a journal, a VAT code …): the code that is stored, and its name."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook as it arrived: raw bytes, headers with lower-case names."""

    body: bytes
    headers: Mapping[str, str]
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Nudge:
    """ "Something changed": the ids to fetch. Fetch stays the only source of truth. `event` is the message's own
    id, where it has one, by which the same message a second time is known.

    With another `purpose` it is a request in a person's name instead, and `ids` are what the person is known by
    (e-mail address, phone number, ids of the customer and of orders): `erase` or `export` what is kept about the
    person, or `erase_all` that came from this connection."""

    resource: str
    ids: tuple[str, ...]
    event: str = ""
    purpose: Literal["read", "erase", "export", "erase_all"] = "read"


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What one run did, told to every plugin at its end. `seconds` is wall-clock time."""

    flow: str
    source: str
    target: str
    resource: str
    outcome: str
    seen: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    parked: int = 0
    calls: int = 0
    seconds: float = 0.0
