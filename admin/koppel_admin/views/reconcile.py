"""Does the ledger hold what the shop sold? Pick a flow and a period, and read what differs."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext as _
from koppel.errors import KoppelError
from koppel.store.models import Flow, Incoming

from koppel_admin.access import REPAIRERS
from koppel_admin.comparer import Comparison
from koppel_admin.desk import desk, site
from koppel_admin.services import period
from koppel_admin.views.base import Answer, Page

PATIENCE = 3.0
"""Seconds that the page waits for an answer before it shows how far it is."""


class ReconcilePages(Page):
    """One page: the question, and below it the answer, kept until it is asked anew. Everything is in its address, so that it can be mailed."""

    reads = writes = REPAIRERS

    @expose("/")
    def index(self) -> Answer:
        """The form, and the comparison once it is filled in."""
        given = {name: request.args.get(name, "").strip() for name in ("flow", "first", "last")}
        found, error = None, None
        if given["flow"]:
            try:
                found = _asked(given, again="again" in request.args)
                error = found.error
            except KoppelError as caught:
                error = caught
        if found is not None and error is None and "again" in request.args:
            return redirect(url_for("reconcile.index", **given))
        result = found.answer if found is not None else None
        return self.render(
            "koppel/reconcile/index.html", fields=period.fields(site(), given, error), result=result, error=error, found=found,
            groups=_groups(result), kinds=_kinds(), pages=_pages(given["flow"], result),
        )  # fmt: skip


def _asked(given: dict[str, str], again: bool) -> Comparison:
    site().flow(given["flow"])
    question = (given["flow"], *period.days(given))
    found = None if again else desk().comparer.found(*question)
    found = found or desk().comparer.start(*question)
    found.over.wait(PATIENCE)
    return found


def _groups(result: dict[str, Any] | None) -> list[tuple[str, Any]]:
    titles = {"vat": _("VAT"), "country": _("Country"), "method": _("Payment method"), "currency": _("Currency")}
    if not result:
        return []
    paid = [(_("Payments by method"), rows) for rows in [(result.get("payments") or {}).get("totals")] if rows]
    return [*((titles[name], rows) for name, rows in result["totals"].items() if rows), *paid]


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
        "edited": ("warn", _("Edited later")),
        "amount": ("bad", _("Other amount")),
        "vat": ("bad", _("Other VAT")),
    }


def _pages(flow: str, result: dict[str, Any] | None) -> dict[str, Incoming]:
    """The records of the orders that differ, to jump to."""
    if result is None or not result["differences"]:
        return {}
    labels = [one["reference"] for one in result["differences"]]
    query = sa.select(Incoming).join(Flow).where(Flow.name == flow, Incoming.label.in_(labels[:500]))
    with site().db.read() as session:
        return {row.label: row for row in session.scalars(query)}
