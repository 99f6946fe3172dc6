"""Orders that are booked together per day wait until their day is over; each is part of one paper, for ever."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from koppel.books import home_of
from koppel.documents import PAPERS, SalesOrder
from koppel.errors import RecordError
from koppel.finance.periods import day_of
from koppel.finance.vat import treatment
from koppel.records import Verdict
from koppel.runner.dates import booked_at
from koppel.runner.gate import YOUNG
from koppel.runner.job import Job
from koppel.runner.talk import WOULD_BE, Talk
from koppel.store.models import Link, utcnow

PART = "day_part"
"""The links that tell which order is part of which day's paper: `label` is that paper's key, `target_key` the same
until it is written, and then its id over there."""
WAITING = "day.waiting"


def per_day(talk: Talk) -> bool:
    """Whether this run books days; a dry run for given orders shows each by itself."""
    return talk.policy.per == "day" and talk.flow.resource in PAPERS and not (talk.dry_run and talk.asked_for)


def waits_its_turn(job: Job) -> bool:
    """Whether nothing is wrong with this order: its day is not over or not booked yet, or it is too young."""
    return isinstance(job.error, RecordError) and job.error.cause in (WAITING, YOUNG)


def keep_for_day(talk: Talk, jobs: Sequence[Job]) -> None:
    """Let these new orders wait for their day's paper; one that is part of a written paper is finished. A dry run
    gathers them, a preview also those of a day that is not over.

    A business elsewhere in the Union is booked by itself, since its VAT number has to be declared."""
    if not per_day(talk):
        return
    known = {} if talk.preview else parts_of(talk, [job.source_key for job in jobs])
    for job in jobs:
        if job.incoming is None or job.source_key != job.incoming.external_id:
            continue  # what an order is credited by, or booked anew as, is a paper of its own
        part = known.get(job.source_key)
        if part is not None and part.target_key != part.label:
            job.done("unchanged", f"{job.label} is in {talk.target_title} already, as part of {part.number or part.target_key}.")
        elif not job.target_id and job.in_doubt is None and (part is not None or not _alone(talk, job)):
            _gather(talk, job) if talk.dry_run else _wait(talk, job)


def booked_day(talk: Talk, order: SalesOrder) -> date | None:
    """The day that an order is booked on, by the shop's own clock; None when the source tells no moment."""
    moment = booked_at(talk.policy, order)
    return day_of(moment, order.time_zone) if moment is not None else None


def parts_of(talk: Talk, keys: Sequence[str]) -> dict[str, Link]:
    """Which day's paper these orders are part of, by their id in the source."""
    query = sa.select(Link).where(
        Link.source_id == talk.source_id, Link.target_id == talk.target_id, Link.resource == PART,
        Link.source_key.in_(list(keys)),
    )  # fmt: skip
    with talk.site.db.read() as session:
        return {link.source_key: link for link in session.scalars(query)}


def _alone(talk: Talk, job: Job) -> bool:
    assert isinstance(job.document, SalesOrder)
    order, party = job.document, job.document.customer
    home = home_of(talk.target_settings)
    kind = treatment(home, order.destination, company=party.is_company, vat_number=party.vat_number)
    return kind == "eu_business" or booked_day(talk, order) is None


def _gather(talk: Talk, job: Job) -> None:
    assert isinstance(job.document, SalesOrder)
    day = booked_day(talk, job.document)
    assert day is not None
    if talk.preview or _over(job.document, day) <= utcnow():
        talk.gathered.append(job)
        job.done("created", WOULD_BE)
    else:
        _wait(talk, job)


def _over(order: SalesOrder, day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(order.time_zone))


def _wait(talk: Talk, job: Job) -> None:
    assert isinstance(job.document, SalesOrder)
    order, day = job.document, booked_day(talk, job.document)
    assert day is not None
    why = f"{job.label} is booked together with the others of {day}, once that day is over."
    job.verdict = Verdict.retry(max(0.0, (_over(order, day) - utcnow()).total_seconds()), why, "You need do nothing.")
    job.error = RecordError(why, cause=WAITING)
