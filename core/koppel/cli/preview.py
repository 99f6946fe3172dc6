"""`koppel preview`: what would be booked, as debit and credit?"""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

import click

from koppel.actions.preview import Preview, preview
from koppel.cli.output import console, json_option, notes, say_json, say_table
from koppel.finance.ledger import Booking, Entry
from koppel.site import Site

_DAY = click.DateTime(["%Y-%m-%d"])
_OWN = {"debtor": "debtors", "revenue": "the article's own", "vat": "VAT"}
_COLUMNS = ("account", "text", "VAT code", "debit", "credit")


@click.command(short_help="Show debit and credit before anything is booked.")
@click.argument("flow")
@click.option("--ids", default="", help="Only these orders: ids of the source, separated by commas.")
@click.option("--from", "first", type=_DAY, metavar="DAY", help="First day of a period, such as 2026-11-01.")
@click.option("--to", "last", type=_DAY, metavar="DAY", help="Last day, itself included.")
@json_option
def command(flow: str, ids: str, first: datetime | None, last: datetime | None, as_json: bool) -> None:
    """Show what orders or payments of FLOW come to in the books: debit and credit per ledger account, VAT per code.

    The same code as the real run makes it; nothing is written. An order shows what its invoice will book. Orders
    that are booked already are shown too. Exit code 5 says that some cannot be booked as they are.
    """
    wanted = tuple(one.strip() for one in ids.split(",") if one.strip())
    if not wanted and first is None:
        raise click.UsageError("Give --ids, or --from and --to.")
    if first and last and last < first:
        raise click.UsageError("--to is before --from.")
    site = Site.open()
    try:
        result = preview(site, flow, wanted, first.date() if first else None, last.date() if last else None)
    finally:
        site.close()
    if as_json:
        say_json(as_data(result))
    else:
        _show(result)
    sys.exit(5 if any(plan.action == "parked" for plan in result.others) else 0)


def as_data(result: Preview) -> dict[str, Any]:
    """The preview as `--json` prints it."""
    return {
        "paper": result.paper,
        "bookings": [{**asdict(one), "debit": one.debit, "credit": one.credit} for one in result.bookings],
        "totals": [asdict(one) for one in result.totals],
        "others": [{"label": one.label, "what": one.action, "why": one.why, "resolution": one.resolution} for one in result.others],
    }


def _show(result: Preview) -> None:
    for one in result.bookings:
        say_table(_COLUMNS, map(_row, one.entries), title=_title(one))
    if len(result.bookings) > 1:
        say_table(_COLUMNS, map(_row, result.totals), title="All of it")
    for plan in result.others:
        notes().print(f"{plan.label} is {plan.action}: {plan.why}", markup=False, soft_wrap=True)
        if plan.resolution:
            notes().print("→ " + plan.resolution, markup=False, soft_wrap=True)
    console().print("Nothing was written.")


def _title(one: Booking) -> str:
    return f"{one.label}  {one.day or ''}  {one.currency}  {one.debit:.2f} = {one.credit:.2f}"


def _row(entry: Entry) -> tuple[str, ...]:
    account = entry.account or _OWN.get(entry.kind, "")
    return account, entry.text, entry.vat_code, _money(entry.debit), _money(entry.credit)


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}" if amount else ""
