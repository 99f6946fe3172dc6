"""Something went wrong: ask `on_error` where it happened, and write the verdict once."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from koppel.defaults import backoff, default_verdict
from koppel.errors import AuthError, KoppelError, TransientError
from koppel.records import Failure, Verdict
from koppel.runner.job import Job
from koppel.runner.talk import Halt, Talk
from koppel.store.models import Incoming, utcnow

LOST_IN_A_ROW = 3
BUGS_IN_A_ROW = 5


def verdict_on(talk: Talk, step: str, error: Exception, job: Job | None = None) -> Verdict:
    """What happens next, decided by the endpoint where it went wrong."""
    at_source = step in ("fetch", "read")
    endpoint = talk.source if at_source else talk.target
    if isinstance(error, AuthError):
        error.facts.setdefault("connection_id", talk.source_id if at_source else talk.target_id)
    failure = Failure(
        flow=talk.flow.name,
        system=endpoint.system,
        resource=job.resource if job else talk.flow.resource,
        step=step,
        error=error,
        record_id=job.source_key if job else "",
        attempt=job.attempt if job else 1,
    )
    try:
        return endpoint.on_error(failure)
    except Exception:  # an on_error that fails must not hide what it was asked about
        return default_verdict(failure)


def judge(talk: Talk, job: Job, step: str, error: Exception) -> None:
    """Put the verdict on the job; end the run where the error concerns more than this record."""
    verdict = verdict_on(talk, step, error, job)
    _count(talk, error)
    if verdict.kind == "stop":
        raise Halt("stopped", verdict, error) from error
    job.verdict, job.error = verdict, error
    if talk.lost_answers >= LOST_IN_A_ROW:
        raise Halt("resting", verdict, error) from error
    if talk.bugs >= BUGS_IN_A_ROW:
        reason = f"{BUGS_IN_A_ROW} records in a row met something that Koppel does not understand."
        raise Halt("stopped", Verdict.stop(reason, "Send the details to your supplier. Nothing is lost."), error)


@contextmanager
def judged(talk: Talk, job: Job, step: str) -> Iterator[None]:
    """Run one step of one record; what it raises becomes that record's verdict."""
    try:
        yield
    except Halt:
        raise
    except Exception as error:  # one bad record never blocks the others
        judge(talk, job, step, error)


def went_well(talk: Talk) -> None:
    """The other side answered: the row of lost answers and bugs is broken."""
    talk.lost_answers = talk.bugs = 0


def write_verdict(row: Incoming, job: Job) -> str:
    """Put the verdict on the inbox row; returns how the run counts it."""
    verdict, error = job.verdict, job.error
    assert verdict is not None
    row.reason, row.resolution = verdict.reason, verdict.resolution
    row.cause = _cause(error)[:255]
    row.facts = dict(error.facts) if isinstance(error, KoppelError) else {}
    row.detail = _detail(error)
    if verdict.kind == "retry":
        row.attempts += 1
        wait = backoff(row.attempts) if verdict.after is None else verdict.after
        row.state, row.due_at = "retry", utcnow() + timedelta(seconds=wait)
        return "retried"
    row.state = "skipped" if verdict.kind == "skip" else "parked"
    return row.state


def _count(talk: Talk, error: Exception) -> None:
    if isinstance(error, TransientError):
        talk.lost_answers += 1
    elif not isinstance(error, KoppelError):
        talk.bugs += 1


def _cause(error: Exception | None) -> str:
    return error.cause if isinstance(error, KoppelError) else f"bug.{type(error).__name__}"


def _detail(error: Exception | None) -> str:
    if error is None:
        return ""
    if isinstance(error, KoppelError):
        return error.detail[:20_000]
    return "".join(traceback.format_exception(error))[-20_000:]
