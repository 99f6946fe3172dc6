"""A credit note belongs to the paper that its order is in the target, and follows it when that is booked later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.documents import CREDITS, PAPERS, CreditNote
from koppel.errors import RecordError
from koppel.records import Verdict
from koppel.runner.asbooked import booked_currencies, other_currency
from koppel.runner.days import PART
from koppel.runner.job import Job
from koppel.runner.judge import judged
from koppel.runner.talk import Talk
from koppel.store.models import Flow, Incoming, Link

CREDIT = "credit_note"


def find_credited(talk: Talk, jobs: Sequence[Job]) -> None:
    """Give every credit note the number of the paper it takes back from; one of an order that was never booked is
    left out, since there is nothing to credit. Where the source names no order nothing is asked."""
    notes = {id(job): job.document for job in jobs if isinstance(job.document, CreditNote)}
    if not notes:
        return
    booked = _booked(talk, {note.order_source_id for note in notes.values()} - {""})
    currencies = booked_currencies(talk, booked.keys())
    for job in jobs:
        note = notes.get(id(job))
        if note is None or not note.order_source_id:
            continue
        if note.order_source_id not in booked:
            _leave_out(talk, job, note)
            continue
        note.invoice_number = booked[note.order_source_id]
        currency = currencies.get(note.order_source_id, note.currency)
        if currency != note.currency:
            with judged(talk, job, "find"):
                raise other_currency(talk, note.label, note.currency, note.order_reference, currency)


def wake_credits(talk: Talk, session: so.Session, job: Job) -> None:
    """A paper was booked: its credit notes and payments that were left out for want of it are looked at again."""
    if job.resource not in PAPERS and job.resource != PART:
        return
    flows = sa.select(Flow.id).where(
        Flow.source_id == talk.source_id, Flow.target_id == talk.target_id, Flow.resource.in_((CREDIT, "payment"))
    )
    causes = [cause_of(what, job.source_key) for what in ("credit", "payment")]
    left_out = sa.update(Incoming).where(
        Incoming.state == "skipped", Incoming.cause.in_(causes), Incoming.flow_id.in_(flows)
    )
    session.execute(left_out.values(state="new", cause="", attempts=0))


def _booked(talk: Talk, orders: set[str]) -> Mapping[str, str]:
    """The number in the target of each of these orders, whatever paper it was written as."""
    query = sa.select(Link.source_key, Link.number).where(
        Link.source_id == talk.source_id, Link.target_id == talk.target_id,
        Link.resource.in_(PAPERS.keys() - set(CREDITS) | {PART}), Link.source_key.in_(list(orders)),
        sa.or_(Link.resource != PART, Link.target_key != Link.label),
    )  # fmt: skip
    with talk.site.db.read() as session:
        return {row.source_key: row.number for row in session.execute(query)}


def _leave_out(talk: Talk, job: Job, note: CreditNote) -> None:
    order = note.order_reference or note.order_source_id
    why = f"The order {order} was never booked in {talk.target_title}, so there is nothing to credit."
    job.verdict = Verdict.skip(why, "When the order is booked after all, this credit note follows by itself.")
    job.error = RecordError(why, cause=cause_of("credit", note.order_source_id))


def cause_of(what: str, paper: str) -> str:
    """Why a credit or a payment is left out: for want of this paper, by its id in the source."""
    return f"{what}.no_order:{paper}"[:255]
