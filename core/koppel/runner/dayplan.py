"""What a dry run tells of papers per day: put together by the same steps as in a real run, and never kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from koppel.runner.daybook import DayPaper, apart, begun, due, job_of, next_key, reference, refuse_strangers
from koppel.runner.days import per_day
from koppel.runner.job import Job
from koppel.runner.lines import arrange_lines
from koppel.runner.talk import Talk
from koppel.runner.work import finish, plan_of


def plan_days(talk: Talk) -> None:
    """Tell the papers that would be written of the days that are over; a preview those of all orders that it read."""
    if not per_day(talk) or talk.asked_for or talk.stop.is_set():
        return
    arrange_lines(talk, talk.gathered, talk.target_resource(talk.flow.paper))
    _leave_out_wrong(talk)
    for paper in _papers(talk):
        if any(not part.open and part not in talk.gathered for part in paper.parts):
            _tell(talk, paper.parts)
            continue
        job = job_of(talk, paper)
        finish(talk, [job], talk.target_resource(talk.flow.paper), check=refuse_strangers)
        plan = plan_of(talk, job)
        if plan is not None:
            talk.plans.append(plan)
        _count(talk, paper, plan is None)
    talk.log.forget()


def _leave_out_wrong(talk: Talk) -> None:
    """An order that cannot be on any paper is told by itself."""
    for job in [job for job in talk.gathered if job.verdict is not None]:
        talk.gathered.remove(job)
        talk.counts.created -= 1
        talk.counts.parked += 1
        plan = plan_of(talk, job)
        if plan is not None:
            talk.plans.append(plan)


def _tell(talk: Talk, jobs: Sequence[Job]) -> None:
    """Orders that waited since an earlier run, and can be on no paper."""
    for job in jobs:
        plan = plan_of(talk, job)
        if plan is not None:
            talk.plans.append(plan)
        talk.counts.parked += 1


def _papers(talk: Talk) -> Iterator[DayPaper]:
    if not talk.preview:
        yield from begun(talk)
    waited = [] if talk.preview else due(talk)
    _tell(talk, [job for job in waited if not job.open])
    jobs, keys = {job.source_key: job for job in [job for job in waited if job.open] + talk.gathered}, set[str]()
    for parts in apart(talk, jobs.values()):
        with talk.site.db.read() as session:
            key = next_key(talk, session, parts, keys)
        keys.add(key)
        yield DayPaper(key, reference(talk, key), parts)


def _count(talk: Talk, paper: DayPaper, fine: bool) -> None:
    """Orders that were read were counted as made; those that waited since an earlier run were not."""
    read = sum(part in talk.gathered for part in paper.parts)
    talk.counts.created += len(paper.parts) - read if fine else -read
    talk.counts.parked += 0 if fine else len(paper.parts)
