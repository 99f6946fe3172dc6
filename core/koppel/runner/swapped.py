"""An exchange that is in the books and changed since: answered as the flow's settings, or a person, say about edits."""

from __future__ import annotations

from collections.abc import Sequence

from koppel.documents import SalesOrder
from koppel.errors import ConflictError
from koppel.finance.changes import Change
from koppel.finance.exchanges import paper_changes
from koppel.runner.anew import creditable
from koppel.runner.job import Job
from koppel.runner.judge import judge
from koppel.runner.talk import Talk
from koppel.store.models import Link

DIFFERS = "exchange.differs"
EDITED = "exchange.edited"
Known = tuple[Job, SalesOrder | None, Link | None]
"""A paper of an exchange: its job, what it was when it was written, and its link; None where it is not known."""


def answer(talk: Talk, order: Job, papers: Sequence[Known]) -> list[Job]:
    """Let what is written become what it is now, take it back and write it anew, leave it, or hold it with the
    difference. Gives the jobs of papers that changed."""
    assert isinstance(order.document, SalesOrder)
    changed, found = [], list[Change]()
    for job, before, link in papers:
        now = job.document
        assert isinstance(now, SalesOrder)
        told = paper_changes(order.document, before, None if now.cancelled else now) if before is not None and link is not None else ()
        found += told
        if told and before is not None and link is not None:
            changed.append((job, before, link))
    how = order.history.decided(EDITED) or talk.policy.edits
    for job, before, link in changed:
        _answer(talk, job, before, link, how)
    for job, _, _ in changed:
        if job.open and not (job.amends or job.replaces):
            judge(talk, job, "map", _held(talk, order, [link for _, _, link in changed], found))
    return [job for job, _, _ in changed]


def _answer(talk: Talk, job: Job, before: SalesOrder, link: Link, how: str) -> None:
    gone = isinstance(job.document, SalesOrder) and job.document.cancelled
    if how == "keep":
        text = f"{job.label} was changed in {talk.source_title}; {link.number or link.target_key} in {talk.target_title} stays as it is."
        talk.log.add("kept", text, job)
        job.done("unchanged", text)
    elif how == "update" and not gone and job.resource == "sales_order":  # what is booked takes no change
        job.amends = True
    elif how == "rebook" and creditable(talk):
        job.replaces = before


def _held(talk: Talk, order: Job, links: Sequence[Link], found: Sequence[Change]) -> ConflictError:
    numbers = " and ".join(link.number or link.target_key for link in links)
    first = f"{found[0].what}: {found[0].before or 'nothing'} → {found[0].after or 'nothing'}"
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    way = "Credit it and book it anew" if creditable(talk) else f"Book the difference by hand in {talk.target_title}"
    return ConflictError(
        f"What was exchanged of {order.label} was changed in {talk.source_title} after it was booked in {talk.target_title} as {numbers}. {first}{more}.",
        resolution=f"{way}, or leave it as it was booked.", cause=EDITED,
        changes=[[one.what, one.before, one.after] for one in found],
    )  # fmt: skip


def differs(talk: Talk, order: Job, off: Sequence[Change]) -> ConflictError:
    """Why exchanges wait that come to something else than the source says."""
    text = ", ".join(f"{one.what} {one.before} by the lines and {one.after} in {talk.source_title}" for one in off)
    return ConflictError(
        f"The exchanges of {order.label} do not come to what {talk.source_title} says: {text}.",
        resolution=f"Compare the exchange in {talk.source_title}; book it by its lines, or book it by hand and skip this record.",
        cause=DIFFERS, changes=[[one.what, one.before, one.after] for one in off],
    )  # fmt: skip
