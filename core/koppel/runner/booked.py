"""A paper that would be sent, as debit and credit: read from the very draft that would be written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from koppel.documents import CreditNote, SalesOrder
from koppel.finance.ledger import Booking, Entry, Kind, Sold, entries_of
from koppel.manifest import Resource
from koppel.runner.job import Job
from koppel.runner.talk import Talk


def booking_of(talk: Talk, job: Job) -> Booking | None:
    """What this job comes to in the books; None for what is no paper. A draft with a `journal` of its own says it
    itself; else every line is revenue on its account and VAT on its code, as the draft names them."""
    order = job.document
    if not isinstance(order, SalesOrder) or job.draft is None:
        return None
    fields = job.draft.fields
    debtor = f"{order.customer.code} {order.customer.name}".strip()
    if "journal" in fields:
        entries = tuple(_as_entry(row, number) for number, row in enumerate(fields["journal"]))
    else:
        sold = list(_sold(order, fields, talk.target_resource(job.resource)))
        entries = entries_of(debtor, sold, job.vat_there, isinstance(order, CreditNote))
    return Booking(job.label, debtor, order.currency, order.day, entries)


def _as_entry(row: Mapping[str, Any], number: int) -> Entry:
    """A line of a journal that the connector made: the debtor first, VAT as such."""
    kind: Kind = "debtor" if number == 0 else "vat" if row.get("kind") == "vat" else "revenue"
    return Entry(kind, row["account"], row["text"], row["debit"], row["credit"], row["vat_code"])


def _sold(order: SalesOrder, fields: Mapping[str, Any], resource: Resource) -> Iterator[Sold]:
    drafted = _drafted(fields.get(resource.lines.field) if resource.lines else None, order, resource)
    for line, theirs in zip(order.lines, drafted, strict=True):
        account = str(theirs.get(resource.lines.account) or "") if resource.lines else ""
        code = str(theirs.get(resource.lines.vat_code) or "").strip() if resource.lines else ""
        net = line.amount_excl if line.amount_excl is not None else line.total
        text = " ".join(filter(None, (line.sku, line.description)))
        yield Sold(account or line.revenue_account, text, net, line.vat, line.vat_rate or Decimal(0), code)


def _drafted(lines: Any, order: SalesOrder, resource: Resource) -> Sequence[Mapping[str, Any]]:
    """The draft's line of each line of the order: the first of its parts, where a price was split."""
    rows: list[Mapping[str, Any]] = list(lines or [])
    if len(rows) == len(order.lines):
        return rows
    return [next((row for row in rows if row.get(resource.lines.article) == line.external_id), {}) if resource.lines else {} for line in order.lines]
