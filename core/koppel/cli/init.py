"""`koppel init`: make a new installation."""

from __future__ import annotations

import getpass
import json
from importlib.metadata import entry_points
from pathlib import Path

import click

from koppel.actions.people import first_admin, readable
from koppel.catalog import Catalog
from koppel.cli.output import console, notes
from koppel.config import Config, read_config
from koppel.connections.secrets import Vault
from koppel.errors import ConfigurationError
from koppel.seeds import load_seeds
from koppel.site import Site
from koppel.store.db import make_folder


@click.command(short_help="Make a new installation.")
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), help="Where database and key are kept.  [default: var/koppel]")
@click.option("--email", default="", help="E-mail address of the first administrator.  [default: you@localhost]")
def command(home: Path | None, email: str) -> None:
    """Make a new installation: database, key, default mappings and the first administrator.

    Safe to repeat: what exists is kept. The administrator's password is shown once, here.
    """
    config = read_config(home)
    email = readable(email) if email else f"{getpass.getuser()}@localhost"
    make_folder(config.home)
    if not config.secret_key:
        Vault.create(config.key_file)
    _write_settings(config)
    site = Site.open(config, Catalog.load(), prepared=False)
    prepare(site)
    out = console()
    out.print(f"Koppel lives in {config.home.resolve()}.", markup=False, soft_wrap=True)
    made = first_admin(site, email)
    if made:
        out.print(f"First administrator: {made.email}", markup=False)
        out.print(f"Password, shown only now: {made.password}", markup=False)
    for problem in site.catalog.problems:
        notes().print(problem.message, markup=False, soft_wrap=True)
    out.print("Next: koppel connections add NAME SYSTEM, then koppel serve.", markup=False)
    site.close()


def _write_settings(config: Config) -> None:
    """Remember where the installation is, so that commands in this folder find it."""
    file = Path("koppel.toml")
    if not file.exists():
        file.write_text(f"home = {json.dumps(str(config.home))}\n", encoding="utf-8")


def prepare(site: Site) -> None:
    """Bring the database to the newest shape and load the plugins' default rows."""
    points = list(entry_points(group="koppel.upgrade"))
    if not points:
        raise ConfigurationError(
            "The package koppel-migrations is not installed.",
            resolution="Install it with: pip install koppel-migrations",
        )
    for point in points:
        point.load()(site.db, site.catalog)
    with site.db.write() as session:
        load_seeds(session, site.catalog)
