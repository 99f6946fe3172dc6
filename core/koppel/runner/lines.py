"""Which lines of an order are booked, and how discounts, delivery costs and gift cards show among them."""

from __future__ import annotations

from collections.abc import Sequence

from koppel.documents import CreditNote, Line, SalesOrder
from koppel.errors import RecordError
from koppel.finance.bundles import Apart, exploded, kept
from koppel.finance.discounts import discounts_apart
from koppel.finance.giftcards import without_gift_cards
from koppel.finance.shipping import shipping_taxed
from koppel.manifest import Resource
from koppel.runner.job import Job
from koppel.runner.judge import judged
from koppel.runner.policy import Policy
from koppel.runner.talk import Talk


def arrange_lines(talk: Talk, jobs: Sequence[Job], resource: Resource) -> None:
    """Show the lines as the flow's settings ask; those of a day's paper are sums of lines that were. An order without lines waits."""
    for job in jobs:
        with judged(talk, job, "map"):
            if not job.source_key.startswith("day:"):
                if resource.needs_articles:  # else a bundle has no article to be booked on
                    for apart in bundled(talk.policy, order_of(job)):
                        talk.log.add("found", str(apart), job)
                job.document = arranged(talk.policy, order_of(job))
            if not order_of(job).lines:
                raise _empty(talk, job)


def bundled(policy: Policy, order: SalesOrder) -> list[Apart]:
    """Put the bundles of this order together, or take them apart, as the settings ask; gives those that could not be kept."""
    apart: list[Apart] = []
    if policy.bundles == "explode":
        order.lines = exploded(order.lines, order.currency)
    elif policy.bundles == "keep":
        order.lines, apart = kept([_of_kind(policy, line) for line in order.lines])
    return apart


def arranged(policy: Policy, order: SalesOrder) -> SalesOrder:
    """The order without lines of nothing, its delivery costs, discounts, deposits and gift cards as the settings ask."""
    lines = [line for line in order.lines if line.kind == "article" or line.total != 0 or line.quantity == 0]
    lines = [_of_kind(policy, line) for line in lines]
    if policy.shipping_vat != "":
        lines = shipping_taxed(lines, policy.shipping_vat, order.prices_include_vat, order.currency)
    if policy.discounts == "line":
        lines = discounts_apart(lines, order.prices_include_vat, order.currency)
    order.lines = lines
    return owed(policy, order)


def owed(policy: Policy, order: SalesOrder) -> SalesOrder:
    """The order with what was paid by gift card as a line, so that the rest is owed, where the settings ask so."""
    as_line = policy.gift_cards == "line" and not isinstance(order, CreditNote)
    return without_gift_cards(order) if as_line else order


def order_of(job: Job) -> SalesOrder:
    """The order that this job carries."""
    assert isinstance(job.document, SalesOrder)
    return job.document


def _of_kind(policy: Policy, line: Line) -> Line:
    """An article as the settings know it: a deposit, or a service by its group."""
    if line.kind != "article":
        return line
    services = {name.casefold() for name in policy.service_groups}
    told: dict[str, str] = {"kind": "deposit"} if line.sku and line.sku in policy.deposit_skus else {}
    if line.group.casefold() in services:
        told["goods"] = "services"
    return line.model_copy(update=told) if told else line


def _empty(talk: Talk, job: Job) -> RecordError:
    return RecordError(
        f"{job.label} has no lines, so there is nothing to book.",
        resolution=f"Look at it in {talk.source_title}; when it is right so, skip this record.",
        cause="order.no_lines",
    )
