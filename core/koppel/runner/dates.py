"""The day that a paper is booked on, and the rate of its currency, as the flow's settings ask."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from koppel.documents import CreditNote, Payment, SalesOrder
from koppel.errors import ConfigurationError, RecordError
from koppel.finance.periods import Period, day_of, next_open, period_at, periods_of
from koppel.records import Query
from koppel.runner.job import Job
from koppel.runner.judge import judged
from koppel.runner.lines import order_of
from koppel.runner.policy import Policy
from koppel.runner.talk import Talk

LIST = "financial_period"
_MOMENTS = {"ordered": "ordered_at", "paid": "paid_at", "shipped": "shipped_at"}


def date_papers(talk: Talk, jobs: Sequence[Job]) -> None:
    """Give every paper its booking date. One in a closed period moves to the next open one, or waits."""
    for job in jobs:
        with judged(talk, job, "map"):
            order = order_of(job)
            moment = booked_at(talk.policy, order)
            if moment is not None:
                order.booked_on = open_day(talk, job, day_of(moment, order.time_zone)).isoformat()
            tell_rate(talk, job, order)


def booked_at(policy: Policy, order: SalesOrder) -> datetime | None:
    """The moment that decides the booking date; what has not happened yet leaves the moment of the order.

    A credit note is booked when the money went back."""
    name = "ordered" if isinstance(order, CreditNote) else policy.booking_date or "ordered"
    moment: datetime | None = getattr(order, _MOMENTS[name])
    return moment or order.ordered_at


def not_yet(policy: Policy, order: SalesOrder) -> str:
    """What an order waits for before it can be dated, "" when it can: not paid, or not shipped yet."""
    waits = policy.booking_date in ("paid", "shipped") and policy.undated != "ordered"
    if not waits or isinstance(order, CreditNote) or getattr(order, _MOMENTS[policy.booking_date]) is not None:
        return ""
    return f"is not {policy.booking_date} yet; it is booked on the day that it is"


def open_day(talk: Talk, job: Job, day: date) -> date:
    """This day, or the first of the next open period, as the flow's settings ask. RecordError where it has to wait."""
    if not talk.policy.closed_period:
        return day
    period = period_at(_periods(talk), day)
    if period is None or not period.closed:
        return day
    later = next_open(_periods(talk), period.end)
    if talk.policy.closed_period != "next" or later is None:
        raise _closed(talk, job, period, day)
    talk.log.add("found", f"Period {period.code} is closed in {talk.target_title}: booked on {later.start} instead of {day}.", job)
    return later.start


def _periods(talk: Talk) -> tuple[Period, ...]:
    """Read once a run: a period that closes meanwhile is for the target to refuse."""
    if talk.periods is None:
        if talk.target_manifest.resource(LIST) is None:
            raise ConfigurationError(
                f"{talk.target_title} does not tell which periods are closed.",
                field="closed_period",
                resolution="Leave the question about closed periods open in the flow's settings.",
            )
        page = talk.target.fetch(Query(LIST))
        records = list(page.records)
        while page.more:
            page = talk.target.fetch(Query(LIST, page.cursor))
            records.extend(page.records)
        talk.periods = periods_of(record.data for record in records)
    return talk.periods


def _closed(talk: Talk, job: Job, period: Period, day: date) -> RecordError:
    return RecordError(
        f"{job.label} is of {day}, and period {period.code} is closed in {talk.target_title}.",
        resolution="Open the period there and retry, or let the flow book in the next open period.",
        cause=f"period.closed:{period.code}",
    )


def tell_rate(talk: Talk, job: Job, order: SalesOrder | Payment) -> None:
    """Write down what the currency of this paper was worth, and when."""
    moment = order.paid_at if isinstance(order, Payment) else order.ordered_at
    if order.exchange_rate and order.shop_currency and order.shop_currency != order.currency:
        day = f" on {day_of(moment, order.time_zone)}" if moment else ""
        rate = f"{order.exchange_rate.normalize():f}"
        talk.log.add("found", f"1 {order.currency} was {rate} {order.shop_currency}{day}.", job)
