"""Everything a run has to do, in order: what an earlier run left, what the source told of, and what changed there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice

import sqlalchemy as sa

from koppel.records import Query
from koppel.runner.intake import pages
from koppel.runner.judge import verdict_on
from koppel.runner.knocks import knocked
from koppel.runner.lease import LeaseLost
from koppel.runner.options import Options
from koppel.runner.talk import Halt, Talk
from koppel.runner.work import work
from koppel.store.models import Incoming, utcnow

BATCH = 50
LARGEST_BATCH = 250


def carry_all(talk: Talk, options: Options) -> None:
    """Until nothing is left, the limit is reached, or a stop is asked for. Raises Halt when the run must end."""
    left = options.limit
    if not options.ids and not talk.dry_run:
        left = _work_off(talk, left)
        for rows in _read(knocked(talk), talk):
            work(talk, rows)
            if talk.stop.is_set():
                return
    query = Query(
        talk.flow.resource,
        None if options.ids or options.since else talk.flow.cursor,
        options.ids,
        options.limit,
        options.since or talk.policy.since,
        talk.policy.filters or {},
        timedelta(minutes=talk.policy.overlap),
    )
    if left is not None and left <= 0:
        return
    for rows in _read(pages(talk, query), talk):
        for batch in _batches(rows if left is None else rows[:left], _handful(talk)):
            if talk.stop.is_set():
                return
            talk.renew()
            work(talk, batch)
        left = None if left is None else left - len(rows)
        if talk.stop.is_set() or (left is not None and left <= 0):
            return


def _read(source: Iterator[list[Incoming]], talk: Talk) -> Iterator[list[Incoming]]:
    """The pages; what goes wrong in reading ends the run, resting or stopped."""
    while True:
        try:
            rows = next(source)
        except StopIteration:
            return
        except (Halt, LeaseLost):
            raise
        except Exception as error:
            verdict = verdict_on(talk, "fetch", error)
            outcome = "resting" if verdict.kind == "retry" else "stopped"
            raise Halt(outcome, verdict, error) from error
        yield rows


def _work_off(talk: Talk, left: int | None) -> int | None:
    """First what an earlier run left: new rows, and rows whose next try is due. Gives how many may still be done."""
    last = 0
    while not talk.stop.is_set() and (left is None or left > 0):
        query = (
            sa.select(Incoming)
            .where(Incoming.flow_id == talk.flow.id, Incoming.id > last)
            .where(sa.or_(Incoming.state == "new", sa.and_(Incoming.state == "retry", Incoming.due_at <= utcnow())))
            .order_by(Incoming.id)
            .limit(_handful(talk) if left is None else min(_handful(talk), left))
        )
        with talk.site.db.read() as session:
            rows = list(session.scalars(query))
        if not rows:
            break
        last = rows[-1].id
        left = None if left is None else left - len(rows)
        talk.counts.seen += len(rows)
        talk.renew()
        work(talk, rows)
    return left


def _batches(rows: Sequence[Incoming], size: int) -> Iterator[list[Incoming]]:
    source = iter(rows)
    while batch := list(islice(source, size)):
        yield batch


def _handful(talk: Talk) -> int:
    """How many records are worked on together: as many as one call of the target takes, within reason."""
    return min(max(BATCH, talk.target_resource(talk.flow.paper).batch_size), LARGEST_BATCH)
