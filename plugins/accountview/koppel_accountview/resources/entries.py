"""Sales entries and credit notes: pages of a daybook, shown as a journal before they are sent, written once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from koppel import Draft, Found, Lookup, MappingError, Match, Receipt, RejectedError, Write

from koppel_accountview.answers import Row
from koppel_accountview.booking.journal import journal, page_lines
from koppel_accountview.booking.parts import parts_of, split
from koppel_accountview.conversation import Conversation
from koppel_accountview.fitting import Fitted, fit
from koppel_accountview.objects import entries_of
from koppel_accountview.payload import Lines
from koppel_accountview.resources.books import accounts_of, books_of, conventions_of, sales_journal
from koppel_accountview.resources.proof import prove_once
from koppel_accountview.resources.rates import as_told, prove_rate
from koppel_accountview.resources.reading import find_rows, key_field
from koppel_accountview.resources.writing import insert, number_of
from koppel_accountview.resources.years import book_date, kinds_in_use
from koppel_accountview.times import local, now

_KEYS = ("DJ_CODE", "SUB_NR", "CUR_CODE", "DISC_CODE")
_LINE_KEYS = ("ACCT_NR", "VAT_CODE", "COST_CODE", "SUB_NR")
_COARSE = ("simple", "recommended")
CREDIT = "credit_note"
_CREDITS = (CREDIT, "credit_entry")


def as_entry(talk: Conversation, draft: Draft) -> Draft:
    """The draft with its lines as they will be sent (`DJ_LINE`), and as a journal that people can read."""
    how = talk.settings.text("entry_split", "recommended")
    fields = as_told(talk, draft.fields)
    lines = [_on_account(line, how) for line in fields.pop("lines", None) or []]
    if not lines:
        raise MappingError("The order has no lines to book.", field="DJ_LINE", cause="accountview.no_lines")
    parts = split(parts_of([_signed(line, draft.resource) for line in lines], accounts_of(talk)), how)
    books = books_of(talk)
    fields |= {"DJ_LINE": page_lines(parts, books, conventions_of(talk)), "journal": journal(parts, books)}
    return replace(draft, fields=fields)


def find(talk: Conversation, lookup: Lookup) -> Found:
    """Which entries exist already in the sales journal, in this fiscal year and the last."""
    name = lookup.field.upper() or (entry_field(talk) if lookup.key == "reference" else lookup.key)
    matches: dict[str, tuple[Match, ...]] = {}
    for kind in kinds_in_use(talk, entries_of(talk.settings)):
        found = find_rows(talk, kind, lookup, name, lambda row: match_of(talk, row), is_key=True).matches
        for value, some in found.items():
            ours = tuple(one for one in some if _in_sales(talk, one.data))
            if ours:
                matches[value] = (*matches.get(value, ()), *ours)
    return Found(matches)


def upsert(talk: Conversation, write: Write) -> Receipt:
    """Book one page. AccountView takes no change of a page (reference: 3.4), so a correction is a person's."""
    if write.id:
        raise RejectedError(
            f"{write.id.strip()} is booked, and AccountView takes no change of a journal page.",
            cause="accountview.page_changed",
            resolution="Correct it in AccountView with an entry of your own, then skip this record.",
        )
    draft = dict(write.draft.fields)
    page, lines = _tables(talk)
    fitted = _page(talk, page, draft)
    rows = [fit(lines, one, _LINE_KEYS) for one in draft.get("DJ_LINE") or []]
    warnings = [*fitted.warnings, *(text for one in rows for text in one.warnings)]
    sent = Lines(lines, [one.values for one in rows])
    kind = entries_of(talk.settings)
    row = insert(talk, kind, page, fitted.values, sent, book_date(talk, _day(fitted)))
    warnings += prove_rate(talk, fitted.values, row)
    prove_once(talk, row, _owed(draft))
    sign = -1 if (_owed(draft) < 0) != (write.draft.resource in _CREDITS) else 1
    return _receipt(talk, write, row, warnings, sign)


