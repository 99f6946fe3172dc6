"""The proof of one document: what came in, by which rules it was booked, what it comes to, and what was answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from koppel.actions.records import find_record
from koppel.connections.redaction import Redactor
from koppel.documents import DOCUMENTS, SalesOrder
from koppel.documents.base import read_document
from koppel.documents.money import round_money, total
from koppel.errors import ConfigurationError, KoppelError
from koppel.finance.exchanges import complete_papers, order_of
from koppel.records import MapStep
from koppel.site import Site
from koppel.store.db import canonical
from koppel.store.models import Activity, Delivery, Flow, Incoming, Link, Run, utcnow


@dataclass(frozen=True)
class Proof:
    """All that is known of one record, secrets left out. `computation` is the paper as it was understood: its
    lines, VAT per rate and total; empty for what is no paper. `papers` are those of its exchanges, each with its own.
    `sent` are the writes with question and answer."""

    record: dict[str, Any]
    source: dict[str, Any]
    computation: dict[str, Any]
    papers: tuple[dict[str, Any], ...]
    sent: tuple[dict[str, Any], ...]
    links: tuple[dict[str, Any], ...]
    steps: tuple[dict[str, Any], ...]
    made_at: datetime


def proof(site: Site, flow_name: str, record: str) -> Proof:
    """The proof of a record of this flow, by its id in the source, what people call it, or the number of a paper of one of its exchanges;
    nothing is asked of either system. ConfigurationError when it never came in, or its details are past their time of keeping."""
    flow = site.flow(flow_name)
    try:
        row = find_record(site, flow, record)
    except ConfigurationError:
        if not order_of(record):
            raise
        row = find_record(site, flow, order_of(record))
    return proof_of(site, flow, row)


def proof_of(site: Site, flow: Flow, row: Incoming) -> Proof:
    """The same, of an inbox row."""
    if not row.payload:
        raise ConfigurationError(
            f"What came in of {row.label} is not kept any longer.", field="record", resolution="Read it again: run the flow for this record."
        )
    hide = site.redactor(flow)
    mapping, computation, papers = _understood(site, flow, row)
    with site.db.read() as session:
        run = session.get(Run, row.run_id) if row.run_id else None
        links = session.scalars(sa.select(Link).where(Link.source_id == flow.source_id, _about(row)).order_by(Link.id)).all()
        sent = session.scalars(sa.select(Delivery).where(Delivery.incoming_id == row.id).order_by(Delivery.id)).all()
        steps = session.scalars(sa.select(Activity).where(Activity.incoming_id == row.id).order_by(Activity.id)).all()
    return Proof(
        record={
            "label": row.label, "id": row.external_id, "flow": flow.name, "from": flow.source.title, "to": flow.target.title,
            "becomes": flow.paper, "state": row.state, "reason": row.reason, "received_at": row.received_at,
            "run": row.run_id, "mapping": run.mapping if run else "", "mapping_is_current": run is not None and run.mapping == mapping,
        },
        source=hide(row.payload),
        computation=computation,
        papers=papers,
        sent=tuple(_sent(hide, one, steps) for one in sent),
        links=tuple({"resource": one.resource, "label": one.label, "number": one.number, "id": one.target_key, "since": one.created_at} for one in links),
        steps=tuple({"at": one.at, "what": one.kind, "text": hide.text(one.text), "by": one.by} for one in steps),
        made_at=utcnow(),
    )  # fmt: skip


def _about(row: Incoming) -> sa.ColumnElement[bool]:
    """The record itself, and what was exchanged of it or booked anew."""
    return sa.or_(Link.source_key == row.external_id, Link.source_key.startswith(f"{row.external_id}:", autoescape=True))


def _sent(hide: Redactor, one: Delivery, steps: Any) -> dict[str, Any]:
    asked = canonical(one.draft)
    told = [step.data for step in steps if step.resource == one.resource and "answer" in (step.data or {})]
    answers = [data["answer"] for data in told if canonical(data.get("out") or {}) == asked]
    return {
        "resource": one.resource, "action": one.action, "state": one.state, "number": one.number, "id": one.external_id,
        "sent_at": one.sent_at, "answered_at": one.answered_at, "attempts": one.attempts,
        "request": hide(one.draft), "answer": hide(answers[-1]) if answers else {},
    }  # fmt: skip


def _understood(site: Site, flow: Flow, row: Incoming) -> tuple[str, dict[str, Any], tuple[dict[str, Any], ...]]:
    """The fingerprint of today's rules, and the paper as they read it, with the papers of its exchanges."""
    sides = [site.open_side(flow, side) for side in ("source", "target")]
    try:
        mapping = "".join(one.mapping for one in sides)[:255]
        step = MapStep(flow.name, sides[0].manifest.title, flow.resource, "inbound", row.payload)
        fields = {**sides[0].endpoint.map(step).fields, "source_id": row.external_id}
        document = read_document(DOCUMENTS[flow.resource], fields)
    except KoppelError as error:  # a proof of what waits says why it cannot be read
        return mapping, {"problem": error.message}, ()
    finally:
        for one in sides:
            one.close()
    if not isinstance(document, SalesOrder):
        return mapping, {}, ()
    return mapping, _sums(document), tuple(_exchanged(document))


def _exchanged(order: SalesOrder) -> Iterator[dict[str, Any]]:
    for pair in complete_papers(order):
        for paper, what in ((pair.credit, "came back"), (pair.sale, "sent")):
            if paper is not None:
                yield {"label": paper.label, "what": what, "at": paper.ordered_at, **_sums(paper)}


def _sums(order: SalesOrder) -> dict[str, Any]:
    def money(amount: Decimal | None) -> Decimal:
        return round_money(amount or Decimal(0), order.currency)

    vat: dict[Decimal, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for line in order.lines:
        pair = vat[(line.vat_rate or Decimal(0)).normalize()]
        pair[0] += line.amount_excl or Decimal(0)
        pair[1] += line.vat
    lines = [
        {"kind": one.kind, "sku": one.sku, "description": one.description, "quantity": one.quantity, "rate": one.vat_rate,
         "excl": money(one.amount_excl), "vat": money(one.vat), "incl": money(one.amount_incl)}
        for one in order.lines
    ]  # fmt: skip
    return {
        "currency": order.currency, "total": money(order.total), "vat": money(total(pair[1] for pair in vat.values())), "lines": lines,
        "per_rate": [{"rate": rate, "excl": money(pair[0]), "vat": money(pair[1])} for rate, pair in sorted(vat.items())],
    }  # fmt: skip
