"""Pages of the sales journal read back: what is owed is an entry, what is given back a credit note."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from koppel import Page, Query, Record

from koppel_accountview.answers import Row
from koppel_accountview.booking.journal import Conventions
from koppel_accountview.conversation import Conversation
from koppel_accountview.objects import DEBTORS, LEDGER, entries_of
from koppel_accountview.resources.books import conventions_of, sales_journal
from koppel_accountview.resources.entries import CREDIT, entry_field, match_of
from koppel_accountview.resources.reading import fetch_rows, rows_by_key
from koppel_accountview.resources.vat import rate_of, vat_rows

_DEBTOR_ACCOUNT = 2
_NOTHING = Decimal(0)


def fetch(talk: Conversation, query: Query) -> Page:
    """Pages of the sales journal that changed, each with its debtor, in the shape that an invoice has here."""
    asked = replace(query, filters={"DJ_CODE": sales_journal(talk), **query.filters})
    return fetch_rows(talk, entries_of(talk.settings), asked, lambda rows: _records(talk, rows, query.resource == CREDIT))


def _records(talk: Conversation, rows: Sequence[Row], credit: bool) -> Iterable[Record]:
    numbers = sorted({str(row.get("SUB_NR") or "").strip() for row in rows} - {""})
    debtors = {str(one["SUB_NR"]).strip(): one for one in rows_by_key(talk, DEBTORS, numbers)}
    aside = _accounts_aside(talk)
    for row in rows:
        lines = _lines(talk, row, aside)
        owed = sum((one["net"] + one["vat"] for one in lines), _NOTHING)
        if lines and (owed < 0) == credit:
            match, sign = match_of(talk, row), -1 if credit else 1
            reference = str(row.get(entry_field(talk)) or "").strip() or match.number
            extra = {
                "SO_LINE": [_as_paper(one, sign) for one in lines], "total": sign * owed, "reference": reference,
                "number": str(row.get("INV_NR") or "").strip() or match.number, "INV_DATE": row.get("TRN_DATE"),
                "RPL_INV": str(row.get("SUB_NR") or "").strip(), "price_basis": "excl",
                "CONTACT": debtors.get(str(row.get("SUB_NR") or "").strip(), {}), "COMMENT2": row.get("COMMENT1"),
            }  # fmt: skip
            yield Record(match.id, {**row, **extra}, reference)


def _accounts_aside(talk: Conversation) -> frozenset[str]:
    """Accounts whose lines are the other side: the debtors' and, where VAT has lines of its own, those of VAT.
    A debtors' control account is known by its link (reference: 6, 2 = debtor seen)."""
    linked = {str(row.get("ACCT_NR")).strip() for row in talk.all_rows(LEDGER) if row.get("ACCT_LINK") == _DEBTOR_ACCOUNT}
    chosen = {talk.settings.text("control_account")} - {""}
    own = {str(row.get("VAT_ACCT")).strip() for row in vat_rows(talk).values()}
    return frozenset(linked | chosen | (own if conventions_of(talk).own_vat_lines else set()))


def _lines(talk: Conversation, page: Row, aside: frozenset[str]) -> list[dict[str, Any]]:
    how = conventions_of(talk)
    gross = bool(page["GROSS_FLG"]) if page.get("GROSS_FLG") is not None else how.gross
    rows = page.get("DJ_LINE") or []
    lines = [_line(talk, row, replace(how, gross=gross)) for row in rows if str(row.get("ACCT_NR")).strip() not in aside]
    if how.own_vat_lines:
        _spread(lines, rows, aside, how)
    return lines


def _line(talk: Conversation, row: Row, how: Conventions) -> dict[str, Any]:
    sign = -1 if how.debit_positive else 1
    code = str(row.get("VAT_CODE") or "").strip()
    vat = _NOTHING if how.own_vat_lines else sign * _amount(row, "VAT_AMT")
    net = sign * _amount(row, "AMOUNT") - (vat if how.gross else _NOTHING)
    rate = rate_of(vat_rows(talk).get(code, {})) if code else None
    return {"net": net, "vat": vat, "code": code, "rate": rate, "row": row}


def _spread(lines: Sequence[dict[str, Any]], rows: Sequence[Row], aside: frozenset[str], how: Conventions) -> None:
    """VAT that has lines of its own goes to the largest line of its code."""
    sign = -1 if how.debit_positive else 1
    for row in rows:
        code = str(row.get("VAT_CODE") or "").strip()
        mine = [line for line in lines if line["code"] == code]
        if code and mine and str(row.get("ACCT_NR")).strip() in aside:
            max(mine, key=lambda line: abs(line["net"]))["vat"] += sign * _amount(row, "AMOUNT")


def _as_paper(line: Mapping[str, Any], sign: int) -> Row:
    """A line in the fields that lines of orders and invoices have; what is taken off counts as minus one."""
    net, row = sign * line["net"], line["row"]
    return {
        "ART_CODE": "", "ART_DESC1": row.get("TRN_DESC"), "ORD_QTY": Decimal(1 if net >= 0 else -1), "ART_PX": abs(net),
        "VAT_CODE": line["code"], "vat_rate": line["rate"], "ACCT_NR": row.get("ACCT_NR"), "vat": sign * line["vat"],
    }  # fmt: skip


def _amount(row: Row, name: str) -> Decimal:
    value = row.get(name)
    return _NOTHING if value in (None, "") else Decimal(str(value))
