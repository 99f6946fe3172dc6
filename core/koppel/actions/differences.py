"""Why the two sides differ, from what Koppel knows of each record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from koppel.documents import CreditNote
from koppel.finance.exchanges import order_of
from koppel.finance.reconcile import Difference
from koppel.site import Site
from koppel.store.models import Activity, Flow, Incoming

_EDITED = ("order.edited", "order.part")


def looked_into(site: Site, flow: Flow, one: Difference, notes: Sequence[CreditNote] | None) -> Difference:
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


def reason_for(site: Site, flow: Flow, one: Difference) -> str:
    """The sentence that a person reads beside a difference."""
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
