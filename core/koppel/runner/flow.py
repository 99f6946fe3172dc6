"""One run of one flow, from lease to summary."""

from __future__ import annotations

import time

from koppel.errors import ConfigurationError, KoppelError, TransientError
from koppel.records import Verdict
from koppel.runner.carry import carry_all
from koppel.runner.daybook import book_days
from koppel.runner.dayplan import plan_days
from koppel.runner.job import Job
from koppel.runner.lease import Busy, Lease, LeaseLost
from koppel.runner.log import Log
from koppel.runner.options import Options, Result
from koppel.runner.policy import read_policy
from koppel.runner.runs import Ended, close_run, open_run, result_of
from koppel.runner.talk import Halt, Talk
from koppel.site import Opened, Site
from koppel.store.models import Flow


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
        run_id = None if options.dry_run else open_run(site, flow, options)
        ended = _converse(site, flow, run_id, lease, options)
        result = result_of(flow, ended, time.monotonic() - started)
        if run_id is not None:
            close_run(site, flow, run_id, result, ended)
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


def _converse(site: Site, flow: Flow, run_id: int | None, lease: Lease, options: Options) -> Ended:
    ended = Ended()
    sides: list[Opened] = []
    try:
        policy = read_policy(flow.settings, flow.name)
        for side in ("source", "target"):
            sides.append(site.open_side(flow, side, options.stop))
        talk = Talk(
            site, flow, sides[0].endpoint, sides[1].endpoint, sides[0].manifest, sides[1].manifest, sides[1].settings,
            policy, Log(flow.id, run_id), options.dry_run, options.preview, bool(options.ids), kept=sides[1].kept,
            stop=options.stop, progress=options.progress, renew=lease.renew,
        )  # fmt: skip
        ended.counts, ended.mapping = talk.counts, "".join(one.mapping for one in sides)[:255]
        carry_all(talk, options)
        (plan_days if talk.dry_run else book_days)(talk)
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


def _refuse_resting(flow: Flow) -> None:
    for connection in (flow.source, flow.target):
        if connection.state == "paused":
            raise ConfigurationError(
                f"The connection {connection.name} is paused.", field="state", resolution="Resume it on its page first."
            )


__all__ = ["Busy", "Options", "Result", "run_flow"]
