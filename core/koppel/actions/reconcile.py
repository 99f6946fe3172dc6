"""Does the ledger hold what the shop sold? Both are read anew; what differs is named with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from koppel.actions.differences import looked_into, reason_for
from koppel.actions.rebooked import rebooked
from koppel.actions.sides import (
    Progress,
    Reading,
    as_booked_per_day,
    credits_found,
    notes_of,
    pages_of,
    papers_of_side,
    sold_in,
)
from koppel.actions.takings import flow_of_payments, takings
from koppel.documents import DOCUMENTS, PAPERS, CreditNote
from koppel.errors import ConfigurationError
from koppel.finance.reconcile import Difference, Report, Sum, compare, sum_of
from koppel.finance.series import Series, series_of
from koppel.finance.takings import Takings
from koppel.site import Site
from koppel.store.models import Flow


@dataclass(frozen=True)
class Explained:
    """A difference with the reason as a person reads it."""

    difference: Difference
    why: str


@dataclass(frozen=True)
class Reconciled:
    """`compared` orders are on either side: equal ones and those that differ, beside which so many `refunds` are not
    booked. `unreadable` ones say why not. `series` are the invoice numbers of the books in the period; none where the flow books orders.
    `payments` are those of the period; None where no flow books them."""

    report: Report
    explained: tuple[Explained, ...]
    compared: int
    refunds: int
    unreadable: tuple[str, ...]
    series: tuple[Series, ...] = ()
    payments: Takings | None = None

    @property
    def sound(self) -> bool:
        """Whether nothing at all differs."""
        paid = self.payments is None or not self.payments.differences
        return paid and not self.explained and not self.unreadable and all(one.sound for one in self.series)


def reconcile(site: Site, name: str, first: date, last: date, progress: Progress = lambda read: None) -> Reconciled:
    """Compare what a flow's source sold from `first` to `last`, days of the shop's own clock, with its target.

    ConfigurationError when the flow carries no orders or its target cannot be read for them."""
    flow = site.flow(name)
    _refuse_others(site, flow)
    reading = Reading(progress)
    back: list[Sum] = []
    sold = [(order, due) for order, due in sold_in(site, flow, first, reading, back) if first <= _day(order) <= last]
    sold, anew = as_booked_per_day(site, flow, sold), rebooked(site, flow)
    own = [order for order, _ in sold]
    sold = [(anew.as_booked(order), due) for order, due in sold]
    wanted = {order.reference for order in own} | {order.reference for order, _ in sold}
    read = (sum_of(order) for order in papers_of_side(site, flow.target, flow, flow.paper, first, reading))
    there = [order for order in read if order.reference in wanted or first <= _day(order) <= last]
    series = series_of(order.number for order in there if order.number)
    there = anew.left(own, there)
    booked = {order.reference for order in there}
    here = [order for order, due in sold if due or (order.refunded and order.reference in booked)]
    report = compare(here, there)
    notes = notes_of(site, flow, [order for order in here if order.reference in booked and order.refunded], reading)
    changed = tuple(looked_into(site, flow, one, notes) for one in report.differences)
    unbooked = [*_unbooked(site, flow, notes or ()), *_uncredited(site, flow, [note for note in back if first <= _day(note) <= last])]
    report = replace(report, differences=(*changed, *unbooked))
    explained = tuple(Explained(one, reason_for(site, flow, one)) for one in report.differences)
    payments = _payments(site, flow, first, last, reading)
    return Reconciled(report, explained, report.equal + len(changed), len(unbooked), tuple(reading.unreadable), series, payments)


def told(result: Reconciled) -> dict[str, Any]:
    """The result as plain values, as `--json` prints it."""
    return {
        "compared": result.compared,
        "refunds": result.refunds,
        "equal": result.report.equal,
        "differences": [{**asdict(one.difference), "why": one.why} for one in result.explained],
        "totals": {
            name: [{**asdict(row), "difference": row.difference} for row in rows] for name, rows in result.report.rows.items()
        },
        "unreadable": list(result.unreadable),
        "series": [{**asdict(one), "sound": one.sound} for one in result.series],
        "payments": _paid_told(result.payments) if result.payments is not None else None,
    }


def _paid_told(paid: Takings) -> dict[str, Any]:
    rows = [{**asdict(row), "difference": row.difference} for row in paid.rows]
    return {"compared": paid.compared, "equal": paid.equal, "differences": [asdict(one) for one in paid.differences], "totals": rows}


def _payments(site: Site, flow: Flow, first: date, last: date, reading: Reading) -> Takings | None:
    books = flow_of_payments(site, flow)
    if books is None or issubclass(DOCUMENTS[flow.resource], CreditNote):
        return None
    return takings(site, books, first, last, lambda opened, query: pages_of(opened, query, reading), reading.unreadable)


def _refuse_others(site: Site, flow: Flow) -> None:
    target = site.catalog.system(flow.target.system).manifest
    taken = target.resource(flow.paper)
    if flow.resource not in PAPERS or taken is None or not taken.reads:
        raise ConfigurationError(
            f"The flow {flow.name} cannot be compared: its records cannot be read back from {target.title}.",
            field="flow",
            resolution="Choose a flow of orders or invoices whose target Koppel can read.",
        )


def _unbooked(site: Site, flow: Flow, notes: Sequence[CreditNote]) -> list[Difference]:
    """What was given back and is not in the books."""
    found = credits_found(site, flow, tuple(sorted({note.reference for note in notes}))) if notes else set()
    return [Difference(note.reference, "refund", note.total, None, note.currency) for note in notes if note.reference not in found]


def _uncredited(site: Site, flow: Flow, notes: Sequence[Sum]) -> Iterator[Difference]:
    """What came back in exchange for something else, and is not credited in the books."""
    found = credits_found(site, flow, tuple(note.reference for note in notes)) if notes else set()
    yield from (Difference(note.reference, "exchange", note.total, None, note.currency) for note in notes if note.reference not in found)


def _day(order: Sum) -> date:
    return order.day or date.min
