"""What the links already know: counterparts, records that came through Koppel itself, and our own words coming back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.documents import PAPERS
from koppel.runner.compare import differences
from koppel.runner.job import Job
from koppel.runner.talk import Talk
from koppel.store.models import Delivery, Flow, Incoming, Link

CHUNK = 400


def chunks(jobs: Sequence[Job]) -> Iterator[Sequence[Job]]:
    """As many at a time as one query should name."""
    return (jobs[start : start + CHUNK] for start in range(0, len(jobs), CHUNK))


def talk_about(jobs: Sequence[Job]) -> str:
    """The resource these jobs share; empty for none."""
    return jobs[0].resource if jobs else ""


def delivery_key(talk: Talk, job: Job) -> str:
    """Identifies the delivery of this record to this target for ever."""
    return f"{talk.source_id}:{job.source_key}"[:255]


def known_links(talk: Talk, session: so.Session, jobs: Sequence[Job]) -> None:
    """Counterparts from earlier deliveries, in this direction or in the other."""
    keys = {job.source_key: job for job in jobs}
    ours = sa.select(Link).where(
        Link.source_id == talk.source_id, Link.target_id == talk.target_id,
        Link.resource == talk_about(jobs), Link.source_key.in_(list(keys)),
    )  # fmt: skip
    for link in session.scalars(ours):
        job = keys[link.source_key]
        job.link, job.target_id, job.number = link, link.target_key, link.number
    back = sa.select(Link).where(
        Link.source_id == talk.target_id, Link.target_id == talk.source_id,
        Link.resource == talk_about(jobs), Link.target_key.in_(list(keys)),
    )  # fmt: skip
    for link in session.scalars(back):
        job = keys[link.target_key]
        if not job.target_id:
            job.target_id, job.number = link.source_key, link.label


def sent_as_other_paper(talk: Talk, session: so.Session, jobs: Sequence[Job]) -> None:
    """An order that was sent as something else before, while the flow's settings said so, stays what it is."""
    keys = {delivery_key(talk, job): job for job in jobs if job.resource in PAPERS}
    query = sa.select(Delivery).where(
        Delivery.target_id == talk.target_id, Delivery.key.in_(list(keys)),
        Delivery.resource.in_(PAPERS.keys() - {talk_about(jobs)}), Delivery.state.in_(("delivered", "sending")),
    )  # fmt: skip
    for delivery in session.scalars(query):
        job, what = keys[delivery.key], delivery.resource.replace("_", " ")
        sure = "is in" if delivery.state == "delivered" else "may have arrived in"
        job.done(
            "skipped",
            f"{job.label} {sure} {talk.target_title} already, as {what} {delivery.number}".rstrip()
            + "; Koppel does not write it twice.",
        )


def came_through_us(talk: Talk, session: so.Session, jobs: Sequence[Job]) -> None:
    """A record that Koppel itself made in the source for another system: its counterpart in the target is the
    one that its origin has there; where its origin has none it is not sent on as a new record."""
    keys = {job.source_key: job for job in jobs}
    origin, there = so.aliased(Link), so.aliased(Link)
    same = sa.and_(
        there.source_id == origin.source_id, there.target_id == talk.target_id,
        there.resource == origin.resource, there.source_key == origin.source_key,
    )  # fmt: skip
    query = (
        sa.select(origin, there)
        .outerjoin(there, same)
        .where(origin.target_id == talk.source_id, origin.source_id != talk.target_id, origin.made.is_(True))
        .where(origin.resource == talk_about(jobs), origin.target_key.in_(list(keys)))
    )
    for arrived, counterpart in session.execute(query):
        job = keys[arrived.target_key]
        if counterpart is not None:
            job.target_id, job.number = counterpart.target_key, counterpart.number
        elif not talk.policy.pass_on and job.open:
            job.done(
                "skipped", f"{job.label} reached {talk.source_title} through Koppel and is not sent on from there."
            )


def drop_echoes(talk: Talk, session: so.Session, jobs: Sequence[Job]) -> None:
    """A record that still says exactly what Koppel wrote there last is no news; nothing is sent.

    Not so when something was sent the other way since: then going back to the old words is news again."""
    keys = {job.source_key: job for job in jobs if job.incoming is not None}
    query = sa.select(Delivery).where(
        Delivery.target_id == talk.source_id, Delivery.resource == talk_about(jobs),
        Delivery.external_id.in_(list(keys)), Delivery.state == "delivered",
    )  # fmt: skip
    for delivery in session.scalars(query):
        job = keys[delivery.external_id]
        newer = job.link is None or (delivery.answered_at is not None and delivery.answered_at > job.link.updated_at)
        if newer and job.open and job.incoming and not differences(delivery.draft, job.incoming.payload):
            job.done("unchanged", f"{job.label} is as Koppel wrote it in {talk.source_title}.")


def last_seen(talk: Talk, session: so.Session, jobs: Sequence[Job]) -> None:
    """What the target holds now, where a flow the other way has read it."""
    keys = {job.target_id: job for job in jobs}
    query = (
        sa.select(Incoming.external_id, Incoming.payload)
        .join(Flow, Flow.id == Incoming.flow_id)
        .where(Flow.source_id == talk.target_id, Flow.resource == talk_about(jobs))
        .where(Incoming.external_id.in_(list(keys)))
    )
    for external_id, payload in session.execute(query):
        keys[external_id].current = payload
