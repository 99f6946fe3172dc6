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
from koppel.catalog import Catalog
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
        package = plugin.module.__name__.partition(".")[0]
        folder = Path(str(files(package) / "migrations" / "versions"))
        if folder.is_dir():
            yield Component(plugin.key, folder)


def upgrade(db: Database, catalog: Catalog) -> list[str]:
    """Run what has not been run yet; returns a sentence per component. Safe to repeat."""
    return [_upgrade_one(db, component) for component in components(catalog)]


def configured(component: Component, connection: sa.Connection) -> AlembicConfig:
    """Alembic's settings for one component."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(files("koppel_migrations")))
    config.set_main_option("version_locations", str(component.folder))
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=connection, component=component)
    return config


def _upgrade_one(db: Database, component: Component) -> str:
    try:
        with db.engine.begin() as connection:
            config = configured(component, connection)
            before = _version(connection, component)
            command.upgrade(config, "head")
            after = _version(connection, component)
    except sa.exc.OperationalError as error:
        raise ConfigurationError(
            "The database cannot be reached.",
            field="database_url",
            resolution="Check database_url in koppel.toml, and that the server runs.",
            detail=str(error),
        ) from None
    if before == after:
        return f"{component.key}: up to date ({after})."
    return f"{component.key}: {before or 'empty'} → {after}."


def _version(connection: sa.Connection, component: Component) -> str:
    context = MigrationContext.configure(connection, opts={"version_table": component.version_table})
    return context.get_current_revision() or ""


def newest(component: Component) -> str:
    """The newest version of a component's scripts."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(files("koppel_migrations")))
    config.set_main_option("version_locations", str(component.folder))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config).get_current_head() or ""
