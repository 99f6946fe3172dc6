"""Is what was paid in the shop booked in the ledger? Read anew on both sides, where a flow books payments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from koppel.documents import Payment
from koppel.documents.base import read_document
from koppel.documents.money import round_money, to_decimal
from koppel.errors import RecordError
from koppel.finance.periods import day_of
from koppel.finance.takings import Paid, PaymentDifference, Takings, compare_takings
from koppel.records import Lookup, MapStep, Match, Page, Query
from koppel.runner.payments import RESOURCE, is_ledger
from koppel.site import Opened, Site
from koppel.store.models import Flow, Incoming, Link

_ASKED = 500
"""So many payments are looked up at a time."""
Pages = Callable[[Opened, Query], Iterator[Page]]


def flow_of_payments(site: Site, flow: Flow) -> Flow | None:
    """The flow that books payments between the same two systems; None where none does."""
    if not is_ledger(site.catalog.system(flow.target.system).manifest):
        return None
    query = sa.select(Flow).where(Flow.source_id == flow.source_id, Flow.target_id == flow.target_id, Flow.resource == RESOURCE)
    with site.db.read() as session:
        return session.scalars(query.order_by(Flow.paused, Flow.id)).first()


def takings(site: Site, flow: Flow, first: date, last: date, pages: Pages, unreadable: list[str]) -> Takings:
    """Compare what was paid from `first` to `last`, days of the shop's own clock, with what is booked by this flow of
    payments. `pages` reads a source to its end; what cannot be read is told in `unreadable`."""
    left_out = _left_out(site, flow)
    source = site.open_side(flow, "source")
    try:
        read = _paid(source, flow, first, last, pages, unreadable)
        paid = [one for one in read if one.source_id not in left_out]
    finally:
        source.close()
    target = site.open_side(flow, "target")
    try:
        booked = dict(_booked(target, [one.reference for one in paid]))
    finally:
        target.close()
    said = _said(site, flow, [one for one in paid if one.reference not in booked])
    known = {one.reference: one.currency for one in paid}
    rounded = {key: [round_money(amount, known[key]) for amount in amounts] for key, amounts in {**booked, **said}.items()}
    found = compare_takings(paid, rounded)
    return replace(found, differences=tuple(replace(one, why=_why(site, flow, one)) for one in found.differences))


def _paid(source: Opened, flow: Flow, first: date, last: date, pages: Pages, unreadable: list[str]) -> Iterator[Paid]:
    since = datetime.combine(first - timedelta(days=2), time(), ZoneInfo("UTC"))
    for page in pages(source, Query(RESOURCE, since=since)):
        for record in page.records:
            step = MapStep(flow.name, source.manifest.title, RESOURCE, "inbound", record.data)
            try:
                payment = read_document(Payment, {**source.endpoint.map(step).fields, "source_id": record.id})
            except RecordError as error:
                unreadable.append(f"{record.label or record.id} in {source.manifest.title}: {error.message}")
                continue
            assert isinstance(payment, Payment)
            day = day_of(payment.paid_at, payment.time_zone) if payment.paid_at is not None else None
            if day is not None and first <= day <= last:
                received = round_money(payment.received, payment.currency)
                yield Paid(payment.reference, record.id, payment.order_reference, payment.method, payment.currency, received)


def _booked(target: Opened, references: Sequence[str]) -> Iterator[tuple[str, list[Decimal]]]:
    for start in range(0, len(references), _ASKED):
        some = tuple(references[start : start + _ASKED])
        for reference, matches in target.endpoint.find(Lookup(RESOURCE, "reference", some)).matches.items():
            yield reference, [_received(match) for match in matches]


def _received(match: Match) -> Decimal:
    return to_decimal(match.data.get("received")) or Decimal(0)


def _left_out(site: Site, flow: Flow) -> set[str]:
    """Payments that are not to be booked: a gift card that is a line of its order, one that the ledger told, one that
    does not meet the flow's condition."""
    query = sa.select(Incoming.external_id).where(
        Incoming.flow_id == flow.id, Incoming.state == "skipped", Incoming.outcome == "skipped"
    )
    with site.db.read() as session:
        return set(session.scalars(query))


def _said(site: Site, flow: Flow, paid: Sequence[Paid]) -> dict[str, list[Decimal]]:
    """Payments that are not there under their own number, since a person said which line booked by hand they are."""
    links = sa.select(Link.source_key).where(
        Link.source_id == flow.source_id, Link.target_id == flow.target_id, Link.resource == RESOURCE, Link.made.is_(False)
    )
    with site.db.read() as session:
        theirs = set(session.scalars(links)) if paid else set()
    return {one.reference: [one.received] for one in paid if one.source_id in theirs}


def _why(site: Site, flow: Flow, one: PaymentDifference) -> str:
    target = flow.target.title
    if one.kind == "double":
        return f"It is in {target} more than once."
    if one.kind == "amount":
        return f"It was changed in {flow.source.title} or in {target} after it was booked."
    query = sa.select(Incoming).where(Incoming.flow_id == flow.id, Incoming.external_id == one.source_id)
    with site.db.read() as session:
        row = session.scalars(query).first()
    if row is None or row.state == "new":
        return f"It was not sent to {target} yet; run the flow {flow.name}."
    if row.state == "done":
        return f"It was booked, and is no longer in {target} under its own number."
    by_hand = row.state == "skipped" and not row.cause.startswith(f"{RESOURCE}.no_order:")
    return f"It was skipped by hand. {row.reason}".rstrip() if by_hand else row.reason
