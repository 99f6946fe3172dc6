"""Book the days that are over: which orders a paper holds is written down before it is sent, so it is sent once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.documents import DOCUMENTS, CreditNote, SalesOrder
from koppel.errors import ConflictError, RecordError
from koppel.finance.days import belongs, day_in, reference_of, together
from koppel.runner.credits import wake_credits
from koppel.runner.days import PART, WAITING, booked_day, parts_of, per_day
from koppel.runner.job import Job
from koppel.runner.judge import judge, write_verdict
from koppel.runner.lines import arrange_lines
from koppel.runner.reading import jobs_of
from koppel.runner.talk import Talk
from koppel.runner.work import finish
from koppel.store.models import Delivery, Incoming, Link, utcnow

MOST = 500
"""So many orders in one paper at most; a longer day gets several."""


@dataclass
class DayPaper:
    """The orders of a paper, with its key for ever and its number."""

    key: str
    reference: str
    parts: list[Job]


def book_days(talk: Talk) -> None:
    """Write a paper for every day that is over, and one more for orders that came too late for theirs."""
    if not per_day(talk) or talk.asked_for or talk.stop.is_set():
        return
    _forget_unsent(talk)
    for paper in [*begun(talk), *_new(talk)]:
        if talk.stop.is_set():
            return
        _book(talk, paper)


def _unwritten(talk: Talk) -> sa.Select[Link]:
    return sa.select(Link).where(
        Link.source_id == talk.source_id, Link.target_id == talk.target_id, Link.resource == PART,
        Link.target_key == Link.label, Link.label.startswith(f"day:{talk.flow.id}:"),
    )  # fmt: skip


def _forget_unsent(talk: Talk) -> None:
    """A paper that never left may still be put together anew, with what was changed or cancelled meanwhile."""
    with talk.site.db.write() as session:
        sent = set(session.scalars(sa.select(Delivery.key).where(
            Delivery.target_id == talk.target_id, Delivery.key.startswith(f"{talk.source_id}:day:{talk.flow.id}:"),
            Delivery.state.in_(("sending", "delivered")),
        )))  # fmt: skip
        for link in session.scalars(_unwritten(talk)):
            if f"{talk.source_id}:{link.label}" not in sent:
                session.delete(link)


def begun(talk: Talk) -> Iterable[DayPaper]:
    """Papers that may have arrived: exactly the orders they were sent with."""
    keys: dict[str, list[str]] = defaultdict(list)
    with talk.site.db.read() as session:
        for link in session.scalars(_unwritten(talk).order_by(Link.id)):
            keys[link.label].append(link.source_key)
        rows = {key: _rows(session, talk, Incoming.external_id.in_(ids)) for key, ids in keys.items()}
    for key, found in rows.items():
        parts = [job for row in found for job in _parts(talk, row)]
        if parts:
            _hold_together(talk, reference(talk, key), parts)
            yield DayPaper(key, reference(talk, key), parts)


def _hold_together(talk: Talk, number: str, parts: Sequence[Job]) -> None:
    """What was sent can only be sent again whole: where one of its orders cannot be booked any more, all of them wait."""
    wrong = next((job for job in parts if job.verdict is not None), None)
    if wrong is None or wrong.verdict is None:
        return
    for job in [job for job in parts if job.open]:
        judge(talk, job, "map", ConflictError(
            f"{job.label} is part of {number}, which may have arrived in {talk.target_title} and cannot be sent again: {wrong.verdict.reason}",
            resolution=f"Look for {number} in {talk.target_title}. When it is there, skip its orders; else put {wrong.label} right and retry them.",
            cause="day.broken",
        ))  # fmt: skip


def _new(talk: Talk) -> Iterable[DayPaper]:
    jobs = due(talk)
    _tell(talk, [job for job in jobs if not job.open])
    for parts in apart(talk, [job for job in jobs if job.open]):
        yield _begin(talk, parts)


def _tell(talk: Talk, jobs: Sequence[Job]) -> None:
    """Orders that can be on no paper are left out or wait, each with its reason."""
    if not jobs:
        return
    with talk.site.db.write() as session:
        for job in jobs:
            row = session.get(Incoming, job.incoming.id) if job.incoming else None
            if row is not None:
                _settle_wrong(talk, job, row)
        talk.log.flush(session)
    talk.progress(talk.counts)


def _settle_wrong(talk: Talk, job: Job, row: Incoming) -> None:
    _count(talk, write_verdict(row, job))
    talk.log.add(row.state, row.reason, job)


def _count(talk: Talk, outcome: str) -> None:
    """An order that waited for its day was counted as tried again, where it was read in this run."""
    talk.counts.retried = max(0, talk.counts.retried - 1)
    talk.counts.add(outcome)


def due(talk: Talk) -> list[Job]:
    """Orders that waited for their day, now that it is over; one that can be on no paper has its verdict."""
    with talk.site.db.read() as session:
        due = (Incoming.state == "retry", Incoming.cause == WAITING, Incoming.due_at <= utcnow())
        rows = _rows(session, talk, *due)
    known = parts_of(talk, [row.external_id for row in rows]) if rows else {}
    return [job for row in rows if row.external_id not in known for job in _parts(talk, row)]


def apart(talk: Talk, jobs: Iterable[Job]) -> Iterable[list[Job]]:
    """These orders by the paper that they go on together."""
    groups: dict[tuple[str, ...], list[Job]] = defaultdict(list)
    for job in jobs:
        assert isinstance(job.document, SalesOrder)
        day = booked_day(talk, job.document)
        assert day is not None
        groups[belongs(job.document, day)].append(job)
    for _, mine in sorted(groups.items()):
        for start in range(0, len(mine), MOST):
            yield mine[start : start + MOST]


def _parts(talk: Talk, row: Incoming) -> list[Job]:
    """The order of this row with its lines as the flow's settings ask: on the paper nobody can tell them apart any more."""
    jobs = jobs_of(talk, row)
    orders = [job for job in jobs if job.open and isinstance(job.document, SalesOrder)]
    arrange_lines(talk, orders, talk.target_resource(talk.flow.paper))
    for job in orders:
        if job.open and isinstance(job.document, SalesOrder) and booked_day(talk, job.document) is None:
            judge(talk, job, "map", RecordError(
                f"{job.label} has no day any more that it is booked on.", resolution="Retry it: it is booked by itself then.", cause="day.none"
            ))  # fmt: skip
    return jobs


