"""The open item of a paper: what is still to be received for it, by whom, and on which account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from koppel import Found, Lookup, Match

from koppel_exactonline import odata
from koppel_exactonline.client import Row
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.resources.invoices import INVOICES
from koppel_exactonline.resources.joined import amount, any_field
from koppel_exactonline.resources.loose import Told, loose_money
from koppel_exactonline.resources.payments import FIELDS, RECEIVABLES

_ENTRIES = ("sales_entry", "credit_entry")
_ORDER = "sales_order"
_FIELDS = (*FIELDS, "GLAccount", "GLAccountCode")
_LINES = "salesinvoice/SalesInvoiceLines"
_INVOICE_FIELDS = ("InvoiceID", "InvoiceNumber", "InvoiceTo", "Division")


def find(talk: Conversation, lookup: Lookup) -> Found:
    """The open item per "kind of paper|its id|its number|day", with the debtor's money since that day that is matched with
    nothing. A draft invoice has none, and no sales order has one before
    it is invoiced; where a paper is to be paid in parts what is open is the sum of them."""
    asked = {value: value.split("|") for value in lookup.values}
    entries = {id for kind, id, *_ in asked.values() if kind != _ORDER and odata.is_guid(id)}
    papers = _by(talk.client.rows_where(RECEIVABLES, _FIELDS, "EntryID", _guids(entries)), "EntryID")
    invoiced = _invoices(talk, {id for kind, id, *_ in asked.values() if kind not in _ENTRIES and id not in papers})
    numbers = [bare(row["InvoiceNumber"]) for rows in invoiced.values() for row in rows]
    by_number = _by(talk.client.rows_where(RECEIVABLES, _FIELDS, "InvoiceNumber", sorted(set(numbers))), "InvoiceNumber")
    for paper, rows in invoiced.items():
        papers[paper] = [item for row in rows for item in by_number[bare(row["InvoiceNumber"])] if item.get("Account") == row.get("InvoiceTo")]
    days = [day for _, _, _, day in asked.values() if day]
    loose = loose_money(talk, min(days)) if days and any(papers.values()) else {}
    return Found({value: (_match(papers[id], loose),) for value, (_, id, *_) in asked.items() if papers.get(id)})


def open_amount(rows: Iterable[Row]) -> Decimal:
    """What is still to be received; negative in Exact Online (reference: Other, Receivables)."""
    return -sum((amount(row.get("AmountFC")) for row in rows if not row.get("IsFullyPaid")), Decimal(0))


def _invoices(talk: Conversation, ids: Iterable[str]) -> dict[str, list[Row]]:
    """The final invoices that these invoices or sales orders are, by their id."""
    wanted = {one for one in ids if odata.is_guid(one)}
    lines = talk.client.rows_where(_LINES, ("InvoiceID", "SalesOrder"), "SalesOrder", _guids(wanted)) if wanted else []
    orders = {str(row["InvoiceID"]).lower(): str(row["SalesOrder"]).lower() for row in lines}
    found: dict[str, list[Row]] = defaultdict(list)
    for row in talk.client.rows_where(INVOICES, _INVOICE_FIELDS, "InvoiceID", _guids({*wanted, *orders})):
        if row.get("InvoiceNumber"):
            invoice = str(row["InvoiceID"]).lower()
            found[orders.get(invoice, invoice)].append(row)
    return found


def _match(rows: Sequence[Row], loose: Told) -> Match:
    first = next((row for row in rows if not row.get("IsFullyPaid")), rows[0])
    account = bare(first.get("GLAccountCode")) or bare(first.get("GLAccount"))
    debtor = bare(first.get("Account"))
    data = {
        "open": open_amount(rows), "debtor": debtor, "debtor_name": bare(first.get("AccountName")), "account": account,
        "currency": bare(first.get("Currency")), "loose": loose.get(debtor, ()),
    }  # fmt: skip
    return Match(str(first["ID"]), any_field(first, "InvoiceNumber", "EntryNumber"), data)


def _guids(ids: Iterable[str]) -> list[str]:
    return [odata.guid(one) for one in sorted(ids)]


def _by(rows: Iterable[Row], name: str) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[bare(row.get(name)).lower()].append(row)
    return found
