"""The customer of an order walks the same way first, unless a default debtor takes its place."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from koppel.documents import Contact, Party, SalesOrder
from koppel.errors import KoppelError
from koppel.mapping.expressions import Expression
from koppel.records import Verdict
from koppel.runner.deliver import draft, send
from koppel.runner.enrich import find_debtors
from koppel.runner.job import Job
from koppel.runner.judge import judged
from koppel.runner.newcomers import QUESTIONS, greet
from koppel.runner.recognise import recognise
from koppel.runner.talk import Talk
from koppel.store.models import DebtorRule


def bring_customers(talk: Talk, jobs: Sequence[Job]) -> None:
    """Give every open order its debtor: by rule, else its own customer, created or updated first."""
    rules = _rules(talk)
    codes: dict[int, str] = {}
    for job in jobs:
        if job.open:
            with judged(talk, job, "map"):
                code = _debtor_for(job, rules)
                if code:
                    codes[id(job)] = code
    find_debtors(talk, jobs, codes)
    _bring_own(talk, [job for job in jobs if job.open and id(job) not in codes])


def whole_party(party: Party) -> Party:
    """A company with its contact underneath when there is a company name, else a person by full name."""
    company = party.billing.company or (party.name if party.kind == "company" else "")
    person = f"{party.first_name} {party.last_name}".strip() or party.billing.name
    if company:
        party.kind, party.name = "company", company
        if not party.contacts and person:
            party.contacts = [
                Contact(
                    first_name=party.first_name,
                    last_name=party.last_name or person,
                    email=party.email,
                    phone=party.phone,
                )
            ]
    else:
        party.kind, party.name = "person", party.name or person
    return party


def _bring_own(talk: Talk, orders: Sequence[Job]) -> None:
    if not orders:
        return
    customers = _distinct(talk, orders)
    _recognise_by_segment(talk, customers)
    greet(talk, customers)
    for customer in customers:
        if customer.open and customer.target_id and not talk.policy.customer_update and customer.in_doubt is None:
            customer.done("unchanged", "Customers are not updated in this flow.")
        elif customer.open:
            with judged(talk, customer, "map"):
                draft(talk, customer)
    send(talk, customers)
    for customer in customers:
        _hand_over(talk, customer)


def _keys(talk: Talk, party: Party) -> tuple[str, ...]:
    """What such a customer is recognised by, the first one first; what it does not have cannot prove anything."""
    chosen = talk.policy.company_match_keys if party.kind == "company" else talk.policy.person_match_keys
    usual = talk.policy.customer_match_key or next(iter(talk.target_resource("customer").natural_keys), "email")
    return tuple(key for key in chosen if party.key(key)) or (usual,)


def _recognise_by_segment(talk: Talk, customers: Sequence[Job]) -> None:
    """Ask by each one's first key, and by the next for those that are not found by it."""
    for turn in range(max(len(_keys(talk, _party(one))) for one in customers)):
        groups: dict[str, list[Job]] = {}
        for customer in customers:
            keys = _keys(talk, _party(customer))
            if turn < len(keys) and customer.open and not customer.target_id:
                groups.setdefault(keys[turn], []).append(customer)
        for key, some in groups.items():
            recognise(talk, some, key)


def _party(job: Job) -> Party:
    assert isinstance(job.document, Party)
    return job.document


def _distinct(talk: Talk, orders: Sequence[Job]) -> list[Job]:
    """One job per customer: the same natural key, in any case of letters, is the same customer."""
    made: dict[tuple[str, str], Job] = {}
    for order in reversed(orders):  # the newest order tells the customer's newest address
        assert isinstance(order.document, SalesOrder)
        party = whole_party(order.document.customer)
        key = _keys(talk, party)[0]
        name = party.key(key).casefold() or f"{order.source_key}:customer"
        if (key, name) not in made:
            source = party.source_id if party.source_id else f"{key}:{name}"
            made[key, name] = Job("customer", party, source)
        elif not _party(made[key, name]).billing.city:  # a gift card has no address; that is no news about the customer
            _party(made[key, name]).billing = party.billing
        made[key, name].parents.insert(0, order)
    return list(made.values())


def _hand_over(talk: Talk, customer: Job) -> None:
    for order in customer.parents:
        assert isinstance(order.document, SalesOrder)
        order.customer = customer
        if customer.target_id or talk.dry_run:
            party = order.document.customer
            party.external_id = customer.target_id or "(new)"
            party.code = customer.number or party.code or customer.target_id or "(new)"
        elif order.open:
            order.verdict, order.error = _verdict_for(customer, order)


def wait_for_customers(orders: Sequence[Job]) -> None:
    """In a dry run an order goes on without its customer, so that all that is wrong is seen; here it waits for it."""
    for order in orders:
        if order.open and order.customer is not None and order.customer.verdict is not None:
            order.verdict, order.error = _verdict_for(order.customer, order)


def _verdict_for(customer: Job, order: Job) -> tuple[Verdict, Exception | None]:
    if customer.verdict is None:
        return Verdict.retry(0, "The run ended before the customer was sent."), None
    verdict = customer.verdict
    waits = "waits" if isinstance(customer.error, KoppelError) and customer.error.cause in QUESTIONS else "could not be sent"
    reason = f"The customer of {order.label} {waits}: {verdict.reason}"
    return Verdict(verdict.kind, reason, verdict.resolution, verdict.after), customer.error


def _rules(talk: Talk) -> list[DebtorRule]:
    query = (
        sa.select(DebtorRule)
        .where(DebtorRule.connection_id == talk.target_id, DebtorRule.enabled.is_(True))
        .where(sa.or_(DebtorRule.flow_id.is_(None), DebtorRule.flow_id == talk.flow.id))
        .order_by(DebtorRule.position, DebtorRule.id)
    )
    with talk.site.db.read() as session:
        return list(session.scalars(query))


def _debtor_for(job: Job, rules: Sequence[DebtorRule]) -> str:
    assert isinstance(job.document, SalesOrder)
    return next((rule.debtor for rule in rules if fits(rule, job.document)), "")


def fits(rule: DebtorRule, order: SalesOrder) -> bool:
    """Whether an order meets every condition that the rule has filled in."""
    kind = "guest" if order.customer.guest else whole_party(order.customer).kind
    wanted = (
        (rule.country, order.destination),
        (rule.channel, order.channel),
        (rule.payment_method, order.payment_method),
        (rule.customer, kind),
    )
    if any(mine and mine.strip().casefold() != theirs.casefold() for mine, theirs in wanted):
        return False
    return not rule.condition or _holds(rule, order)


def _holds(rule: DebtorRule, order: SalesOrder) -> bool:
    try:
        return bool(Expression(rule.condition).run(record=order.view()))
    except KoppelError as error:
        error.resolution = "Open Default debtors and correct the condition."
        raise
