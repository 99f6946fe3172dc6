"""What would be booked? Debit and credit of a period or of one order, before anything is written."""

from __future__ import annotations

from flask import request
from flask_admin import expose
from koppel.actions.missing import MissingRow, rows_of
from koppel.actions.preview import Preview, books, preview
from koppel.errors import KoppelError

from koppel_admin.access import REPAIRERS
from koppel_admin.desk import site
from koppel_admin.services import period
from koppel_admin.views.base import Answer, Page
from koppel_admin.views.cures import Cure, table_cure

MOST = 200
"""So many papers are shown one by one; the sums are of all of them."""


class PreviewPages(Page):
    """One page: the question, and below it the answer. Everything is in its address."""

    reads = writes = REPAIRERS

    @expose("/")
    def index(self) -> Answer:
        """The form, and what would be booked once it is filled in."""
        given = {name: request.args.get(name, "").strip() for name in ("flow", "first", "last", "ids")}
        result, error = None, None
        if given["flow"]:
            try:
                result = _asked(given)
            except KoppelError as caught:
                error = caught
        fields = period.fields(site(), given, error, lambda flow: books(site(), flow))
        return self.render(
            "koppel/preview/index.html", fields=fields, result=result, error=error, most=MOST,
            missing=_missing(given["flow"], result) if result else [],
        )  # fmt: skip


def _missing(flow: str, result: Preview) -> list[tuple[MissingRow, Cure]]:
    """Values without a row, each with the button that opens its table."""
    target = site().flow(flow).target
    return [(row, table_cure(row.table, row.keys, target.name)) for row in rows_of(result.others)]


def _asked(given: dict[str, str]) -> Preview:
    ids = tuple(one.strip() for one in given["ids"].split(",") if one.strip())
    if ids:
        return preview(site(), given["flow"], ids, wait=10)
    return preview(site(), given["flow"], (), *period.days(given), wait=10)
