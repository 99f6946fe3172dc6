"""`koppel db`: bring the database to the shape this version needs."""

from __future__ import annotations

import click
import sqlalchemy as sa
from koppel.catalog import Catalog
from koppel.config import read_config
from koppel.store.db import Database

from koppel_migrations.upgrade import components, newest, upgrade


@click.group()
def db() -> None:
    """Look after the database."""


@db.command("upgrade")
def upgrade_command() -> None:
    """Bring the database to the newest shape; safe to repeat, nothing is lost."""
    config = read_config()
    database = Database(config.url)
    for sentence in upgrade(database, Catalog.load()):
        click.echo(sentence)
    database.close()


@db.command("status")
def status_command() -> None:
    """Say which shape the database has, and which this version needs."""
    config = read_config()
    database = Database(config.url)
    with database.engine.connect() as connection:
        for component in components(Catalog.load()):
            has = sa.inspect(connection).has_table(component.version_table)
            query = sa.text(f"SELECT version_num FROM {component.version_table}")
            now = connection.scalar(query) if has else None
            click.echo(f"{component.key}: {now or 'empty'}, newest {newest(component)}.")
    database.close()
