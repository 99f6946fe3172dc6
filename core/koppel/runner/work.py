"""Take a handful of records through map, find, upsert and link, and write down what became of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from koppel.documents import DOCUMENTS, PAPERS, Afterwards, SalesOrder
from koppel.errors import RecordError
from koppel.manifest import Resource
from koppel.runner.afterwards import find_orders
from koppel.runner.anew import book_anew
from koppel.runner.balance import balance
from koppel.runner.credits import find_credited
from koppel.runner.customers import bring_customers, wait_for_customers
from koppel.runner.dates import date_papers
from koppel.runner.days import keep_for_day, waits_its_turn
from koppel.runner.deliver import draft, send
from koppel.runner.edits import look_again
from koppel.runner.enrich import find_articles
from koppel.runner.exchanges import awaits_exchanges, book_exchanges
from koppel.runner.forms import choose_forms, name_lines
from koppel.runner.gate import let_through
from koppel.runner.job import OUTCOMES, Job
from koppel.runner.judge import judge, judged, write_verdict
from koppel.runner.lacking import lacking
from koppel.runner.lines import arrange_lines
from koppel.runner.newcomers import greet
from koppel.runner.payments import books_payments, find_open_items, find_papers
from koppel.runner.places import spread
from koppel.runner.reading import jobs_of
from koppel.runner.recognise import recognise
from koppel.runner.talk import WOULD_BE, Plan, Talk
from koppel.store.models import Incoming


def work(talk: Talk, rows: Sequence[Incoming]) -> None:
    """Deliver these inbox rows. Whatever happens, what became of each is written before this returns."""
    jobs: list[Job] = []
    try:
        for row in rows:
            jobs.extend(jobs_of(talk, row))
        jobs = spread(talk, jobs)
        _carry(talk, jobs)
    finally:
        _settle(talk, jobs)


def _carry(talk: Talk, jobs: list[Job]) -> None:
    if not talk.preview:
        look_again(talk, jobs)
    let_through(talk, [job for job in jobs if job.open and not (job.amends or job.replaces)])
    if books_payments(talk):
        find_papers(talk, [job for job in jobs if job.open])
    elif issubclass(DOCUMENTS[talk.flow.resource], Afterwards):
        find_orders(talk, [job for job in jobs if job.open])
    book_anew(talk, [job for job in jobs if job.open and job.replaces], _bring)
    _bring(talk, [job for job in jobs if not job.replaces])
    book_exchanges(talk, jobs, _bring)


def _bring(talk: Talk, jobs: Sequence[Job]) -> None:
    """Deliver jobs of one resource: look for them over there, complete, map and send them."""
    if not jobs:
        return
    resource = talk.target_resource(jobs[0].resource)
    find_credited(talk, [job for job in jobs if job.open])
    finish(talk, jobs, resource, find_open_items if books_payments(talk) else keep_for_day)


def finish(
    talk: Talk, jobs: Sequence[Job], resource: Resource, check: Callable[[Talk, Sequence[Job]], None] = lambda *_: None
) -> None:
    """Recognise, complete, map and send these papers; `check` sees them between recognising and completing."""
    if not talk.preview:
        recognise(talk, jobs, talk.policy.key_for(resource), talk.policy.match_field)
    check(talk, [job for job in jobs if job.open])
    for job in jobs:
        if job.open:
            _decide(talk, job)
    if resource.name == "customer":
        greet(talk, jobs)
    if resource.name in PAPERS:
        _complete(talk, jobs, resource)
    for job in jobs:
        if job.open:
            with judged(talk, job, "map"):
                draft(talk, job)
    if talk.dry_run:
        wait_for_customers(jobs)
    send(talk, jobs)


def _complete(talk: Talk, jobs: Sequence[Job], resource: Resource) -> None:
    """Add to these orders what the target needs and the source does not know; what cannot be right waits."""

    def still_open() -> list[Job]:
        return [job for job in jobs if job.open]

    date_papers(talk, still_open())
    arrange_lines(talk, still_open(), resource)
    choose_forms(talk, still_open(), resource)
    balance(talk, still_open(), resource)
    name_lines(talk, still_open(), resource)
    find_articles(talk, still_open(), resource)
    bring_customers(talk, still_open())


def _decide(talk: Talk, job: Job) -> None:
    """What the flow's settings say about a record that is there, or is not."""
    if not job.target_id:
        _decide_missing(talk, job)
    elif job.in_doubt is not None and (job.resource in PAPERS or books_payments(talk)):
        job.done("created", f"It had arrived after all, as {job.number or job.target_id}.")
        talk.log.add("created", job.why, job)
    elif not talk.policy.updates(job.resource) and job.in_doubt is None and not job.amends:
        outcome = "skipped" if job.resource in PAPERS and job.link is None else "unchanged"
        job.done(outcome, f"{job.label} is in {talk.target_title} already, as {job.number or job.target_id}.")


