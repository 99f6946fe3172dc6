"""Take a handful of records through map, find, upsert and link, and write down what became of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from koppel.documents import DOCUMENTS, PAPERS, Afterwards, Product, SalesOrder, Variant
from koppel.documents.base import read_document
from koppel.errors import RecordError
from koppel.records import MapStep
from koppel.runner.afterwards import find_orders
from koppel.runner.balance import balance
from koppel.runner.customers import bring_customers, whole_party
from koppel.runner.deliver import draft, send
from koppel.runner.enrich import find_articles
from koppel.runner.job import OUTCOMES, Job
from koppel.runner.judge import judge, judged, write_verdict
from koppel.runner.recognise import recognise
from koppel.runner.talk import Plan, Talk
from koppel.store.models import Incoming


def work(talk: Talk, rows: Sequence[Incoming]) -> None:
    """Deliver these inbox rows. Whatever happens, what became of each is written before this returns."""
    jobs: list[Job] = []
    try:
        for row in rows:
            jobs.extend(_read(talk, row))
        _carry(talk, jobs)
    finally:
        _settle(talk, jobs)


def _carry(talk: Talk, jobs: Sequence[Job]) -> None:
    resource = talk.target_resource(talk.flow.paper)
    if issubclass(DOCUMENTS[talk.flow.resource], Afterwards):
        find_orders(talk, [job for job in jobs if job.open])
    recognise(talk, jobs, talk.policy.key_for(resource), talk.policy.match_field)
    for job in jobs:
        if job.open:
            _decide(talk, job)
    if talk.flow.paper in PAPERS:
        balance(talk, [job for job in jobs if job.open], resource)
        find_articles(talk, [job for job in jobs if job.open], resource)
        bring_customers(talk, [job for job in jobs if job.open])
    for job in jobs:
        if job.open:
            with judged(talk, job, "map"):
                draft(talk, job)
    send(talk, jobs)


def _read(talk: Talk, row: Incoming) -> list[Job]:
    """The document of one row; several where the target has no variants. A failure is a job with a verdict."""
    kind = DOCUMENTS[talk.flow.resource]
    empty = Job(talk.flow.resource, kind.model_construct(source_id=row.external_id), row.external_id, row)
    try:
        step = MapStep(talk.flow.name, talk.source.system, talk.flow.resource, "inbound", row.payload)
        fields = dict(talk.source.map(step).fields)
        document = read_document(kind, {**fields, "source_id": row.external_id})
    except Exception as error:  # judged where it happened: in the source
        judge(talk, empty, "read", error)
        return [empty]
    if isinstance(document, SalesOrder):
        return [_released(talk, Job(talk.flow.paper, document, row.external_id, row))]
    if isinstance(document, Product) and document.variants and not talk.target_resource("product").variants:
        return [Job("product", one, one.source_id, row) for one in _apart(document)]
    job = Job(talk.flow.resource, document, row.external_id, row)
    if talk.flow.resource == "customer":
        whole_party(document)  # type: ignore[arg-type]
    return [job]


def _released(talk: Talk, job: Job) -> Job:
    order, release = job.document, talk.policy.release
    assert isinstance(order, SalesOrder)
    if order.cancelled:
        job.done("skipped", f"{job.label} was cancelled in {talk.source_title}.")
    elif release and order.financial_status not in release:
        wanted = " or ".join(release)
        job.done(
            "skipped", f"{job.label} is {order.financial_status or 'without status'}; it is sent once it is {wanted}."
        )
    return job


def _apart(product: Product) -> list[Product]:
    return [_as_article(product, variant) for variant in product.variants]


def _as_article(product: Product, variant: Variant) -> Product:
    name = f"{product.name} {variant.title}".strip() if variant.title else product.name
    changed: dict[str, Any] = {
        "kind": "variant", "name": name, "variants": [], "sku": variant.sku, "ean": variant.ean or "",
        "source_id": variant.source_id or f"{product.source_id}:{variant.sku}",
        "price_incl": variant.price_incl, "price_excl": variant.price_excl, "attributes": dict(variant.attributes),
    }  # fmt: skip
    return product.model_copy(update=changed)


def _decide(talk: Talk, job: Job) -> None:
    """What the flow's settings say about a record that is there, or is not."""
    if not job.target_id:
        _decide_missing(talk, job)
    elif job.resource in PAPERS and job.in_doubt is not None:
        job.done("created", f"It had arrived after all, as {job.number or job.target_id}.")
    elif not talk.policy.updates(job.resource) and job.in_doubt is None:
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
            if row is not None and not any(job.open for job in group):
                talk.counts.add(_settle_row(talk, row, group))
                row.run_id = talk.log.run_id
        talk.log.flush(session)
    talk.progress(talk.counts)


def _settle_row(talk: Talk, row: Incoming, group: Sequence[Job]) -> str:
    failed = [job for job in group if job.verdict is not None]
    if failed:
        counted = write_verdict(row, failed[0])
        if len(group) > 1:
            row.reason = f"{len(failed)} of {len(group)}: {row.reason}"
        talk.log.add(row.state, row.reason, failed[0])
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
        if job.verdict is not None:
            kind: str = "retried" if job.verdict.kind == "retry" else "parked"
            talk.plans.append(Plan(job.label, job.resource, kind, job.verdict.reason))
            talk.counts.add(kind)
        elif job.outcome:
            if job.why != "would be":
                talk.plans.append(Plan(job.label, job.resource, job.outcome, job.why))
            talk.counts.add(job.outcome)
        talk.counts.seen += 1
