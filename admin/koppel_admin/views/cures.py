"""Where the way out of a problem is: a page with the value filled in, and a button that says what it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from koppel.actions.records import Trouble
from koppel.mapping import KNOWN_TABLES
from koppel.runner.doubles import HELD
from koppel.runner.edits import DECISIONS

from koppel_admin.desk import site
from koppel_admin.reading.records import record


@dataclass(frozen=True)
class Cure:
    """A button: what it says and where it leads. `asks`: a person decides there, and trying again without that changes nothing."""

    text: str
    url: str
    asks: bool = False


def cure(trouble: Trouble) -> Cure:
    """The page on which this problem is mended; its own page when it has to be read first."""
    kind = trouble.cause.partition(":")[0]
    flow = trouble.flow
    if kind.startswith("table."):
        return _table(trouble, kind.removeprefix("table."))
    if kind in ("mapping.rule", "mapping.missing", "mapping"):
        place = {"system": flow.target.system, "direction": "outbound", "resource": flow.paper, "flow": flow.name}
        return Cure(_("Open the mapping"), url_for("mapper.place", **place))
    if kind == "debtor.missing":
        return Cure(_("Choose a debtor"), url_for("debtors.index", connection=flow.target.name))
    if kind == HELD:
        return Cure(_("Put both side by side"), url_for("doubles.index"), asks=True)
    if kind.startswith("article.nameless"):
        return Cure(_("Choose the article"), url_for("flow.one", name=flow.name, _anchor="settings"))
    asks = bool(DECISIONS.get(trouble.cause))
    return Cure(_("Decide") if asks else _("Look at it"), url_for("problems.one", number=trouble.example), asks)


def table_cure(table: str, keys: Mapping[str, str], connection: str) -> Cure:
    """The button that opens a table with a value filled in."""
    kind = KNOWN_TABLES.get(table)
    given = {f"missing.{column}": value for column, value in keys.items() if value}
    url = url_for("tables.one", name=table, connection=connection, **given)
    return Cure(_("Choose the %(thing)s", thing=kind.one if kind else _("value")), url)


def _table(trouble: Trouble, table: str) -> Cure:
    row = record(site(), trouble.example)
    return table_cure(table, (row.facts.get("keys") if row else None) or {}, trouble.flow.target.name)
