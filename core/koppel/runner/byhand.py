"""Money that somebody booked in the ledger and matched with nothing: it may be the very payment that is to be booked.

Nothing in a ledger tells such a line from another one, so a person decides. What Koppel booked itself is known by its
links and its own numbers, and never asked about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from koppel.documents import Payment
from koppel.documents.money import round_money, to_decimal
from koppel.errors import ConflictError
from koppel.records import Match
from koppel.runner.history import histories
from koppel.runner.job import Job
from koppel.runner.talk import Talk
from koppel.store.models import Delivery, Link

THERE = "payment.there"
_NEAR = timedelta(days=7)
"""So far apart may the days be that the shop and the bank tell of one payment."""


@dataclass(frozen=True)
class Loose:
    """A line of money that is matched with nothing: the id and number of its entry, what was received and when."""

    id: str
    number: str
    received: Decimal
    day: str
    text: str


def take_decisions(talk: Talk, jobs: Sequence[Job]) -> None:
    """Finish the payments of which a person said that they are booked already, and note who may be booked all the same."""
    asked = [job for job in jobs if job.incoming is not None and job.incoming.id and job.incoming.cause == THERE]
    told = histories(talk, asked) if asked else {}
    for job in asked:
        assert job.incoming is not None
        job.history = told.get(job.incoming.id, job.history)
        entry = str(job.incoming.facts.get("entry") or "")
        if job.history.decided(THERE) == "booked" and entry:
            job.target_id, job.number = entry, str(job.incoming.facts.get("number") or entry)
            job.done("unchanged", f"{job.label} is {job.number} in {talk.target_title}, as a person said.")


class Strangers:
    """The loose money of a run's debtors that Koppel did not book; each line is asked about once."""

    def __init__(self, talk: Talk, matches: Iterable[Match], jobs: Sequence[Job]) -> None:
        found = {one.id: one for match in matches for one in _loose_of(match.data)}
        ours = _ours(talk, list(found.values())) | {job.target_id for job in jobs if job.target_id}
        self._talk, self._left = talk, {id for id in found if id not in ours}

    def refuse(self, job: Job, payment: Payment, item: Match) -> None:
        """ConflictError where a line of this debtor, amount and time may be this payment, and nobody said that it is not."""
        if job.history.decided(THERE) == "book":
            return
        for one in _loose_of(item.data):
            if one.id in self._left and one.received == payment.received and _near(one.day, payment):
                self._left.discard(one.id)
                raise self._may_be(payment, one)

    def _may_be(self, payment: Payment, one: Loose) -> ConflictError:
        amount, title = round_money(payment.amount, payment.currency), self._talk.target_title
        what = f"{one.number} ({one.text})" if one.text else one.number
        return ConflictError(
            f"{payment.label} may be booked already: {title} has {amount} {payment.currency} of the same debtor on {one.day}, "
            f"as {what}, matched with nothing.",
            resolution=f"Look at it in {title}. Say that it is this one, and match it there; or book this payment all the same.",
            cause=THERE, entry=one.id, number=one.number,
        )  # fmt: skip


def since(days: Iterable[str]) -> str:
    """The first day that has to be looked at for payments of these days, each as 2026-11-30; empty for none."""
    known = [date.fromisoformat(day) for day in days if day]
    return (min(known) - _NEAR).isoformat() if known else ""


def _near(day: str, payment: Payment) -> bool:
    """Whether both are of about one day; one without a day is near to all."""
    if not day or not payment.booked_on:
        return True
    return abs(date.fromisoformat(day) - date.fromisoformat(payment.booked_on)) <= _NEAR


def _loose_of(data: Mapping[str, Any]) -> list[Loose]:
    rows = data.get("loose") or ()
    return [
        Loose(str(row["id"]), str(row.get("number") or row["id"]), to_decimal(row["received"]) or Decimal(0), str(row.get("day") or ""), str(row.get("text") or ""))
        for row in rows
    ]  # fmt: skip


def _ours(talk: Talk, loose: Sequence[Loose]) -> set[str]:
    """Those that Koppel booked: by their link, or by their number where the answer got lost."""
    if not loose:
        return set()
    linked = sa.select(Link.target_key).where(
        Link.target_id == talk.target_id, Link.resource == "payment", Link.target_key.in_([one.id for one in loose])
    )
    sent = sa.select(Delivery.natural_key).where(
        Delivery.target_id == talk.target_id, Delivery.resource == "payment", Delivery.natural_key.in_([one.text for one in loose if one.text])
    )
    with talk.site.db.read() as session:
        ids, numbers = set(session.scalars(linked)), set(session.scalars(sent))
    return ids | {one.id for one in loose if one.text in numbers}
