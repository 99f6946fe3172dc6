"""Reading what changed by row version, also what hangs below a record: first everything in bulk, then only the changes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from koppel import ConfigurationError, PluginError, Query

from koppel_exactonline import keeping, odata
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.cursor import OVERLAP
from koppel_exactonline.reading import Slice, both
from koppel_exactonline.syncing import moved_on

SETTLED = timedelta(minutes=5)
"""Row versions are handed out before a change can be seen by others; so long after it can."""

MOST = 2000
"""With more changes than this everything is read again in bulk, which takes fewer calls."""

_STAMP = "read/sync/Sync/SyncTimestamp"

WATCHED: dict[str, dict[str, str]] = {
    "customer": {"sync/CRM/Accounts": "ID", "sync/CRM/Contacts": "Account", "sync/CRM/Addresses": "Account"},
    "product": {"sync/Logistics/Items": "ID", "sync/Logistics/SalesItemPrices": "Item"},
    "sales_order": {"sync/SalesOrder/SalesOrderHeaders": "ID"},
    "order_status": {"sync/SalesOrder/SalesOrderHeaders": "ID"},
    "sales_invoice": {"sync/SalesInvoice/SalesInvoices": "InvoiceID"},
    "credit_note": {"sync/SalesInvoice/SalesInvoices": "InvoiceID"},
}
"""Per resource the lists whose row versions tell of a change, and the property that names its record."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where whole records are read: in bulk, and at `single` the ones that somebody asks for by id.

    `always` holds for all of them, `where` is what a flow wants of those that changed."""

    entity: str
    single: str
    select: Sequence[str]
    key: str
    where: str = ""
    always: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far one list was read: everything up to `base`; the highest version seen is `stamp`."""

    base: int
    stamp: int

    def after(self, stamp: int, settled: bool) -> Mark:
        """After a reading from `base` on. What was seen a while ago is complete by now."""
        return Mark(self.stamp if settled else self.base, max(self.stamp, stamp))


@dataclass(frozen=True, slots=True)
class Track:
    """Where reading goes on: inside the first load (`load`), at the ids still to give (`left`), else after the marks,
    last moved at `at`. `moved` are the dates that number all rows anew, looked at on `checked`."""

    division: int
    marks: dict[str, Mark] = field(default_factory=dict)
    load: str | None = None
    left: list[str] = field(default_factory=list)
    at: str = ""
    moved: str = ""
    checked: str = ""

    @classmethod
    def read(cls, text: str | None, division: int) -> Track | None:
        """From the stored text; None for one of another administration or of another kind."""
        try:
            stored = json.loads(text or "{}")
            marks = {name: Mark(int(one["base"]), int(one["stamp"])) for name, one in stored.pop("marks").items()}
            track = cls(**{**stored, "marks": marks})
        except (ValueError, TypeError, KeyError, AttributeError):
            return None
        return track if track.division == division and isinstance(track.left, list) else None

    def write(self) -> str:
        """As text to store."""
        return json.dumps(asdict(self), sort_keys=True)


def changed(talk: Conversation, query: Query, source: Source, size: int) -> Slice:
    """The records asked for by id, else the next slice of what changed. Where the service tells no row versions, by
    the time of the change instead."""
    if query.ids:
        literals = [odata.guid(one) for one in query.ids if odata.is_guid(one)]
        return Slice(talk.client.rows_where(source.single, source.select, source.key, literals, source.always))
    source = replace(source, where=both(source.always, source.where))
    if query.resource not in WATCHED:
        return talk.reader.changed(query, source.entity, source.select, size, source.where)
    track = Track.read(query.cursor, talk.client.division)
    if track is None:
        track = _begin(talk, query)
        if track is None:
            return talk.reader.changed(query, source.entity, source.select, size, source.where)
    if track.load is None and not track.left:
        track = _further(talk, query, track)
    if track.load is not None:
        return _loaded(talk, query, source, size, track)
    count = max(1, min(query.limit or size, size))
    ids, left = track.left[:count], track.left[count:]
    literals = [odata.guid(one) for one in ids]
    rows = talk.client.rows_where(source.entity, source.select, source.key, literals, source.where)
    return Slice(rows, replace(track, left=left).write(), bool(left))


def _begin(talk: Conversation, query: Query) -> Track | None:
    """Where the versions stand now, before the first load. Asked once only: a refusal counts as an error there, and a
    reading that began without goes on without."""
    if query.cursor:
        return None
    marks = {}
    for entity in WATCHED[query.resource]:
        stamp = _stamp(talk, entity, query.since)
        if stamp is None:
            return None
        marks[entity] = Mark(stamp, stamp)
    moved, checked, _ = moved_on(talk, "", "")
    return Track(talk.client.division, marks, "", [], keeping.now().isoformat(), moved, checked)


def _stamp(talk: Conversation, entity: str, since: datetime | None) -> int | None:
    """A row version that everything changed from a little while ago on, or since a later moment, is above; None where
    it is not told."""
    begin = keeping.now() - OVERLAP
    moment = odata.moment(max(begin, since) if since else begin)
    name = odata.text(entity.rpartition("/")[2])
    try:
        rows = talk.client.rows(_STAMP, (), modified=moment, endPoint=name)
    except (ConfigurationError, PluginError):
        return None
    text = bare(rows[0].get("TimeStampAsBigInt")) if rows else ""
    return int(text) if odata.is_number(text) else None


def _loaded(talk: Conversation, query: Query, source: Source, size: int, track: Track) -> Slice:
    part = talk.reader.changed(replace(query, cursor=track.load or None), source.entity, source.select, size, source.where)
    after = replace(track, load=part.cursor if part.more else None)
    return Slice(part.rows, after.write(), part.more)


def _further(talk: Conversation, query: Query, track: Track) -> Track:
    """What changed since the marks, as ids to give; the first load again when all rows were numbered anew."""
    moved, checked, anew = moved_on(talk, track.moved, track.checked)
    now = keeping.now()
    settled = not keeping.within(track.at, SETTLED)
    marks, ids = dict(track.marks), dict[str, None]()
    for entity, key in WATCHED[query.resource].items():
        mark = marks.get(entity, Mark(1, 1))
        rows = talk.client.rows(entity, ("Timestamp", key), f"Timestamp gt {max(1, mark.base)}L") if not anew else []
        ids.update((bare(row.get(key)).lower(), None) for row in rows if odata.is_guid(row.get(key)))
        marks[entity] = mark.after(max((int(row.get("Timestamp") or 0) for row in rows), default=0), settled)
    if anew or len(ids) > MOST:
        return _begin(talk, replace(query, cursor=None, since=None)) or replace(track, load="", moved=moved, checked=checked)
    return replace(track, marks=marks, left=list(ids), moved=moved, checked=checked, at=now.isoformat() if settled else track.at)

