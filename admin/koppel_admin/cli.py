"""`koppel serve`: the back-office, and the clock that runs the flows."""

from __future__ import annotations

import click
from koppel.site import Site

from koppel_admin.serving import refuse_unready, serve_site


@click.command(short_help="Serve the back-office and run the flows on schedule.")
@click.option("--host", default=None, help="Address to listen on.  [default: the setting host, 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="Port.  [default: the setting port, 8000]")
@click.option("--no-runner", is_flag=True, help="Pages only: run no flows here (a worker does).")
def serve(host: str | None, port: int | None, no_runner: bool) -> None:
    """Serve the back-office and run the flows that are due.

    Ctrl-C or SIGTERM finishes the record in hand and stops; nothing is lost.
    """
    site = Site.open()
    try:
        refuse_unready(site)
        host, port = host or site.config.host, port or site.config.port
        click.echo(f"The back-office is on http://{host}:{port} (Ctrl-C stops it).")
        serve_site(site, host, port, runner=not no_runner)
    finally:
        site.close()
