"""`koppel connections`: the administrations and shops Koppel works with."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click
import sqlalchemy as sa

from koppel.actions.connections import Tested, logged_in, refresh_choices, save_connection, test_connection
from koppel.cli.output import console, json_option, notes, pairs, say_json, say_table, set_option
from koppel.errors import ConfigurationError
from koppel.site import Site
from koppel.store.models import Connection


@click.group(invoke_without_command=True)
@click.pass_context
@json_option
def command(ctx: click.Context, as_json: bool) -> None:
    """List the connections; add, test or log in one."""
    if ctx.invoked_subcommand is not None:
        return
    site = Site.open()
    with site.db.read() as session:
        found = list(session.scalars(sa.select(Connection).order_by(Connection.name)))
    columns = ("name", "system", "administration", "state", "note")
    rows = [[getattr(row, name) for name in columns] for row in found]
    site.close()
    if as_json:
        say_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        say_table(columns, rows, "There are no connections yet: add one with `koppel connections add`.")


@command.command(short_help="Add or change a connection.")
@click.argument("name")
@click.argument("system")
@set_option
def add(name: str, system: str, values: tuple[str, ...]) -> None:
    """Add or change connection NAME to SYSTEM (accountview, exactonline, shopify …).

    Settings that are secret are asked for, so that they stay out of the shell's history.
    """
    site = Site.open()
    manifest = site.catalog.system(system).manifest
    given = pairs(values)
    for setting in manifest.settings:
        if setting.secret and setting.required and setting.name not in given:
            given[setting.name] = click.prompt(setting.label, hide_input=True, default="", show_default=False)
    save_connection(site, name, system, given)
    site.close()
    console().print(f"{name} is saved. Test it with: koppel connections test {name}", markup=False)


@command.command(short_help="Test a connection and read its lists.")
@click.argument("name")
@json_option
def test(name: str, as_json: bool) -> None:
    """Test connection NAME, and read its live lists (journals, VAT codes …) when it works.

    Exit code 3 when a setting must be changed, 4 when the other system cannot be reached now.
    """
    site = Site.open()
    try:
        tested = test_connection(site, name)
        lists = refresh_choices(site, name) if tested.ok else {}
    finally:
        site.close()
    if as_json:
        say_json({**asdict(tested), "lists": lists})
    else:
        _show(tested, lists)
    if not tested.ok:
        sys.exit(4 if tested.later else 3)


def _show(tested: Tested, lists: dict[str, int]) -> None:
    if tested.ok:
        console().print(tested.message, markup=False, soft_wrap=True)
        say_table(("list", "rows"), sorted(lists.items()), "This system has no live lists.")
        return
    notes().print(tested.message, markup=False, soft_wrap=True)
    if tested.field:
        notes().print(f"The setting to look at: {tested.field}", markup=False)
    notes().print("→ " + (tested.resolution or "Fill in what is missing."), markup=False, soft_wrap=True)


@command.command(short_help="Log in a connection.")
@click.argument("name")
@click.option("--redirect-uri", required=True, help="The address registered with the other system's app.")
@click.option("--code", default="", help="The code from the address you were sent back to.")
def login(name: str, redirect_uri: str, code: str) -> None:
    """Log in connection NAME: open the address shown, allow Koppel in, and give the code."""
    site = Site.open()
    connection = site.connection(name)
    tokens = site.tokens_of(connection)
    if tokens is None or not tokens.oauth.authorize_path:
        raise ConfigurationError(
            f"{name} needs no login by a person.", resolution="Test it with koppel connections test."
        )
    if not code:
        console().print(tokens.authorize_url(redirect_uri, "koppel"), markup=False, soft_wrap=True)
        code = click.prompt("Code")
    tokens.exchange(code.strip(), redirect_uri)
    logged_in(site, connection.id)
    site.close()
    console().print(f"{name} is logged in.", markup=False)
