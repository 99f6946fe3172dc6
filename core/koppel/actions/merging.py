"""Debtors of one ledger that are likely one: found by reading all of them, and merged as far as its interface allows.

No interface that Koppel knows can merge two debtors: what Koppel does is to book on one of them from now on, and to block
the other where it can."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.documents import Party
from koppel.documents.base import read_document
from koppel.errors import ConfigurationError, ConflictError
from koppel.parties.likeness import Likeness, pairs
from koppel.parties.sides import side_of
from koppel.parties.traits import traits
from koppel.records import Batch, Draft, MapStep, Query, Write
from koppel.rulebook import compile_for
from koppel.site import Opened, Site
from koppel.store.models import Activity, Connection, Flow, Link, PairDecision, utcnow

_MOST_PAGES = 2000


@dataclass(frozen=True)
class Debtor:
    """One debtor as the ledger has it: `id` there, number, values by field, and whether it is blocked."""

    id: str
    number: str
    values: Mapping[str, str]
    blocked: bool


@dataclass(frozen=True)
class Double:
    """Two debtors of one ledger that are alike, the older number first."""

    one: Debtor
    other: Debtor
    likeness: Likeness


@dataclass(frozen=True)
class Merged:
    """What a merger did: how many customers of sources it moved, whether the other is blocked now, and what is left to
    do by hand."""

    moved: int
    blocked: bool
    left: str


def ledger_doubles(site: Site, connection: str) -> tuple[Double, ...]:
    """All pairs of debtors of this connection that are alike and were not decided about, the most alike first. All debtors
    are read once; nothing is written. ConfigurationError for a system that has none."""
    row = site.connection(connection)
    found = _read(site, row)
    with site.db.read() as session:
        query = sa.select(PairDecision.source_key, PairDecision.target_key).filter_by(target_id=row.id, source_id=row.id)
        decided = {frozenset((pair.source_key, pair.target_key)) for pair in session.execute(query)}
    told = [(_debtor(party), traits(party)) for party in found]
    alike = [Double(told[one][0], told[other][0], how) for one, other, how in pairs([each for _, each in told])]
    return tuple(sorted(
        (one for one in alike if frozenset((one.one.id, one.other.id)) not in decided and not (one.one.blocked or one.other.blocked)),
        key=lambda one: (-one.likeness.points, one.one.number),
    ))  # fmt: skip


def merge(site: Site, connection: str, keep: str, gone: str, block: bool = False, by: str = "") -> Merged:
    """Book on `keep` whatever was booked on `gone`: every customer of a source that was linked to it moves over. With
    `block` the other is blocked over there, where its interface can. It can be undone (see koppel.actions.doubles).

    ConfigurationError for the same debtor twice, or one that is not there."""
    row = site.connection(connection)
    if keep == gone or not (keep and gone):
        raise ConfigurationError("Two debtors are needed to merge.", field="keep", resolution="Choose which one stays.")
    stays, goes = _both(site, row, keep, gone)
    resource = site.catalog.system(row.system).manifest.resource("customer")
    blocked = _block(site, row, gone, dict(resource.block)) if block and resource and resource.block else False
    moved = _move(site, row, stays, goes, by)
    title = site.catalog.system(row.system).manifest.title
    rest = "move what is open on it" if blocked else "move what is open on it and block it"
    return Merged(moved, blocked, f"{title} cannot merge debtors by its interface: {rest} there yourself, and correct default debtors that name it.")


def apart(site: Site, connection: str, one: str, other: str, by: str = "") -> None:
    """These two debtors of one ledger are not the same; they are not told of again."""
    row = site.connection(connection)
    with site.db.write() as session:
        pair = {"target_id": row.id, "source_id": row.id, "source_key": other[:255], "target_key": one[:255]}
        if session.scalar(sa.select(PairDecision).filter_by(**pair)) is None:
            session.add(PairDecision(**pair, decision="apart", label=other[:255], number=one[:255], by=by))


def _read(site: Site, row: Connection, ids: tuple[str, ...] = ()) -> list[Party]:
    with site.db.read() as session:
        mappings = compile_for(session, site.catalog, row.system, row.id, [("inbound", "customer")], None)
    opened = site.converse(row, "", "customer", mappings)
    try:
        return list(_debtors(opened, row, ids))
    finally:
        opened.close()


def _both(site: Site, row: Connection, keep: str, gone: str) -> tuple[Debtor, Debtor]:
    found = {party.source_id: _debtor(party) for party in _read(site, row, (keep, gone))}
    missing = next((one for one in (keep, gone) if one not in found), "")
    if missing:
        raise ConfigurationError(f"The debtor {missing} is not in {row.title} any more.", field="keep", resolution="Look again which are there.")
    return found[keep], found[gone]


def _debtor(party: Party) -> Debtor:
    return Debtor(party.source_id, party.code or party.source_id, side_of(party), party.blocked)


def _debtors(opened: Opened, row: Connection, ids: tuple[str, ...]) -> Iterator[Party]:
    resource = opened.manifest.resource("customer")
    if resource is None or not resource.reads:
        raise ConfigurationError(f"{opened.manifest.title} has no debtors that can be read.", field="connection", resolution="Name a bookkeeping.")
    cursor = None
    for _ in range(_MOST_PAGES):
        page = opened.endpoint.fetch(Query("customer", cursor, ids))
        for record in page.records:
            fields = opened.endpoint.map(MapStep("", row.system, "customer", "inbound", record.data)).fields
            yield read_document(Party, {**fields, "source_id": record.id})
        if not page.more or page.cursor == cursor:
            return
        cursor = page.cursor


def _block(site: Site, row: Connection, gone: str, fields: Mapping[str, object]) -> bool:
    opened = site.converse(row, "", "customer")
    try:
        (receipt,) = opened.endpoint.upsert(Batch("customer", (Write(f"block:{gone}", Draft("customer", fields), gone),))).items
    finally:
        opened.close()
    if receipt.error is not None:
        raise receipt.error
    return True


def _move(site: Site, row: Connection, stays: Debtor, goes: Debtor, by: str) -> int:
    with site.db.write() as session:
        pair = {"target_id": row.id, "source_id": row.id, "source_key": goes.id[:255], "target_key": stays.id[:255]}
        made = session.scalar(sa.select(PairDecision).filter_by(**pair)) or PairDecision(**pair)
        if made.decision == "merged":
            raise ConflictError("These two are merged already.", resolution="Look at what was decided.")
        links = list(session.scalars(sa.select(Link).filter_by(target_id=row.id, resource="customer", target_key=goes.id)))
        kept = [_by_hand(session, link, stays, by) for link in links]
        session.flush()
        made.decision, made.label, made.number, made.by, made.at = "merged", goes.number[:255], stays.number[:255], by, utcnow()
        made.data = {"links": [link.id for link in links], "number": goes.number, "pairs": [one.id for one in kept]}
        session.add(made)
        for source_id in {link.source_id for link in links}:
            _tell(session, row, source_id, f"Debtor {goes.number} was merged into {stays.number}{f' by {by}' if by else ''}.", by)
        return len(links)


def _by_hand(session: so.Session, link: Link, stays: Debtor, by: str) -> PairDecision:
    """Move a link; the debtor that stays keeps its own data, or two customers would overwrite it in turn."""
    link.target_key, link.number, link.draft_print = stays.id[:255], stays.number[:255], ""
    pair = {"target_id": link.target_id, "source_id": link.source_id, "source_key": link.source_key, "target_key": link.target_key}
    made = session.scalar(sa.select(PairDecision).filter_by(**pair)) or PairDecision(**pair)
    made.decision, made.label, made.number, made.by = "same", link.label, stays.number[:255], by
    session.add(made)
    return made


def _tell(session: so.Session, row: Connection, source_id: int, text: str, by: str) -> None:
    query = sa.select(Flow.id).where(Flow.source_id == source_id, Flow.target_id == row.id).order_by(Flow.id).limit(1)
    flow = session.scalar(query)
    if flow is not None:
        session.add(Activity(flow_id=flow, kind="person", resource="customer", text=text, by=by))
