"""A question about a flow of papers and a period, as its form and as days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from koppel.documents import PAPERS
from koppel.errors import ConfigurationError, KoppelError
from koppel.site import Site
from koppel.store.models import Flow, utcnow

from koppel_admin.forms import Field

LONGEST = timedelta(days=92)


def days(given: Mapping[str, str]) -> tuple[date, date]:
    """The first and the last day that were typed, this month where nothing was; ConfigurationError at the field that is wrong."""
    usual_first, usual_last = _usual()
    first, last = _day(given["first"], "first", usual_first), _day(given["last"], "last", usual_last)
    if last < first or last - first > LONGEST:
        raise ConfigurationError(
            _("The last day must come after the first, and at most three months later."),
            field="last",
            resolution=_("Choose a shorter period."),
        )
    return first, last


def of_papers(flow: Flow) -> bool:
    """Whether a flow carries papers, to which a question about sums can be put."""
    return flow.resource in PAPERS


def fields(
    site: Site, given: Mapping[str, str], error: KoppelError | None, fits: Callable[[Flow], bool] = of_papers
) -> list[Field]:
    """The form: which of the flows that fit, from and to; this month when nothing was typed."""
    with site.db.read() as session:
        flows = [(flow.name, flow.title) for flow in session.scalars(sa.select(Flow).order_by(Flow.sequence)) if fits(flow)]
    first, last = _usual()
    wrong = getattr(error, "field", "")

    def field(name: str, label: str, usual: str, **more: Any) -> Field:
        said = error.message if error is not None and wrong == name else ""
        return Field(name, label, given[name] or usual, error=said, required=True, **more)

    return [
        field("flow", _("Flow"), flows[0][0] if flows else "", kind="choice", choices=flows),
        field("first", _("From"), first.isoformat(), help=_("The first day, such as 2026-11-01.")),
        field("last", _("To"), last.isoformat(), help=_("The last day, itself included.")),
    ]


def _usual() -> tuple[date, date]:
    today = utcnow().date()
    return today.replace(day=1), today


def _day(text: str, field: str, usual: date) -> date:
    try:
        return date.fromisoformat(text) if text else usual
    except ValueError:
        raise ConfigurationError(
            _("“%(text)s” is no day.", text=text[:40]), field=field, resolution=_("Write it as 2026-11-30.")
        ) from None
