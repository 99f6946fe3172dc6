"""Which lines of an order are booked, and on which article those that name none."""

from __future__ import annotations

from collections.abc import Sequence

from koppel.documents import Line, SalesOrder
from koppel.errors import RecordError
from koppel.finance.discounts import discounts_apart
from koppel.manifest import Resource
from koppel.runner.job import Job
from koppel.runner.judge import judged
from koppel.runner.talk import Talk

_WORDS = {
    "article": "line", "shipping": "shipping line", "gift_card": "gift card", "discount": "discount line", "adjustment": "amount",
}  # fmt: skip


def arrange_lines(talk: Talk, jobs: Sequence[Job]) -> None:
    """Leave out lines of nothing, and show discounts as the flow's settings ask. An order without lines waits."""
    for job in jobs:
        with judged(talk, job, "map"):
            order = order_of(job)
            order.lines = [line for line in order.lines if line.kind == "article" or line.total != 0 or line.quantity == 0]
            if not order.lines:
                raise _empty(talk, job)
            if talk.policy.discounts == "line":
                order.lines = discounts_apart(order.lines, order.prices_include_vat, order.currency)


def name_lines(talk: Talk, jobs: Sequence[Job], resource: Resource) -> None:
    """Give lines without a SKU the article of their kind, where the target books on articles."""
    if not resource.needs_articles:
        return
    for job in jobs:
        with judged(talk, job, "find"):
            for line in order_of(job).lines:
                line.sku = line.sku or talk.policy.line_sku(line.kind)
                if not line.sku:
                    raise _nameless(talk, job, line)


def order_of(job: Job) -> SalesOrder:
    """The order that this job carries."""
    assert isinstance(job.document, SalesOrder)
    return job.document


def _empty(talk: Talk, job: Job) -> RecordError:
    return RecordError(
        f"{job.label} has no lines, so there is nothing to book.",
        resolution=f"Look at it in {talk.source_title}; when it is right so, skip this record.",
        cause="order.no_lines",
    )


def _nameless(talk: Talk, job: Job, line: Line) -> RecordError:
    setting = "fallback_sku" if line.kind == "article" else f"{line.kind}_sku"
    return RecordError(
        f"The {_WORDS.get(line.kind, line.kind)} “{line.description or '?'}” of {job.label} has no SKU.",
        resolution=f"Give it a SKU in {talk.source_title}, or set the article for such lines ({setting}) in the flow's settings.",
        cause=f"article.nameless.{line.kind}",
        line=line.description,
    )
