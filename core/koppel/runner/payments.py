"""A payment that is booked in a ledger: against which open item, on which day, and never twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

import sqlalchemy as sa

from koppel.documents import CREDITS, PAPERS, Payment
from koppel.documents.money import round_money, to_decimal
from koppel.errors import ConflictError, RecordError
from koppel.finance.periods import day_of
from koppel.manifest import Manifest
from koppel.records import Lookup, Match, Verdict
from koppel.runner.asbooked import booked_currencies, other_currency
from koppel.runner.byhand import Strangers, since, take_decisions
from koppel.runner.credits import cause_of
from koppel.runner.dates import open_day, tell_rate
from koppel.runner.days import PART
from koppel.runner.job import Job
from koppel.runner.judge import judge, judged
from koppel.runner.policy import read_policy
from koppel.runner.talk import Talk
from koppel.store.models import Delivery, Flow, Incoming, Link

RESOURCE, ITEM = "payment", "receivable"
NOT_OPEN = "payment.not_open"
_AGAIN = 3600.0
_NOTHING = Decimal(0)


def books_payments(talk: Talk) -> bool:
    """Whether this flow books payments in a ledger, where each has a number of its own; elsewhere a payment is news
    about its order."""
    return talk.flow.resource == RESOURCE and is_ledger(talk.target_manifest)


def is_ledger(manifest: Manifest) -> bool:
    """Whether this system books payments, each under a number of its own."""
    resource = manifest.resource(RESOURCE)
    return resource is not None and resource.writes and resource.natural_keys[:1] == ("reference",)


def find_papers(talk: Talk, jobs: Sequence[Job]) -> None:
    """Give every payment the paper that it pays: the order's, or the credit note of the refund it went back for. One
    whose paper is not booked is left out until it is; one that the ledger told itself is left out for good."""
    _leave_out_gift_cards(talk, jobs)
    _leave_out_own_news(talk, [job for job in jobs if job.open])
    left = [job for job in jobs if job.open]
    papers = _papers(talk, {_pays(payment_of(job)) for job in left} - {""})
    booked = booked_currencies(talk, {payment_of(job).order_source_id for job in left} - {""})
    for job in left:
        with judged(talk, job, "find"):
            _give_paper(talk, job, papers, booked)


def find_open_items(talk: Talk, jobs: Sequence[Job]) -> None:
    """Give every payment that is not there the open item of its paper. One whose invoice is not final yet is tried again; one that
    comes to more than is open waits for a person, since it may have been booked by hand; so does one for which the ledger
    has money of that debtor, amount and time that is matched with nothing."""
    new = [job for job in jobs if not job.target_id]
    take_decisions(talk, new)
    new = [job for job in new if job.open]
    if not new:
        return
    start = since(payment_of(job).booked_on for job in new)
    asked = {id(job): _asked(payment_of(job), start) for job in new}
    try:
        found = talk.target.find(Lookup(ITEM, "paper", tuple(dict.fromkeys(asked.values()))))
    except Exception as error:  # nothing is known about any of them, so none may be written
        for job in new:
            judge(talk, job, "find", error)
        return
    spent: dict[str, Decimal] = defaultdict(Decimal)
    strangers = Strangers(talk, (match for matches in found.matches.values() for match in matches), jobs)
    for job in new:
        with judged(talk, job, "find"):
            matches = found.matches.get(asked[id(job)], ())
            _take_item(talk, job, matches, spent)
            if job.open and not talk.preview:
                strangers.refuse(job, payment_of(job), matches[0])


def payment_of(job: Job) -> Payment:
    """The payment that this job carries."""
    assert isinstance(job.document, Payment)
    return job.document


def _pays(payment: Payment) -> str:
    """The id in the source of what it pays: its refund, else its order."""
    return payment.refund_source_id or payment.order_source_id


def _asked(payment: Payment, start: str) -> str:
    """What a ledger is asked about: the kind of paper, its id, its number, and from which day on money that is matched
    with nothing is to be told with its open item (`loose`), where the ledger can."""
    return "|".join((payment.paper, payment.paper_external_id, payment.invoice_number, start))


def _give_paper(talk: Talk, job: Job, papers: Mapping[str, Link], booked: Mapping[str, str]) -> None:
    payment = payment_of(job)
    paper = papers.get(_pays(payment))
    if paper is None:
        _not_booked(talk, job, _pays(payment))
        return
    currency = booked.get(payment.order_source_id, "")
    if currency and currency != payment.currency:
        raise other_currency(talk, payment.label, payment.currency, payment.order_reference, currency)
    payment.paper = "" if paper.resource == PART else paper.resource
    payment.paper_external_id, payment.invoice_number = paper.target_key, paper.number
    if payment.paid_at is not None:
        payment.booked_on = open_day(talk, job, day_of(payment.paid_at, payment.time_zone)).isoformat()
    tell_rate(talk, job, payment)


def _not_booked(talk: Talk, job: Job, key: str) -> None:
    payment = payment_of(job)
    what = "refund of the order" if payment.refund_source_id else "order"
    why = f"The {what} {payment.order_reference or key} is not booked in {talk.target_title}, so there is nothing to pay."
    job.verdict = Verdict.skip(why, "When it is booked, this payment follows by itself.")
    job.error = RecordError(why, cause=cause_of(RESOURCE, key))


def _take_item(talk: Talk, job: Job, matches: Sequence[Match], spent: dict[str, Decimal]) -> None:
    payment = payment_of(job)
    if not matches:
        why = f"What {payment.label} pays ({payment.order_reference or payment.invoice_number}) is no final invoice in {talk.target_title} yet."
        job.verdict = Verdict.retry(_AGAIN, why, "You need do nothing: it is booked once the invoice is final.")
        job.error = RecordError(why, cause=NOT_OPEN)
        return
    item = matches[0]
    left = (to_decimal(item.data.get("open")) or _NOTHING) - spent[item.id]
    if not talk.preview and not _fits(payment.received, left):
        raise _more_than_open(talk, payment, item, left)
    spent[item.id] += payment.received
    payment.item, payment.invoice_number, payment.open_amount = item.id, item.number, left - payment.received
    payment.debtor, payment.debtor_account = str(item.data.get("debtor") or ""), str(item.data.get("account") or "")
    payment.debtor_name = str(item.data.get("debtor_name") or "")


def _fits(received: Decimal, left: Decimal) -> bool:
    return (received > 0) == (left > 0) and abs(received) <= abs(left)


def _more_than_open(talk: Talk, payment: Payment, item: Match, left: Decimal) -> ConflictError:
    verb = "gives back" if payment.kind == "refund" else "pays"
    amount, over = (round_money(one, payment.currency) for one in (payment.amount, abs(left)))
    rest = f"{over} {payment.currency} is" if left else "nothing is"
    return ConflictError(
        f"{payment.label} {verb} {amount} {payment.currency}, and of {item.number} {rest} open in {talk.target_title}.",
        resolution="If it was booked there by hand, skip this payment. Else book what is too much there, then skip it.",
        cause="payment.not_fitting",
    )


def _leave_out_gift_cards(talk: Talk, jobs: Sequence[Job]) -> None:
    """Where an order has gift cards that were used as a line, that line is the payment."""
    used = [job for job in jobs if payment_of(job).gift_card and payment_of(job).kind == "payment"]
    if not used:
        return
    query = (
        sa.select(Incoming.external_id, Flow.settings, Flow.name)
        .join(Flow, Flow.id == Incoming.flow_id)
        .where(Flow.source_id == talk.source_id, Flow.target_id == talk.target_id, Flow.resource.in_(PAPERS.keys() - set(CREDITS)))
        .where(Incoming.external_id.in_([payment_of(job).order_source_id for job in used]), Incoming.state != "skipped")
    )
    with talk.site.db.read() as session:
        lines = {row.external_id for row in session.execute(query) if read_policy(row.settings, row.name).gift_cards == "line"}
    for job in used:
        if payment_of(job).order_source_id in lines:
            job.done("skipped", f"{job.label} was paid with a gift card, which is a line of the order's own paper.")


def _leave_out_own_news(talk: Talk, jobs: Sequence[Job]) -> None:
    """A payment that Koppel told the shop came from the ledger: the shop's own record of it is no news there."""
    by_hand = [job for job in jobs if payment_of(job).by_hand]
    if not by_hand:
        return
    query = sa.select(Delivery.natural_key).where(
        Delivery.target_id == talk.source_id, Delivery.resource.in_((RESOURCE, "order_status")),
        Delivery.key.like(f"{talk.target_id}:%"), Delivery.state.in_(("sending", "delivered")),
    )  # fmt: skip
    with talk.site.db.read() as session:
        told = {str(key).partition("#")[0] for key in session.scalars(query)}
    for job in by_hand:
        if payment_of(job).order_source_id in told:
            job.done("skipped", f"{job.label} was marked as paid by Koppel, from {talk.target_title}: it is booked there already.")


def _papers(talk: Talk, keys: set[str]) -> dict[str, Link]:
    """The paper that each of these became in the target; one of a whole day counts once that is written."""
    query = sa.select(Link).where(
        Link.source_id == talk.source_id, Link.target_id == talk.target_id,
        Link.resource.in_({*PAPERS, PART}), Link.source_key.in_(list(keys)),
        sa.or_(Link.resource != PART, Link.target_key != Link.label),
    )  # fmt: skip
    with talk.site.db.read() as session:
        return {link.source_key: link for link in session.scalars(query)}
