"""A day in the life of a connection to Exact Online: how many calls does an order cost?

1,000 orders with 2.3 lines on average, 70 % of their customers known, 20 SKUs new, into the simulator over real HTTP
at the real limits (60 calls a minute), with a clock that jumps instead of waiting. Small runs are the same day in
runs of ten orders, spread over the day. Beside it the naive chain: does
the order exist, does the customer, each article, then post."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import koppel.site
import koppel_exactonline.keeping
from exact_naive import naive_day
from exact_shop import SANDBOX, Town, build, state
from koppel.actions.connections import save_connection
from koppel.actions.flows import save_flow
from koppel.catalog import Catalog
from koppel.config import Config
from koppel.connections.budget import CallBudget
from koppel.connections.secrets import Vault
from koppel.connections.tokens import TokenKeeper
from koppel.demo.build import connect, read_plan
from koppel.runner.flow import Options, run_flow
from koppel.seeds import load_seeds
from koppel.site import Site
from koppel.store.db import Database
from koppel.store.models import Base, Rule, TableRow, utcnow
from koppel.testing.fakes import fake_system, world
from koppel.testing.serving import SandboxServer

SHOP = "benchshop"
DAY, SMALL = 86_400, 10
FIELDS = {
    "product": ["sku", "name", "price_incl", "vat_rate", "ean", "group"],
    "sales_order": [
        "reference", "ordered_at", "financial_status", "payment_method", "total", "lines[]", "lines[].sku", "lines[].description",
        "lines[].quantity", "lines[].unit_price", "lines[].total", "lines[].taxes[]", "lines[].taxes[].rate",
        "lines[].taxes[].amount", "customer.source_id", "customer.kind", "customer.name", "customer.email", "customer.first_name",
        "customer.last_name", *(f"{where}.{name}" for where in ("customer.billing", "delivery") for name in ("company", "line", "postcode", "city", "country")),
    ],
}  # fmt: skip
TABLES = (("vat_code", {"rate": "21"}, "3"), ("payment_term", {}, "ID"), ("unit", {}, "stuk"))


@dataclass
class VirtualClock:
    """Real time plus what was waited for; the simulator's clock jumps along."""

    server: SandboxServer
    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        """The moment it is."""
        return utcnow() + self.ahead

    def sleep(self, seconds: float) -> None:
        """Be so many seconds later at once."""
        self.ahead += timedelta(seconds=seconds)
        self.server.shell.sandbox.clock.advance(seconds)


@dataclass(frozen=True)
class Day:
    """What a day cost: calls to the service by what they were for, orders booked, and their sum."""

    calls: dict[str, int]
    orders: int
    total: Decimal

    def told(self) -> dict[str, Any]:
        """As JSON: calls per order, and minutes of the quota of 60 calls a minute."""
        count = sum(self.calls.values())
        return {"calls_per_order": round(count / self.orders, 3), "quota_minutes": round(count / 60, 1), "calls": self.calls}


