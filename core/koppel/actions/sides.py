"""What two sides of a flow hold, read anew from both: orders as they are owed, papers as they are booked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from koppel.documents import CREDITS, DOCUMENTS, CreditNote, SalesOrder
from koppel.documents.base import read_document
from koppel.endpoint import Endpoint
from koppel.errors import RecordError
from koppel.finance.days import day_in, reference_of
from koppel.finance.exchanges import complete_papers
from koppel.finance.reconcile import Sum, day_sum, sum_of
from koppel.records import Lookup, MapStep, Page, Query
from koppel.rulebook import compile_for
from koppel.runner.days import PART
from koppel.runner.gate import why_not
from koppel.runner.lines import owed
from koppel.runner.policy import read_policy
from koppel.site import Opened, Site
from koppel.store.models import Connection, Flow, Link

MAX_PAGES = 100_000
CREDIT = "credit_note"
Progress = Callable[[int], None]
"""Told how many records were read so far; what it raises ends the comparison."""


@dataclass
class Reading:
    """What could not be read, and how much was."""

    progress: Progress
    unreadable: list[str] = field(default_factory=list)
    count: int = 0


def sold_in(site: Site, flow: Flow, first: date, reading: Reading, back: list[Sum]) -> Iterator[tuple[Sum, bool]]:
    """The orders as they are owed, each with whether it should be in the books: the flow lets it through, or it was
    cancelled; what came back in exchange goes to `back`."""
    policy, title = read_policy(flow.settings, flow.name), flow.source.title
    for order in papers_of_side(site, flow.source, flow, flow.resource, first, reading):
        try:
            due = not why_not(policy, title, order)
            yield sum_of(owed(policy, order)), order.cancelled or due
            for papers in complete_papers(order):
                if papers.credit is not None and due:
                    back.append(sum_of(papers.credit))
                if papers.sale is not None:
                    yield sum_of(owed(policy, papers.sale)), due
        except RecordError:
            continue  # it is put aside by the flow's own settings


def as_booked_per_day(site: Site, flow: Flow, sold: Sequence[tuple[Sum, bool]]) -> list[tuple[Sum, bool]]:
    """Orders that were booked together per day, as the paper that they became."""
    query = sa.select(Link.source_key, Link.label).where(
        Link.source_id == flow.source_id, Link.target_id == flow.target_id, Link.resource == PART,
        Link.label.startswith(f"day:{flow.id}:"), Link.target_key != Link.label,
    )  # fmt: skip
    with site.db.read() as session:
        papers = {row.source_key: row.label for row in session.execute(query)}
    parts: dict[str, list[Sum]] = defaultdict(list)
    for order, _ in sold:
        if order.source_id in papers:
            parts[papers[order.source_id]].append(order)
    credit = issubclass(DOCUMENTS[flow.resource], CreditNote)
    made = [(day_sum(reference_of(key, credit), day_in(key), orders), True) for key, orders in parts.items()]
    return [*((order, due) for order, due in sold if order.source_id not in papers), *made]


def notes_of(site: Site, flow: Flow, orders: Sequence[Sum], reading: Reading) -> list[CreditNote] | None:
    """What was given back of these orders; None where the source does not tell it as credit notes."""
    resource = site.catalog.system(flow.source.system).manifest.resource(CREDIT)
    if resource is None or not resource.reads:
        return None
    ids = tuple(order.source_id for order in orders)
    read = papers_of_side(site, flow.source, flow, CREDIT, None, reading, ids) if ids else ()
    return [note for note in read if isinstance(note, CreditNote)]


def credits_found(site: Site, flow: Flow, references: tuple[str, ...]) -> set[str]:
    """Which credit notes the target has, of whatever kind."""
    found: set[str] = set()
    opened = site.converse(flow.target, flow.name, CREDIT)
    try:
        for name in sorted(CREDITS):
            kind = opened.manifest.resource(name)
            if kind is not None and kind.writes and "reference" in kind.natural_keys:
                matches = opened.endpoint.find(Lookup(name, "reference", references)).matches
                found |= {reference for reference, rows in matches.items() if rows}
    finally:
        opened.close()
    return found


def papers_of_side(
    site: Site, connection: Connection, flow: Flow, resource: str, first: date | None, reading: Reading,
    ids: tuple[str, ...] = (),
) -> Iterator[SalesOrder]:  # fmt: skip
    """The papers of one system from two days before `first` on, or those of `ids`; what cannot be read is noted in `reading`."""
    with site.db.read() as session:
        mappings = compile_for(
            session, site.catalog, connection.system, connection.id, [("inbound", resource)], flow.id
        )
    opened = site.converse(connection, flow.name, resource, mappings)
    since = datetime.combine(first - timedelta(days=2), time(), ZoneInfo(site.config.time_zone)) if first else None
    try:
        yield from _read(opened, flow, Query(resource, since=since, ids=ids), reading)
    finally:
        opened.close()


def _read(opened: Opened, flow: Flow, query: Query, reading: Reading) -> Iterator[SalesOrder]:
    for page in pages_of(opened, query, reading):
        for record in page.records:
            step = MapStep(flow.name, opened.manifest.title, query.resource, "inbound", record.data)
            try:
                yield _order(opened.endpoint, step, record.id)
            except RecordError as error:
                reading.unreadable.append(f"{record.label or record.id} in {opened.manifest.title}: {error.message}")


def pages_of(opened: Opened, query: Query, reading: Reading) -> Iterator[Page]:
    """Page after page, to the end."""
    for _ in range(MAX_PAGES):
        page = opened.endpoint.fetch(query)
        yield page
        reading.count += len(page.records)
        reading.progress(reading.count)
        if not page.more or page.cursor == query.cursor:
            return
        query = replace(query, cursor=page.cursor)


def _order(endpoint: Endpoint, step: MapStep, key: str) -> SalesOrder:
    document = read_document(DOCUMENTS[step.resource], {**endpoint.map(step).fields, "source_id": key})
    assert isinstance(document, SalesOrder)
    return document
