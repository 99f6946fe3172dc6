"""The row of a run: opened before it begins, closed with what it did and when the flow is due again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.errors import AuthError, BookedWrong
from koppel.records import RunSummary, Verdict
from koppel.runner.options import Options, Result
from koppel.runner.schedule import next_due
from koppel.runner.talk import Counts, Plan
from koppel.site import Site
from koppel.store.models import Connection, Flow, Knock, Run, utcnow
from koppel.store.models.flow import KOPPEL


@dataclass
class Ended:
    """How a conversation ended."""

    counts: Counts = field(default_factory=Counts)
    outcome: str = "done"
    verdict: Verdict | None = None
    error: Exception | None = None
    calls: int = 0
    mapping: str = ""
    plans: tuple[Plan, ...] = ()


def open_run(site: Site, flow: Flow, options: Options) -> int:
    """Begin a run; one whose process died is closed. Returns its number."""
    with site.db.write() as session:
        stale = sa.update(Run).where(Run.flow_id == flow.id, Run.outcome == "running")
        session.execute(stale.values(outcome="broken off", ended_at=utcnow(), reason="The process that ran it ended."))
        run = Run(flow_id=flow.id, trigger=options.trigger, by=options.by)
        session.add(run)
        session.flush()
        return run.id


def result_of(flow: Flow, ended: Ended, seconds: float) -> Result:
    """What a run did, told to whoever asked for it. `seconds` is wall-clock time."""
    counts = ended.counts
    summary = RunSummary(
        flow.name, flow.source.system, flow.target.system, flow.resource, ended.outcome, counts.seen, counts.created,
        counts.updated, counts.unchanged, counts.skipped, counts.parked, ended.calls, round(seconds, 3),
    )  # fmt: skip
    verdict = ended.verdict or Verdict.skip("")
    return Result(summary, verdict.reason, verdict.resolution, ended.error, ended.plans)


def close_run(site: Site, flow: Flow, run_id: int, result: Result, ended: Ended) -> None:
    """Write down what a run did, and when the flow is due again; connections that worked are well again."""
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
        elif row.schedule and _knocked_meanwhile(session, flow):
            row.due_at = utcnow()
        for connection in (row.source, row.target):
            if connection.state == "login" and ended.outcome == "done":
                connection.state, connection.note = "active", ""
        row.note = result.reason if ended.outcome in ("resting", "stopped") else ""
        if isinstance(ended.error, BookedWrong):
            row.paused, row.paused_by = True, KOPPEL
        if isinstance(ended.error, AuthError):
            _ask_for_login(session.get_one(Connection, _whose(flow, ended.error)), ended.error)
    site.catalog.tell_run_finished(summary)


def _knocked_meanwhile(session: so.Session, flow: Flow) -> bool:
    return session.scalar(sa.select(Knock.id).where(Knock.flow_id == flow.id).limit(1)) is not None


def _whose(flow: Flow, error: AuthError) -> int:
    return int(error.facts.get("connection_id") or flow.target_id)


def _ask_for_login(connection: Connection, error: AuthError) -> None:
    connection.state, connection.note = "login", error.message
