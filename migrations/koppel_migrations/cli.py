"""`koppel db`: bring the database to the shape this version needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from koppel.catalog import Catalog
from koppel.cli.output import json_option, say_json
from koppel.config import read_config
from koppel.site import refuse_nowhere
from koppel.store.db import Database

from koppel_migrations.upgrade import upgrade, versions


@click.group()
def db() -> None:
    """Look after the database."""


@db.command("upgrade")
def upgrade_command() -> None:
    """Bring the database to the newest shape; safe to repeat, nothing is lost."""
    with _database() as database:
        for sentence in upgrade(database, Catalog.load()):
            click.echo(sentence)


@db.command("status")
@json_option
def status_command(as_json: bool) -> None:
    """Say which shape the database has, and which this version needs."""
    with _database() as database:
        found = [(one.key, now, wanted) for one, now, wanted in versions(database, Catalog.load())]
    if as_json:
        say_json([dict(zip(("component", "version", "newest"), one, strict=True)) for one in found])
        return
    for key, now, wanted in found:
        click.echo(f"{key}: {now or 'empty'}, newest {wanted}.")


@contextmanager
def _database() -> Iterator[Database]:
    config = read_config()
    refuse_nowhere(config)
    database = Database(config.url)
    try:
        yield database
    finally:
        database.close()
