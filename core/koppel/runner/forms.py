"""How each line is booked: on an article, on a ledger account, or as a charge beside the lines."""

from __future__ import annotations

from collections.abc import Sequence

from koppel.documents import Line
from koppel.errors import ConfigurationError, RecordError
from koppel.manifest import Resource
from koppel.runner.job import Job
from koppel.runner.judge import judged
from koppel.runner.lines import order_of
from koppel.runner.talk import Talk

WORDS = {
    "article": "line", "shipping": "shipping line", "gift_card": "gift card", "discount": "discount line",
    "adjustment": "amount", "duty": "duty line", "correction": "rounding difference",
}  # fmt: skip
_LABELS = {
    "article": "for lines without one", "shipping": "for delivery costs", "fee": "for fees", "tip": "for tips",
    "duty": "for duties", "deposit": "for deposits", "gift_card": "for gift cards", "discount": "for discounts",
    "adjustment": "for amounts given back", "correction": "for rounding differences",
}  # fmt: skip


def choose_forms(talk: Talk, jobs: Sequence[Job], resource: Resource) -> None:
    """Decide for every line how it is booked; ConfigurationError where this paper cannot take it so."""
    if not resource.needs_articles:
        return
    for job in jobs:
        with judged(talk, job, "find"):
            for line in order_of(job).lines:
                line.form = talk.policy.line_form(line.kind, line.sku)
                if line.form not in resource.line_forms:
                    raise _no_such_form(talk, line, resource)


def name_lines(talk: Talk, jobs: Sequence[Job], resource: Resource) -> None:
    """Give lines without a SKU the article of their kind, where they are booked on one."""
    if not resource.needs_articles:
        return
    for job in jobs:
        with judged(talk, job, "find"):
            for line in order_of(job).lines:
                line.sku = line.sku or talk.policy.line_sku(line.kind)
                if not line.sku and line.form == "article":
                    raise _nameless(talk, job, line)


def _no_such_form(talk: Talk, line: Line, resource: Resource) -> ConfigurationError:
    how = {"ledger": "lines on a ledger account", "charge": "charges beside their lines"}[line.form]
    return ConfigurationError(
        f"{resource.title} of {talk.target_title} take no {how}, so the {WORDS.get(line.kind, line.kind)} cannot be booked so.",
        field="on_ledger" if line.form == "ledger" else "as_charge",
        resolution=f"Choose the article {_LABELS[line.kind]} in the flow's settings, or let orders become another paper.",
    )


def _nameless(talk: Talk, job: Job, line: Line) -> RecordError:
    return RecordError(
        f"The {WORDS.get(line.kind, line.kind)} “{line.description or '?'}” of {job.label} has no SKU.",
        resolution=f"Give it a SKU in {talk.source_title}, or choose the article {_LABELS[line.kind]} in the flow's settings.",
        cause=f"article.nameless.{line.kind}",
        line=line.description,
    )
