"""Does the ledger hold what the shop sold? Both are read anew; what differs is named with its reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from koppel.documents import CREDITS, DOCUMENTS, PAPERS, CreditNote, Invoice, SalesOrder
from koppel.documents.base import read_document
from koppel.endpoint import Endpoint
from koppel.errors import ConfigurationError, RecordError
from koppel.finance.days import day_in, reference_of, together
from koppel.finance.exchanges import complete_papers, order_of
from koppel.finance.reconcile import Difference, Report, compare
from koppel.finance.series import Series, series_of
from koppel.records import Lookup, MapStep, Query
from koppel.rulebook import compile_for
from koppel.runner.days import PART
from koppel.runner.gate import why_not
from koppel.runner.policy import read_policy
from koppel.site import Opened, Site
from koppel.store.models import Activity, Connection, Flow, Incoming, Link

MAX_PAGES = 100_000
CREDIT = "credit_note"


@dataclass(frozen=True)
class Explained:
    """A difference with the reason as a person reads it."""

    difference: Difference
    why: str


@dataclass(frozen=True)
class Reconciled:
    """`expected` orders were sold in the period and should be in the books; `unreadable` ones say why not. `series`
    are the invoice numbers of the books in the period; none where the flow books orders."""

    report: Report
    explained: tuple[Explained, ...]
    expected: int
    unreadable: tuple[str, ...]
    series: tuple[Series, ...] = ()


def reconcile(site: Site, name: str, first: date, last: date) -> Reconciled:
    """Compare what a flow's source sold from `first` to `last`, days of the shop's own clock, with its target.

    ConfigurationError when the flow carries no orders or its target cannot be read for them."""
    flow = site.flow(name)
    _refuse_others(site, flow)
    unreadable: list[str] = []
    told = list(_sold(site, flow, first, unreadable))
    sold = _as_booked(site, flow, [(order, due) for order, due in told if first <= _day(order) <= last])
    wanted = {order.reference for order, _ in sold}
    there = [
        order
        for order in _papers(site, flow.target, flow, flow.paper, first, unreadable)
        if order.reference in wanted or first <= _day(order) <= last
    ]
    booked = {order.reference for order in there}
    here = [order for order, due in sold if due or (_refunded(order) and order.reference in booked)]
    report = compare(here, there)
    refunds = _unbooked(site, flow, [order for order in here if order.reference in booked and _refunded(order)], unreadable)
    back = [papers.credit for order, due in told if due for papers in complete_papers(order) if papers.credit is not None]
    exchanged = _uncredited(site, flow, [note for note in back if first <= _day(note) <= last])
    report = replace(report, differences=(*report.differences, *refunds, *exchanged))
    explained = tuple(Explained(one, _why(site, flow, one)) for one in report.differences)
    expected = sum(1 for order in here if not order.cancelled)
    series = series_of(order.number for order in there if isinstance(order, Invoice))
    return Reconciled(report, explained, expected, tuple(unreadable), series)


def _refuse_others(site: Site, flow: Flow) -> None:
    target = site.catalog.system(flow.target.system).manifest
    taken = target.resource(flow.paper)
    if flow.resource not in PAPERS or taken is None or not taken.reads:
        raise ConfigurationError(
            f"The flow {flow.name} cannot be compared: its records cannot be read back from {target.title}.",
            field="flow",
            resolution="Choose a flow of orders or invoices whose target Koppel can read.",
        )


def _sold(site: Site, flow: Flow, first: date, unreadable: list[str]) -> Iterator[tuple[SalesOrder, bool]]:
    """The orders, each with whether it should be in the books: the flow lets it through, or it was cancelled."""
    policy, title = read_policy(flow.settings, flow.name), flow.source.title
    for order in _papers(site, flow.source, flow, flow.resource, first, unreadable):
        try:
            due = not why_not(policy, title, order)
            yield order, order.cancelled or due
            yield from ((papers.sale, due) for papers in complete_papers(order) if papers.sale is not None)
        except RecordError:
            continue  # it is put aside by the flow's own settings


def _as_booked(site: Site, flow: Flow, sold: Sequence[tuple[SalesOrder, bool]]) -> list[tuple[SalesOrder, bool]]:
    """Orders that were booked together per day, as the paper that they became."""
    query = sa.select(Link.source_key, Link.label).where(
        Link.source_id == flow.source_id, Link.target_id == flow.target_id, Link.resource == PART,
        Link.label.startswith(f"day:{flow.id}:"), Link.target_key != Link.label,
    )  # fmt: skip
    with site.db.read() as session:
        papers = {row.source_key: row.label for row in session.execute(query)}
    parts: dict[str, list[SalesOrder]] = defaultdict(list)
    for order, _ in sold:
        if order.source_id in papers:
            parts[papers[order.source_id]].append(order)
    credit = issubclass(DOCUMENTS[flow.resource], CreditNote)
    made = [(together(orders, type(orders[0]), day_in(key), key, reference_of(key, credit)), True) for key, orders in parts.items()]
    return [*((order, due) for order, due in sold if order.source_id not in papers), *made]


def _refunded(order: SalesOrder) -> bool:
    return "refund" in order.financial_status


def _unbooked(site: Site, flow: Flow, orders: Sequence[SalesOrder], unreadable: list[str]) -> Iterator[Difference]:
    """What was given back of these orders, where the source tells it as credit notes, and is not in the books."""
    resource = site.catalog.system(flow.source.system).manifest.resource(CREDIT)
    if not orders or resource is None or not resource.reads:
        return
    ids = tuple(order.source_id for order in orders)
    notes = list(_papers(site, flow.source, flow, CREDIT, None, unreadable, ids))
    found = _found(site, flow, tuple(sorted({note.reference for note in notes})))
    for note in notes:
        if note.reference not in found:
            yield Difference(note.reference, "refund", note.total)


def _uncredited(site: Site, flow: Flow, notes: Sequence[SalesOrder]) -> Iterator[Difference]:
    """What came back in exchange for something else, and is not credited in the books."""
    found = _found(site, flow, tuple(note.reference for note in notes)) if notes else set()
    yield from (Difference(note.reference, "exchange", note.total) for note in notes if note.reference not in found)


def _found(site: Site, flow: Flow, references: tuple[str, ...]) -> set[str]:
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


def _papers(
    site: Site, connection: Connection, flow: Flow, resource: str, first: date | None, unreadable: list[str],
    ids: tuple[str, ...] = (),
) -> Iterator[SalesOrder]:  # fmt: skip
    with site.db.read() as session:
        mappings = compile_for(
            session, site.catalog, connection.system, connection.id, [("inbound", resource)], flow.id
        )
    opened = site.converse(connection, flow.name, resource, mappings)
    since = datetime.combine(first - timedelta(days=2), time(), ZoneInfo(site.config.time_zone)) if first else None
    try:
        yield from _read(opened, flow, Query(resource, since=since, ids=ids), unreadable)
    finally:
        opened.close()


def _read(opened: Opened, flow: Flow, query: Query, unreadable: list[str]) -> Iterator[SalesOrder]:
    endpoint, resource = opened.endpoint, query.resource
    for _ in range(MAX_PAGES):
        page = endpoint.fetch(query)
        for record in page.records:
            step = MapStep(flow.name, opened.manifest.title, resource, "inbound", record.data)
            try:
                yield _order(endpoint, step, record.id)
            except RecordError as error:
                unreadable.append(f"{record.label or record.id} in {opened.manifest.title}: {error.message}")
        if not page.more or page.cursor == query.cursor:
            return
        query = replace(query, cursor=page.cursor)


def _order(endpoint: Endpoint, step: MapStep, key: str) -> SalesOrder:
    document = read_document(DOCUMENTS[step.resource], {**endpoint.map(step).fields, "source_id": key})
    assert isinstance(document, SalesOrder)
    return document


def _day(order: SalesOrder) -> date:
    return order.day or date.min


def _why(site: Site, flow: Flow, one: Difference) -> str:
    source, target = flow.source.title, flow.target.title
    row = _inbox(site, flow, one.reference) or _inbox(site, flow, order_of(one.reference) or one.reference)
    if one.kind == "exchange":
        waits = row.reason if row is not None and row.state in ("parked", "retry") else ""
        return waits or f"Goods came back in {source} for others; that is not credited in {target}."
    if one.kind == "missing":
        return row.reason if row is not None and row.reason else f"It was not sent to {target} yet; run the flow."
    plain = {
        "double": f"It is in {target} more than once.",
        "only_there": f"There is no such order in {source} in this period.",
        "cancelled": f"It was cancelled in {source} and still stands in {target}.",
        "currency": "The two sides use different currencies.",
        "rounding": f"{target} rounds differently.",
        "refund": f"Money was given back in {source}; that is not booked in {target}.",
        "vat": "The totals are equal, the VAT per rate is not.",
    }
    if one.kind in plain:
        return plain[one.kind]
    return _changed(site, row) or "The two amounts were never equal."


def _inbox(site: Site, flow: Flow, reference: str) -> Incoming | None:
    query = sa.select(Incoming).where(Incoming.flow_id == flow.id, Incoming.label == reference[:255])
    with site.db.read() as session:
        return session.scalars(query.order_by(Incoming.id.desc())).first()


def _changed(site: Site, row: Incoming | None) -> str:
    """An amount that was equal when it was sent was changed since, on one of the two sides."""
    if row is None:
        return ""
    query = sa.select(Activity.at).where(Activity.incoming_id == row.id, Activity.kind == "checked")
    with site.db.read() as session:
        equal: Sequence[datetime] = session.scalars(query.order_by(Activity.id.desc()).limit(1)).all()
    return f"Both were equal when it was sent, on {equal[0]:%Y-%m-%d}; one of the two was changed since." if equal else ""
