"""One run of one flow, from lease to summary."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

import sqlalchemy as sa

from koppel.errors import AuthError, ConfigurationError, KoppelError, TransientError
from koppel.records import Query, RunSummary, Verdict
from koppel.runner.intake import pages
from koppel.runner.job import Job
from koppel.runner.judge import verdict_on
from koppel.runner.knocks import knocked
from koppel.runner.lease import Busy, Lease, LeaseLost
from koppel.runner.log import Log
from koppel.runner.policy import read_policy
from koppel.runner.schedule import next_due
from koppel.runner.talk import Counts, Halt, Plan, Progress, Talk
from koppel.runner.work import work
from koppel.site import Opened, Site
from koppel.store.models import Connection, Flow, Incoming, Run, utcnow

BATCH = 50
LARGEST_BATCH = 250


@dataclass(frozen=True)
class Options:
    """How to run a flow. `ids` reads only these; `since` overrides the start of a first read; `limit`
    bounds the number of records of this run; `wait` is how many seconds to wait for a run that is going on."""

    trigger: str = "hand"
    by: str = ""
    dry_run: bool = False
    ids: tuple[str, ...] = ()
    since: datetime | None = None
    limit: int | None = None
    wait: float = 0.0
    progress: Progress = lambda counts: None
    stop: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class Result:
    """What a run did, why it ended, and, of a dry run, what it would do."""

    summary: RunSummary
    reason: str = ""
    resolution: str = ""
    error: Exception | None = None
    plans: tuple[Plan, ...] = ()


def run_flow(site: Site, name: str, options: Options | None = None) -> Result:
    """Run a flow once. Raises Busy when it is running already and ConfigurationError when it does not exist;
    everything else that goes wrong ends in the Result, and in the back-office."""
    options = options or Options()
    flow = site.flow(name)
    _refuse_resting(flow)
    lease = Lease(site.db, flow.id)
    _take(lease, options)
    flow = site.flow(name)  # what the run before left, now that nobody else writes it
    started = time.monotonic()
    run_id = None
    try:
        run_id = None if options.dry_run else _open_run(site, flow, options)
        ended = _converse(site, flow, run_id, lease, options)
        result = _summary(flow, ended, time.monotonic() - started)
        if run_id is not None:
            _close_run(site, flow, run_id, result, ended)
        return result
    finally:
        lease.give_back()


def _take(lease: Lease, options: Options) -> None:
    deadline = time.monotonic() + options.wait
    while True:
        try:
            lease.take()
            return
        except Busy:
            if time.monotonic() >= deadline or options.stop.wait(0.5):
                raise


@dataclass
class _Ended:
    """How a conversation ended."""

    counts: Counts = field(default_factory=Counts)
    outcome: str = "done"
    verdict: Verdict | None = None
    error: Exception | None = None
    calls: int = 0
    mapping: str = ""
    plans: tuple[Plan, ...] = ()


def _converse(site: Site, flow: Flow, run_id: int | None, lease: Lease, options: Options) -> _Ended:
    ended = _Ended()
    sides: list[Opened] = []
    try:
        policy = read_policy(flow.settings, flow.name)
        for side in ("source", "target"):
            sides.append(site.open_side(flow, side, options.stop))
        talk = Talk(
            site, flow, sides[0].endpoint, sides[1].endpoint, sides[0].manifest, sides[1].manifest, sides[1].settings,
            policy, Log(flow.id, run_id), options.dry_run, bool(options.ids), stop=options.stop, progress=options.progress, renew=lease.renew,
        )  # fmt: skip
        ended.counts, ended.mapping = talk.counts, "".join(one.mapping for one in sides)[:255]
        _carry_all(talk, options)
        ended.plans = tuple(talk.plans)
        if options.stop.is_set():
            ended.outcome, ended.verdict = (
                "broken off",
                Verdict.retry(0, "Stopped on request; the rest goes on next time."),
            )
        elif talk.counts.retried and talk.later is not None:
            ended.verdict, ended.error = _said_of_later(talk.counts.retried, talk.later), talk.later.error
    except Halt as halt:
        ended.outcome, ended.verdict, ended.error = halt.outcome, halt.verdict, halt.error
    except LeaseLost as error:
        ended.outcome, ended.error = "broken off", error
        ended.verdict = Verdict.retry(0, error.message)
    except KoppelError as error:
        ended.outcome, ended.error = "resting" if isinstance(error, TransientError) else "stopped", error
        ended.verdict = Verdict.stop(error.message, error.resolution)
    finally:
        ended.calls = sum(one.meter.count for one in sides)
        for one in sides:
            one.close()
    return ended


def _said_of_later(count: int, job: Job) -> Verdict:
    """What a run says of the records that are tried again by themselves."""
    assert job.verdict is not None
    who = f"{job.label} is" if count == 1 else f"{count} records are"
    return Verdict.retry(0, f"{who} tried again later: {job.verdict.reason}", job.verdict.resolution)


def _carry_all(talk: Talk, options: Options) -> None:
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


def _refuse_resting(flow: Flow) -> None:
    for connection in (flow.source, flow.target):
        if connection.state == "paused":
            raise ConfigurationError(
                f"The connection {connection.name} is paused.", field="state", resolution="Resume it on its page first."
            )


def _open_run(site: Site, flow: Flow, options: Options) -> int:
    with site.db.write() as session:
        stale = sa.update(Run).where(Run.flow_id == flow.id, Run.outcome == "running")
        session.execute(stale.values(outcome="broken off", ended_at=utcnow(), reason="The process that ran it ended."))
        run = Run(flow_id=flow.id, trigger=options.trigger, by=options.by)
        session.add(run)
        session.flush()
        return run.id


def _summary(flow: Flow, ended: _Ended, seconds: float) -> Result:
    counts = ended.counts
    summary = RunSummary(
        flow.name, flow.source.system, flow.target.system, flow.resource, ended.outcome, counts.seen, counts.created,
        counts.updated, counts.unchanged, counts.skipped, counts.parked, ended.calls, round(seconds, 3),
    )  # fmt: skip
    verdict = ended.verdict or Verdict.skip("")
    return Result(summary, verdict.reason, verdict.resolution, ended.error, ended.plans)


def _close_run(site: Site, flow: Flow, run_id: int, result: Result, ended: _Ended) -> None:
    summary = result.summary
    with site.db.write() as session:
        run = session.get_one(Run, run_id)
        for name in ("seen", "created", "updated", "unchanged", "skipped", "parked", "calls", "seconds", "outcome"):
            setattr(run, name, getattr(summary, name))
        run.retried, run.mapping, run.ended_at = ended.counts.retried, ended.mapping, utcnow()
        run.reason, run.resolution = result.reason, result.resolution
        row = session.get_one(Flow, flow.id)
        row.due_at = next_due(row.schedule, site.config.time_zone)
        if ended.outcome == "resting" and ended.verdict is not None:
            row.due_at = utcnow() + timedelta(seconds=ended.verdict.after or 60)
        for connection in (row.source, row.target):
            if connection.state == "login" and ended.outcome == "done":
                connection.state, connection.note = "active", ""
        row.note = result.reason if ended.outcome in ("resting", "stopped") else ""
        if isinstance(ended.error, AuthError):
            _ask_for_login(session.get_one(Connection, _whose(flow, ended.error)), ended.error)
    site.catalog.tell_run_finished(summary)


def _whose(flow: Flow, error: AuthError) -> int:
    return int(error.facts.get("connection_id") or flow.target_id)


def _ask_for_login(connection: Connection, error: AuthError) -> None:
    connection.state, connection.note = "login", error.message


__all__ = ["BATCH", "Busy", "Options", "Result", "run_flow"]