def entry_field(talk: Conversation) -> str:
    """The field of a page that holds the shop's order number (reference: 2.2 Filters, existing invoice)."""
    return talk.settings.text("entry_reference_field", "INV_NR").upper()


def match_of(talk: Conversation, row: Row) -> Match:
    """A page as found; people know it by its journal and number."""
    id = str(row.get(key_field(talk, entries_of(talk.settings))) or "").rstrip()
    return Match(id, " ".join(id.split()), row)


def _on_account(line: Any, how: str) -> Mapping[str, Any]:
    """A coarse split books on the account for such orders, a fine one on that of the article where it has one."""
    own = "" if how in _COARSE else line.get("own_account")
    return {**line, "account": own or line.get("account")}


def _signed(line: Mapping[str, Any], resource: str) -> Mapping[str, Any]:
    """What a credit note counts as positive is given back."""
    if resource not in _CREDITS:
        return line
    amounts = {name: -Decimal(str(line[name])) for name in ("net", "vat", "discount") if line.get(name)}
    return {**line, **amounts}


def _tables(talk: Conversation) -> tuple[Any, Any]:
    page = talk.dictionary.need("DJ_PAGE", "DJ_CODE", "HDR_DESC", "SUB_NR", "TRN_DATE", entry_field(talk))
    return page, talk.dictionary.need("DJ_LINE", "ACCT_NR", "AMOUNT", "VAT_CODE")


def _page(talk: Conversation, page: Any, draft: Mapping[str, Any]) -> Fitted:
    values = {name: value for name, value in draft.items() if name not in ("DJ_LINE", "journal")}
    if not values.get(entry_field(talk)):
        values[entry_field(talk)] = values.get("INV_NR")
    if not values.get(entry_field(talk)):
        raise RejectedError("The entry has no number by which it could be found again.", field=entry_field(talk))
    values["DJ_CODE"] = values.get("DJ_CODE") or sales_journal(talk)
    values["TRN_DATE"] = values.get("TRN_DATE") or local(now()).date().isoformat()
    if "GROSS_FLG" in page:
        values["GROSS_FLG"] = conventions_of(talk).gross
    return fit(page, values, (*_KEYS, entry_field(talk)))


def _day(fitted: Fitted) -> date:
    return date.fromisoformat(str(fitted.values["TRN_DATE"])[:10])


def _in_sales(talk: Conversation, row: Mapping[str, Any]) -> bool:
    """Purchase invoices have numbers too, so only the sales journal counts."""
    return str(row.get("DJ_CODE") or "").strip().upper() == sales_journal(talk).upper()


def _owed(draft: Mapping[str, Any]) -> Decimal:
    """What the debtor owes by the journal that people saw; below zero for a credit note."""
    first = draft["journal"][0]
    return Decimal(first["debit"]) - Decimal(first["credit"])


def _receipt(talk: Conversation, write: Write, row: Row, warnings: Sequence[str], sign: int) -> Receipt:
    """What was written; `sign` is that of the paper's total, which for an order that takes back is below zero."""
    kind = entries_of(talk.settings)
    number_of(row, kind, key_field(talk, kind))
    match = match_of(talk, row)
    data = {**row, "warnings": list(dict.fromkeys(warnings))} if warnings else row
    return Receipt(write.key, match.id, match.number, "created", data, _total(row, sign))


def _total(row: Row, sign: int) -> Decimal | None:
    """The page's balance in its own currency, its sign depending on conventions that are proved elsewhere; None where
    it is not told."""
    name = "CUR_AMT" if row.get("CUR_CODE") and row.get("CUR_AMT") else "PAGE_AMT"
    try:
        return sign * abs(Decimal(str(row[name]))) if row.get(name) not in (None, "") else None
    except InvalidOperation:
        return None
