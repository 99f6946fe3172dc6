"""A paper that would be sent, as debit and credit: read from the very draft that would be written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from koppel.documents import CreditNote, Payment, SalesOrder
from koppel.finance.ledger import Booking, Entry, Kind, Sold, entries_of
from koppel.manifest import LineFields
from koppel.records import Fields
from koppel.runner.job import Job
from koppel.runner.talk import Talk


def booking_of(talk: Talk, job: Job) -> Booking | None:
    """What this job comes to in the books; None for what is no paper. A draft with a `journal` of its own says it
    itself; else every line is revenue on its account and VAT on its code, as the draft names them."""
    order = job.document
    if isinstance(order, Payment) and job.draft is not None and "journal" in job.draft.fields:
        return _paid(job, order, job.draft.fields["journal"])
    if not isinstance(order, SalesOrder) or job.draft is None:
        return None
    fields = job.draft.fields
    debtor = f"{order.customer.code} {order.customer.name}".strip()
    if "journal" in fields:
        entries = tuple(_as_entry(row, number) for number, row in enumerate(fields["journal"]))
    else:
        sold = list(_sold(job, order, fields, talk.target_resource(job.resource).lines))
        entries = entries_of(debtor, sold, job.vat_there, isinstance(order, CreditNote))
    return Booking(job.label, debtor, order.currency, order.day, entries)


def _paid(job: Job, payment: Payment, rows: Sequence[Mapping[str, Any]]) -> Booking:
    """A payment: what it is paid on against the debtor, whose line comes first."""
    entries = tuple(_as_entry(row, number) for number, row in enumerate(rows))
    day = date.fromisoformat(payment.booked_on) if payment.booked_on else None
    return Booking(job.label, payment.debtor_name or payment.debtor, payment.currency, day, entries)


def _as_entry(row: Mapping[str, Any], number: int) -> Entry:
    """A line of a journal that the connector made: the debtor first, VAT as such."""
    kind: Kind = "debtor" if number == 0 else row["kind"] if row.get("kind") in ("vat", "money") else "revenue"
    return Entry(kind, row["account"], row["text"], row["debit"], row["credit"], row["vat_code"])


def _sold(job: Job, order: SalesOrder, fields: Fields, names: LineFields | None) -> Iterator[Sold]:
    drafted = _drafted(job.view, fields, names) if names else {}
    for place, line in enumerate(order.lines):
        theirs = drafted.get(place, {})
        account = str(theirs.get(names.account) or "") if names else ""
        code = str(theirs.get(names.vat_code) or "").strip() if names else ""
        net = line.amount_excl if line.amount_excl is not None else line.total
        text = " ".join(filter(None, (line.sku, line.description)))
        yield Sold(account or line.revenue_account, text, net, line.vat, line.vat_rate or Decimal(0), code)


def _drafted(view: Fields, fields: Fields, names: LineFields) -> dict[int, Fields]:
    """What each line of the order became in the draft: the first of its parts, where a price was split."""
    made: dict[int, Fields] = {}
    for seen, field in (("lines", names.field), ("charges", names.charges)):
        for line, row in zip(view.get(seen) or (), fields.get(field) or (), strict=False):
            made.setdefault(line["place"], row)
    return made
