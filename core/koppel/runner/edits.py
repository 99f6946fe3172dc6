"""An order that changed after it was booked: left as it is, changed over there, credited and booked anew, or put
before a person with what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from koppel.documents import CREDITS, PAPERS, SalesOrder
from koppel.errors import ConflictError
from koppel.finance.changes import Change, changes
from koppel.runner.anew import creditable
from koppel.runner.days import PART
from koppel.runner.gate import HELD
from koppel.runner.history import histories, read_earlier
from koppel.runner.job import Job
from koppel.runner.judge import judged
from koppel.runner.swapped import DIFFERS, EDITED
from koppel.runner.talk import Talk
from koppel.store.models import Flow, Link

DECISIONS: Mapping[str, tuple[str, ...]] = {
    "order.edited": ("update", "rebook", "keep"),
    "order.cancelled": ("credit", "cancel", "keep"),
    HELD: ("approve",),
    "order.part": ("keep",),
    EDITED: ("rebook", "keep"),
    DIFFERS: ("approve",),
    "payment.there": ("booked", "book"),
}
"""What a person can decide about a record that waits, by its cause."""
ORDERS = PAPERS.keys() - set(CREDITS)


def look_again(talk: Talk, jobs: Sequence[Job]) -> None:
    """Compare orders that are booked with what they were when they were sent, and do as the flow's settings, or a
    person, say about the difference. An order that says the same in what matters goes on as before."""
    orders = [job for job in jobs if job.open and job.resource in ORDERS and job.incoming is not None and job.incoming.id]
    links = _links(talk, orders)
    known = histories(talk, [job for job in orders if job.source_key in links or talk.policy.hold_when])
    for job in orders:
        assert job.incoming is not None
        job.history, link = known.get(job.incoming.id, job.history), links.get(job.source_key)
        job.booked = link is not None
        version = job.history.versions.get("")
        if link is None or version is None:
            continue
        with judged(talk, job, "map"):
            before = read_earlier(talk, job, version)
            assert isinstance(job.document, SalesOrder)
            found = changes(before, job.document)
            if found:
                _answer(talk, job, link, before, found)


def _answer(talk: Talk, job: Job, link: Link, before: SalesOrder, found: Sequence[Change]) -> None:
    cancelled = isinstance(job.document, SalesOrder) and job.document.cancelled and not before.cancelled
    cause = "order.part" if link.resource == PART else "order.cancelled" if cancelled else "order.edited"
    decided = job.history.decided(cause)
    how = decided or (talk.policy.cancellations if cancelled else talk.policy.edits)
    if not how and cancelled and _credited_elsewhere(talk):
        how = "keep"
    if how == "keep":
        text = f"{job.label} was changed in {talk.source_title}; {link.number or link.target_key} in {talk.target_title} stays as it is."
        talk.log.add("kept", text, job)
        job.done("unchanged", text)
    elif cause == "order.part":  # the paper is of other orders as well
        raise _held(talk, job, link, cause, found)
    elif how == "update" or (cancelled and _cancels(talk, job, link, how, bool(decided))):
        job.amends = True
    elif how in ("rebook", "credit") and _creditable(talk, job):
        job.replaces = before
    else:
        raise _held(talk, job, link, cause, found)


def _creditable(talk: Talk, job: Job) -> bool:
    """Whether its paper can be taken back; not of a cancelled order of which a part was exchanged, and so credited, before."""
    assert isinstance(job.document, SalesOrder)
    if job.document.cancelled and any(one.complete for one in job.document.exchanges):
        return False
    return creditable(talk)


def _cancels(talk: Talk, job: Job, link: Link, how: str, decided: bool) -> bool:
    """Whether the order is to be cancelled there too; one that Koppel did not write there only when that was chosen."""
    resource = talk.target_manifest.resource(job.resource)
    ours = link.made or decided or how == "cancel_all"
    return how in ("cancel", "cancel_all") and ours and resource is not None and resource.cancels


def _held(talk: Talk, job: Job, link: Link, cause: str, found: Sequence[Change]) -> ConflictError:
    there = f"it was booked in {talk.target_title} as {link.number or link.target_key}"
    if isinstance(job.document, SalesOrder) and job.document.cancelled:
        text, way = f"{job.label} was cancelled in {talk.source_title} after {there}.", "Credit it"
    else:
        first = f"{found[0].what} {found[0].before or 'nothing'} → {found[0].after or 'nothing'}"
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        text, way = f"{job.label} was changed in {talk.source_title} after {there}: {first}{more}.", "Change it there, credit it and book it anew"
    if job.resource == "sales_order":
        cancels = talk.target_resource(job.resource).cancels
        cancel = "Cancel it there as well" if cancels else f"Close it in {talk.target_title} yourself"
        way = cancel if cause == "order.cancelled" else "Change it there"
    if cause == "order.part":
        way = f"Book the difference by hand in {talk.target_title}"
    return ConflictError(
        text, resolution=f"{way}, or leave it as it was booked.", cause=cause,
        changes=[[one.what, one.before, one.after] for one in found],
    )  # fmt: skip


def _credited_elsewhere(talk: Talk) -> bool:
    """Whether what was given back of a cancelled order becomes a credit note by a flow of its own."""
    query = sa.select(Flow.id).where(
        Flow.source_id == talk.source_id, Flow.target_id == talk.target_id, Flow.resource.in_(CREDITS), Flow.paused.is_(False)
    )
    with talk.site.db.read() as session:
        return session.scalar(query.limit(1)) is not None


def _links(talk: Talk, jobs: Sequence[Job]) -> dict[str, Link]:
    query = sa.select(Link).where(
        Link.source_id == talk.source_id, Link.target_id == talk.target_id, Link.resource.in_((talk.flow.paper, PART)),
        Link.source_key.in_([job.source_key for job in jobs]), sa.or_(Link.resource != PART, Link.target_key != Link.label),
    )  # fmt: skip
    with talk.site.db.read() as session:
        return {link.source_key: link for link in session.scalars(query)}
