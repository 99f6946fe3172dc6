"""`koppel retry`: let records that wait for a person go again."""

from __future__ import annotations

import click

from koppel.actions.records import decide, find_record, retry
from koppel.cli.output import console
from koppel.runner.edits import DECISIONS
from koppel.site import Site


@click.command(short_help="Let records that wait go again.")
@click.argument("flow")
@click.argument("records", nargs=-1)
@click.option("--decide", "decision", type=click.Choice(sorted({one for known in DECISIONS.values() for one in known})),
              help="What happens with orders that changed after they were booked or wait for approval, and payments that may be booked already.")  # fmt: skip
def command(flow: str, records: tuple[str, ...], decision: str | None) -> None:
    """Let the RECORDS of FLOW that wait go again, or all of them when none is named.

    They are sent at the flow's next run; run it now with `koppel run FLOW`.
    """
    if decision and not records:
        raise click.UsageError("Name the records that --decide is about.")
    site = Site.open()
    row = site.flow(flow)
    ids = [find_record(site, row, one).id for one in records]
    count = decide(site, ids, decision, "command line") if decision else retry(site, ids, flow=flow, by="command line")
    site.close()
    console().print(f"{count} record{'s' if count != 1 else ''} of {flow} will be sent at the next run.", markup=False)
