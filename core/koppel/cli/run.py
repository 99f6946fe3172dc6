"""`koppel run`: run one flow now."""

from __future__ import annotations

import signal
import sys
import threading
from datetime import UTC, datetime
from typing import Any

import click

from koppel.actions.requests import answer_requests
from koppel.cli.output import console, counter, exit_code, json_option, notes, progress, say_json, say_table, shown
from koppel.records import RunSummary
from koppel.runner.flow import Options, Result, run_flow
from koppel.runner.talk import Plan
from koppel.site import Site

_SUMMARY = ("seen", "created", "updated", "unchanged", "skipped", "parked", "calls", "seconds")


@click.command()
@click.argument("flow")
@click.option(
    "--dry-run", is_flag=True, help="Map and look up, write nothing, and print field by field what would happen."
)
@click.option("--ids", default="", help="Only these records: ids of the source, separated by commas.")
@click.option("--since", type=click.DateTime(), metavar="MOMENT", help="Read from this moment (UTC) on, such as 2026-01-31, instead of where the last run ended.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many records in this run.")
@click.option("--wait", type=click.FloatRange(min=0), default=0.0, help="Wait so many seconds for a run that is going on already.")
@json_option
def command(
    flow: str, dry_run: bool, ids: str, since: datetime | None, limit: int | None, wait: float, as_json: bool
) -> None:
    """Run FLOW now, once.

    Ctrl-C or SIGTERM finishes the record in hand and stops; nothing is lost, and the next run goes on there.
    Exit code 5 says that records wait for a person.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    site = Site.open()
    try:
        with progress() as bar:
            options = Options(
                dry_run=dry_run,
                ids=tuple(one.strip() for one in ids.split(",") if one.strip()),
                since=since.replace(tzinfo=UTC) if since else None,
                limit=limit,
                wait=wait,
                progress=counter(bar, flow),
                stop=stop,
            )
            result = run_flow(site, flow, options)
        asked = [] if dry_run else answer_requests(site)  # where cron runs the flows there is no engine to do it
    finally:
        site.close()
    for sentence in asked:
        notes().print(sentence, markup=False, soft_wrap=True)
    _show(result, as_json, dry_run)
    sys.exit(exit_of(result))


def as_row(summary: RunSummary) -> dict[str, Any]:
    """A run as the demo and `--json` print it."""
    return {
        "name": summary.flow, "source": summary.source, "target": summary.target, "resource": summary.resource,
        **{name: getattr(summary, name) for name in _SUMMARY},
    }  # fmt: skip


def _show(result: Result, as_json: bool, dry_run: bool) -> None:
    if as_json:
        extra: dict[str, Any] = {
            "outcome": result.summary.outcome,
            "reason": result.reason,
            "resolution": result.resolution,
        }
        if dry_run:
            extra["plans"] = [_plan_row(plan) for plan in result.plans]
        say_json(as_row(result.summary) | extra)
        return
    for plan in result.plans:
        _show_plan(plan)
    say_table(_SUMMARY, [[getattr(result.summary, name) for name in _SUMMARY]])
    if dry_run:
        console().print("Nothing was written.")
    if result.reason:
        notes().print(result.reason, markup=False, soft_wrap=True)
        if result.resolution:
            notes().print("→ " + result.resolution, markup=False, soft_wrap=True)


def _show_plan(plan: Plan) -> None:
    why = f"  ({plan.why})" if plan.why else ""
    console().print(
        f"{plan.action:<10} {plan.resource.replace('_', ' ')} {plan.label}{why}", markup=False, soft_wrap=True
    )
    for name, now, then in plan.fields:
        before = f"{shown(now)} → " if now not in (None, "") else ""
        console().print(f"           {name}: {before}{shown(then, 2000)}", markup=False, soft_wrap=True)


def _plan_row(plan: Plan) -> dict[str, Any]:
    fields = [{"field": name, "now": now, "then": then} for name, now, then in plan.fields]
    return {"label": plan.label, "resource": plan.resource, "action": plan.action, "why": plan.why, "fields": fields}


def exit_of(result: Result) -> int:
    """The exit code that tells how a run ended."""
    outcome = result.summary.outcome
    if outcome == "resting":
        return 4
    if outcome == "stopped":
        return exit_code(result.error)
    if result.summary.parked:
        return 5
    return 4 if outcome == "done" and result.error else 0
