"""Money that came in or went out and pays nothing yet: debtors' lines of bank and cash pages without an invoice number.

Pages are asked by their date, in one question for all debtors (reference: 2.2 Filters, DateOnOrAfterDate)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from koppel_accountview.answers import Row
from koppel_accountview.conversation import Conversation
from koppel_accountview.filters import Filter
from koppel_accountview.objects import JOURNALS, Kind, entries_of
from koppel_accountview.paging import read_all
from koppel_accountview.resources.books import conventions_of
from koppel_accountview.resources.entries import match_of
from koppel_accountview.resources.years import kinds_in_use, this_year

_MONEY = ("bank", "kas", "giro")
_PAGE = 1000
Told = Mapping[str, Sequence[Mapping[str, Any]]]


def loose_money(talk: Conversation, since: str) -> Told:
    """By debtor, what of his money since this day, as 2026-11-30, names no invoice; read once a conversation."""
    if talk.loose is None or since < talk.loose[0]:
        talk.loose = (since, _read(talk, since))
    return talk.loose[1]


def _read(talk: Conversation, since: str) -> Told:
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    daybooks, sign = _daybooks(talk), -1 if conventions_of(talk).debit_positive else 1
    for page in _pages(talk, since) if daybooks else ():
        if str(page.get("DJ_CODE") or "").strip() in daybooks:
            match = match_of(talk, page)
            facts = {"id": match.id, "number": match.number, "day": str(page.get("TRN_DATE") or "")[:10], "text": str(page.get("HDR_DESC") or "").strip()}
            for line in page.get("DJ_LINE") or []:
                debtor = str(line.get("SUB_NR") or "").strip()
                if debtor and not str(line.get("INV_NR") or "").strip():
                    found[debtor].append({**facts, "received": sign * Decimal(str(line.get("AMOUNT") or 0))})
    return found


def _pages(talk: Conversation, since: str) -> list[Row]:
    kinds: Sequence[Kind] = kinds_in_use(talk, entries_of(talk.settings))
    asked = kinds if int(since[:4]) < this_year() else kinds[:1]
    dated = [Filter("TRN_DATE", f"{{^{since}}}", "DateOnOrAfterDate", "D")]
    return [row for kind in asked for row in read_all(talk.client, kind.ask(dated, size=_PAGE))]


def _daybooks(talk: Conversation) -> frozenset[str]:
    """The daybooks for money, by the text of their type, else by their name (reference: 4.5, DAILY)."""
    rows = [(str(row.get("DJ_CODE") or "").strip(), str(row.get("DJ_TYPEV") or row.get("DJ_NAME") or "").strip().lower()) for row in talk.all_rows(JOURNALS)]
    return frozenset(code for code, kind in rows if kind.startswith(_MONEY))
