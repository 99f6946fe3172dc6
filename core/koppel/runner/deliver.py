"""Send what has to be sent: the intent is committed before the call, the link right after it."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.documents import SalesOrder
from koppel.documents.money import round_money
from koppel.errors import ConflictError, LeftOut, PluginError
from koppel.records import Action, Batch, Draft, Fields, MapStep, Receipt, Verdict, Write
from koppel.runner.booked import booking_of
from koppel.runner.compare import differences
from koppel.runner.credits import wake_credits
from koppel.runner.echo import delivery_key
from koppel.runner.job import Job, fingerprint
from koppel.runner.judge import judge, went_well
from koppel.runner.kept import without_kept
from koppel.runner.talk import WOULD_BE, Plan, Talk
from koppel.runner.view import target_view
from koppel.store.models import Delivery, Link, utcnow


def as_drafted(talk: Talk, job: Job) -> Draft:
    """What the document becomes over there; sets `action` and `view`."""
    job.action = "update" if job.target_id else "create"
    resource = talk.target_resource(job.resource)
    job.view = target_view(job.document, talk.target_settings, resource, talk.policy.oss_since)
    return _map(talk, job, job.view, job.action)


def draft(talk: Talk, job: Job) -> None:
    """Map the document to the target's record, and finish the job where nothing has to be sent."""
    job.draft = as_drafted(talk, job)
    again = job.draft if job.action == "update" else _map(talk, job, job.view, "update")
    job.print = fingerprint(dict(again.fields))
    for warning in job.draft.warnings:
        talk.log.add("warning", warning, job)
    if not job.target_id:
        return
    if job.link is not None and job.link.draft_print == job.print:
        job.done("unchanged", "Nothing changed since it was last sent.")
    elif job.current is not None and not differences(job.draft.fields, job.current):
        job.done("unchanged", f"{talk.target_title} has the same already.")


def _map(talk: Talk, job: Job, view: Fields, action: Action) -> Draft:
    made = talk.target.map(MapStep(talk.flow.name, talk.target.system, job.resource, "outbound", view, action))
    return without_kept(made, talk.kept.get(job.resource, ())) if action == "update" else made


def send(talk: Talk, jobs: Sequence[Job]) -> None:
    """Write the open jobs, in batches as large as the target takes; finished ones only get their link."""
    _keep_links(talk, [job for job in jobs if job.outcome and job.target_id])
    waiting = [job for job in jobs if job.open]
    if not waiting:
        return
    if talk.dry_run:
        for job in waiting:
            _plan(talk, job)
        return
    size = max(1, talk.target_resource(waiting[0].resource).batch_size)
    for start in range(0, len(waiting), size):
        if talk.stop.is_set():
            return
        _send_batch(talk, waiting[start : start + size])


def _send_batch(talk: Talk, jobs: Sequence[Job]) -> None:
    talk.renew()
    with talk.site.db.write() as session:
        for job in jobs:
            _intend(talk, session, job)
        talk.log.flush(session)
    batch = Batch(jobs[0].resource, tuple(_write_of(talk, job) for job in jobs))
    try:
        receipts = {receipt.key: receipt for receipt in talk.target.upsert(batch).items}
    except Exception as error:  # the fate of each is unknown: their intents stay, and are looked up first
        for job in jobs:
            talk.log.add("lost", f"No answer from {talk.target_title}: {error}", job, {"out": _out(job)})
            judge(talk, job, "upsert", error)
        return
    with talk.site.db.write() as session:
        for job in jobs:
            _take_receipt(talk, session, job, receipts[delivery_key(talk, job)])
        talk.log.flush(session)
    for job in jobs:
        if job.error is not None and job.verdict is None:
            judge(talk, job, "upsert", job.error)
        else:
            went_well(talk)


def _intend(talk: Talk, session: so.Session, job: Job) -> None:
    key = delivery_key(talk, job)
    query = sa.select(Delivery).where(
        Delivery.target_id == talk.target_id, Delivery.resource == job.resource, Delivery.key == key
    )
    delivery = session.scalar(query)
    if delivery is None:
        delivery = Delivery(target_id=talk.target_id, resource=job.resource, key=key, attempts=0)
        session.add(delivery)
    job.last, job.serial = dict(delivery.draft) if delivery.state == "delivered" else None, delivery.attempts + 1
    delivery.flow_id, delivery.natural_key = talk.flow.id, job.natural_key[:255]
    delivery.incoming_id = job.incoming.id if job.incoming else None
    delivery.state, delivery.action, delivery.draft = "sending", job.action, _out(job)
    delivery.attempts, delivery.sent_at, delivery.answered_at = delivery.attempts + 1, utcnow(), None


