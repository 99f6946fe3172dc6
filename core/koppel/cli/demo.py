"""`koppel demo`: the whole product against simulators, without any credentials."""

from __future__ import annotations

import signal
import threading
from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import click
import httpx

from koppel.actions.people import first_admin
from koppel.actions.records import troubles
from koppel.catalog import Catalog
from koppel.cli.init import prepare
from koppel.cli.output import console, counter, json_option, notes, progress, say_json, say_table
from koppel.cli.run import as_row
from koppel.config import read_config
from koppel.connections.secrets import Vault
from koppel.demo.build import Plan, connect, furnish, read_plan
from koppel.demo.counts import holdings
from koppel.demo.simulators import running, save
from koppel.runner.flow import Options, run_flow
from koppel.site import Site
from koppel.store.db import make_folder

_COLUMNS = ("name", "seen", "created", "updated", "unchanged", "skipped", "parked", "calls", "seconds")


@click.command(short_help="See all of it work, against simulators.")
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var/demo"),
    show_default=True,
    help="Where all of it is kept.",
)
@click.option("--once", is_flag=True, help="Run the flows and end, without serving the back-office.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port of the back-office on 127.0.0.1.")
@json_option
def command(home: Path, once: bool, port: int, as_json: bool) -> None:
    """Show all of it: a Dutch webshop in three simulators, orders and articles really travelling.

    Everything lives in one folder; a second run finds the first and has nothing to do. Remove the folder to
    begin anew.
    """
    make_folder(home)
    config = read_config(home)
    Vault.create(config.key_file)
    site = Site.open(config, Catalog.load(), prepared=False)
    prepare(site)
    plan = read_plan()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with running(plan.systems, home) as addresses:
        report = _run_all(site, plan, addresses, stop)
        save(addresses)
        if as_json:
            say_json(report)
        else:
            _show(report)
        if not once and not stop.is_set():
            _serve(site, port, as_json)
    site.close()


def _run_all(site: Site, plan: Plan, addresses: Mapping[str, str], stop: threading.Event) -> dict[str, Any]:
    connect(site, plan, addresses)
    furnish(site, plan)
    rows, stopped = [], []
    with progress() as bar:
        for flow in plan.flows:
            if stop.is_set():
                break
            result = run_flow(
                site, flow["name"], Options(trigger="demo", progress=counter(bar, flow["title"]), stop=stop)
            )
            rows.append(as_row(result.summary))
            if result.summary.outcome != "done":
                stopped.append(
                    {"title": f"{flow['title']}: {result.reason}", "count": 1, "resolution": result.resolution}
                )
            if result.reason:
                notes().print(f"{flow['title']}: {result.reason}", markup=False, soft_wrap=True)
    states = {
        system: httpx.get(f"{address}/_sandbox/state", timeout=60).json() for system, address in addresses.items()
    }
    found = [{"title": one.title, "count": one.count, "resolution": one.resolution} for one in troubles(site)]
    return {"flows": rows, "systems": holdings(plan.systems, states), "problems": stopped + found}


def _show(report: Mapping[str, Any]) -> None:
    say_table(_COLUMNS, [[row[name] for name in _COLUMNS] for row in report["flows"]], title="What travelled")
    systems = report["systems"]
    say_table(("system", "customers", "products", "orders"), [[name, *held.values()] for name, held in systems.items()],
              title="What each system holds now")  # fmt: skip
    if not any(row["created"] or row["updated"] for row in report["flows"]):
        console().print("Nothing had to be made or changed: everything was in step already.")
    for problem in report["problems"]:
        console().print(
            f"△ {problem['title']} ({problem['count']})\n  → {problem['resolution']}", markup=False, soft_wrap=True
        )


def _serve(site: Site, port: int, quiet: bool) -> None:
    points = list(entry_points(group="koppel.serve"))
    if not points:
        notes().print("The back-office is not installed: pip install koppel-admin")
        return
    made = first_admin(site, "demo@example.nl")
    if made and not quiet:
        console().print(
            f"Back-office: http://127.0.0.1:{port}  user {made.email}  password {made.password}", markup=False
        )
    elif not quiet:
        console().print(
            f"Back-office: http://127.0.0.1:{port} (user demo@example.nl, password as shown the first time)"
        )
    points[0].load()(site, host="127.0.0.1", port=port)
