"""What would be booked? Debit and credit of some orders or a period, by the same code as the real run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from koppel.documents import CREDITS, PAPERS
from koppel.errors import ConfigurationError
from koppel.finance.ledger import Booking, Entry, sums
from koppel.runner.flow import Options, run_flow
from koppel.runner.payments import RESOURCE, is_ledger
from koppel.runner.talk import Plan
from koppel.site import Site
from koppel.store.models import Flow


@dataclass(frozen=True)
class Preview:
    """`bookings` would be made, `totals` is all of it per account, `others` are left out or held with the reason."""

    paper: str
    bookings: tuple[Booking, ...]
    totals: tuple[Entry, ...]
    others: tuple[Plan, ...]


def preview(
    site: Site, name: str, ids: tuple[str, ...] = (), first: date | None = None, last: date | None = None, wait: float = 0.0
) -> Preview:
    """Read these orders or payments, or those sold or paid from `first` to `last` (days of the shop's own clock), and show
    what they come to in the books of the flow's target. Nothing is written; papers that are booked already are shown as well.

    ConfigurationError when the flow books nothing; Busy when it is running for longer than `wait` seconds."""
    flow = site.flow(name)
    if not books(site, flow):
        raise ConfigurationError(
            f"The flow {name} books nothing.", field="flow", resolution="Choose a flow of orders, invoices, credit notes or payments to a ledger."
        )
    since = datetime.combine(first - timedelta(days=1), time(), UTC) if first and not ids else None
    result = run_flow(site, name, Options(by="preview", dry_run=True, preview=True, ids=ids, since=since, wait=wait))
    if result.error is not None:
        raise result.error
    plans = [plan for plan in result.plans if plan.resource in (flow.paper, *CREDITS) and _inside(plan, first, last)]
    bookings = tuple(plan.booking for plan in plans if plan.booking is not None)
    return Preview(flow.paper, bookings, sums(bookings), tuple(plan for plan in plans if plan.booking is None))


def books(site: Site, flow: Flow) -> bool:
    """Whether this flow books something: papers, or payments in a ledger."""
    return flow.resource in PAPERS or (flow.resource == RESOURCE and is_ledger(site.catalog.system(flow.target.system).manifest))


def _inside(plan: Plan, first: date | None, last: date | None) -> bool:
    if plan.day is None:
        return True
    return (first is None or plan.day >= first) and (last is None or plan.day <= last)
