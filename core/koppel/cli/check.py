"""`koppel check`: is everything well? Looks, changes nothing in the other systems."""

from __future__ import annotations

import sys

import click
import sqlalchemy as sa

from koppel.actions.connections import test_connection
from koppel.cli.output import console, json_option, say_json
from koppel.errors import KoppelError
from koppel.rulebook import compile_for, mapped
from koppel.runner.policy import read_policy
from koppel.runner.schedule import next_due
from koppel.site import Site
from koppel.store.models import Connection, Flow


@click.command(short_help="Say whether all is well, and what to do if not.")
@json_option
def command(as_json: bool) -> None:
    """Check plugins, connections, mappings and settings, and say what is wrong with which.

    Exit code 3 when something must be changed.
    """
    site = Site.open()
    found = [*_plugins(site), *_connections(site), *_flows(site)]
    site.close()
    if as_json:
        say_json([dict(zip(("what", "ok", "message", "resolution"), one, strict=True)) for one in found])
    else:
        for what, ok, message, resolution in found:
            console().print(f"{'✓' if ok else '✕'} {what}: {message}", markup=False, soft_wrap=True)
            if resolution and not ok:
                console().print(f"  → {resolution}", markup=False, soft_wrap=True)
    sys.exit(0 if all(ok for _, ok, _, _ in found) else 3)


Finding = tuple[str, bool, str, str]


def _plugins(site: Site) -> list[Finding]:
    good = [
        (f"plugin {one.key}", True, f"{one.manifest.title} {one.version}", "") for one in site.catalog.plugins.values()
    ]
    return good + [(f"plugin {one.plugin}", False, one.message, one.resolution) for one in site.catalog.problems]


def _connections(site: Site) -> list[Finding]:
    with site.db.read() as session:
        names = list(session.scalars(sa.select(Connection.name).order_by(Connection.name)))
    tested = [(name, test_connection(site, name)) for name in names]
    return [(f"connection {name}", one.ok, one.message, one.resolution) for name, one in tested]


def _flows(site: Site) -> list[Finding]:
    with site.db.read() as session:
        flows = list(session.scalars(sa.select(Flow).order_by(Flow.sequence)))
    return [_flow(site, flow) for flow in flows]


def _flow(site: Site, flow: Flow) -> Finding:
    try:
        read_policy(flow.settings, flow.name)
        next_due(flow.schedule, site.config.time_zone)
        mappings = _mappings(site, flow, "source") + _mappings(site, flow, "target")
    except KoppelError as error:
        return f"flow {flow.name}", False, error.message, error.resolution
    if flow.held:
        return f"flow {flow.name}", False, f"Koppel paused it. {flow.note}", "Correct that, and the setting that its page names; then resume it."
    return f"flow {flow.name}", True, f"{mappings} mappings read", ""


def _mappings(site: Site, flow: Flow, side: str) -> int:
    connection = flow.source if side == "source" else flow.target
    with site.db.read() as session:
        made = compile_for(session, site.catalog, connection.system, connection.id, mapped(flow, side), flow.id)
    return len(made)
