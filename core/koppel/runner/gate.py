"""Which records the flow's settings let through; what is left out says why."""

from __future__ import annotations

from collections.abc import Sequence

from koppel.documents import SalesOrder
from koppel.errors import RecordError
from koppel.mapping import Expression
from koppel.runner.job import Job
from koppel.runner.judge import judged
from koppel.runner.talk import Talk


def let_through(talk: Talk, jobs: Sequence[Job]) -> None:
    """Finish the jobs that are not to be sent, or not yet: when they change they are looked at again."""
    for job in jobs:
        with judged(talk, job, "map"):
            why = _why_not(talk, job)
            if why:
                job.done("skipped", f"{job.label} {why}.")


def _why_not(talk: Talk, job: Job) -> str:
    why = _order(talk, job, job.document) if isinstance(job.document, SalesOrder) else ""
    if not why and talk.policy.condition and not Expression(talk.policy.condition).run(record=job.document.view()):
        return "does not meet the condition of this flow"
    return why


def _order(talk: Talk, job: Job, order: SalesOrder) -> str:
    release = talk.policy.release
    if order.cancelled:
        return f"was cancelled in {talk.source_title}"
    if release and order.financial_status not in release:
        return f"is {order.financial_status or 'without status'}; it is sent once it is {' or '.join(release)}"
    if order.total == 0 and talk.policy.zero_orders == "skip":
        return "comes to nothing"
    if order.total == 0 and talk.policy.zero_orders == "park":
        raise RecordError(
            f"{job.label} comes to nothing.",
            resolution="Skip it, or choose in the flow's settings that orders of nothing are sent too; then retry.",
            cause="order.zero",
        )
    return ""
