"""Take back a paper that is no longer right, and write it anew: the reverse of it and a paper of its own, each once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sqlalchemy as sa

from koppel.documents import CreditNote, SalesOrder
from koppel.runner.job import Job
from koppel.runner.talk import Talk
from koppel.store.models import Link, utcnow

Bring = Callable[[Talk, Sequence[Job]], None]
_CREDITS = {"sales_entry": "credit_entry", "direct_invoice": "direct_credit"}


def credit_of(talk: Talk, paper: str) -> str:
    """What takes back a paper in this target: the credit of its own kind where there is one."""
    name = _CREDITS.get(paper, "")
    resource = talk.target_manifest.resource(name) if name else None
    return name if resource is not None and resource.writes else "credit_note"


def creditable(talk: Talk) -> bool:
    """Whether papers of this flow can be taken back; an order books nothing, so there is nothing to take back."""
    resource = talk.target_manifest.resource(credit_of(talk, talk.flow.paper))
    return talk.flow.paper != "sales_order" and resource is not None and resource.writes


def book_anew(talk: Talk, papers: Sequence[Job], bring: Bring) -> None:
    """Take back each of these papers, which are of one resource, and write it anew unless it was cancelled: an invoice is credited, a credit
    note invoiced. `bring` delivers jobs of one resource.

    Keys count the times a paper was booked anew, so that a run that was broken off goes on where it was."""
    pairs = [(paper, *_pair(talk, paper)) for paper in papers]
    bring(talk, [back for _, back, _ in pairs])
    bring(talk, [anew for _, back, anew in pairs if anew is not None and back.outcome])
    for paper, back, anew in pairs:
        _settle(talk, paper, back, anew)


def _pair(talk: Talk, paper: Job) -> tuple[Job, Job | None]:
    before, now = paper.replaces, paper.document
    assert before is not None
    assert isinstance(now, SalesOrder)
    count = _times(talk, paper) + 1
    values = {name: getattr(before, name) for name in SalesOrder.model_fields}
    values |= {"reference": f"{before.reference}-R{count}", "ordered_at": utcnow(), "cancelled": False}
    back = _back(talk, paper, values, "Cancelled" if now.cancelled else "Changed")
    taken = Job(back[0], back[1], f"{paper.source_key}:credit-{count}", paper.incoming)
    if now.cancelled:
        return taken, None
    anew = now.model_copy(update={"reference": f"{now.reference}-{count + 1}"}, deep=True)
    return taken, Job(paper.resource, anew, f"{paper.source_key}:anew-{count}", paper.incoming, stands_for=paper.source_key)


def _back(talk: Talk, paper: Job, values: dict[str, object], reason: str) -> tuple[str, SalesOrder]:
    """The resource and the document that take this paper back."""
    before = paper.replaces
    assert before is not None
    if isinstance(before, CreditNote):
        return talk.flow.paper, SalesOrder.model_validate(values)
    note = {"order_reference": before.reference, "order_source_id": paper.source_key, "reason": reason}
    return credit_of(talk, paper.resource), CreditNote.model_validate(values | note)


def _times(talk: Talk, paper: Job) -> int:
    """How often it was booked anew."""
    query = sa.select(sa.func.count()).where(
        Link.source_id == talk.source_id, Link.target_id == talk.target_id, Link.resource == paper.resource,
        Link.source_key.startswith(f"{paper.source_key}:anew-", autoescape=True),
    )  # fmt: skip
    with talk.site.db.read() as session:
        return session.scalar(query) or 0


def _settle(talk: Talk, paper: Job, back: Job, anew: Job | None) -> None:
    """The paper has the fate of what was written for it; while one of these is under way it stays open."""
    failed = next((job for job in (back, anew) if job is not None and job.verdict is not None), None)
    if failed is not None:
        paper.verdict, paper.error = failed.verdict, failed.error
    elif back.outcome and (anew is None or anew.outcome):
        text = f"{'Taken back' if isinstance(paper.document, CreditNote) else 'Credited'} as {back.number or back.target_id}"
        text += f" and booked anew as {anew.number or anew.target_id}." if anew is not None else ", since it was cancelled."
        talk.log.add("updated", text, paper)
        paper.done("updated", text)
