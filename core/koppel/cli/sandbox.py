"""`koppel sandbox`: run one simulator alone."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import click

from koppel.catalog import Catalog
from koppel.cli.output import notes
from koppel.demo.webshop import build
from koppel.testing.serving import SandboxServer, load_state, options_from, simulator


@click.command(short_help="Run one simulator alone.")
@click.argument("system")
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="Port on 127.0.0.1; 0 picks a free one.")
@click.option("--state", type=click.Path(path_type=Path), help="JSON file with the records to begin with.")
@click.option(
    "--dump", type=click.Path(path_type=Path), help="Write the state here on exit and on POST /_sandbox/dump."
)
@click.option("--demo", is_flag=True, help="Begin with the webshop of the demo instead of nothing.")
@click.option("--option", "switches", multiple=True, metavar="NAME=VALUE", help="A switch of this simulator.")
def command(
    system: str, port: int, state: Path | None, dump: Path | None, demo: bool, switches: tuple[str, ...]
) -> None:
    """Run the simulator of SYSTEM (accountview, exactonline, shopify) on this machine until Ctrl-C.

    It behaves as the real service does: login, limits, paging, errors. Point a connection's base_url at it.
    """
    manifest = Catalog.load().system(system).manifest
    records = load_state(state)
    if demo and records is None:
        records = simulator(manifest.sandbox).demo_state(build())
    server = SandboxServer(manifest.sandbox, records, options_from(switches), port=port, dump_to=dump)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop())
    click.echo(server.url)
    sys.stdout.flush()
    notes().print(f"The {manifest.title} simulator listens on {server.url}. Stop it with Ctrl-C.", markup=False)
    server.serve()
    server.shell.save()