def _rows(session: so.Session, talk: Talk, *where: sa.ColumnElement[bool]) -> list[Incoming]:
    return list(session.scalars(sa.select(Incoming).where(Incoming.flow_id == talk.flow.id, *where).order_by(Incoming.id)))


def _begin(talk: Talk, parts: list[Job]) -> DayPaper:
    """Give a paper its number and its orders, for ever, before anything is sent."""
    with talk.site.db.write() as session:
        key = next_key(talk, session, parts)
        session.add_all(
            Link(
                source_id=talk.source_id, target_id=talk.target_id, resource=PART, source_key=job.source_key,
                target_key=key, label=key, number="",
            )
            for job in parts
        )  # fmt: skip
    return DayPaper(key, reference(talk, key), parts)


def next_key(talk: Talk, session: so.Session, parts: Sequence[Job], besides: Iterable[str] = ()) -> str:
    """The next paper of that day."""
    assert isinstance(parts[0].document, SalesOrder)
    day = f"day:{talk.flow.id}:{booked_day(talk, parts[0].document):%y%m%d}:"
    taken = session.scalars(sa.select(Link.label).where(
        Link.source_id == talk.source_id, Link.target_id == talk.target_id, Link.resource == PART, Link.label.startswith(day),
    ).distinct())  # fmt: skip
    serials = [int(label.rpartition(":")[2]) for label in [*taken, *(one for one in besides if one.startswith(day))]]
    return f"{day}{max(serials, default=0) + 1}"


def reference(talk: Talk, key: str) -> str:
    return reference_of(key, issubclass(DOCUMENTS[talk.flow.resource], CreditNote))


def job_of(talk: Talk, paper: DayPaper) -> Job:
    """The paper on its way."""
    kind = DOCUMENTS[talk.flow.resource]
    orders = [job.document for job in paper.parts if isinstance(job.document, SalesOrder)]
    assert issubclass(kind, SalesOrder)
    job = Job(talk.flow.paper, together(orders, kind, day_in(paper.key), paper.key, paper.reference), paper.key, parents=paper.parts)
    job.orders = len(orders)
    return job


def _book(talk: Talk, paper: DayPaper) -> None:
    if any(not part.open for part in paper.parts):
        _tell(talk, paper.parts)
        return
    job = job_of(talk, paper)
    try:
        finish(talk, [job], talk.target_resource(talk.flow.paper), check=refuse_strangers)
    finally:
        _settle(talk, job, paper.parts)


def refuse_strangers(talk: Talk, jobs: Sequence[Job]) -> None:
    """A paper of that number that Koppel knows nothing of may hold other orders."""
    for job in jobs:
        if job.open and job.target_id and job.link is None and job.in_doubt is None:
            judge(talk, job, "find", ConflictError(
                f"{talk.target_title} has a paper {job.label} already that was not booked from here.",
                resolution=f"Look at it in {talk.target_title}; remove or rename it when it holds other orders, then retry.",
                cause="day.taken",
            ))  # fmt: skip


def _settle(talk: Talk, job: Job, parts: Sequence[Job]) -> None:
    """What became of the paper is what became of each of its orders, written together."""
    with talk.site.db.write() as session:
        for part in parts:
            row = session.get(Incoming, part.incoming.id) if part.incoming else None
            if row is None or job.open:
                continue
            if job.verdict is not None:
                part.verdict, part.error = job.verdict, job.error
                _settle_wrong(talk, part, row)
            else:
                _settle_part(talk, session, job, part, row)
        talk.log.flush(session)
    talk.progress(talk.counts)


def _settle_part(talk: Talk, session: so.Session, job: Job, part: Job, row: Incoming) -> None:
    link = session.scalars(sa.select(Link).where(
        Link.source_id == talk.source_id, Link.target_id == talk.target_id, Link.resource == PART,
        Link.source_key == part.source_key,
    )).one()  # fmt: skip
    link.target_key, link.number, link.updated_at = job.target_id[:255], (job.number or job.label)[:255], utcnow()
    wake_credits(talk, session, part)
    row.state, row.outcome, row.reason, row.resolution, row.cause, row.due_at = "done", "created", "", "", "", None
    if isinstance(part.document, SalesOrder) and part.document.exchanges:
        row.state = "new"  # what was exchanged of it has papers of its own, now that it is booked
    _count(talk, "created")
    talk.log.add("linked", f"Part of {job.label} in {talk.target_title}: {link.number}.", part)
