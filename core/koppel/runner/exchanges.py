"""What was exchanged on an order that is in the books: a credit note and a paper of its own, each written once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import sqlalchemy as sa

from koppel.documents import CREDITS, PAPERS, CreditNote, SalesOrder
from koppel.finance.exchanges import exchanged_off, papers_of, tail_of
from koppel.runner.anew import book_anew, credit_of
from koppel.runner.history import read_earlier
from koppel.runner.job import Job
from koppel.runner.judge import judge, judged
from koppel.runner.swapped import DIFFERS, answer, differs
from koppel.runner.talk import Talk
from koppel.store.models import Link

Bring = Callable[[Talk, Sequence[Job]], None]
_SALES = PAPERS.keys() - set(CREDITS)
Papers = dict[str, SalesOrder]
"""The papers of exchanges by what their numbers have behind that of the order: -X1C, -X1."""
Pair = tuple[Job | None, Job | None]
"""The credit note of an exchange, and the paper of what was sent."""


def awaits_exchanges(job: Job) -> bool:
    """Whether an order is not finished yet, however far its own paper is: those of its exchanges were not looked at."""
    document = job.document
    if job.looked_beside or job.verdict is not None or job.resource not in _SALES or not isinstance(document, SalesOrder):
        return False
    return any(one.complete for one in document.exchanges) or any(job.history.versions)


def book_exchanges(talk: Talk, jobs: list[Job], bring: Bring) -> None:
    """Write the papers of every complete exchange of these orders, the credit note first, and add their jobs.

    Where an order waits its exchanges wait with it. `bring` delivers jobs of one resource."""
    pairs: list[Pair] = []
    for order in list(jobs):
        mine = list(_pairs(talk, order)) if _is_booked(order) else []
        jobs.extend(job for pair in mine for job in pair if job is not None)
        order.looked_beside = True
        pairs.extend(mine)
    _write(talk, [credit for credit, _ in pairs if credit is not None], bring)
    for credit, sale in pairs:
        if credit is not None and sale is not None and credit.verdict is not None and sale.open:
            sale.verdict, sale.error = credit.verdict, credit.error
    _write(talk, [sale for credit, sale in pairs if sale is not None and (credit is None or credit.outcome)], bring)


def _write(talk: Talk, jobs: Sequence[Job], bring: Bring) -> None:
    book_anew(talk, [job for job in jobs if job.open and job.replaces], bring)
    bring(talk, [job for job in jobs if job.open and not job.replaces])


def _is_booked(order: Job) -> bool:
    document = order.document
    return (
        isinstance(document, SalesOrder) and not isinstance(document, CreditNote) and not document.cancelled
        and order.resource in _SALES
        and order.verdict is None and order.outcome in ("created", "updated", "unchanged")
    )  # fmt: skip


def _pairs(talk: Talk, order: Job) -> Iterator[Pair]:
    """The papers to write or to look at again, by exchange; those of one that changed do as was answered."""
    assert isinstance(order.document, SalesOrder)
    now, before = _papers(talk, order.document), dict[str, SalesOrder]()
    with judged(talk, order, "map"):
        before = _earlier(talk, order)
    if order.verdict is not None or not (now or before):
        return
    jobs = {tail: _job(talk, order, now[tail] if tail in now else _gone(before[tail])) for tail in sorted(now.keys() | before.keys(), key=_in_turn)}
    booked = _booked(talk, [job.source_key for job in jobs.values()])
    jobs = {tail: job for tail, job in jobs.items() if tail in now or (job.source_key in booked and _is_gone(order.document, job))}
    changed = answer(talk, order, [(job, before.get(tail), booked.get(job.source_key)) for tail, job in jobs.items()])
    _hold(talk, order, [job for job in jobs.values() if job.source_key not in booked or job in changed])
    for tail in sorted({tail.removesuffix("C") for tail in jobs}):
        yield jobs.get(f"{tail}C"), jobs.get(tail)


def _in_turn(tail: str) -> tuple[str, bool]:
    """What came back before what was sent."""
    return tail.removesuffix("C"), not tail.endswith("C")


def _papers(talk: Talk, order: SalesOrder) -> Papers:
    pairs = [papers_of(order, one) for one in order.exchanges if one.complete]
    papers = [one for pair in pairs for one in (pair.credit, pair.sale) if one is not None and _counts(talk, one)]
    return {tail_of(one, order): one for one in papers}


def _earlier(talk: Talk, order: Job) -> Papers:
    """Each paper as it was written, where a newer version of the order came in since."""
    made: Papers = {}
    for tail, version in order.history.versions.items():
        papers = _papers(talk, read_earlier(talk, order, version)) if tail else {}
        if tail in papers:
            made[tail] = papers[tail]
    return made


def _job(talk: Talk, order: Job, paper: SalesOrder) -> Job:
    resource = credit_of(talk, order.resource) if isinstance(paper, CreditNote) else order.resource
    if isinstance(paper, CreditNote) and talk.dry_run and order.outcome == "created":
        paper.order_source_id = ""  # what it belongs to is a plan as well
    return Job(resource, paper, paper.source_id, order.incoming, history=order.history, looked_beside=True)


def _gone(paper: SalesOrder) -> SalesOrder:
    return paper.model_copy(update={"cancelled": True}, deep=True)


def _is_gone(order: SalesOrder, job: Job) -> bool:
    """Whether the source tells of no such paper any more, rather than that more of the exchange is under way."""
    open_ones = [papers_of(order, one) for one in order.exchanges if not one.complete]
    return job.source_key not in {one.source_id for pair in open_ones for one in (pair.credit, pair.sale) if one is not None}


def _booked(talk: Talk, keys: Sequence[str]) -> Mapping[str, Link]:
    """Those of these papers that are in the books."""
    query = sa.select(Link).where(
        Link.source_id == talk.source_id, Link.target_id == talk.target_id, Link.resource.in_(PAPERS), Link.source_key.in_(list(keys))
    )
    with talk.site.db.read() as session:
        return {link.source_key: link for link in session.scalars(query)}


def _hold(talk: Talk, order: Job, jobs: Sequence[Job]) -> None:
    """Nothing more is written of exchanges that do not come to what the source says, unless a person approved that."""
    assert isinstance(order.document, SalesOrder)
    off = () if order.history.decided(DIFFERS) == "approve" else exchanged_off(order.document)
    for job in jobs if off else ():
        if job.open:
            judge(talk, job, "map", differs(talk, order, off))


def _counts(talk: Talk, paper: SalesOrder) -> bool:
    return talk.policy.zero_orders != "skip" or any(line.total for line in paper.lines)
