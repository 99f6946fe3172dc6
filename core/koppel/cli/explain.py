"""`koppel explain`: why is this field what it is?"""

from __future__ import annotations

import click

from koppel.actions.records import explain
from koppel.cli.output import console, json_option, say_json, say_table, shown
from koppel.site import Site


@click.command(short_help="Show who set which field of a record.")
@click.argument("flow")
@click.argument("record")
@json_option
def command(flow: str, record: str, as_json: bool) -> None:
    """Show who set which field of RECORD (for instance #1001) on FLOW: the mapping rows, or which override."""
    site = Site.open()
    row, inbound, outbound = explain(site, flow, record)
    site.close()
    if as_json:
        sides = {"inbound": inbound, "outbound": outbound}
        say_json({
            "record": row.label, "state": row.state, "reason": row.reason,
            **{name: [{"field": c.field, "by": c.player, "before": c.before, "after": c.after} for c in changes]
               for name, changes in sides.items()},
        })  # fmt: skip
        return
    console().print(f"{row.label} is {row.state}. {row.reason}", markup=False, soft_wrap=True)
    for title, changes in (("On the way in", inbound), ("On the way out", outbound)):
        rows = [(change.field, change.player, shown(change.before), shown(change.after)) for change in changes]
        say_table(("field", "set by", "before", "after"), rows, "Nothing was set.", title=title)
