"""Stock of several warehouses: which locations of the target each counts for, and the sum that each location gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import sqlalchemy as sa

from koppel.documents import StockLevel
from koppel.documents.base import Document
from koppel.mapping import Tables
from koppel.rulebook import tables_of
from koppel.runner.gate import why_not
from koppel.runner.job import Job
from koppel.runner.reading import jobs_of
from koppel.runner.talk import Talk
from koppel.store.models import Incoming

TABLE = "location"
_ASKED_AT_ONCE = 400


def spread(talk: Talk, jobs: Sequence[Job]) -> list[Job]:
    """One job per article and location of the target, with the sum of all warehouses that count for it.

    Without rows in the table of stock locations the jobs stay as they are. A warehouse may count for several locations
    and several for one; what the others hold is taken from the inbox, so a change in one is enough."""
    if talk.flow.resource != "stock" or not _has_rows(_tables(talk)):
        return list(jobs)
    counted = [job for job in jobs if job.open and isinstance(job.document, StockLevel) and job.document.sku]
    beside = _beside(talk, counted)
    made: dict[str, Job] = {}
    left = [job for job in jobs if job not in counted]
    for job in counted:
        before = len(made)
        why = _count(talk, job, beside, made)
        if len(made) == before:
            job.done("skipped" if why else "unchanged", why or f"{job.label} is counted together with its other warehouses.")
            left.append(job)
    return [*left, *made.values()]


def _count(talk: Talk, job: Job, beside: Mapping[str, Sequence[Job]], made: dict[str, Job]) -> str:
    """Add the jobs of the locations that this one counts for; gives why there are none."""
    assert isinstance(job.document, StockLevel)
    if why := why_not(talk.policy, talk.source_title, job.document):
        return f"{job.label} {why}."
    places = _tables(talk).every(TABLE, location=job.document.location)
    for place in places:
        key = f"{job.document.sku[:120]}@{place}"
        if key not in made:
            made[key] = _sum(talk, job, place, key, beside[_label(job)])
    where = job.document.location or "all of it"
    return "" if places else f"{job.label}: no stock location in {talk.target_title} takes the stock of {where}."


def _sum(talk: Talk, job: Job, place: str, key: str, beside: Sequence[Job]) -> Job:
    """What this location gets: the sum of every warehouse that counts for it. One of them that cannot be read keeps it
    waiting, for then the sum is not known."""
    assert isinstance(job.document, StockLevel)
    broken = next((one for one in beside if one.verdict is not None), None)
    kept = [one.document for one in beside if isinstance(one.document, StockLevel) and _counts(talk, one.document, job.document, place)]
    total = sum((one.quantity for one in kept), Decimal(0))
    document = job.document.model_copy(update={"quantity": total, "place": place, "source_id": key})
    job = Job(job.resource, document, key, job.incoming)
    if broken is not None:
        job.verdict, job.error = broken.verdict, broken.error
    return job


def _counts(talk: Talk, one: StockLevel, article: Document, place: str) -> bool:
    same = one.key("sku").casefold() == article.key("sku").casefold()
    return same and place in _tables(talk).every(TABLE, location=one.location) and not why_not(talk.policy, talk.source_title, one)


def _beside(talk: Talk, jobs: Sequence[Job]) -> dict[str, list[Job]]:
    """What the inbox holds of the same articles in every warehouse, these ones as they are now, by label."""
    mine = {job.source_key: job for job in jobs}
    found: dict[str, list[Job]] = {}
    for job in jobs:
        found.setdefault(_label(job), []).append(job)
    labels = sorted(found)
    for start in range(0, len(labels), _ASKED_AT_ONCE):
        part = labels[start : start + _ASKED_AT_ONCE]
        query = sa.select(Incoming).where(Incoming.flow_id == talk.flow.id, Incoming.label.in_(part))
        with talk.site.db.read() as session:
            rows = [row for row in session.scalars(query) if row.external_id not in mine]
        for row in rows:
            found[row.label] += jobs_of(talk, row)
    return found


def _label(job: Job) -> str:
    return job.incoming.label if job.incoming is not None else job.label


def _tables(talk: Talk) -> Tables:
    if talk.tables is None:
        with talk.site.db.read() as session:
            talk.tables = tables_of(session, talk.target_id, talk.flow.id)
    return talk.tables


def _has_rows(tables: Tables) -> bool:
    return any(one.table == TABLE for one in tables.entries)