def main() -> None:
    """Run both ways and print what they cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--orders", type=int, default=1000)
    parser.add_argument("--portions", type=int, default=1, help="in how many runs over the day the orders come in")
    asked = parser.parse_args()
    mixed, known = build(asked.orders, 0.7, 20), build(asked.orders, 1.0, 0)
    told = {
        "koppel": koppel_day(mixed, asked.portions).told(),
        "known_customers_only": koppel_day(known, asked.portions).told(),
        "small_runs": koppel_day(mixed, -(-asked.orders // SMALL)).told(),
        "naive": naive(mixed).told(),
    }
    if asked.json:
        print(json.dumps(told))
        return
    for name, day in told.items():
        print(f"{name:22} {day['calls_per_order']:6.3f} calls per order, {day['quota_minutes']:6.1f} minutes of quota")


def koppel_day(town: Town, portions: int) -> Day:
    """Articles first, then the orders, by the flows that a merchant has; in so many runs."""
    with tempfile.TemporaryDirectory() as folder:
        server = SandboxServer(SANDBOX, state(town), {"loopback_redirects": True}).start()
        clock = VirtualClock(server)
        site = _site(Path(folder), server.url, clock)
        try:
            return _work(site, server, town, portions, clock)
        finally:
            site.close()
            server.stop()


def _work(site: Site, server: SandboxServer, town: Town, portions: int, clock: VirtualClock) -> Day:
    here, asked = world(SHOP), len(server.shell.requests)
    here.records = {name: {} for name in here.records}
    here.page_size = 100
    for one in town.new:
        here.add("product", sku=one.sku, name=one.title, price_incl=str(one.price), vat_rate="21", ean=one.ean, group=one.group)
    _run(site, "articles")
    size = -(-len(town.orders) // portions)
    for start in range(0, len(town.orders), size):
        if start:
            clock.sleep(DAY / portions)
        for order in town.orders[start : start + size]:
            here.add("sales_order", **order)
        _run(site, "orders")
    return _counted(server, asked, town)


def _run(site: Site, flow: str) -> None:
    result = run_flow(site, flow, Options())
    if result.summary.outcome != "done" or result.summary.parked:
        sys.exit(f"{flow} ended {result.summary.outcome}, {result.summary.parked} parked: {result.reason}")


def naive(town: Town) -> Day:
    """The chain that most scripts have, at the same limits and with the same clock."""
    server = SandboxServer(SANDBOX, state(town), {"loopback_redirects": True}).start()
    try:
        asked = len(server.shell.requests)
        naive_day(server, town, VirtualClock(server))
        return _counted(server, asked, town)
    finally:
        server.stop()


def _counted(server: SandboxServer, asked: int, town: Town) -> Day:
    """What the simulator itself saw; logins and calls without an administration cost no quota."""
    calls: dict[str, int] = {}
    for one in server.shell.requests[asked:]:
        method, path = one["request"].split(" ", 1)
        if path.startswith("/api/v1/3012345/"):
            what = f"{method} {path.split('?')[0].split('(')[0].removeprefix('/api/v1/3012345/')}"
            calls[what] = calls.get(what, 0) + 1
    held = server.shell.sandbox.dump()["data"]["3012345"]
    booked, lines = held["salesorder/SalesOrders"], held["salesorder/SalesOrderLines"]
    total = sum((Decimal(str(line["AmountFC"])) + Decimal(str(line["VATAmount"])) for line in lines), Decimal(0))
    wanted = sum((Decimal(order["total"]) for order in town.orders), Decimal(0))
    if len({row["YourRef"] for row in booked}) != len(booked) or len(booked) != len(town.orders) or total != wanted:
        sys.exit(f"{len(booked)} orders of {len(town.orders)} are booked, for {total} of {wanted}")
    return Day(dict(sorted(calls.items())), len(booked), total)


def _site(folder: Path, url: str, clock: VirtualClock) -> Site:
    koppel.site.CallBudget = partial(CallBudget, clock=clock.now, sleep=clock.sleep)  # type: ignore[assignment,misc]
    koppel_exactonline.keeping.now = clock.now
    koppel.site.TokenKeeper = partial(TokenKeeper, clock=clock.now)  # type: ignore[assignment,misc]
    catalog, config = Catalog.load(), Config(home=folder)
    catalog.add(SHOP, fake_system(SHOP))
    site = Site(config, Database(config.url), Vault.create(config.key_file), catalog)
    Base.metadata.create_all(site.db.engine)
    with site.db.write() as session:
        load_seeds(session, catalog)
    save_connection(site, SHOP, SHOP, {"world": SHOP})
    connect(site, read_plan(), {"exactonline": url})
    with site.db.write() as session:
        target = site.connection("exactonline").id
        session.add_all(TableRow(connection_id=target, table=table, conditions=where, value=value, force=False) for table, where, value in TABLES)
        session.add_all(_rule(resource, at, name) for resource, names in FIELDS.items() for at, name in enumerate(names))
    save_flow(site, "articles", SHOP, "exactonline", "product")
    save_flow(site, "orders", SHOP, "exactonline", "sales_order", settings={"release": ["paid"]})
    return site


def _rule(resource: str, position: int, name: str) -> Rule:
    inner = name.rpartition("[].")[2].removesuffix("[]")
    return Rule(system=SHOP, direction="inbound", resource=resource, target=name, position=position, spec={"from": inner})


if __name__ == "__main__":
    main()
