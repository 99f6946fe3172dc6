"""Customers that are not there yet: is it really nobody that is known, and which number do they get?"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from koppel.documents import Party
from koppel.runner.doubles import HELD, TWIN, hold_doubles
from koppel.runner.job import Job
from koppel.runner.numbers import FULL, give_numbers
from koppel.runner.talk import Talk
from koppel.store.models import PairDecision

QUESTIONS = (HELD, TWIN, FULL)
"""Causes by which a customer waits, rather than that something went wrong."""


def greet(talk: Talk, jobs: Sequence[Job]) -> None:
    """Of customers that were looked for: those that a person linked keep the data that they have over there, and the new
    ones are held when they look like somebody who is there, else numbered."""
    _leave_linked(talk, [job for job in jobs if job.open and job.target_id])
    new = [job for job in jobs if job.open and not job.target_id]
    if not talk.preview:
        hold_doubles(talk, [job for job in new if job.in_doubt is None])
    give_numbers(talk, [job for job in new if job.open])


def _leave_linked(talk: Talk, jobs: Sequence[Job]) -> None:
    """What one buyer wrote must not replace the data of a debtor that he was only said to belong to."""
    mine = (PairDecision.target_id == talk.target_id, PairDecision.source_id == talk.source_id, PairDecision.decision == "same")
    with talk.site.db.read() as session:
        query = sa.select(PairDecision.source_key, PairDecision.target_key).where(
            *mine, PairDecision.source_key.in_([job.source_key for job in jobs])
        )
        linked = {(row.source_key, row.target_key) for row in session.execute(query)} if jobs else set()
    for job in jobs:
        if (job.source_key, job.target_id) in linked:
            assert isinstance(job.document, Party)
            job.done("unchanged", f"{job.label} was linked to {job.number or job.target_id} by hand; its data there stay.")
