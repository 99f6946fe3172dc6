"""`koppel flows`: what travels, when, and how it goes."""

from __future__ import annotations

from typing import Any

import click
import sqlalchemy as sa
import sqlalchemy.orm as so

from koppel.actions.flows import save_flow, set_flow_paused
from koppel.cli.output import console, json_option, pairs, say_json, say_table, set_option
from koppel.site import Site
from koppel.store.models import Flow, Incoming, Run


@click.group(invoke_without_command=True)
@click.pass_context
@json_option
def command(ctx: click.Context, as_json: bool) -> None:
    """List the flows; add, pause or resume one."""
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


@command.command(short_help="Add or change a flow.")
@click.argument("name")
@click.argument("source")
@click.argument("target")
@click.argument("records", metavar="RECORDS")
@click.option(
    "--schedule", default="", help='An interval such as 5m, or a cron line such as "0 6 * * 1-5"; empty: by hand.'
)
@set_option
def add(name: str, source: str, target: str, records: str, schedule: str, values: tuple[str, ...]) -> None:
    """Add or change flow NAME: RECORDS (sales_order, customer, product, stock) from connection SOURCE to TARGET.

    Settings are for instance release=paid, shipping_sku=VERZENDKOSTEN or update=no.
    """
    site = Site.open()
    save_flow(site, name, source, target, records, schedule=schedule, settings=pairs(values))
    site.close()
    console().print(f"{name} is saved. Try it without writing: koppel run {name} --dry-run", markup=False)


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
