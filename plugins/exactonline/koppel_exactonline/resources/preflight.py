"""What a connection lacks before the first document is sent: rights and scopes, and what every document leans on."""

from __future__ import annotations

from collections.abc import Iterator

from koppel import ConfigurationError

from koppel_exactonline import odata
from koppel_exactonline.client import Row
from koppel_exactonline.codes import bare
from koppel_exactonline.conversation import Conversation
from koppel_exactonline.cursor import BEGINNING
from koppel_exactonline.dates import today
from koppel_exactonline.resources.periods import closed_on

NEEDED = (
    ("crm/Accounts", "customers", "ID"),
    ("logistics/Items", "articles", "ID"),
    ("logistics/SalesItemPrices", "sales prices", "ID"),
    ("salesorder/SalesOrders", "sales orders", "OrderID"),
    ("vat/VATCodes", "VAT codes", "ID"),
    ("cashflow/PaymentConditions", "payment conditions", "ID"),
    ("financial/Journals", "journals", "ID"),
    ("financial/FinancialPeriods", "financial periods", "ID"),
    ("salesinvoice/SalesInvoices", "sales invoices", "InvoiceID"),
    ("salesentry/SalesEntries", "sales entries", "EntryID"),
)
"""What a connection needs for all it can do, with the words for it and the key."""

_SALES_JOURNAL = 20
_KIND = {"incl": "I", "excl": "E"}


def missing(talk: Conversation) -> tuple[str, ...]:
    """Everything that is missing, each in words of its own."""
    reasons = (_closed(talk, entity, words, key) for entity, words, key in NEEDED)
    closed = tuple(reason for reason in reasons if reason)
    return closed or tuple(_lacking(talk))  # what may not be read cannot be looked into


def _closed(talk: Conversation, entity: str, words: str, key: str) -> str:
    """Why this cannot be read: the app lacks the scope, or the user the right; empty when it can."""
    try:
        talk.client.page(entity, (key,), f"Modified ge {odata.moment(BEGINNING)}", top="1")
    except ConfigurationError as error:
        if not error.cause.startswith(f"forbidden:{entity}"):
            raise
        return f"{words} (scope of the app)" if "scope" in error.detail.lower() else f"{words} (right of the user)"
    return ""


def _lacking(talk: Conversation) -> Iterator[str]:
    """What the administration itself lacks."""
    day = f"datetime'{today():%Y-%m-%d}'"
    if not _any(talk, "financial/Journals", f"Type eq {_SALES_JOURNAL} and IsBlocked eq false"):
        yield "a sales journal"
    if not _any(talk, "cashflow/PaymentConditions", ""):
        yield "a payment condition"
    if not any(_usable(row, _KIND[talk.price_basis]) for row in talk.vat_codes().values()):
        yield f"a VAT code of the kind “{'including' if talk.price_basis == 'incl' else 'excluding'}”, as order prices are sent"
    if not _any(talk, "financial/FinancialPeriods", f"StartDate le {day} and EndDate ge {day}"):
        yield f"a fiscal year and period for today ({today():%Y-%m-%d})"
    elif closed_on(talk, today()):
        yield f"an open period for today ({today():%Y-%m-%d}): the sales journals are closed for it"


def _any(talk: Conversation, entity: str, where: str) -> bool:
    return bool(talk.client.page(entity, ("ID",), where, top="1").rows)


def _usable(row: Row, kind: str) -> bool:
    return bare(row.get("Type")) == kind and bool(row.get("Percentage")) and not row.get("IsBlocked")
