"""The open item of a paper: what a debtor still owes for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from koppel import ConfigurationError, Found, Lookup, Match

from koppel_accountview.answers import Row
from koppel_accountview.conversation import Conversation
from koppel_accountview.objects import ORDERS, Kind, entries_of, items_of
from koppel_accountview.resources.customers import control_account
from koppel_accountview.resources.loose import Told, loose_money
from koppel_accountview.resources.papers import paper_of
from koppel_accountview.resources.reading import key_field, rows_by_key
from koppel_accountview.resources.years import kinds_in_use

_ORDER = "sales_order"
_INVOICES = ("sales_invoice", "direct_invoice", "direct_credit")
_DEBTOR = 10
"""The width of the debtor's number in the key of an item (reference: 2.5 Value types)."""
Invoice = tuple[str, str]
"""Debtor and invoice number."""


def find(talk: Conversation, lookup: Lookup) -> Found:
    """The open item per "kind of paper|its id|its number|day", with the debtor's money since that day that names no
    invoice. An order has one once it is invoiced. ConfigurationError
    where this installation does not open them: then nobody knows what a payment pays."""
    kind = items_of(talk.settings)
    if not talk.dictionary.may(kind.object, "read"):
        raise ConfigurationError(
            "AccountView does not let this user read open items, so Koppel cannot tell what a payment pays.",
            field="open_item_object", cause="accountview.open_items",
            resolution="Choose their business object on the connection, or give the user the right to read it.",
        )  # fmt: skip
    asked = {value: (value.split("|")[0], value.split("|")[1]) for value in lookup.values}
    invoices = _invoices(talk, asked.values())
    items = _items(talk, kind, sorted({number for _, number in invoices.values()}))
    account = control_account(talk) if items else ""
    found = {value: items[invoices[paper]] for value, paper in asked.items() if invoices.get(paper) in items}
    days = [value.split("|")[3] for value in found if value.split("|")[3]]
    loose = loose_money(talk, min(days)) if days else {}
    return Found({value: (_match(row, account, loose),) for value, row in found.items()})


def debtor_of(item: Row) -> str:
    """Whose item it is: the first part of its key."""
    return str(item.get("SUB_NR") or str(item.get("SUB_INV") or "")[:_DEBTOR]).strip()


def _match(item: Row, account: str, loose: Told) -> Match:
    number = str(item.get("INV_NR") or str(item.get("SUB_INV") or "")[_DEBTOR:]).strip()
    debtor = debtor_of(item)
    data = {"open": item.get("ITEM_REST") or 0, "debtor": debtor, "account": account, "loose": loose.get(debtor, ())}
    return Match(str(item.get("SUB_INV") or "").rstrip(), number, data)


def _items(talk: Conversation, kind: Kind, numbers: Sequence[str]) -> dict[Invoice, Row]:
    rows = talk.rows_with(kind, ["INV_NR"], numbers) if numbers else []
    return {(debtor_of(row), str(row.get("INV_NR") or "").strip()): row for row in rows}


def _invoices(talk: Conversation, papers: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Invoice]:
    """The debtor and number of the invoice that each paper is; none for what is not invoiced."""
    made: dict[tuple[str, str], Invoice] = {}
    by_kind: dict[str, list[str]] = {}
    for paper, id in papers:
        by_kind.setdefault(paper, []).append(id)
    for paper, ids in by_kind.items():
        rows = _of_orders(talk, ids) if paper == _ORDER else _of_invoices(talk, paper, ids) if paper in _INVOICES else _of_pages(talk, ids)
        made |= {(paper, id): invoice for id, invoice in rows.items() if invoice[1]}
    return made


def _of_pages(talk: Conversation, ids: Sequence[str]) -> dict[str, Invoice]:
    found: dict[str, Invoice] = {}
    for kind in kinds_in_use(talk, entries_of(talk.settings)):
        left = [id for id in ids if id not in found]
        found |= _by_id(talk, kind, rows_by_key(talk, kind, left), left, "SUB_NR") if left else {}
    return found


def _of_invoices(talk: Conversation, paper: str, ids: Sequence[str]) -> dict[str, Invoice]:
    kind = paper_of(talk, paper).kind
    return _by_id(talk, kind, rows_by_key(talk, kind, ids), ids, "RPL_INV")


def _by_id(talk: Conversation, kind: Kind, rows: Iterable[Row], ids: Sequence[str], debtor: str) -> dict[str, Invoice]:
    name = key_field(talk, kind)
    known = {str(row.get(name)).strip().casefold(): row for row in rows}
    found = {id: known[id.strip().casefold()] for id in ids if id.strip().casefold() in known}
    return {id: (str(row.get(debtor) or "").strip(), str(row.get("INV_NR") or "").strip()) for id, row in found.items()}


def _of_orders(talk: Conversation, ids: Sequence[str]) -> dict[str, Invoice]:
    """An order and its invoice carry the same number of the shop."""
    field, invoices = talk.settings.text("reference_field", "COMMENT1").upper(), paper_of(talk, "sales_invoice").kind
    orders = {str(row.get(key_field(talk, ORDERS))).strip().casefold(): str(row.get(field) or "").strip() for row in rows_by_key(talk, ORDERS, ids)}
    references = {id: orders.get(id.strip().casefold(), "") for id in ids}
    rows = talk.rows_with(invoices, [field], sorted({one for one in references.values() if one}))
    made = {str(row.get(field) or "").strip(): row for row in rows}
    return {
        id: (str(made[one].get("RPL_INV") or "").strip(), str(made[one].get("INV_NR") or "").strip())
        for id, one in references.items() if one in made
    }  # fmt: skip
