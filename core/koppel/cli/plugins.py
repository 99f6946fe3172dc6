"""`koppel plugins`: which systems and overrides are installed, and what each can do."""

from __future__ import annotations

import click

from koppel.catalog import Catalog, Plugin
from koppel.cli.output import json_option, notes, say_json, say_table


@click.command(short_help="List the installed systems and overrides.")
@json_option
def command(as_json: bool) -> None:
    """List the installed plugins, what each reads and writes, and the ones that are broken."""
    catalog = Catalog.load()
    rows = [_row(plugin) for plugin in catalog.plugins.values()]
    if as_json:
        say_json({"plugins": rows, "problems": [{"plugin": p.plugin, "message": p.message} for p in catalog.problems]})
        return
    columns = ("plugin", "title", "version", "kind", "reads", "writes", "covers")
    table = [[", ".join(row[c]) if isinstance(row[c], list) else row[c] for c in columns] for row in rows]
    say_table(columns, table, "No plugin is installed: pip install koppel-shopify")
    for problem in catalog.problems:
        notes().print(f"✕ {problem.message}\n  → {problem.resolution}", markup=False, soft_wrap=True)


def _row(plugin: Plugin) -> dict[str, str | list[str]]:
    manifest = plugin.manifest
    scopes = [
        " ".join(filter(None, (one.flow, one.system, one.resource))) or "everything" for one in manifest.applies_to
    ]
    return {
        "plugin": plugin.key,
        "title": manifest.title,
        "version": plugin.version,
        "kind": "system" if plugin.is_system else "override",
        "reads": [one.name for one in manifest.resources if one.reads and not one.list],
        "writes": [one.name for one in manifest.resources if one.writes],
        "covers": scopes,
    }
