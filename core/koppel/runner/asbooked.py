"""The currency in which an order was booked, whatever the connection reads orders in today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.documents import CREDITS, PAPERS
from koppel.errors import ConflictError
from koppel.records import MapStep
from koppel.runner.talk import Talk
from koppel.store.models import Activity, Flow, Incoming

_DELIVERED = ("created", "updated")


def booked_currencies(talk: Talk, orders: Collection[str]) -> Mapping[str, str]:
    """The currency of each of these orders (by its id in the source) as it was delivered to the target. What is no
    longer known, or was never written by Koppel, is left out."""
    query = (
        sa.select(Incoming.id, Incoming.external_id, Incoming.flow_id)
        .join(Flow, Flow.id == Incoming.flow_id)
        .where(Flow.source_id == talk.source_id, Flow.target_id == talk.target_id)
        .where(Flow.resource.in_(PAPERS.keys() - set(CREDITS)), Incoming.external_id.in_(list(orders)))
    )
    read: dict[int, dict[str, dict[str, Any]]] = defaultdict(dict)
    with talk.site.db.read() as session:
        for row in session.execute(query).all():
            payload = _delivered(session, row.id)
            if payload:
                read[row.flow_id][row.external_id] = payload
        flows = session.scalars(sa.select(Flow).where(Flow.id.in_(list(read)))).unique().all()
    found = {key: currency for flow in flows for key, currency in _as_read(talk, flow, read[flow.id]).items()}
    return {key: currency for key, currency in found.items() if currency}


def _as_read(talk: Talk, flow: Flow, payloads: Mapping[str, dict[str, Any]]) -> dict[str, str]:
    """The currencies as the flow of these orders reads them."""
    side = talk.site.open_side(flow, "source")
    try:
        made = {
            key: side.endpoint.map(MapStep(flow.name, talk.source.system, flow.resource, "inbound", payload)).fields
            for key, payload in payloads.items()
        }
    finally:
        side.close()
    return {key: str(fields.get("currency") or "").strip().upper() for key, fields in made.items()}


def other_currency(talk: Talk, label: str, currency: str, order: str, booked: str) -> ConflictError:
    """Why a paper waits whose money is in another currency than its order was booked in."""
    return ConflictError(
        f"{label} is in {currency}, and the order {order} was booked in {booked} in {talk.target_title}.",
        resolution=f"The currency of orders was changed on the connection of {talk.source_title} since. Set it back, read this "
        "record again, and change it once everything of the old orders is booked; or book this one by hand and skip it.",
        cause="currency.differs",
    )


def _delivered(session: so.Session, incoming: int) -> dict[str, Any]:
    """The version of this record that was delivered last."""
    steps = session.execute(
        sa.select(Activity.id, Activity.kind, Activity.resource).where(
            Activity.incoming_id == incoming, Activity.kind.in_(("arrived", *_DELIVERED))
        ).order_by(Activity.id)
    ).all()  # fmt: skip
    last = max((step.id for step in steps if step.kind in _DELIVERED and step.resource in PAPERS), default=0)
    arrived = max((step.id for step in steps if step.kind == "arrived" and step.id < last), default=0)
    data = session.scalar(sa.select(Activity.data).where(Activity.id == arrived)) if arrived else None
    return dict((data or {}).get("in") or {})
