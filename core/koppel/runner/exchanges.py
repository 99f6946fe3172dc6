"""What was exchanged on an order that is in the books: a credit note and a paper of its own, each written once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from koppel.documents import CREDITS, PAPERS, CreditNote, SalesOrder
from koppel.errors import ConflictError
from koppel.finance.changes import Change
from koppel.finance.exchanges import exchanged_off, keys_of, papers_of
from koppel.runner.anew import credit_of
from koppel.runner.job import Job
from koppel.runner.judge import judge
from koppel.runner.talk import Talk

Bring = Callable[[Talk, Sequence[Job]], None]
DIFFERS = "exchange.differs"


@dataclass(frozen=True)
class _Pair:
    order: Job
    credit: Job | None
    sale: Job | None


def book_exchanges(talk: Talk, orders: Sequence[Job], bring: Bring) -> list[Job]:
    """Write the papers of every complete exchange of these orders, the credit note first. Gives the jobs it made.

    Where an order waits its exchanges wait with it. `bring` delivers jobs of one resource."""
    pairs = [pair for order in orders if _is_booked(order) for pair in _pairs(talk, order)]
    credits = [pair.credit for pair in pairs if pair.credit is not None]
    bring(talk, [job for job in credits if job.open])
    sales = [pair.sale for pair in pairs if pair.sale is not None and (pair.credit is None or pair.credit.outcome)]
    bring(talk, [job for job in sales if job.open])
    return [*credits, *sales]


def _is_booked(order: Job) -> bool:
    document = order.document
    return (
        isinstance(document, SalesOrder) and not isinstance(document, CreditNote) and not document.cancelled
        and order.resource in PAPERS.keys() - set(CREDITS)
        and order.verdict is None and order.outcome in ("created", "updated", "unchanged")
    )  # fmt: skip


def _pairs(talk: Talk, order: Job) -> Iterator[_Pair]:
    assert isinstance(order.document, SalesOrder)
    document = order.document
    off = () if order.decision == "approve" else exchanged_off(document)
    for exchange in document.exchanges:
        if not exchange.complete:
            continue
        papers, (back, sent) = papers_of(document, exchange), keys_of(document.source_id, exchange)
        credit = sale = None
        if papers.credit is not None and _counts(talk, papers.credit):
            if talk.dry_run and order.outcome == "created":  # the paper that it belongs to is a plan as well
                papers.credit.order_source_id = ""
            credit = Job(credit_of(talk, order.resource), papers.credit, back, order.incoming, decision=order.decision)
        if papers.sale is not None and _counts(talk, papers.sale):
            sale = Job(order.resource, papers.sale, sent, order.incoming, decision=order.decision)
        for job in (credit, sale):
            if job is not None and off:
                judge(talk, job, "map", _differs(talk, order, off))
        yield _Pair(order, credit, sale)


def _counts(talk: Talk, paper: SalesOrder) -> bool:
    return talk.policy.zero_orders != "skip" or any(line.total for line in paper.lines)


def _differs(talk: Talk, order: Job, off: Sequence[Change]) -> ConflictError:
    text = ", ".join(f"{one.what} {one.before} by the lines and {one.after} in {talk.source_title}" for one in off)
    return ConflictError(
        f"The exchanges of {order.label} do not come to what {talk.source_title} says: {text}.",
        resolution=f"Compare the exchange in {talk.source_title}; book it by its lines, or book it by hand and skip this record.",
        cause=DIFFERS, changes=[[one.what, one.before, one.after] for one in off],
    )  # fmt: skip
