"""One installation: its settings, database, key and plugins, and the way from a row to an open connection."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import Any

import sqlalchemy as sa

from koppel.catalog import Catalog, Plugin
from koppel.config import Config, read_config
from koppel.connections.budget import CallBudget
from koppel.connections.grants import Grant
from koppel.connections.http import ApiClient, CallMeter, open_client, open_post
from koppel.connections.memory import Memory
from koppel.connections.redaction import Redactor
from koppel.connections.secrets import Vault
from koppel.connections.tokens import TokenKeeper
from koppel.defaults import Defaults
from koppel.documents import PAPERS
from koppel.endpoint import Endpoint, Player
from koppel.errors import AuthError, ConfigurationError
from koppel.manifest import Manifest
from koppel.rulebook import Mappings, compile_for, mapped, taken_back
from koppel.settings import Settings
from koppel.store.db import Database
from koppel.store.models import Connection, Flow


@dataclass
class Opened:
    """An open conversation with one connection; close it when done. `mapping` is the rules' fingerprint; `kept` are, by
    resource, the fields that a record which is there does not get."""

    endpoint: Endpoint
    client: ApiClient
    meter: CallMeter
    manifest: Manifest
    settings: Settings
    mapping: str = ""
    kept: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def close(self) -> None:
        """Give the lines back."""
        self.client.close()


@dataclass
class Site:
    """Everything a command or a page needs to work with this installation."""

    config: Config
    db: Database
    vault: Vault
    catalog: Catalog

    @classmethod
    def open(cls, config: Config | None = None, catalog: Catalog | None = None, *, prepared: bool = True) -> Site:
        """Open the installation. ConfigurationError says what is missing and how to make it.

        `prepared`: refuse a database whose shape is not the one that this version needs."""
        config = config or read_config()
        refuse_nowhere(config)
        db = Database(config.url)
        site = cls(config, db, Vault.open(config.key_file, config.secret_key or None), catalog or Catalog.load())
        if prepared:
            for point in entry_points(group="koppel.ready"):
                point.load()(site.db, site.catalog)
        return site

    def close(self) -> None:
        """Give the database back."""
        self.db.close()

    def flow(self, name: str) -> Flow:
        """The flow of this name; ConfigurationError with the names there are."""
        with self.db.read() as session:
            flow = session.scalar(sa.select(Flow).where(Flow.name == name))
            names = list(session.scalars(sa.select(Flow.name).order_by(Flow.name))) if flow is None else []
        if flow is None:
            known = f"Known flows: {', '.join(names)}." if names else "There are no flows yet."
            raise ConfigurationError(f"There is no flow called {name!r}.", field="flow", resolution=known)
        return flow

    def connection(self, name: str) -> Connection:
        """The connection of this name; ConfigurationError with the names there are."""
        with self.db.read() as session:
            row = session.scalar(sa.select(Connection).where(Connection.name == name))
            names = list(session.scalars(sa.select(Connection.name).order_by(Connection.name))) if row is None else []
        if row is None:
            known = f"Known connections: {', '.join(names)}." if names else "There are no connections yet."
            raise ConfigurationError(f"There is no connection called {name!r}.", field="connection", resolution=known)
        return row

    def settings_of(self, connection: Connection) -> Settings:
        """What the connector reads: the manifest's defaults, the row's settings and its secrets."""
        manifest = self.catalog.system(connection.system).manifest
        values: dict[str, Any] = {one.name: one.default for one in manifest.settings}
        given = {**connection.settings, **self.vault.unseal(connection.secrets)}
        values |= {name: value for name, value in given.items() if value not in (None, "")}
        values["base_url"] = _filled_in(str(values.get("base_url") or ""), values)
        return Settings(values)

    def redactor(self, flow: Flow) -> Redactor:
        """Hides the secrets of both sides of a flow in what is shown or exported."""
        sealed = [self.vault.unseal(one.secrets) for one in (flow.source, flow.target)]
        return Redactor(str(secret) for secrets in sealed for secret in secrets.values())

    def tokens_of(self, connection: Connection) -> TokenKeeper | None:
        """The tokens of this connection; None for a system without OAuth."""
        manifest = self.catalog.system(connection.system).manifest
        settings = self.settings_of(connection)
        oauth = manifest.login_for(settings)
        if oauth is None:
            return None
        post = open_post(settings.text("base_url"), title=manifest.title)
        return TokenKeeper(self.db, self.vault, connection.id, oauth, settings, post, title=manifest.title)

    def open_side(self, flow: Flow, side: str, stop: threading.Event | None = None) -> Opened:
        """Open the source or the target of a flow, with its mappings and the overrides that cover it."""
        connection: Connection = flow.source if side == "source" else flow.target
        wanted = mapped(flow, side) + (taken_back(flow) if side == "target" else [])
        with self.db.read() as session:
            mappings = compile_for(session, self.catalog, connection.system, connection.id, wanted, flow.id)
        return self.converse(connection, flow.name, flow.resource, mappings, stop)

    def _duties(self, connection: Connection) -> tuple[frozenset[str], frozenset[str]]:
        """What the flows of this connection read there and write there."""
        with self.db.read() as session:
            ends = sa.or_(Flow.source_id == connection.id, Flow.target_id == connection.id)
            flows = session.scalars(sa.select(Flow).where(ends)).unique().all()
        reads = frozenset(flow.resource for flow in flows if flow.source_id == connection.id)
        return reads, frozenset(flow.paper for flow in flows if flow.target_id == connection.id)

    def converse(
        self,
        connection: Connection,
        flow: str = "",
        resource: str = "",
        mappings: Mappings | None = None,
        stop: threading.Event | None = None,
    ) -> Opened:
        """Open a conversation with one connection: the core's defaults, one connector, the covering overrides."""
        plugin = self.catalog.system(connection.system)
        manifest, settings = plugin.manifest, self.settings_of(connection)
        assert manifest.connector is not None
        meter = CallMeter(self.vault.unseal(connection.secrets).values())
        urgent = resource in PAPERS  # the last calls of a day are for orders
        budget = CallBudget(self.db, connection.id, manifest.windows, title=manifest.title, urgent=urgent, stop=stop)
        client = open_client(settings.text("base_url"), title=manifest.title, budget=budget, meter=meter)
        try:
            connector = manifest.connector(settings, client)
            connector.memory, connector.language = Memory(self.db, connection.id), self.config.language
            connector.reads, connector.writes = self._duties(connection)
            players: list[Player] = [(_CORE, Defaults(manifest.title, mappings or {})), (plugin.key, connector)]
            players += self._overrides(flow, plugin, resource)
            endpoint = Endpoint(plugin.key, players)
            client.auth = endpoint.auth(Grant(manifest.title, manifest.login_for(settings), settings, self.tokens_of(connection)))
        except BaseException as error:
            client.close()
            if isinstance(error, AuthError):
                error.facts["connection_id"] = connection.id
            raise
        rules = "".join(one.fingerprint[:16] for one in (mappings or {}).values())
        kept = {name: one.kept for (direction, name), one in (mappings or {}).items() if direction == "outbound"}
        return Opened(endpoint, client, meter, manifest, settings, rules, kept)

    def _overrides(self, flow: str, plugin: Plugin, resource: str) -> list[Player]:
        return [(one.key, one.module) for one in self.catalog.overrides(flow, plugin.key, resource)]


_CORE = "koppel"


def refuse_nowhere(config: Config) -> None:
    """ConfigurationError when there is no installation at the place the settings name."""
    if not config.secret_key and not config.database_url and not config.home.exists():
        raise ConfigurationError(
            f"There is no Koppel in {config.home.resolve()} yet.",
            field="home",
            resolution="Make one with `koppel init`, try `koppel demo`, or point KOPPEL_HOME at the right folder.",
        )


def _filled_in(base_url: str, values: Mapping[str, Any]) -> str:
    """An address such as https://{shop}.example with the connection's own settings in it."""
    if "{" not in base_url:
        return base_url
    try:
        return base_url.format_map({name: str(value or "").strip() for name, value in values.items()})
    except (KeyError, ValueError, IndexError):
        raise ConfigurationError(
            f"The address {base_url!r} names a setting that is not there.", field="base_url",
            resolution="Open the connection and fill in the address as https://name.of.the.service.",
        ) from None  # fmt: skip
