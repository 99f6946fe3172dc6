"""Does the ledger hold what the shop sold? Both are read anew; what differs is named with its reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from koppel.actions.rebooked import rebooked
from koppel.actions.takings import flow_of_payments, takings
from koppel.documents import CREDITS, DOCUMENTS, PAPERS, CreditNote, SalesOrder
from koppel.documents.base import read_document
from koppel.endpoint import Endpoint
from koppel.errors import ConfigurationError, RecordError
from koppel.finance.days import day_in, reference_of
from koppel.finance.exchanges import complete_papers, order_of
from koppel.finance.reconcile import Difference, Report, Sum, compare, day_sum, sum_of
from koppel.finance.series import Series, series_of
from koppel.finance.takings import Takings
from koppel.records import Lookup, MapStep, Page, Query
from koppel.rulebook import compile_for
from koppel.runner.days import PART
from koppel.runner.gate import why_not
from koppel.runner.lines import owed
from koppel.runner.policy import read_policy
from koppel.site import Opened, Site
from koppel.store.models import Activity, Connection, Flow, Incoming, Link

MAX_PAGES = 100_000
CREDIT = "credit_note"
_EDITED = ("order.edited", "order.part")


@dataclass(frozen=True)
class Explained:
    """A difference with the reason as a person reads it."""

    difference: Difference
    why: str


@dataclass(frozen=True)
class Reconciled:
    """`compared` orders are on either side: equal ones and those that differ, beside which so many `refunds` are not
    booked. `unreadable` ones say why not. `series` are the invoice numbers of the books in the period; none where the flow books orders.
    `payments` are those of the period; None where no flow books them."""

    report: Report
    explained: tuple[Explained, ...]
    compared: int
    refunds: int
    unreadable: tuple[str, ...]
    series: tuple[Series, ...] = ()
    payments: Takings | None = None

    @property
    def sound(self) -> bool:
        """Whether nothing at all differs."""
        paid = self.payments is None or not self.payments.differences
        return paid and not self.explained and not self.unreadable and all(one.sound for one in self.series)


Progress = Callable[[int], None]
"""Told how many records were read so far; what it raises ends the comparison."""


@dataclass
class _Reading:
    """What could not be read, and how much was."""

    progress: Progress
    unreadable: list[str] = field(default_factory=list)
    count: int = 0


def reconcile(site: Site, name: str, first: date, last: date, progress: Progress = lambda read: None) -> Reconciled:
    """Compare what a flow's source sold from `first` to `last`, days of the shop's own clock, with its target.

    ConfigurationError when the flow carries no orders or its target cannot be read for them."""
    flow = site.flow(name)
    _refuse_others(site, flow)
    reading = _Reading(progress)
    back: list[Sum] = []
    sold = [(order, due) for order, due in _sold(site, flow, first, reading, back) if first <= _day(order) <= last]
    sold, anew = _as_booked(site, flow, sold), rebooked(site, flow)
    own = [order for order, _ in sold]
    sold = [(anew.as_booked(order), due) for order, due in sold]
    wanted = {order.reference for order in own} | {order.reference for order, _ in sold}
    read = (sum_of(order) for order in _papers(site, flow.target, flow, flow.paper, first, reading))
    there = [order for order in read if order.reference in wanted or first <= _day(order) <= last]
    series = series_of(order.number for order in there if order.number)
    there = anew.left(own, there)
    booked = {order.reference for order in there}
    here = [order for order, due in sold if due or (order.refunded and order.reference in booked)]
    report = compare(here, there)
    notes = _notes(site, flow, [order for order in here if order.reference in booked and order.refunded], reading)
    changed = tuple(_looked_into(site, flow, one, notes) for one in report.differences)
    unbooked = [*_unbooked(site, flow, notes or ()), *_uncredited(site, flow, [note for note in back if first <= _day(note) <= last])]
    report = replace(report, differences=(*changed, *unbooked))
    explained = tuple(Explained(one, _why(site, flow, one)) for one in report.differences)
    payments = _payments(site, flow, first, last, reading)
    return Reconciled(report, explained, report.equal + len(changed), len(unbooked), tuple(reading.unreadable), series, payments)


def told(result: Reconciled) -> dict[str, Any]:
    """The result as plain values, as `--json` prints it."""
    return {
        "compared": result.compared,
        "refunds": result.refunds,
        "equal": result.report.equal,
        "differences": [{**asdict(one.difference), "why": one.why} for one in result.explained],
        "totals": {
            name: [{**asdict(row), "difference": row.difference} for row in rows] for name, rows in result.report.rows.items()
        },
        "unreadable": list(result.unreadable),
        "series": [{**asdict(one), "sound": one.sound} for one in result.series],
        "payments": _paid_told(result.payments) if result.payments is not None else None,
    }


def _paid_told(paid: Takings) -> dict[str, Any]:
    rows = [{**asdict(row), "difference": row.difference} for row in paid.rows]
    return {"compared": paid.compared, "equal": paid.equal, "differences": [asdict(one) for one in paid.differences], "totals": rows}


def _payments(site: Site, flow: Flow, first: date, last: date, reading: _Reading) -> Takings | None:
    books = flow_of_payments(site, flow)
    if books is None or issubclass(DOCUMENTS[flow.resource], CreditNote):
        return None
    return takings(site, books, first, last, lambda opened, query: _pages(opened, query, reading), reading.unreadable)


def _refuse_others(site: Site, flow: Flow) -> None:
    target = site.catalog.system(flow.target.system).manifest
    taken = target.resource(flow.paper)
    if flow.resource not in PAPERS or taken is None or not taken.reads:
        raise ConfigurationError(
            f"The flow {flow.name} cannot be compared: its records cannot be read back from {target.title}.",
            field="flow",
            resolution="Choose a flow of orders or invoices whose target Koppel can read.",
        )


def _sold(site: Site, flow: Flow, first: date, reading: _Reading, back: list[Sum]) -> Iterator[tuple[Sum, bool]]:
    """The orders as they are owed, each with whether it should be in the books: the flow lets it through, or it was
    cancelled; what came back in exchange goes to `back`."""
    policy, title = read_policy(flow.settings, flow.name), flow.source.title
    for order in _papers(site, flow.source, flow, flow.resource, first, reading):
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


def _as_booked(site: Site, flow: Flow, sold: Sequence[tuple[Sum, bool]]) -> list[tuple[Sum, bool]]:
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


def _notes(site: Site, flow: Flow, orders: Sequence[Sum], reading: _Reading) -> list[CreditNote] | None:
    """What was given back of these orders; None where the source does not tell it as credit notes."""
    resource = site.catalog.system(flow.source.system).manifest.resource(CREDIT)
    if resource is None or not resource.reads:
        return None
    ids = tuple(order.source_id for order in orders)
    read = _papers(site, flow.source, flow, CREDIT, None, reading, ids) if ids else ()
    return [note for note in read if isinstance(note, CreditNote)]


def _unbooked(site: Site, flow: Flow, notes: Sequence[CreditNote]) -> list[Difference]:
    """What was given back and is not in the books."""
    found = _found(site, flow, tuple(sorted({note.reference for note in notes}))) if notes else set()
    return [Difference(note.reference, "refund", note.total, None, note.currency) for note in notes if note.reference not in found]


def _uncredited(site: Site, flow: Flow, notes: Sequence[Sum]) -> Iterator[Difference]:
    """What came back in exchange for something else, and is not credited in the books."""
    found = _found(site, flow, tuple(note.reference for note in notes)) if notes else set()
    yield from (Difference(note.reference, "exchange", note.total, None, note.currency) for note in notes if note.reference not in found)


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
    site: Site, connection: Connection, flow: Flow, resource: str, first: date | None, reading: _Reading,
    ids: tuple[str, ...] = (),
) -> Iterator[SalesOrder]:  # fmt: skip
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


def _read(opened: Opened, flow: Flow, query: Query, reading: _Reading) -> Iterator[SalesOrder]:
    for page in _pages(opened, query, reading):
        for record in page.records:
            step = MapStep(flow.name, opened.manifest.title, query.resource, "inbound", record.data)
            try:
                yield _order(opened.endpoint, step, record.id)
            except RecordError as error:
                reading.unreadable.append(f"{record.label or record.id} in {opened.manifest.title}: {error.message}")


def _pages(opened: Opened, query: Query, reading: _Reading) -> Iterator[Page]:
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


def _looked_into(site: Site, flow: Flow, one: Difference, notes: Sequence[CreditNote] | None) -> Difference:
    """An order that was changed after it was booked, without money going back, is no refund that is missing."""
    if one.kind not in ("refund", "amount", "rounding"):
        return one
    row = _inbox(site, flow, one.reference)
    given_back = notes is None or any(note.order_reference == one.reference for note in notes)
    seen = row is not None and (row.cause in _EDITED or _kept(site, row))
    return replace(one, kind="edited") if seen or (one.kind == "refund" and not given_back) else one


def _kept(site: Site, row: Incoming) -> bool:
    """Whether a change of this order was left out of the books, by a person or by the flow's settings."""
    query = sa.select(Activity.id).where(Activity.incoming_id == row.id, Activity.kind == "kept")
    with site.db.read() as session:
        return session.scalar(query.limit(1)) is not None


def _day(order: Sum) -> date:
    return order.day or date.min


def _why(site: Site, flow: Flow, one: Difference) -> str:
    source, target = flow.source.title, flow.target.title
    row = _inbox(site, flow, one.reference) or _inbox(site, flow, order_of(one.reference) or one.reference)
    if one.kind == "exchange":
        waits = row.reason if row is not None and row.state in ("parked", "retry") else ""
        return waits or f"Goods came back in {source} for others; that is not credited in {target}."
    if one.kind == "edited":
        held = row is not None and row.state == "parked" and row.cause in _EDITED
        return row.reason if row is not None and held else f"It was changed in {source} after it was booked; {target} has it as it was."
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
