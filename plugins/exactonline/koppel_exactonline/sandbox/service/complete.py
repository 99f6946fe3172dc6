"""Fill in what hand-written rows left out, by the same rules that complete a row somebody creates."""

from __future__ import annotations

from datetime import datetime

from koppel_exactonline.sandbox.resources import BEHAVIOURS, DERIVATIONS
from koppel_exactonline.sandbox.resources.desk import Change, Desk
from koppel_exactonline.sandbox.schema import parent_of
from koppel_exactonline.sandbox.store.state import State
from koppel_exactonline.sandbox.store.table import TIMESTAMP, Row, Table
from koppel_exactonline.sandbox.switches import Switches


def complete(state: State, switches: Switches, moment: datetime) -> None:
    """Complete and number every row without a row version; rows of a dump have one and stay as they are."""
    user: Row = next(iter(state.users.values()), {})
    for division in state.divisions.values():
        desk = Desk(division, user, moment, switches, DERIVATIONS)
        for table in division.tables.values():
            for row in [one for one in table if not isinstance(one.get(TIMESTAMP), int)]:
                _complete(desk, table, row)


def _complete(desk: Desk, table: Table, row: Row) -> None:
    path = table.entity.path
    change = Change(desk, table.entity, dict(row), frozenset(row))
    name, above = parent_of(path)
    if name:
        change.parent = desk.get(above, row.get(name))
    BEHAVIOURS[path].defaults(change)
    BEHAVIOURS[path].check(change)
    table.put(row, {name: value for name, value in change.row.items() if name not in row})
    desk.division.touch(row)
