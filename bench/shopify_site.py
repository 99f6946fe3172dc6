"""A simulated Shopify shop over real HTTP and a site beside it, for the benches: a fake ledger gives the records."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from koppel.actions.connections import save_connection
from koppel.actions.flows import save_flow
from koppel.catalog import Catalog
from koppel.config import Config
from koppel.connections.secrets import Vault
from koppel.demo.build import connect, read_plan
from koppel.runner.flow import Options, run_flow
from koppel.seeds import load_seeds
from koppel.site import Site
from koppel.store.db import Database
from koppel.store.models import Base, Rule
from koppel.testing.fakes import World, fake_system, world
from koppel.testing.serving import SandboxServer

LEDGER, SANDBOX = "benchledger", "koppel_shopify.sandbox:create"
LOCATION = "gid://shopify/Location/71000000001"
SHOP = {"shop": {"myshopifyDomain": "bloem-en-blad.myshopify.com"}, "locations": [{"id": LOCATION, "name": "Magazijn"}]}
START = datetime(2026, 1, 1, tzinfo=UTC)


class Bench:
    """The shop, the site and the ledger; `counted` tells what was spent since the last time it was asked."""

    def __init__(self, folder: Path, state: dict[str, Any], resource: str, fields: list[str], page_size: int, **options: Any) -> None:
        self.server = SandboxServer(SANDBOX, {**SHOP, **state}, options).start()
        catalog, config = Catalog.load(), Config(home=folder)
        catalog.add(LEDGER, fake_system(LEDGER))
        self.site = Site(config, Database(config.url), Vault.create(config.key_file), catalog)
        Base.metadata.create_all(self.site.db.engine)
        with self.site.db.write() as session:
            load_seeds(session, catalog)
            session.add_all(_rule(resource, at, name) for at, name in enumerate(fields))
        save_connection(self.site, LEDGER, LEDGER, {"world": LEDGER})
        connect(self.site, read_plan(), {"shopify": self.server.url})
        save_flow(self.site, "bench", LEDGER, "shopify", resource)
        self.ledger: World = world(LEDGER)
        self.ledger.records = {name: {} for name in self.ledger.records}
        self.ledger.page_size = page_size
        self._asked = self._spent = 0

    def run(self) -> Any:
        """Read the whole ledger and send what is new in it; ends the bench when something is parked."""
        result = run_flow(self.site, "bench", Options(since=START))
        if result.summary.outcome != "done" or result.summary.parked:
            sys.exit(f"the run ended {result.summary.outcome}, {result.summary.parked} parked: {result.reason}")
        return result.summary

    def counted(self) -> dict[str, Any]:
        """Calls by path and points, as the simulator itself saw them."""
        rows = self.server.shell.requests[self._asked :]
        self._asked += len(rows)
        spent = sum(app.bucket.spent for app in self.server.shell.sandbox.apps.apps.values())
        points, self._spent = spent - self._spent, spent
        calls = Counter(one["request"].split("?")[0].split("/storage/uploads/")[0] for one in rows)
        logins = calls.pop("POST /admin/oauth/access_token", 0)
        return {"calls": sum(calls.values()), "points": points, "logins": logins}

    def close(self) -> None:
        """Stop both."""
        self.site.close()
        self.server.stop()


def _rule(resource: str, position: int, name: str) -> Rule:
    inner = name.rpartition("[].")[2].removesuffix("[]")
    return Rule(system=LEDGER, direction="inbound", resource=resource, target=name, position=position, spec={"from": inner})
