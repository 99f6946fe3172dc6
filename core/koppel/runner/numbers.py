"""New debtors get the next free number of the flow's range, each number once.

A number is kept for its delivery before anybody is asked about it, so that neither a second process nor a run after a
crash gives it again; then the target is asked, in one question, which of them are in use there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.documents import Party
from koppel.errors import ConfigurationError, RecordError
from koppel.parties.ranges import NumberRange
from koppel.records import Lookup, Match
from koppel.runner.echo import delivery_key
from koppel.runner.job import Job
from koppel.runner.judge import judge
from koppel.runner.talk import Talk
from koppel.store.models import Connection, DebtorNumber

FULL = "debtor.range"
_ROUNDS = 25
"""How often the next numbers are tried in one run where people have used numbers of the range by hand."""


def give_numbers(talk: Talk, jobs: Sequence[Job]) -> None:
    """Put a number on each of these new customers, where the flow has a range; in a trial nothing is kept."""
    range_ = talk.policy.debtor_numbers
    if range_ is None or not jobs:
        return
    _check(talk, range_)
    waiting = {} if talk.dry_run else {delivery_key(talk, job): job for job in jobs}
    for _ in range(_ROUNDS):
        if not waiting:
            return
        numbers = _keep(talk, range_, waiting)
        _refuse_rest(talk, range_, waiting, numbers)
        waiting = _settle(talk, {key: job for key, job in waiting.items() if key in numbers}, numbers)
    for job in waiting.values():
        judge(talk, job, "find", _in_use(talk, range_, job))


def _check(talk: Talk, range_: NumberRange) -> None:
    resource = talk.target_resource("customer")
    if not resource.number_field:
        raise ConfigurationError(
            f"{talk.target_title} gives its customers their numbers itself, so the flow cannot have a range of debtor numbers.",
            field="debtor_numbers", resolution="Take the range out of the flow's settings.",
        )  # fmt: skip
    room = resource.limits.get(resource.number_field, range_.longest)
    if range_.longest > room:
        raise ConfigurationError(
            f"The debtor numbers {range_} are longer than the {room} characters that {talk.target_title} keeps.",
            field="debtor_numbers", resolution="Choose shorter numbers in the flow's settings.",
        )  # fmt: skip


def _keep(talk: Talk, range_: NumberRange, wanted: Iterable[str]) -> dict[str, str]:
    """The numbers that are kept for these deliveries, the new ones included; fewer than asked where the range is full."""
    with talk.site.db.write() as session:
        # SQLite has its one write lock already; elsewhere the row of the connection is the queue
        session.execute(sa.select(Connection.id).where(Connection.id == talk.target_id).with_for_update())
        rows = session.execute(sa.select(DebtorNumber.number, DebtorNumber.holder).where(DebtorNumber.connection_id == talk.target_id)).all()
        held = {row.holder: row.number for row in rows if row.holder is not None}
        mine = {key: held[key] for key in wanted if key in held}
        rest = [key for key in wanted if key not in held]
        free = islice(range_.free({row.number for row in rows}), len(rest))
        new = dict(zip(rest, free, strict=False))
        session.add_all(DebtorNumber(connection_id=talk.target_id, number=number, holder=key) for key, number in new.items())
    return mine | new


def _settle(talk: Talk, jobs: Mapping[str, Job], numbers: Mapping[str, str]) -> dict[str, Job]:
    """Number those whose number is free over there; gives the ones that need another."""
    if not jobs:
        return {}
    try:
        found = talk.target.find(Lookup("customer", "code", tuple(numbers[key] for key in jobs))).matches
    except Exception as error:  # nothing is known about these numbers, so none may be used
        for job in jobs.values():
            judge(talk, job, "find", error)
        return {}
    again: dict[str, Job] = {}
    for key, job in jobs.items():
        match = next(iter(found.get(numbers[key], ())), None)
        if match is None:
            assert isinstance(job.document, Party)
            job.document.debtor_number = numbers[key]
        elif job.in_doubt is not None:  # the number was kept for it, so this is the answer that got lost
            _arrived(job, match)
        else:
            again[key] = job
    if again:
        with talk.site.db.write() as session:
            _give_up(session, talk.target_id, again)
    return again


def _arrived(job: Job, match: Match) -> None:
    job.target_id, job.number, job.current = match.id, match.number, match.data


def _give_up(session: so.Session, connection_id: int, keys: Iterable[str]) -> None:
    """These numbers are somebody else's over there: nobody gets them."""
    theirs = (DebtorNumber.connection_id == connection_id, DebtorNumber.holder.in_(list(keys)))
    session.execute(sa.update(DebtorNumber).where(*theirs).values(holder=None))


def _refuse_rest(talk: Talk, range_: NumberRange, waiting: Mapping[str, Job], numbers: Mapping[str, str]) -> None:
    for key, job in waiting.items():
        if key not in numbers:
            judge(talk, job, "find", RecordError(
                f"{job.label} gets no debtor number: all of {range_} are given.",
                resolution="Choose a wider range in the flow's settings; what waits can then be retried.", cause=FULL,
            ))  # fmt: skip


def _in_use(talk: Talk, range_: NumberRange, job: Job) -> RecordError:
    return RecordError(
        f"{job.label} gets no debtor number yet: the first {_ROUNDS} that were tried of {range_} are in use in {talk.target_title}.",
        resolution="Retry it: Koppel goes on from there. A range that nobody uses by hand is quicker.", cause=FULL,
    )  # fmt: skip
