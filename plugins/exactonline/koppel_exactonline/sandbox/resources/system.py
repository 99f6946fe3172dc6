"""What the service says about the caller and the divisions."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from koppel_exactonline.sandbox.resources.desk import Desk
from koppel_exactonline.sandbox.store.grants import Grant
from koppel_exactonline.sandbox.store.state import State
from koppel_exactonline.sandbox.store.table import Row
from koppel_exactonline.sandbox.wire import dates
from koppel_exactonline.sandbox.wire.values import Value

NOBODY = "00000000-0000-0000-0000-000000000000"


def _blank() -> Value:
    return None


def me_row(desk: Desk, grant: Grant) -> Row:
    """The row of current/Me; CurrentDivision may be one outside the consent (reference: Hosts and OAuth2)."""
    offset = desk.moment.astimezone(dates.ZONE).utcoffset()
    shown: defaultdict[str, Value] = defaultdict(_blank, EmployeeID=NOBODY, Legislation=128, LanguageCode="nl-NL")
    shown.update(desk.user)
    if shown["CurrentDivision"] is None:
        shown["CurrentDivision"] = next(iter(grant.divisions), None)
    shown["AccountingDivision"] = shown["AccountingDivision"] or shown["CurrentDivision"]
    shown["ServerTime"] = desk.now.isoformat(timespec="seconds")
    shown["ServerUtcOffset"] = Decimal(int(offset.total_seconds())) if offset else Decimal(0)
    return shown


def division_rows(state: State, desk: Desk, grant: Grant) -> list[Row]:
    """The divisions the caller may see."""
    shown = []
    for code, division in state.divisions.items():
        if code in grant.divisions or desk.switches.list_unconsented:
            row: defaultdict[str, Value] = defaultdict(_blank, division.info)
            row["Current"] = code == desk.user.get("CurrentDivision")
            shown.append(row)
    return list(shown)
