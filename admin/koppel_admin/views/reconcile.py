"""Does the ledger hold what the shop sold? Pick a flow and a period, and read what differs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import request
from flask_admin import expose
from flask_babel import gettext as _
from koppel.actions.reconcile import Reconciled, reconcile
from koppel.documents import PAPERS
from koppel.errors import ConfigurationError, KoppelError
from koppel.store.models import Flow, Incoming, utcnow

from koppel_admin.access import REPAIRERS
from koppel_admin.desk import site
from koppel_admin.forms import Field
from koppel_admin.views.base import Answer, Page

LONGEST = timedelta(days=92)


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
                result = _compare(**given)
            except KoppelError as caught:
                error = caught
        return self.render(
            "koppel/reconcile/index.html", fields=_fields(given, error), result=result, error=error,
            groups=_groups(result), kinds=_kinds(), pages=_pages(given["flow"], result),
        )  # fmt: skip


def _compare(flow: str, first: str, last: str) -> Reconciled:
    begin, end = _day(first, "first"), _day(last, "last")
    if end < begin or end - begin > LONGEST:
        raise ConfigurationError(
            _("The last day must come after the first, and at most three months later."),
            field="last",
            resolution=_("Choose a shorter period."),
        )
    return reconcile(site(), flow, begin, end)


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(
            _("“%(text)s” is no day.", text=text[:40]), field=field, resolution=_("Write it as 2026-11-30.")
        ) from None


def _fields(given: dict[str, str], error: KoppelError | None) -> list[Field]:
    with site().db.read() as session:
        query = sa.select(Flow.name, Flow.title).where(Flow.resource.in_(list(PAPERS))).order_by(Flow.sequence)
        flows = [(name, title) for name, title in session.execute(query)]
    today = utcnow().date()
    wrong = getattr(error, "field", "")

    def field(name: str, label: str, usual: str, **more: Any) -> Field:
        said = error.message if error is not None and wrong == name else ""
        return Field(name, label, given[name] or usual, error=said, required=True, **more)

    return [
        field("flow", _("Flow"), flows[0][0] if flows else "", kind="choice", choices=flows),
        field("first", _("From"), today.replace(day=1).isoformat(), help=_("The first day, such as 2026-11-01.")),
        field("last", _("To"), today.isoformat(), help=_("The last day, itself included.")),
    ]


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
