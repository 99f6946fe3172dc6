"""Is it there already? Links first, then lost answers, then one question for everything that is left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.documents import PAPERS, StockLevel
from koppel.errors import ConflictError, RecordError, TransientError
from koppel.records import Lookup, Match
from koppel.runner.echo import (
    came_through_us,
    chunks,
    delivery_key,
    drop_echoes,
    known_links,
    last_seen,
    sent_as_other_paper,
    talk_about,
)
from koppel.runner.job import Job
from koppel.runner.judge import judge, judged, went_well
from koppel.runner.talk import Talk
from koppel.store.models import Delivery, Link, utcnow


def recognise(talk: Talk, jobs: Sequence[Job], key: str, field: str = "") -> None:
    """Fill in `target_id`, `current` and `in_doubt` of the open jobs (all of one resource).

    A record without its natural key waits, one that several records over there answer to waits too."""
    with talk.site.db.read() as session:
        for part in chunks([job for job in jobs if job.open]):
            known_links(talk, session, part)
            sent_as_other_paper(talk, session, [job for job in part if not job.target_id])
            came_through_us(talk, session, [job for job in part if not job.target_id])
            drop_echoes(talk, session, [job for job in part if job.open and job.target_id])
            _lost_answers(talk, session, [job for job in part if job.open and not job.target_id])
            last_seen(talk, session, [job for job in part if job.open and job.target_id])
    unknown = [job for job in jobs if job.open and not job.target_id and _has_key(talk, job, key)]
    _refuse_twins(talk, unknown, key)
    _ask(talk, [job for job in unknown if job.open], key, field)
    if talk_about(unknown) == "product":
        _refuse_taken(talk, [job for job in unknown if job.open and job.target_id], key)


def _lost_answers(talk: Talk, session: so.Session, jobs: Sequence[Job]) -> None:
    keys = {delivery_key(talk, job): job for job in jobs}
    query = sa.select(Delivery).where(
        Delivery.target_id == talk.target_id, Delivery.resource == talk_about(jobs),
        Delivery.key.in_(list(keys)), Delivery.state == "sending",
    )  # fmt: skip
    for delivery in session.scalars(query):
        keys[delivery.key].in_doubt = delivery


def _has_key(talk: Talk, job: Job, key: str) -> bool:
    job.natural_key = job.document.key(key)
    if job.natural_key:
        return True
    thing, name = job.resource.replace("_", " "), key.replace("_", " ").replace("sku", "SKU")
    who = job.label or ("" if job.parents else job.source_key)
    instead = ", or choose a default debtor for such orders" if job.parents else ""
    judge(talk, job, "find", RecordError(
        f"The {thing} {who}".rstrip() + f" has no {name}, so Koppel cannot tell whether it exists already.",
        resolution=f"Fill in the {name} in {talk.source_title}{instead}; Koppel picks it up by itself.",
        cause=f"key.empty.{job.resource}",
    ))  # fmt: skip
    return False


def _refuse_twins(talk: Talk, jobs: Sequence[Job], key: str) -> None:
    """Two records with one key, neither of them there yet: sending both would make a double."""
    first: dict[tuple[str, str], Job] = {}
    for job in jobs:
        place = job.document.place if isinstance(job.document, StockLevel) else ""
        twin = first.setdefault((job.natural_key.casefold(), place), job)
        if twin is not job:
            judge(talk, job, "find", _double(talk, job, key, twin.source_key))


def _double(talk: Talk, job: Job, key: str, twin: str) -> ConflictError:
    return ConflictError(
        f"{key.upper() if key == 'sku' else key.capitalize()} {job.natural_key} is used by two records "
        f"in {talk.source_title}: {twin} and {job.source_key}. The first was sent.",
        cause=f"key.double.{job.resource}", key=job.natural_key,
    )  # fmt: skip


def _refuse_taken(talk: Talk, jobs: Sequence[Job], key: str) -> None:
    """An article that another record here is kept in step with: two would overwrite each other for ever.

    The source is asked whether both have that key still; one that was removed and made anew takes over."""
    ours = {job.target_id: job for job in jobs}
    query = sa.select(Link).where(
        Link.source_id == talk.source_id, Link.target_id == talk.target_id,
        Link.resource == "product", Link.target_key.in_(list(ours)),
    )  # fmt: skip
    with talk.site.db.read() as session:
        owners = {link.target_key: link.source_key for link in session.scalars(query)}
    for target_id, owner in owners.items():
        job = ours[target_id]
        with judged(talk, job, "find"):
            same = talk.source.find(Lookup("product", key, (job.natural_key,))).matches.get(job.natural_key, ())
            if len(same) > 1:
                raise _double(talk, job, key, owner)


def _ask(talk: Talk, jobs: Sequence[Job], key: str, field: str) -> None:
    if not jobs:
        return
    resource = jobs[0].resource
    try:
        found = talk.target.find(Lookup(resource, key, tuple({job.natural_key for job in jobs}), field))
    except Exception as error:  # nothing is known about any of them, so none may be written
        for job in jobs:
            judge(talk, job, "find", error)
        return
    went_well(talk)
    for job in jobs:
        _recognised(talk, job, key, found.matches.get(job.natural_key, ()))


def _recognised(talk: Talk, job: Job, key: str, matches: tuple[Match, ...]) -> None:
    if len(matches) > 1 and job.resource not in PAPERS:
        numbers = ", ".join(match.number or match.id for match in matches[:5])
        judge(talk, job, "find", ConflictError(
            f"{len(matches)} {job.resource.replace('_', ' ')} records in {talk.target_title} have {key.replace('_', ' ')} "
            f"{job.natural_key}: {numbers}. Choose which one it is.",
            cause=f"match.several.{job.resource}", key=job.natural_key,
        ))  # fmt: skip
    elif matches:
        job.target_id, job.number, job.current = matches[0].id, matches[0].number, matches[0].data
    elif job.in_doubt is not None:
        _wait_for_late_answer(talk, job, job.in_doubt)


def _wait_for_late_answer(talk: Talk, job: Job, delivery: Delivery) -> None:
    age = utcnow() - delivery.sent_at
    settle = timedelta(seconds=talk.policy.settle_seconds)
    if age < settle:
        left = (settle - age).total_seconds()
        error = TransientError(
            f"It is not sure whether {job.label} arrived in {talk.target_title}: the line broke after sending.",
            resolution="Koppel looks it up first and never sends it twice. You need do nothing.",
            cause="in_doubt",
            retry_after=left,
        )
        lost, talk.lost_answers = talk.lost_answers, 0  # waiting is no new trouble of the other side
        judge(talk, job, "find", error)
        talk.lost_answers = lost
