"""`koppel reconcile`: does the ledger hold what the shop sold?"""

from __future__ import annotations

import sys
from datetime import datetime
from decimal import Decimal
from typing import Any

import click

from koppel.actions.reconcile import Explained, Reconciled, reconcile, told
from koppel.cli.output import console, json_option, notes, say_json, say_table
from koppel.finance.series import Series
from koppel.finance.takings import Takings
from koppel.site import Site

_TITLES = {"vat": "VAT", "country": "country", "method": "payment method", "currency": "currency"}
_KINDS = {
    "only_there": "only there", "vat": "VAT differs", "amount": "amount differs", "refund": "refund not booked",
    "exchange": "exchange not booked", "edited": "edited later",
}  # fmt: skip


@click.command(short_help="Compare shop and ledger over a period.")
@click.argument("flow")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), required=True, metavar="DAY", help="First day, such as 2026-11-01.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), required=True, metavar="DAY", help="Last day, itself included.")
@json_option
def command(flow: str, first: datetime, last: datetime, as_json: bool) -> None:
    """Compare what the source of FLOW sold in a period with what its target holds, to the cent.

    Both sides are read anew, nothing is written. Every difference is named with its reason. Where a flow books
    payments, what was paid in the period is compared with what is booked, too. Exit code 5 says that there are
    differences, or that invoice numbers are missing or double.
    """
    if last < first:
        raise click.UsageError("--to is before --from.")
    site = Site.open()
    try:
        result = reconcile(site, flow, first.date(), last.date())
    finally:
        site.close()
    if as_json:
        say_json(told(result))
    else:
        _show(result)
    sys.exit(0 if result.sound else 5)


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"


def _line(one: Explained) -> tuple[Any, ...]:
    it = one.difference
    return it.reference, _KINDS.get(it.kind, it.kind), it.currency, _money(it.here), _money(it.there), one.why


def _numbers(series: Series) -> str:
    """What there is to say of a series of invoice numbers."""
    text = f"Invoice numbers {series.first} to {series.last}: {series.count}"
    if series.sound:
        return f"{text}, none missing, none double."
    missing = ", ".join(first if first == last else f"{first} to {last}" for first, last in series.gaps)
    return f"{text}; missing: {missing or 'none'}; double: {', '.join(series.doubles) or 'none'}."


def _show_payments(paid: Takings) -> None:
    sums = [(row.key, row.currency, *map(_money, (row.here, row.there, row.difference))) for row in paid.rows]
    say_table(("paid by", "in", "shop", "ledger", "difference"), sums, "No payments.")
    if paid.differences:
        rows = [(it.order, it.reference, it.kind, it.currency, _money(it.here), _money(it.there), it.why) for it in paid.differences]
        say_table(("order", "payment", "what", "in", "shop", "ledger", "why"), rows)
    console().print(f"{paid.equal} of {paid.compared} payments are equal to the cent.")


def _show(result: Reconciled) -> None:
    for name, rows in result.report.rows.items():
        sums = [(row.key, row.currency, *map(_money, (row.here, row.there, row.difference))) for row in rows]
        say_table((_TITLES[name], "in", "shop", "ledger", "difference"), sums, f"No {_TITLES[name]}.")
    if result.explained:
        say_table(("order", "what", "in", "shop", "ledger", "why"), [_line(one) for one in result.explained])
    if result.payments is not None:
        _show_payments(result.payments)
    for one in result.series:
        console().print(_numbers(one), markup=False, soft_wrap=True)
    for text in result.unreadable:
        notes().print(f"Not compared: {text}", markup=False, soft_wrap=True)
    console().print(f"{result.report.equal} of {result.compared} orders are equal to the cent.")
    if result.refunds:
        console().print(f"Beside them {result.refunds} refunds are not booked.")
