"""Writing invoices, credit notes and entries: made once, never changed; codes made ids, the VAT proven, the total told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from koppel import Batch, Receipt, Receipts, RecordError, RejectedError, Write

from koppel_exactonline import odata
from koppel_exactonline.client import Row
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.matching import shown
from koppel_exactonline.resources import entries, invoices
from koppel_exactonline.resources.joined import amount
from koppel_exactonline.resources.order_writes import named_address, with_charges, with_ids
from koppel_exactonline.resources.vat import prove_vat

LEDGERS = "financial/GLAccounts"


@dataclass(frozen=True, slots=True)
class Paper:
    """How one resource is written: `fixed` fields the plugin sets itself, `account` names the debtor's field, `address`
    the one for where goods go, `sign` is -1 where amounts count what is given back."""

    entity: str
    key: str
    lines: str
    account: str
    fields: tuple[str, ...]
    number: Callable[[Row], str]
    fixed: Mapping[str, Any]
    address: str = ""
    sign: int = 1


def _invoice(resource: str, sign: int = 1) -> Paper:
    return Paper(
        invoices.INVOICES, "InvoiceID", "SalesInvoiceLines", "OrderedBy", invoices.FIELDS, invoices.number,
        {"Type": invoices.KINDS[resource].written}, "DeliverToAddress", sign,
    )  # fmt: skip


PAPERS = {
    "sales_invoice": _invoice("sales_invoice"),
    "direct_invoice": _invoice("direct_invoice"),
    "credit_note": _invoice("credit_note", -1),
    "direct_credit": _invoice("direct_credit", -1),
    "credit_entry": Paper(
        entries.ENTRIES, "EntryID", "SalesEntryLines", "Customer", entries.FIELDS, entries.number, {}, sign=-1
    ),
    "sales_entry": Paper(
        entries.ENTRIES, "EntryID", "SalesEntryLines", "Customer", entries.FIELDS, entries.number, {}
    ),
}  # fmt: skip


def upsert(talk: Conversation, batch: Batch) -> Receipts:
    """Write all; a refused paper carries its own error. TransientError when an answer got lost."""
    receipts = []
    for write in batch.writes:
        try:
            receipts.append(_write(talk, PAPERS[batch.resource], write))
        except RecordError as error:
            receipts.append(Receipt(write.key, error=error))
    return Receipts(tuple(receipts))


def _write(talk: Conversation, paper: Paper, write: Write) -> Receipt:
    if write.id is not None:
        raise _booked(write.id)
    row = talk.client.create(paper.entity, _native(talk, paper, write.draft.fields))
    if row.get("AmountFC") is None or not paper.number(row):
        row = _reread(talk, paper, str(row[paper.key])) or row
    total = None if row.get("AmountFC") is None else paper.sign * amount(row["AmountFC"])
    return Receipt(write.key, str(row[paper.key]).lower(), paper.number(row), "created", shown(row), total=total)


def _native(talk: Conversation, paper: Paper, draft: Mapping[str, Any]) -> dict[str, Any]:
    lines = [dict(line) for line in draft.get(paper.lines) or ()]
    prove_vat(talk, lines)
    ledgers = talk.ids_of(LEDGERS, [bare(line.get("GLAccount")) for line in lines], "ledger account")
    for line in lines:
        if bare(line.get("GLAccount")):
            line["GLAccount"] = ledgers[bare(line["GLAccount"])]
    fields = with_ids(talk, {**draft, **paper.fixed, paper.lines: lines})
    fields = with_charges(talk, fields, "SalesInvoiceOrderChargeLines")
    place = fields.pop("DeliveryAddress", None)
    address = named_address(talk, place, str(draft.get(paper.account) or "")) if paper.address else ""
    return {**fields, paper.address: address} if address else fields


def _reread(talk: Conversation, paper: Paper, key: str) -> Row | None:
    literals = [odata.guid(key)] if odata.is_guid(key) else []
    return next(iter(talk.client.rows_where(paper.entity, paper.fields, paper.key, literals)), None)


def _booked(key: str) -> RejectedError:
    return RejectedError(
        f"What is booked in Exact Online is not changed by Koppel ({key}).",
        resolution="Change it in Exact Online by hand, or credit it there and skip this record.",
        cause="rejected.booked",
    )
