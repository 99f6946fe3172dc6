"""Take back a paper that is no longer right, and write the order anew: a credit note and a paper of its own, each once."""

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


def book_anew(talk: Talk, orders: Sequence[Job], bring: Bring) -> None:
    """Credit the paper of each of these orders and, unless it was cancelled, write it anew. `bring` delivers jobs
    of one resource.

    Keys count the times an order was booked anew, so that a run that was broken off goes on where it was."""
    pairs = [(order, *_pair(talk, order)) for order in orders]
    bring(talk, [credit for _, credit, _ in pairs])
    bring(talk, [paper for _, credit, paper in pairs if paper is not None and credit.outcome])
    for order, credit, paper in pairs:
        _settle(talk, order, credit, paper)


def _pair(talk: Talk, order: Job) -> tuple[Job, Job | None]:
    before, now = order.replaces, order.document
    assert before is not None
    assert isinstance(now, SalesOrder)
    count = _times(talk, order) + 1
    values = {name: getattr(before, name) for name in SalesOrder.model_fields}
    values |= {"reference": f"{before.reference}-R{count}", "ordered_at": utcnow(), "cancelled": False}
    note = CreditNote(**values, order_reference=before.reference, order_source_id=order.source_key, reason="Cancelled" if now.cancelled else "Changed")
    credit = Job(credit_of(talk, order.resource), note, f"{order.source_key}:credit-{count}", order.incoming)
    if now.cancelled:
        return credit, None
    paper = now.model_copy(update={"reference": f"{now.reference}-{count + 1}"}, deep=True)
    return credit, Job(order.resource, paper, f"{order.source_key}:anew-{count}", order.incoming, stands_for=order.source_key)


def _times(talk: Talk, order: Job) -> int:
    """How often it was booked anew."""
    query = sa.select(sa.func.count()).where(
        Link.source_id == talk.source_id, Link.target_id == talk.target_id, Link.resource == order.resource,
        Link.source_key.startswith(f"{order.source_key}:anew-", autoescape=True),
    )  # fmt: skip
    with talk.site.db.read() as session:
        return session.scalar(query) or 0


def _settle(talk: Talk, order: Job, credit: Job, paper: Job | None) -> None:
    """The order has the fate of its papers; while one of them is under way it stays open."""
    failed = next((job for job in (credit, paper) if job is not None and job.verdict is not None), None)
    if failed is not None:
        order.verdict, order.error = failed.verdict, failed.error
    elif credit.outcome and (paper is None or paper.outcome):
        text = f"Credited as {credit.number or credit.target_id}"
        text += f" and booked anew as {paper.number or paper.target_id}." if paper is not None else ", since it was cancelled."
        talk.log.add("updated", text, order)
        order.done("updated", text)
