"""Payments: pages of a bank or cash daybook, with the debtor's line on the item that is paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from koppel import BookedWrong, Draft, Found, Lookup, MappingError, Match, Receipt, RejectedError, Write

from koppel_accountview.answers import Row
from koppel_accountview.conversation import Conversation
from koppel_accountview.dictionary import Table
from koppel_accountview.fitting import fit
from koppel_accountview.objects import JOURNALS, Kind, entries_of, items_of
from koppel_accountview.payload import Lines
from koppel_accountview.resources.books import conventions_of
from koppel_accountview.resources.entries import match_of
from koppel_accountview.resources.rates import as_told, prove_rate
from koppel_accountview.resources.reading import find_rows, key_field, rows_by_key
from koppel_accountview.resources.writing import insert, number_of
from koppel_accountview.resources.years import book_date, kinds_in_use

OWN_NUMBER = "HDR_DESC"
"""The field of a page that holds the payment's own number."""
_HEADER = ("DJ_CODE", OWN_NUMBER, "TRN_DATE", "CUR_CODE", "EXCH_RATE")
_KEYS = ("DJ_CODE", OWN_NUMBER, "CUR_CODE")
_LINE_KEYS = ("ACCT_NR", "SUB_NR", "INV_NR")
_NOTHING = Decimal(0)


def kind_of(talk: Conversation) -> Kind:
    """Pages of bank and cash, under the code that the settings give their business object."""
    entries = entries_of(talk.settings)
    return replace(entries, object=talk.settings.text("payment_object", entries.object).upper())


def as_page(talk: Conversation, draft: Draft) -> Draft:
    """The draft with its lines as they will be sent (`DJ_LINE`), and as a journal that people can read."""
    fields = as_told(talk, draft.fields)
    received, code = Decimal(str(fields.get("Received") or 0)), str(fields.get("DJ_CODE") or "").strip()
    money, how = _own_account(talk, code), conventions_of(talk)
    sign = 1 if how.debit_positive else -1
    text = str(fields.get("Text") or "")[:40]
    debtor: Row = {
        "ACCT_NR": fields.get("Account"), "SUB_NR": fields.get("Debtor"), "INV_NR": fields.get("INV_NR"), "TRN_DESC": text,
        "AMOUNT": -sign * received,
    }  # fmt: skip
    lines = [debtor]
    if talk.settings.text("payment_sides", "both") == "both":
        lines.append({"ACCT_NR": money, "TRN_DESC": text, "AMOUNT": sign * received})
    journal = [_row(str(fields.get("Account") or ""), text, -received), {**_row(money, f"Dagboek {code}", received), "kind": "money"}]
    return replace(draft, fields={**fields, "DJ_LINE": lines, "journal": journal})


def find(talk: Conversation, lookup: Lookup) -> Found:
    """Which payments are booked already, by their own number on a page of this fiscal year or the last; a match says
    what was `received` by it, as the debtor's lines of the page tell."""
    matches: dict[str, tuple[Match, ...]] = {}
    for kind in kinds_in_use(talk, kind_of(talk)):
        for value, some in find_rows(talk, kind, lookup, OWN_NUMBER, lambda row: _match(talk, row), is_key=True).matches.items():
            matches[value] = (*matches.get(value, ()), *some)
    return Found(matches)


def _match(talk: Conversation, row: Row) -> Match:
    sign = -1 if conventions_of(talk).debit_positive else 1
    lines = [line for line in row.get("DJ_LINE") or [] if str(line.get("SUB_NR") or "").strip()]
    received = sign * sum((Decimal(str(line.get("AMOUNT") or 0)) for line in lines), _NOTHING)
    return replace(match_of(talk, row), data={**row, "received": received})


def upsert(talk: Conversation, write: Write) -> Receipt:
    """Book one page. AccountView takes no change of a page (reference: 3.4), so a correction is a person's."""
    if write.id:
        raise RejectedError(
            f"{write.id.strip()} is booked, and AccountView takes no change of a journal page.", cause="accountview.page_changed",
            resolution="Correct it in AccountView with an entry of your own, then skip this record.",
        )  # fmt: skip
    draft, kind = dict(write.draft.fields), kind_of(talk)
    page, table = _tables(talk)
    header = fit(page, {name: draft.get(name) for name in _HEADER}, _KEYS)
    rows = [fit(table, line, _LINE_KEYS) for line in draft["DJ_LINE"]]
    day = date.fromisoformat(str(header.values["TRN_DATE"])[:10])
    row = insert(talk, kind, page, header.values, Lines(table, [one.values for one in rows]), book_date(talk, day))
    number_of(row, kind, key_field(talk, kind))
    told = prove_rate(talk, header.values, row)
    _prove(talk, draft)
    match = match_of(talk, row)
    warnings = [*told, *header.warnings, *(text for one in rows for text in one.warnings)]
    return Receipt(write.key, match.id, match.number, "created", {**row, "warnings": warnings} if warnings else row)


def _tables(talk: Conversation) -> tuple[Table, Table]:
    page = talk.dictionary.need("DJ_PAGE", "DJ_CODE", OWN_NUMBER, "TRN_DATE")
    return page, talk.dictionary.need("DJ_LINE", *_LINE_KEYS, "AMOUNT")


def _own_account(talk: Conversation, code: str) -> str:
    """The ledger account of a bank or cash daybook. MappingError where there is no such daybook or account."""
    for row in talk.all_rows(JOURNALS):
        if str(row.get("DJ_CODE") or "").strip().upper() == code.upper() and str(row.get("DJ_ACCT") or "").strip():
            return str(row["DJ_ACCT"]).strip()
    raise MappingError(
        f"AccountView has no daybook {code} with a ledger account of its own.", field="DJ_CODE", cause=f"missing.journal:{code}",
        resolution="Choose a bank or cash daybook in the table journals for payments, then retry.",
    )  # fmt: skip


def _prove(talk: Conversation, draft: Mapping[str, Any]) -> None:
    """Read back what is open after the first payment of a conversation. BookedWrong where it grew: then signs
    are the other way round in this installation, and nothing more is booked."""
    rows: Sequence[Row] = [] if talk.paid_once else rows_by_key(talk, items_of(talk.settings), [str(draft.get("Item") or "")])
    if not rows:
        return
    now, received = Decimal(str(rows[0].get("ITEM_REST") or 0)), Decimal(str(draft["Received"]))
    if now == Decimal(str(draft.get("Left") or 0)) + 2 * received:
        raise BookedWrong(
            f"AccountView counted {draft.get(OWN_NUMBER)} the other way round: {now:.2f} is open now.",
            field="entry_sign", cause="accountview.conventions",
            resolution="Correct that page in AccountView, and the sign of entries on the connection; then resume the flow. Nothing more is booked by it until then.",
        )  # fmt: skip
    talk.paid_once = True


def _row(account: str, text: str, amount: Decimal) -> Row:
    return {"account": account, "text": text, "debit": max(amount, _NOTHING), "credit": max(-amount, _NOTHING), "vat_code": ""}