def _decide_missing(talk: Talk, job: Job) -> None:
    what = talk.policy.missing(job.resource)
    if what == "skip":
        job.done("skipped", f"{job.label} is not in {talk.target_title}.")
    elif what == "park":
        judge(
            talk,
            job,
            "find",
            RecordError(f"{job.label} is not in {talk.target_title}.", cause=f"missing.{job.resource}"),
        )


def _settle(talk: Talk, jobs: Sequence[Job]) -> None:
    """Write down what became of each row; jobs the run did not get to leave their row as it is."""
    by_row: dict[int, list[Job]] = defaultdict(list)
    for job in jobs:
        by_row[id(job.incoming)].append(job)
    if talk.dry_run:
        for group in by_row.values():
            _settle_plan(talk, group)
        talk.log.forget()
        return
    with talk.site.db.write() as session:
        for group in by_row.values():
            row = session.get(Incoming, group[0].incoming.id) if group[0].incoming else None
            if row is not None and not any(job.open or awaits_exchanges(job) for job in group):
                talk.counts.add(_settle_row(talk, row, group))
                row.run_id = talk.log.run_id
        talk.log.flush(session)
    talk.progress(talk.counts)


def _settle_row(talk: Talk, row: Incoming, group: Sequence[Job]) -> str:
    failed = [job for job in group if job.verdict is not None]
    if failed:
        counted = write_verdict(row, failed[0])
        if len(group) > 1 and len({job.resource for job in group}) == 1 and not isinstance(group[0].document, SalesOrder):
            row.reason = f"{len(failed)} of {len(group)}: {row.reason}"
        talk.log.add(row.state, row.reason, failed[0])
        if counted == "retried" and not waits_its_turn(failed[0]):
            talk.later = failed[0]
        return counted
    outcome = next(one for one in OUTCOMES if any(job.outcome == one for job in group))
    job = next(job for job in group if job.outcome == outcome)
    row.state = "skipped" if outcome == "skipped" else "done"
    row.outcome, row.reason, row.resolution, row.cause, row.due_at = outcome, job.why, "", "", None
    if outcome in ("skipped", "unchanged"):
        talk.log.add(outcome, job.why, job)
    return outcome


def _settle_plan(talk: Talk, group: Sequence[Job]) -> None:
    for job in group:
        plan = plan_of(talk, job)
        if plan is not None:
            talk.plans.append(plan)
        if job.verdict is not None or job.outcome:
            talk.counts.add(_counted(job))
        talk.counts.seen += 1


def plan_of(talk: Talk, job: Job) -> Plan | None:
    """What a dry run tells of a paper that is left out, or waits; None where it told what would be written."""
    paper = job.document if isinstance(job.document, SalesOrder) else None
    told: dict[str, Any] = {"day": paper.day, "total": paper.total, "currency": paper.currency, "orders": job.orders} if paper else {}
    if job.verdict is None:
        return Plan(job.label, job.resource, job.outcome, job.why, **told) if job.outcome and job.why != WOULD_BE else None
    kind, why, way = _counted(job), job.verdict.reason, job.verdict.resolution
    lacks = lacking(talk, job) if talk.preview and paper and kind != "skipped" else ()
    return Plan(job.label, job.resource, kind, why, resolution=way, error=job.error, lacks=lacks, **told)


def _counted(job: Job) -> str:
    if job.verdict is None:
        return job.outcome
    return {"retry": "retried", "skip": "skipped"}.get(job.verdict.kind, "parked")
