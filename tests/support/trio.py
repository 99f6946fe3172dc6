"""The three simulators over real HTTP, and a site between them: what the walks and acceptance tests stand on."""

from __future__ import annotations

import httpx
from koppel.catalog import Catalog
from koppel.cli.init import prepare
from koppel.config import Config
from koppel.connections.secrets import Vault
from koppel.demo.build import connect, furnish, read_plan
from koppel.demo.webshop import build
from koppel.runner.flow import Options, run_flow
from koppel.site import Site
from koppel.store.db import Database
from koppel.store.models import Activity, Incoming
from koppel.testing.serving import SandboxServer, simulator


class Trio:
    """Simulators and site. `states` replaces the demo's records of a system, `options` adds switches, `plan` the demo."""

    def __init__(self, folder, states=None, options=None, database_url="", plan=None):
        self.plan = plan or read_plan()
        self.catalog = Catalog.load()
        self.servers = {}
        for system, wanted in self.plan.systems.items():
            path = self.catalog.system(system).manifest.sandbox
            state = (states or {}).get(system) or simulator(path).demo_state(build())
            switches = {**(wanted.get("options") or {}), **((options or {}).get(system) or {})}
            self.servers[system] = SandboxServer(path, state, switches).start()
        self.addresses = {system: server.url for system, server in self.servers.items()}
        self.site = self.install(folder, database_url)

    def install(self, folder, database_url=""):
        """A site of its own between the same three systems."""
        config = Config(home=folder, database_url=database_url)
        site = Site(config, Database(config.url), Vault.create(config.key_file), self.catalog)
        prepare(site)
        connect(site, self.plan, self.addresses)
        furnish(site, self.plan)
        return site

    def run(self, flow, **options):
        """Run a flow once."""
        return run_flow(self.site, flow, Options(**options))

    def state(self, system):
        """Everything a simulator holds."""
        return httpx.get(f"{self.addresses[system]}/_sandbox/state", timeout=60).json()

    def faults(self, system, *faults):
        """Let these things go wrong."""
        httpx.post(f"{self.addresses[system]}/_sandbox/faults", timeout=60, json=list(faults)).raise_for_status()

    def control(self, system, what, **body):
        """Another control of a simulator: clock, expire-tokens, revoke-refresh-tokens."""
        httpx.post(f"{self.addresses[system]}/_sandbox/{what}", timeout=60, json=body).raise_for_status()

    def requests(self, system):
        """What a simulator was asked."""
        return httpx.get(f"{self.addresses[system]}/_sandbox/log", timeout=60).json()

    def inbox(self, flow, **where):
        """Inbox rows of a flow."""
        with self.site.db.read() as session:
            rows = session.query(Incoming).filter_by(flow_id=self.site.flow(flow).id, **where)
            return rows.order_by(Incoming.id).all()

    def steps(self, **where):
        """Activity."""
        with self.site.db.read() as session:
            return session.query(Activity).filter_by(**where).order_by(Activity.id).all()

    def close(self):
        """Stop all of it."""
        for server in self.servers.values():
            server.stop()
        self.site.close()

    def exact(self, entity):
        """The rows of the Exact Online simulator."""
        return self.state("exactonline")["data"]["3012345"].get(entity, [])

    def accountview(self, table):
        """The rows of this year's administration in the AccountView simulator."""
        return self.state("accountview")["companies"][0]["administrations"][-1]["tables"].get(table, [])
