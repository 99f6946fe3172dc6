"""`koppel doubles`: which debtors are likely one and the same?"""

from __future__ import annotations

import sys
from typing import Any

import click

from koppel.actions.doubles import waiting
from koppel.actions.merging import ledger_doubles
from koppel.cli.output import json_option, say_json, say_table
from koppel.errors import ConfigurationError
from koppel.site import Site

_COLUMNS = ("points", "one", "other", "why")


@click.command(short_help="Name debtors that are likely one and the same.")
@click.argument("name", metavar="FLOW|CONNECTION")
@json_option
def command(name: str, as_json: bool) -> None:
    """Name the new customers of FLOW that wait because they look like a debtor who is there, or all debtors of CONNECTION
    that look like each other.

    The debtors of a connection are read once; nothing is written. What to do is decided in the back-office, under Double
    debtors. Exit code 5 says that there are some.
    """
    site = Site.open()
    try:
        found = _waiting(site, name) if _is_flow(site, name) else _there(site, name)
    finally:
        site.close()
    if as_json:
        say_json(found)
    else:
        say_table(_COLUMNS, [[one[column] for column in _COLUMNS] for one in found], "No debtors are alike.")
    sys.exit(5 if found else 0)


def _is_flow(site: Site, name: str) -> bool:
    try:
        site.flow(name)
    except ConfigurationError as error:
        _known(site, name, error)
        return False
    return True


def _known(site: Site, name: str, no_flow: ConfigurationError) -> None:
    try:
        site.connection(name)
    except ConfigurationError as error:
        raise ConfigurationError(
            f"There is no flow and no connection called {name!r}.", field="name", resolution=f"{no_flow.resolution} {error.resolution}"
        ) from None


def _waiting(site: Site, flow: str) -> list[dict[str, Any]]:
    return [
        {"points": other["points"], "one": who.customer.get("name") or who.source_key, "other": f"{other['number']} {other['debtor']['name']}",
         "why": other["why"], "records": [row.label for row in who.rows]}
        for who in waiting(site, flow) for other in who.candidates
    ]  # fmt: skip


def _there(site: Site, connection: str) -> list[dict[str, Any]]:
    return [
        {"points": pair.likeness.points, "one": f"{pair.one.number} {pair.one.values['name']}",
         "other": f"{pair.other.number} {pair.other.values['name']}", "why": pair.likeness.why}
        for pair in ledger_doubles(site, connection)
    ]  # fmt: skip
