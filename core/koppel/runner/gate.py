"""Which records the flow's settings let through; what is left out says why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from koppel.documents import CreditNote, Document, SalesOrder
from koppel.errors import RecordError
from koppel.mapping import Expression
from koppel.records import Verdict
from koppel.runner.dates import not_yet
from koppel.runner.job import Job
from koppel.runner.judge import judged
from koppel.runner.policy import Policy
from koppel.runner.talk import Talk
from koppel.store.models import utcnow

YOUNG = "order.young"
HELD = "order.held"


def let_through(talk: Talk, jobs: Sequence[Job]) -> None:
    """Finish the jobs that are not to be sent, or not yet: when they change they are looked at again."""
    for job in jobs:
        with judged(talk, job, "map"):
            why = why_not(talk.policy, talk.source_title, job.document)
            young = timedelta(0) if talk.asked_for or talk.preview else too_young(talk.policy, job.document)
            if why:
                job.done("skipped", f"{job.label} {why}.")
            elif young:
                ripens = f"{job.label} is sent once it is {talk.policy.minimum_age} minutes old."
                job.verdict = Verdict.retry(young.total_seconds(), ripens, "You need do nothing.")
                job.error = RecordError(ripens, cause=YOUNG)
            elif not job.booked and job.history.decided(HELD) != "approve" and talk.policy.holds(job.document):
                raise RecordError(
                    f"{job.label} meets the rule by which orders wait for approval.",
                    resolution="Look at it, and approve it or skip it.",
                    cause=HELD,
                )


def why_not(policy: Policy, source: str, document: Document) -> str:
    """Why this paper is left out, to be read after its name; empty when it is let through.

    RecordError when a person has to decide."""
    why = _order(policy, source, document) if isinstance(document, SalesOrder) else ""
    if not why and policy.condition and not Expression(policy.condition).run(record=document.view()):
        return "does not meet the condition of this flow"
    return why


def too_young(policy: Policy, document: Document) -> timedelta:
    """How long an order still has to wait before it is as old as the flow asks; nothing for any other paper."""
    if not policy.minimum_age or not isinstance(document, SalesOrder) or isinstance(document, CreditNote) or document.ordered_at is None:
        return timedelta(0)
    return max(timedelta(0), document.ordered_at + timedelta(minutes=policy.minimum_age) - utcnow())


def _order(policy: Policy, source: str, order: SalesOrder) -> str:
    if order.cancelled:
        return f"was cancelled in {source}"
    if not policy.releases(order.financial_status):
        return f"is {order.financial_status or 'without status'}; it is sent once it is {' or '.join(policy.release)}"
    if not_yet(policy, order):
        return not_yet(policy, order)
    if order.total == 0 and policy.zero_orders == "skip":
        return "comes to nothing"
    if order.total == 0 and policy.zero_orders == "park":
        raise RecordError(
            f"{order.label} comes to nothing.",
            resolution="Skip it, or choose in the flow's settings that orders of nothing are sent too; then retry.",
            cause="order.zero",
        )
    return ""