def _take_receipt(talk: Talk, session: so.Session, job: Job, receipt: Receipt) -> None:
    query = sa.select(Delivery).where(
        Delivery.target_id == talk.target_id,
        Delivery.resource == job.resource,
        Delivery.key == delivery_key(talk, job),
    )
    delivery = session.scalars(query).one()
    delivery.answered_at = utcnow()
    data = {"out": _out(job), "answer": dict(receipt.data)}
    if receipt.error is not None:
        delivery.state, delivery.reason = "refused", str(receipt.error)
        job.error = receipt.error
        kept = isinstance(receipt.error, LeftOut)
        talk.log.add("skipped" if kept else "refused", str(receipt.error) if kept else f"{talk.target_title} refused it: {receipt.error}", job, data)
        return
    job.target_id, job.number = receipt.id, receipt.number or job.number
    delivery.state, delivery.external_id, delivery.number = "delivered", receipt.id[:255], receipt.number[:255]
    job.done(receipt.action)
    link_up(talk, session, job)
    verb = {"created": "Made", "updated": "Changed", "unchanged": "Already the same"}[receipt.action]
    talk.log.add(receipt.action, f"{verb} in {talk.target_title}: {job.number or receipt.id}.", job, data)
    _to_the_cent(talk, job, receipt)


def _to_the_cent(talk: Talk, job: Job, receipt: Receipt) -> None:
    document = job.document
    if receipt.total is None or not isinstance(document, SalesOrder):
        return
    ours, theirs = (round_money(amount, document.currency) for amount in (document.total, receipt.total))
    if ours == theirs:
        talk.log.add("checked", f"Equal to the cent: {ours} here, {theirs} there.", job)
        return
    reason = (
        f"{job.label} differs by {abs(ours - theirs)} {document.currency} from {talk.target_title}: "
        f"{ours} in {talk.source_title}, {theirs} there."
    )
    job.error = ConflictError(reason, cause="total.differs")
    job.verdict = Verdict.park(
        reason, f"It was made as {job.number}. Compare both, correct it there, then skip this record."
    )


def link_up(talk: Talk, session: so.Session, job: Job) -> None:
    """Remember for ever that this record here is that record there; news of an order that was booked anew goes to
    the new paper."""
    for key in filter(None, (job.source_key, job.stands_for)):
        _link(talk, session, job, key)


def _link(talk: Talk, session: so.Session, job: Job, key: str) -> None:
    query = sa.select(Link).where(
        Link.source_id == talk.source_id, Link.target_id == talk.target_id,
        Link.resource == job.resource, Link.source_key == key,
    )  # fmt: skip
    link = session.scalar(query)
    if link is None:
        wake_credits(talk, session, job)
        link = Link(source_id=talk.source_id, target_id=talk.target_id, resource=job.resource, source_key=key)
        session.add(link)
    link.target_key, link.label, link.number = job.target_id[:255], job.label[:255], job.number[:255]
    link.draft_print = job.print or link.draft_print or ""
    link.made = bool(link.made) or (job.outcome == "created" and job.action == "create")
    link.updated_at = utcnow()


def _keep_links(talk: Talk, jobs: Sequence[Job]) -> None:
    if talk.dry_run or not jobs:
        return
    with talk.site.db.write() as session:
        for job in jobs:
            link_up(talk, session, job)
            if job.in_doubt is not None:
                _answer_found(session, job)
        talk.log.flush(session)


def _answer_found(session: so.Session, job: Job) -> None:
    assert job.in_doubt is not None
    delivery = session.get(Delivery, job.in_doubt.id)
    if delivery is not None:
        delivery.state, delivery.answered_at = "delivered", utcnow()
        delivery.external_id, delivery.number = job.target_id[:255], job.number[:255]


def _write_of(talk: Talk, job: Job) -> Write:
    if job.draft is None:
        raise PluginError(f"{talk.target_title}: {job.label} was sent before it was mapped.")
    key = delivery_key(talk, job)
    return Write(key, job.draft, job.target_id or None, job.attempt, job.current, job.last, job.serial)


def _plan(talk: Talk, job: Job) -> None:
    assert job.draft is not None
    fields = tuple(differences(job.draft.fields, job.current or {}))
    booking = booking_of(talk, job)
    talk.plans.append(Plan(job.label, job.resource, job.action, job.number, fields, booking=booking, day=booking.day if booking else None, orders=job.orders))
    job.done("created" if job.action == "create" else "updated", WOULD_BE)


def _out(job: Job) -> dict[str, object]:
    return dict(job.draft.fields) if job.draft else {}
