"""Bring a database to the newest shape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from koppel.catalog import Catalog, Plugin
from koppel.errors import ConfigurationError
from koppel.store.db import Database


@dataclass(frozen=True)
class Component:
    """One distribution with tables of its own: `prefix` starts its table names, empty for the core."""

    key: str
    folder: Path

    @property
    def version_table(self) -> str:
        """Where its version is kept."""
        return "alembic_version" if self.key == "core" else f"alembic_version_{self.key}"

    @property
    def prefix(self) -> str:
        """How its tables' names begin."""
        return "" if self.key == "core" else f"{self.key}_"


def components(catalog: Catalog) -> Iterator[Component]:
    """The core first, then every plugin that has migrations."""
    yield Component("core", Path(str(files("koppel_migrations") / "versions")))
    for plugin in catalog.plugins.values():
        folder = _scripts_of(plugin)
        if folder is not None and folder.is_dir():
            yield Component(plugin.key, folder)


def _scripts_of(plugin: Plugin) -> Path | None:
    package = plugin.module.__name__.partition(".")[0]
    try:
        return Path(str(files(package) / "migrations" / "versions"))
    except ModuleNotFoundError:  # a plugin made in memory ships no files
        return None


def upgrade(db: Database, catalog: Catalog) -> list[str]:
    """Run what has not been run yet; returns a sentence per component. Safe to repeat."""
    return [_upgrade_one(db, component) for component in components(catalog)]


def configured(component: Component, connection: sa.Connection) -> AlembicConfig:
    """Alembic's settings for one component."""
    config = _settings(component)
    config.attributes.update(connection=connection, component=component)
    return config


def versions(db: Database, catalog: Catalog) -> list[tuple[Component, str, str]]:
    """Per component: the version the database has (empty: none yet) and the one this program needs."""
    with db.read() as session:
        connection = session.connection()
        return [(one, _version(connection, one), newest(one)) for one in components(catalog)]


def refuse_unready(db: Database, catalog: Catalog) -> None:
    """ConfigurationError when the database is older or newer than this program, or has no tables yet."""
    for component, now, wanted in versions(db, catalog):
        key = component.key
        if now == wanted:
            continue
        if not now and key == "core":
            raise _unfit("The database is empty: Koppel has not been set up here.", "Run `koppel init` once.")
        if now and not _knows(component, now):
            raise _newer(key, now, wanted)
        raise _unfit(
            f"The database is older than this version of Koppel ({key}: {now or 'empty'}, {wanted} is needed).",
            "Run `koppel db upgrade`; nothing is lost.",
        )


def _upgrade_one(db: Database, component: Component) -> str:
    with db.write() as session:
        connection = session.connection()
        config = configured(component, connection)
        before, wanted = _version(connection, component), newest(component)
        if before and not _knows(component, before):
            raise _newer(component.key, before, wanted)
        command.upgrade(config, "head")
        after = _version(connection, component)
    if before == after:
        return f"{component.key}: up to date ({after})."
    return f"{component.key}: {before or 'empty'} → {after}."


def _newer(key: str, now: str, wanted: str) -> ConfigurationError:
    return _unfit(
        f"The database is newer than this version of Koppel ({key}: {now}, this version knows {wanted}).",
        "Install the version that wrote it (pip install --upgrade 'koppel[all]'), or put back the backup made before.",
    )


def _unfit(message: str, resolution: str) -> ConfigurationError:
    return ConfigurationError(message, field="database_url", resolution=resolution, cause="database.version")


def _version(connection: sa.Connection, component: Component) -> str:
    context = MigrationContext.configure(connection, opts={"version_table": component.version_table})
    return context.get_current_revision() or ""


def newest(component: Component) -> str:
    """The newest version of a component's scripts."""
    return _scripts(component).get_current_head() or ""


def _knows(component: Component, version: str) -> bool:
    return version in {one.revision for one in _scripts(component).walk_revisions()}


def _scripts(component: Component) -> ScriptDirectory:
    return ScriptDirectory.from_config(_settings(component))


def _settings(component: Component) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(files("koppel_migrations")))
    config.set_main_option("version_locations", str(component.folder))
    config.set_main_option("path_separator", "os")
    return config
