"""What 512 real orders cost on their way from Shopify into each ledger, on each database: speed, calls and memory.

Each case runs in a process of its own; the simulators run in others, over real HTTP, without call limits."""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from koppel.actions.flows import save_flow  # noqa: E402 - the parts of the tests are found by the line above
from koppel.catalog import Catalog  # noqa: E402
from koppel.cli.init import prepare  # noqa: E402
from koppel.config import Config  # noqa: E402
from koppel.connections.secrets import Vault  # noqa: E402
from koppel.demo.build import Plan, connect, furnish, read_plan  # noqa: E402
from koppel.demo.simulators import running  # noqa: E402
from koppel.runner.flow import run_flow  # noqa: E402
from koppel.site import Site  # noqa: E402
from koppel.store.db import Database  # noqa: E402
from support.postgres import SERVER  # noqa: E402
from support.pour import counter, extras, ledger_states, shop_state  # noqa: E402
from support.retail import articles_in, read_lines, retail_orders  # noqa: E402
from support.shared import HOME  # noqa: E402

LEDGERS = ("accountview", "exactonline")
DATABASES = ("sqlite", "postgresql")
COLUMNS = ("ledger", "database", "run", "orders", "created", "parked", "seconds", "orders_per_second", "calls", "calls_per_order")


def main() -> None:
    """Run all cases one after another, and print a table or one JSON object."""
    given = _arguments()
    if given.case:
        print(json.dumps(measure(*given.case, given.orders)))
        return
    if not list((HOME / "orders").glob("*.csv")):
        print(f"Nothing to measure: the real orders are not at {HOME / 'orders'} (TEST_SHARED_DATA says where).", file=sys.stderr)
        return
    cases = [(ledger, database) for database in DATABASES for ledger in LEDGERS if database != "postgresql" or _reachable()]
    found = [_apart(ledger, database, given.orders) for ledger, database in cases]
    print(json.dumps({"orders": found}, indent=1) if given.json else _table(found))


def measure(ledger: str, database: str, count: int) -> dict[str, Any]:
    """One ledger on one database: the first run, the second that has nothing to do, and the peak of memory."""
    lines = read_lines(next((HOME / "orders").glob("*.csv")))
    nodes = retail_orders(lines)[: count or None]
    states = {"shopify": shop_state(orders=nodes), **ledger_states(articles_in(lines))}
    del lines
    with tempfile.TemporaryDirectory() as folder, _url(database) as url:
        home = Path(folder)
        for system, state in states.items():
            (home / f"{system}.json").write_text(json.dumps(state), encoding="utf-8")
        del states
        plan = _plan(ledger)
        with running(plan.systems, home) as addresses:
            site = _site(home, url)
            connect(site, plan, addresses)
            furnish(site, plan)
            counter(site)
            save_flow(site, "bench", "shopify", ledger, "sales_order", settings=extras())
            before = _peak()
            runs = [_run(site, name) for name in ("first", "second")]
            site.close()
    return {"ledger": ledger, "database": database, "runs": runs, "peak_mb": _peak(), "peak_mb_before": before}


def _run(site: Site, name: str) -> dict[str, Any]:
    done = run_flow(site, "bench").summary
    seen = done.seen or done.unchanged
    return {
        "run": name, "outcome": done.outcome, "orders": seen, "created": done.created, "parked": done.parked,
        "seconds": round(done.seconds, 2), "orders_per_second": round(seen / done.seconds, 1), "calls": done.calls,
        "calls_per_order": round(done.calls / done.created, 2) if done.created else None,
    }  # fmt: skip


def _plan(ledger: str) -> Plan:
    """The demo's connections and value tables for these two systems, without its flows."""
    plan = read_plan()
    systems = {name: plan.systems[name] for name in ("shopify", ledger)}
    tables = {name: rows for name, rows in plan.tables.items() if name in systems}
    return replace(plan, systems=systems, tables=tables, flows=(), debtors=())


def _site(home: Path, url: str) -> Site:
    config = Config(home=home, database_url=url)
    site = Site(config, Database(config.url), Vault.create(config.key_file), Catalog.load())
    prepare(site)
    return site


@contextmanager
def _url(database: str) -> Iterator[str]:
    """A database that is thrown away afterwards; empty for SQLite in the home folder."""
    if database == "sqlite":
        yield ""
        return
    admin = sa.create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text("CREATE DATABASE koppel_bench"))
    try:
        yield sa.engine.make_url(SERVER).set(database="koppel_bench").render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(sa.text("DROP DATABASE koppel_bench WITH (FORCE)"))
        admin.dispose()


def _reachable() -> bool:
    try:
        with sa.create_engine(SERVER, connect_args={"connect_timeout": 3}).connect():
            return True
    except sa.exc.OperationalError as error:
        print(f"Without PostgreSQL: {str(error.orig).splitlines()[0]}", file=sys.stderr)
        return False


def _apart(ledger: str, database: str, count: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--case", ledger, database, "--orders", str(count)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return made


def _peak() -> float:
    """Megabytes this process has held at most."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def _table(found: list[dict[str, Any]]) -> str:
    rows = [{**case, **run} for case in found for run in case["runs"]]
    lines = ["  ".join(f"{name:>17}" for name in COLUMNS)]
    lines += ["  ".join(f"{row[name] if row[name] is not None else '-':>17}" for name in COLUMNS) for row in rows]
    peaks = [f"{one['ledger']} on {one['database']}: at most {one['peak_mb']} MB, of which {one['peak_mb_before']} before the run" for one in found]
    return "\n".join([*lines, *peaks])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--orders", type=int, default=0, help="only so many of the orders; 0: all")
    parser.add_argument("--case", nargs=2, metavar=("LEDGER", "DATABASE"), help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
