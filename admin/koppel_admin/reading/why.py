"""Why is this field so: its value, the row that made it, and who changed that row last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from koppel.actions.records import explain
from koppel.connections.redaction import Redactor
from koppel.errors import KoppelError
from koppel.site import Site
from koppel.store.models import Incoming, Rule

from koppel_admin.services.trial import Tried, tried

CORE = "koppel"


@dataclass(frozen=True)
class Why:
    """All fields of the target to choose from, and the chosen one. `player` names the plugin that changed it
    after the mapping; `error` says why nothing can be told."""

    fields: Sequence[str]
    chosen: Tried | None = None
    rule: Rule | None = None
    player: str = ""
    final: Any = None
    error: str = ""


def why(site: Site, row: Incoming, name: str, hide: Redactor) -> Why:
    """What there is to know about one field of this record as the target gets it."""
    try:
        rows = tried(site, row.flow, row, "outbound", row.flow.paper)
    except KoppelError as error:
        return Why((), error=error.message)
    fields = tuple(one.target for one in rows if one.how != "empty")
    chosen = next((one for one in rows if one.target == name), None)
    if chosen is None:
        return Why(fields)
    player, final = _player(site, row, chosen.target)
    shown = Tried(chosen.target, hide(chosen.value), chosen.rule, chosen.how, chosen.row)
    return Why(fields, shown, _rule(site, row, chosen.row), player, hide(final))


def _player(site: Site, row: Incoming, target: str) -> tuple[str, Any]:
    """Which plugin set the field after the mapping rows, and to what; empty when none did."""
    top = target.partition(".")[0].partition("[")[0]
    try:
        _, _, outbound = explain(site, row.flow.name, row.external_id)
    except (KoppelError, TypeError, ValueError):
        return "", None
    later = [one for one in outbound if one.field == top and one.player != CORE]
    return (later[-1].player, later[-1].after) if later else ("", None)


def _rule(site: Site, row: Incoming, target: str) -> Rule | None:
    query = (
        sa.select(Rule)
        .where(Rule.system == row.flow.target.system, Rule.direction == "outbound", Rule.resource == row.flow.paper)
        .where(Rule.target == target, sa.or_(Rule.flow_id == row.flow_id, Rule.flow_id.is_(None)))
        .order_by(Rule.flow_id.is_(None))
    )
    with site.db.read() as session:
        return session.scalars(query).first()
