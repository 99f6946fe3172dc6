"""The papers with article lines (order, invoice, counter invoice): their business object and tables here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from koppel_accountview.conversation import Conversation
from koppel_accountview.dictionary import Table
from koppel_accountview.objects import INVOICES, ORDERS, Kind
from koppel_accountview.resources.learned import no_object

CREDIT = "direct_credit"
"""An invoice with negative quantities, whose goods come back to the stock."""

_SETTINGS = {"sales_invoice": "sales_invoice_object", CREDIT: "sales_invoice_object", "direct_invoice": "counter_invoice_object"}
_TITLES = {"sales_invoice": "sales invoices", CREDIT: "sales invoices", "direct_invoice": "counter invoices"}


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper's business object and the table of its lines."""

    kind: Kind
    lines: str


def paper_of(talk: Conversation, resource: str) -> Paper:
    """The paper that a resource is here. ConfigurationError where its object is not chosen or not there: the
    code of counter invoices is not known, so a person picks it from the installation's own list."""
    if resource not in _SETTINGS:
        return Paper(ORDERS, "SO_LINE")
    setting, title = _SETTINGS[resource], _TITLES[resource]
    code = talk.settings.text(setting, "" if resource == "direct_invoice" else INVOICES.object).upper()
    if not code or not talk.dictionary.may(code, "read"):
        raise no_object(code, setting, f"{title} with their lines" if code else title)
    header, lines = talk.dictionary.tables_of(code) or (("SOI_HDR", "SOI_LINE") if code == INVOICES.object else ("", ""))
    if not header:
        raise no_object(code, setting, f"{title} with their lines" if code else title)
    return Paper(Kind(code, header, INVOICES.keys, title), lines)


def tables_of(talk: Conversation, paper: Paper, *header: str) -> tuple[Table, Table]:
    """The tables of header and lines with the fields that cannot be done without."""
    return talk.dictionary.need(paper.kind.table, "RPL_INV", *header), talk.dictionary.need(paper.lines, *LINE_NEEDS)


def references_of(talk: Conversation, numbers: Sequence[str]) -> dict[str, str]:
    """The shop's order numbers of invoices, by invoice number. A journal page has the order's number as its own,
    so only invoices with lines are asked, where this installation opens them."""
    code = talk.settings.text("sales_invoice_object", INVOICES.object).upper()
    if not numbers or not talk.dictionary.may(code, "read"):
        return {}
    kind, field = paper_of(talk, "sales_invoice").kind, talk.settings.text("reference_field", "COMMENT1").upper()
    rows = talk.rows_with(kind, [talk.dictionary.table(kind.table).first(kind.keys)], numbers)
    found = {str(row.get("INV_NR") or "").strip(): str(row.get(field) or "").strip() for row in rows}
    return {number: reference for number, reference in found.items() if reference}


LINE_NEEDS = ("ART_CODE", "ORD_QTY", "ART_PX")
"""Fields without which AccountView takes no line."""
