"""`koppel missing`: which values have no row in a table yet?"""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from koppel.actions.missing import DAYS, missing_rows
from koppel.cli.output import json_option, say_json, say_table
from koppel.site import Site


@click.command(short_help="Name values that have no row in a table yet.")
@click.argument("flow")
@click.option("--days", type=click.IntRange(1, 3650), default=DAYS, show_default=True, help="How far back is looked.")
@json_option
def command(flow: str, days: int, as_json: bool) -> None:
    """Name the payment methods, VAT rates, countries and the like of the last days for which a table of FLOW's target
    has no row.

    The orders are read once and nothing is written. Exit code 5 says that rows are missing.
    """
    site = Site.open()
    try:
        found = missing_rows(site, flow, days)
    finally:
        site.close()
    if as_json:
        say_json([asdict(one) for one in found])
    else:
        lines = [(one.why, one.count, ", ".join(f"{amount:.2f} {currency}" for currency, amount in one.totals.items()), one.example) for one in found]
        say_table(("what is missing", "orders", "total", "for instance"), lines, f"No row is missing for the orders of the last {days} days.")
    sys.exit(5 if found else 0)
