"""The records that came in: lists by key, and one record with its steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from koppel.site import Site
from koppel.store.models import Activity, Connection, Flow, Incoming, Link

PAGE = 50
LAST = "\U0010ffff"


@dataclass(frozen=True)
class Asked:
    """What the list of records is to show; `after` is the key of the last row of the page before."""

    text: str = ""
    flow: str = ""
    state: str = ""
    resource: str = ""
    run: int = 0
    outcome: str = ""
    after: int = 0


def listed(site: Site, asked: Asked, size: int = PAGE) -> tuple[list[Incoming], int]:
    """One page, newest first, and the key of its last row when there is more (else 0)."""
    query = sa.select(Incoming).order_by(Incoming.id.desc()).limit(size + 1)
    if asked.after:
        query = query.where(Incoming.id < asked.after)
    if asked.flow:
        query = query.where(Incoming.flow_id.in_(sa.select(Flow.id).where(Flow.name == asked.flow)))
    if asked.resource:
        query = query.where(Incoming.flow_id.in_(sa.select(Flow.id).where(Flow.resource == asked.resource)))
    if asked.state:
        query = query.where(Incoming.state == asked.state)
    if asked.run:
        query = query.where(Incoming.run_id == asked.run)
    if asked.outcome:
        query = query.where(Incoming.outcome == asked.outcome)
    if asked.text:
        query = query.where(_begins(asked.text))
    with site.db.read() as session:
        rows = list(session.scalars(query))
    return rows[:size], rows[size - 1].id if len(rows) > size else 0


def exact(site: Site, text: str) -> list[Incoming]:
    """The records that are called exactly this, with or without a leading #; at most two."""
    query = sa.select(Incoming).where(Incoming.label.in_(_forms(text))).order_by(Incoming.id.desc()).limit(2)
    with site.db.read() as session:
        return list(session.scalars(query))


def record(site: Site, number: int) -> Incoming | None:
    """One record."""
    with site.db.read() as session:
        return session.get(Incoming, number)


def steps_of(site: Site, row: Incoming, most: int = 500) -> list[Activity]:
    """What happened to a record, oldest first."""
    query = sa.select(Activity).where(Activity.incoming_id == row.id).order_by(Activity.id.desc()).limit(most)
    with site.db.read() as session:
        return list(session.scalars(query))[::-1]


def links_of(site: Site, row: Incoming) -> list[Link]:
    """What this record is called in the target, and in every other system it went to."""
    query = (
        sa.select(Link)
        .where(Link.resource.in_((row.flow.paper, "day_part")), Link.source_id == row.flow.source_id)
        .where(sa.or_(Link.source_key == row.external_id, Link.source_key.startswith(f"{row.external_id}:", autoescape=True)))
        .order_by(Link.target_id != row.flow.target_id, Link.id)
        .limit(20)
    )  # fmt: skip
    with site.db.read() as session:
        return list(session.scalars(query))


def connections_by_id(site: Site) -> dict[int, Connection]:
    """All connections."""
    with site.db.read() as session:
        return {one.id: one for one in session.scalars(sa.select(Connection))}


def _begins(text: str) -> sa.ColumnElement[bool]:
    """Labels that begin with this text; a range, so that the index is used."""
    ranges: Sequence[sa.ColumnElement[bool]] = [
        sa.and_(Incoming.label >= form, Incoming.label < form + LAST) for form in _forms(text)
    ]
    return sa.or_(*ranges)


def _forms(text: str) -> list[str]:
    plain = text.strip()[:255]
    return list(dict.fromkeys([plain, plain.lstrip("#"), f"#{plain.lstrip('#')}", plain.lower()]))


def steps_of_run(site: Site, run_id: int, after: int, size: int) -> tuple[list[tuple[Activity, Incoming | None]], int]:
    """What a run did, newest first, each with its record, and the key of the last one when there are more."""
    query = (
        sa.select(Activity, Incoming)
        .outerjoin(Incoming, Incoming.id == Activity.incoming_id)
        .where(Activity.run_id == run_id)
        .order_by(Activity.id.desc())
        .limit(size + 1)
    )
    if after:
        query = query.where(Activity.id < after)
    with site.db.read() as session:
        rows = [(step, row) for step, row in session.execute(query)]
    return rows[:size], rows[size - 1][0].id if len(rows) > size else 0
