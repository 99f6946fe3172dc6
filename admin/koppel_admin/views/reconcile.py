"""Does the ledger hold what the shop sold? Pick a flow and a period, and read what differs."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import request
from flask_admin import expose
from flask_babel import gettext as _
from koppel.actions.reconcile import Reconciled, reconcile
from koppel.errors import KoppelError
from koppel.store.models import Flow, Incoming

from koppel_admin.access import REPAIRERS
from koppel_admin.desk import site
from koppel_admin.services import period
from koppel_admin.views.base import Answer, Page


class ReconcilePages(Page):
    """One page: the question, and below it the answer. Everything is in its address, so that it can be mailed."""

    reads = writes = REPAIRERS

    @expose("/")
    def index(self) -> Answer:
        """The form, and the comparison once it is filled in."""
        given = {name: request.args.get(name, "").strip() for name in ("flow", "first", "last")}
        result, error = None, None
        if given["flow"]:
            try:
                result = reconcile(site(), given["flow"], *period.days(given))
            except KoppelError as caught:
                error = caught
        return self.render(
            "koppel/reconcile/index.html", fields=period.fields(site(), given, error), result=result, error=error,
            groups=_groups(result), kinds=_kinds(), pages=_pages(given["flow"], result),
        )  # fmt: skip


def _groups(result: Reconciled | None) -> list[tuple[str, Any]]:
    titles = {"vat": _("VAT"), "country": _("Country"), "method": _("Payment method"), "currency": _("Currency")}
    return [(titles[name], rows) for name, rows in result.report.rows.items() if rows] if result else []


def _kinds() -> dict[str, tuple[str, str]]:
    return {
        "missing": ("bad", _("Missing")),
        "double": ("bad", _("Double")),
        "only_there": ("warn", _("Only in the books")),
        "cancelled": ("bad", _("Cancelled")),
        "currency": ("bad", _("Other currency")),
        "rounding": ("warn", _("Rounding")),
        "refund": ("warn", _("Refund not booked")),
        "exchange": ("warn", _("Exchange not booked")),
        "amount": ("bad", _("Other amount")),
        "vat": ("bad", _("Other VAT")),
    }


def _pages(flow: str, result: Reconciled | None) -> dict[str, Incoming]:
    """The records of the orders that differ, to jump to."""
    if result is None or not result.explained:
        return {}
    labels = [one.difference.reference for one in result.explained]
    query = sa.select(Incoming).join(Flow).where(Flow.name == flow, Incoming.label.in_(labels[:500]))
    with site().db.read() as session:
        return {row.label: row for row in session.scalars(query)}
