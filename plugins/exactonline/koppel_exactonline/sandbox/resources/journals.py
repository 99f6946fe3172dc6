"""What booking in the sales journal asks and leaves behind: the right journal, an open period, a receivable."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from decimal import Decimal

from koppel_exactonline.sandbox.resources.desk import Change, Desk
from koppel_exactonline.sandbox.resources.rules import USERS, Behaviour, follow, pairs
from koppel_exactonline.sandbox.store.table import Row, highest
from koppel_exactonline.sandbox.wire.values import Value

RECEIVABLES = "cashflow/Receivables"
OPEN, PROCESSED = 20, 50
_SALES_JOURNALS = (20, 21)
_DEBTORS = 20


def check_journal(change: Change) -> None:
    """Refuse a journal that is none for sales, or is blocked."""
    journal = change.desk.by_code("financial/Journals", change.row.get("Journal"))
    if journal is None or "Journal" not in change.sent:
        return
    if journal.get("Type") not in _SALES_JOURNALS:
        change.complain("journal_type", "Journal")
    if journal.get("IsBlocked"):
        change.complain("blocked", "Journal")


def check_period(change: Change, day: Value) -> None:
    """Refuse a day without a fiscal year, or in a closed period (reference: SalesInvoices / SalesEntries)."""
    if not isinstance(day, datetime):
        return
    if period_of(change.desk, day) is None:
        change.complain("fiscal_year")
    journal = change.desk.by_code("financial/Journals", change.row.get("Journal"))
    if is_closed(change.desk, journal, day):
        change.complain("period")


def is_closed(desk: Desk, journal: Row | None, day: Value) -> bool:
    """Whether this journal takes nothing any more on this day."""
    switches = desk.switches
    closed = switches.closed_journals
    mine = not closed or str((journal or {}).get("Code") or "").strip() in closed
    return mine and isinstance(day, datetime) and bool(switches.closed_until) and day.date().isoformat() <= switches.closed_until


def period_of(desk: Desk, day: datetime) -> Row | None:
    """The period this day falls in."""
    for row in desk.table("financial/FinancialPeriods"):
        start, end = row.get("StartDate"), row.get("EndDate")
        if isinstance(start, datetime) and isinstance(end, datetime) and start <= day <= end:
            return row
    return None


def due_date(desk: Desk, condition: Value, day: Value) -> Value:
    """When a document of this day has to be paid."""
    row = desk.by_code("cashflow/PaymentConditions", condition) or {}
    days = row.get("PaymentDays")
    return day + timedelta(days=days if isinstance(days, int) else 0) if isinstance(day, datetime) else None


def next_number(desk: Desk, path: str, name: str, journal: Value) -> int:
    """The next free number of this journal: its code, the year's two digits and five more."""
    code = str(journal or "").strip()
    first = int(f"{code if code.isdigit() else 0}{desk.today:%y}00000")
    rows = [row for row in desk.table(path) if row.get("Journal") == journal]
    return max(highest(rows, name), first) + 1


def open_receivable(desk: Desk, entry: Row, account: Value, amount: Decimal) -> None:
    """The amount to receive; `AmountDC` is negative for what comes in (reference: Other, Receivables)."""
    row: Row = {
        "ID": str(uuid.uuid4()), "Created": desk.now, "Creator": desk.user.get("UserID"), "Modified": desk.now,
        "Modifier": desk.user.get("UserID"), "Division": desk.division.code, "Account": account, "Status": 20,
        "AmountDC": -amount, "AmountFC": -amount, "TransactionAmountDC": -amount, "TransactionAmountFC": -amount,
        "AmountDiscountDC": Decimal(0), "AmountDiscountFC": Decimal(0), "RateFC": Decimal(1), "IsFullyPaid": False,
        "PaymentMethod": "B", "IsBatchBooking": 0, "TransactionStatus": OPEN, "GLAccount": _control(desk, entry, account),
        **{name: entry.get(name) for name in (
            "Currency", "Description", "DueDate", "EntryDate", "EntryID", "EntryNumber", "InvoiceDate", "InvoiceNumber",
            "Journal", "OrderNumber", "PaymentCondition", "PaymentReference", "YourRef",
        )},
    }  # fmt: skip
    desk.table(RECEIVABLES).put(row)
    desk.division.touch(row)


def _control(desk: Desk, entry: Row, account: Value) -> Value:
    """The debtors' account: the entry's, else the relation's own, else the first of the chart."""
    own = (desk.get("crm/Accounts", account) or {}).get("GLAR")
    chart = (row["ID"] for row in desk.table("financial/GLAccounts") if row.get("Type") == _DEBTORS)
    return entry.get("GLAccount") or own or next(chart, None)


SALES_RECEIVABLES = Behaviour(
    references=pairs(f"Account=crm/Accounts ReceivableSelector={USERS}"),
    derived=follow(
        "AccountCode=Account>crm/Accounts.Code AccountName=Account>crm/Accounts.Name "
        "GLAccountCode=GLAccount>financial/GLAccounts.Code GLAccountDescription=GLAccount>financial/GLAccounts.Description "
        "AccountCountry=Account>crm/Accounts.Country AccountContact=Account>crm/Accounts.MainContact "
        "JournalDescription=Journal@financial/Journals.Description "
        "PaymentConditionDescription=PaymentCondition@cashflow/PaymentConditions.Description"
    ),
)
