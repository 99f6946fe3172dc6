"""`koppel flows`: what travels, when, and how it goes."""

from __future__ import annotations

from typing import Any

import click
import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.actions.flows import set_flow_paused
from koppel.cli.output import console, json_option, say_json, say_table
from koppel.site import Site
from koppel.store.models import Flow, Incoming, Run


@click.group(invoke_without_command=True)
@click.pass_context
@json_option
def command(ctx: click.Context, as_json: bool) -> None:
    """List the flows; pause or resume one."""
    if ctx.invoked_subcommand is not None:
        return
    site = Site.open()
    with site.db.read() as session:
        rows = [_row(session, flow) for flow in session.scalars(sa.select(Flow).order_by(Flow.sequence, Flow.id))]
    site.close()
    if as_json:
        say_json(rows)
        return
    columns = ("flow", "from", "to", "records", "schedule", "state", "waiting", "last run")
    say_table(columns, [[row[name] for name in columns] for row in rows], "There are no flows yet: try `koppel demo`.")


@command.command()
@click.argument("flow")
def pause(flow: str) -> None:
    """Pause FLOW: nothing is read or written until it is resumed."""
    _set(flow, True)


@command.command()
@click.argument("flow")
def resume(flow: str) -> None:
    """Resume FLOW: it goes on where it was."""
    _set(flow, False)


def _set(flow: str, paused: bool) -> None:
    site = Site.open()
    set_flow_paused(site, flow, paused, by="command line")
    site.close()
    console().print(f"{flow} is {'paused' if paused else 'resumed'}.", markup=False)


def _row(session: so.Session, flow: Flow) -> dict[str, Any]:
    waiting = sa.select(sa.func.count(Incoming.id)).where(Incoming.flow_id == flow.id, Incoming.state == "parked")
    last = session.scalars(sa.select(Run).where(Run.flow_id == flow.id).order_by(Run.id.desc()).limit(1)).first()
    return {
        "flow": flow.name,
        "from": flow.source.system,
        "to": flow.target.system,
        "records": flow.resource,
        "schedule": flow.schedule or "by hand",
        "state": _state(flow),
        "waiting": session.scalar(waiting) or 0,
        "last run": f"{last.outcome} {last.started_at:%Y-%m-%d %H:%M} UTC" if last else "never",
    }


def _state(flow: Flow) -> str:
    if flow.paused:
        return f"paused by {flow.paused_by}" if flow.paused_by else "paused"
    for connection in (flow.source, flow.target):
        if connection.state != "active":
            return f"rests: {connection.name} {'asks for a login' if connection.state == 'login' else 'is paused'}"
    return "on"
