"""Retry, skip and explain records, and group what waits into problems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from koppel.documents import DOCUMENTS, Document, SalesOrder
from koppel.documents.base import read_document
from koppel.endpoint import Change
from koppel.errors import ConfigurationError
from koppel.records import MapStep
from koppel.runner.edits import DECISIONS
from koppel.runner.policy import read_policy
from koppel.runner.view import target_view
from koppel.site import Site
from koppel.store.models import Activity, Flow, Incoming, utcnow

_DECIDED = {
    "update": "Changed over there", "rebook": "Credited and booked anew", "keep": "Left as it was booked", "credit": "Credited",
    "approve": "Approved", "booked": "Said to be booked already", "book": "Booked all the same",
}  # fmt: skip


@dataclass(frozen=True)
class Trouble:
    """Records of one flow that wait for the same reason: what, since when, how many, and the way out."""

    flow: Flow
    cause: str
    title: str
    resolution: str
    count: int
    first: datetime
    last: datetime
    example: int


def troubles(site: Site) -> list[Trouble]:
    """What needs a person, the largest group first."""
    group = (
        sa.select(
            Incoming.flow_id, Incoming.cause, sa.func.count(), sa.func.min(Incoming.updated_at),
            sa.func.max(Incoming.updated_at), sa.func.max(Incoming.id),
        )
        .where(Incoming.state == "parked")
        .group_by(Incoming.flow_id, Incoming.cause)
        .order_by(sa.func.count().desc(), Incoming.cause)
    )  # fmt: skip
    found = []
    with site.db.read() as session:
        for flow_id, cause, count, first, last, example in session.execute(group).all():
            row, flow = session.get_one(Incoming, example), session.get_one(Flow, flow_id)
            found.append(Trouble(flow, cause, row.reason, row.resolution, count, first, last, example))
    return found


def retry(site: Site, ids: Sequence[int] = (), *, flow: str = "", cause: str = "", by: str = "") -> int:
    """Let parked records go again: these ids, or all of a flow, or all of one cause. Returns how many."""
    where: list[sa.ColumnElement[bool]] = [Incoming.state.in_(("parked", "retry", "skipped"))] if ids else [Incoming.state == "parked"]
    if ids:
        where.append(Incoming.id.in_(list(ids)))
    if flow:
        where.append(Incoming.flow_id == site.flow(flow).id)
    if cause:
        where.append(Incoming.cause == cause)
    return _change(site, where, "new", "Sent again", by)


def decide(site: Site, ids: Sequence[int], decision: str, by: str = "") -> int:
    """Say what happens with parked records that changed after they were booked, or that wait for approval; it holds
    for the version that came in last. Returns how many take this decision; see koppel.runner.edits.DECISIONS."""
    causes = [cause for cause, known in DECISIONS.items() if decision in known]
    where = [Incoming.state == "parked", Incoming.id.in_(list(ids)), Incoming.cause.in_(causes)]
    return _change(site, where, "new", _DECIDED.get(decision, decision), by, "decided", {"decision": decision})


def skip(site: Site, ids: Sequence[int], why: str, by: str = "") -> int:
    """Leave these parked records out for good; `why` is kept with them. Returns how many."""
    where: list[sa.ColumnElement[bool]] = [Incoming.state.in_(("parked", "retry", "new")), Incoming.id.in_(list(ids))]
    return _change(site, where, "skipped", f"Skipped ({why})", by)


def explain(site: Site, flow_name: str, record: str) -> tuple[Incoming, list[Change], list[Change]]:
    """Which player set which field of a record of this flow, on the way in and on the way out.

    `record` is its id in the source or what people call it. ConfigurationError when it never came in."""
    flow = site.flow(flow_name)
    row = find_record(site, flow, record)
    source, target = site.open_side(flow, "source"), site.open_side(flow, "target")
    try:
        step = MapStep(flow.name, source.manifest.title, flow.resource, "inbound", row.payload)
        inbound = source.endpoint.explain(step)
        fields: dict[str, Any] = dict(source.endpoint.map(step).fields)
        document = read_document(DOCUMENTS[flow.resource], {**fields, "source_id": row.external_id})
        stand_in(document, target.manifest.title)
        resource = target.manifest.resource(flow.paper)
        view = target_view(document, target.settings, resource, read_policy(flow.settings, flow.name).oss_since) if resource else document.view()
        out = MapStep(flow.name, target.manifest.title, flow.paper, "outbound", view)
        return row, inbound, target.endpoint.explain(out)
    finally:
        source.close()
        target.close()


def stand_in(document: Document, target: str) -> None:
    """Names in the place of ids that only a run looks up, so that rows which want them can be shown."""
    if isinstance(document, SalesOrder):
        document.customer.external_id = document.customer.external_id or f"(the debtor's id in {target})"
        document.customer.code = document.customer.code or f"(the debtor's number in {target})"
        for line in document.lines:
            line.external_id = line.external_id or f"(the id of {line.sku or line.description} in {target})"


def find_record(site: Site, flow: Flow, record: str) -> Incoming:
    """The inbox row by source id or label; ConfigurationError when there is none."""
    query = sa.select(Incoming).where(
        Incoming.flow_id == flow.id, sa.or_(Incoming.external_id == record, Incoming.label == record)
    )
    with site.db.read() as session:
        row = session.scalars(query.order_by(Incoming.id.desc())).first()
    if row is None:
        raise ConfigurationError(
            f"No record {record!r} came in on flow {flow.name}.", field="record",
            resolution="Use its number in the source, such as #1001, or run the flow first.",
        )  # fmt: skip
    return row


def _change(
    site: Site, where: Sequence[Any], state: str, text: str, by: str, kind: str = "person", data: dict[str, Any] | None = None
) -> int:
    with site.db.write() as session:
        rows = list(session.scalars(sa.select(Incoming).where(*where)))
        for row in rows:
            row.state, row.attempts, row.due_at = state, 0, None
            session.add(
                Activity(
                    flow_id=row.flow_id, incoming_id=row.id, kind=kind, label=row.label, by=by,
                    data={**data, "cause": row.cause} if data else {},
                    text=f"{text}{f' by {by}' if by else ''}.",
                )
            )  # fmt: skip
        for flow_id in {row.flow_id for row in rows} if state == "new" else ():
            session.execute(sa.update(Flow).where(Flow.id == flow_id, Flow.schedule != "").values(due_at=utcnow()))
    return len(rows)
