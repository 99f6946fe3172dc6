"""Payments: entries of one line in a bank or cash journal, against the debtor, with the number of what is paid.

What the interface offers for matching is the line's debtor, ledger account and `OurRef`; a receivable itself can be
changed in description, payment method and payment reference only, and nothing that matches is among the published
endpoints (metadata: BankEntryLines, cashflow/Receivables). So an entry names its invoice, and Exact Online matches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from koppel import (
    Batch,
    BookedWrong,
    Draft,
    Found,
    Lookup,
    Match,
    Receipt,
    Receipts,
    RecordError,
    RejectedError,
    Write,
)

from koppel_exactonline import odata
from koppel_exactonline.client import Row, own_fields
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.matching import Key, find_rows, found, readable, shown
from koppel_exactonline.resources.journals import BANK, CASH, SERVICE, journal_of, kind_of
from koppel_exactonline.resources.open_items import open_amount
from koppel_exactonline.resources.paper_writes import LEDGERS
from koppel_exactonline.resources.payments import FIELDS, RECEIVABLES

_BANK = ("financialtransaction/BankEntries", "BankEntryLines")
_KINDS = {CASH: ("financialtransaction/CashEntries", "CashEntryLines"), BANK: _BANK, SERVICE: _BANK}
_LINES = tuple(f"financialtransaction/{name}" for name in ("BankEntryLines", "CashEntryLines"))
_LINE_FIELDS = ("ID", "EntryID", "EntryNumber", "Description", "Account", "AmountFC", "GLAccountCode", "OurRef", "Date")
KEYS = {"reference": Key("Description", 60, whole=True)}
_ASIDE = ("JournalCode", "Currency", "Received", "Item", "Left", "journal")


def find(talk: Conversation, lookup: Lookup) -> Found:
    """Which payments are booked already, by the description of their line; a match says what was `received` by it."""
    rows: list[Row] = []
    for entity in _LINES:
        key, some = find_rows(talk, lookup, entity, _LINE_FIELDS, KEYS)
        rows += some
    rows.sort(key=lambda row: int(row.get("EntryNumber") or 0))
    return found(lookup, key, [own_fields(row) for row in rows], lambda row: _match(talk, row))


def _match(talk: Conversation, row: Row) -> Match:
    data = {**readable(row), "received": _sign(talk) * Decimal(str(row.get("AmountFC") or 0))}
    return Match(str(row["EntryID"]), bare(row.get("EntryNumber")), data)


def as_journal(talk: Conversation, draft: Draft) -> Draft:
    """The draft with its journal for people: the debtor, and the account of the bank or cash journal."""
    fields, journal = draft.fields, journal_of(talk, bare(draft.fields.get("JournalCode")))
    received = Decimal(str(fields.get("Received") or 0))
    rows = [
        _row(bare(fields.get("GLAccount")), bare(fields.get("Notes")), -received),
        {**_row(bare(journal.get("GLAccountCode")) or bare(journal.get("Code")), bare(journal.get("Description")), received), "kind": "money"},
    ]
    return replace(draft, fields={**fields, "journal": rows})


def upsert(talk: Conversation, batch: Batch) -> Receipts:
    """Book each; a refused one carries its own error. TransientError when an answer got lost."""
    receipts = []
    for write in batch.writes:
        try:
            receipts.append(_write(talk, write))
        except RecordError as error:
            receipts.append(Receipt(write.key, error=error))
    return Receipts(tuple(receipts))


def _write(talk: Conversation, write: Write) -> Receipt:
    if write.id is not None:
        raise RejectedError(
            f"What is booked in Exact Online is not changed by Koppel ({write.id}).", cause="rejected.booked",
            resolution="Change it in Exact Online by hand, then skip this record.",
        )  # fmt: skip
    draft = write.draft.fields
    entity, lines = _kind(journal_of(talk, bare(draft.get("JournalCode"))))
    entry = {"JournalCode": bare(draft.get("JournalCode")), "Currency": draft.get("Currency"), lines: [_line(talk, draft)]}
    row = talk.client.create(entity, {name: value for name, value in entry.items() if value})
    matched = _prove(talk, draft)
    return Receipt(write.key, str(row["EntryID"]).lower(), bare(row.get("EntryNumber")), "created", {**shown(row), **matched})


def _line(talk: Conversation, draft: Mapping[str, Any]) -> dict[str, Any]:
    """The line as the service takes it."""
    fields = {name: value for name, value in draft.items() if name not in _ASIDE and value not in (None, "")}
    code = bare(draft.get("GLAccount"))
    number = bare(fields.pop("OurRef", ""))
    numbered = {"OurRef": int(number)} if number.isascii() and number.isdigit() and len(number) < 10 else {}
    account = talk.ids_of(LEDGERS, [code], "ledger account")[code] if code else None
    return {**fields, **numbered, "GLAccount": account, "AmountFC": _sign(talk) * Decimal(str(draft["Received"]))}


def _sign(talk: Conversation) -> int:
    """Which sign money has that came in is not published, so a setting says it."""
    return 1 if talk.settings.text("bank_sign", "received") == "received" else -1


def _prove(talk: Conversation, draft: Mapping[str, Any]) -> dict[str, Any]:
    """Whether the first payment of a conversation was matched. BookedWrong when the open item grew by it: then
    this administration counts with the other sign, and nothing more is booked."""
    item = bare(draft.get("Item"))
    if talk.paid_once or not odata.is_guid(item):
        return {}
    rows = talk.client.rows_where(RECEIVABLES, FIELDS, "ID", [odata.guid(item)])
    now, left, received = open_amount(rows), Decimal(str(draft.get("Left") or 0)), Decimal(str(draft["Received"]))
    if rows and now == left + received + received:
        raise BookedWrong(
            f"Exact Online counted {bare(draft.get('Description'))} the other way round: {abs(now):.2f} is open now.",
            field="bank_sign", cause="bank.sign",
            resolution="Correct that entry in Exact Online, and the sign of payments on the connection; then resume the flow. Nothing more is booked by it until then.",
        )  # fmt: skip
    talk.paid_once = True
    return {"matched": now == left}


def _kind(journal: Row) -> tuple[str, str]:
    kind = _KINDS.get(kind_of(journal))
    if kind is None:
        raise RejectedError(
            f"Journal {bare(journal.get('Code'))} of Exact Online is for no money: payments go to a bank, cash or payment service journal.",
            cause=f"journal.kind:{bare(journal.get('Code'))}",
            resolution="Choose another journal in the table journals for payments, then retry.",
        )
    return kind


def _row(account: str, text: str, amount_: Decimal) -> dict[str, Any]:
    side = {"debit": max(amount_, Decimal(0)), "credit": max(-amount_, Decimal(0))}
    return {"account": account, "text": text, **side, "vat_code": ""}
