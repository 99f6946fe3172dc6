"""financialtransaction: entries in bank and cash journals, and what they settle of what is to be received."""

from __future__ import annotations

from decimal import Decimal

from koppel_exactonline.sandbox.resources.buyers import described
from koppel_exactonline.sandbox.resources.desk import Change, Desk
from koppel_exactonline.sandbox.resources.journals import (
    OPEN,
    PROCESSED,
    RECEIVABLES,
    check_period,
    next_number,
    open_receivable,
    period_of,
)
from koppel_exactonline.sandbox.resources.rules import ANYTHING, Behaviour, follow, pairs, places
from koppel_exactonline.sandbox.resources.stock import number
from koppel_exactonline.sandbox.resources.totals import cents
from koppel_exactonline.sandbox.store.table import Row, highest

BANK, CASH = "financialtransaction/BankEntries", "financialtransaction/CashEntries"
BANK_LINES, CASH_LINES = "financialtransaction/BankEntryLines", "financialtransaction/CashEntryLines"
_LINES = {BANK: BANK_LINES, CASH: CASH_LINES}
_JOURNALS = {BANK: (12, 16), CASH: (10,)}
_DEBTORS, _MATCHED = 20, 50
_STATES = {OPEN: ("Open", "Open", "Ouvert"), PROCESSED: ("Verwerkt", "Processed", "Traité")}


def _defaults(change: Change) -> None:
    desk, row = change.desk, change.row
    journal = desk.by_code("financial/Journals", row.get("JournalCode")) or {}
    rows = [one for one in desk.table(change.entity.path) if one.get("JournalCode") == row.get("JournalCode")]
    first = next_number(desk, change.entity.path, "EntryNumber", row.get("JournalCode"))
    change.fill(Currency=journal.get("Currency") or "EUR", Status=OPEN, EntryNumber=max(highest(rows, "EntryNumber") + 1, first))
    period = period_of(desk, desk.today) or {}
    change.fill(FinancialYear=period.get("FinYear"), FinancialPeriod=period.get("FinPeriod"))


def _check(change: Change) -> None:
    row = change.row
    journal = change.desk.by_code("financial/Journals", row.get("JournalCode"))
    if journal is None:
        return
    if journal.get("Type") not in _JOURNALS[change.entity.path]:
        change.complain("journal_type", "Journal")
    if journal.get("IsBlocked"):
        change.complain("blocked", "Journal")


def _stored(change: Change) -> None:
    """The entry is in the books at once, and settles what its debtors' lines are matched with."""
    if change.old is None:
        for line in change.desk.table(_LINES[change.entity.path]).where("EntryID", change.row["EntryID"]):
            _settle(change.desk, change.row, line)


def _settle(desk: Desk, entry: Row, line: Row) -> None:
    account = desk.get("financial/GLAccounts", line.get("GLAccount")) or {}
    if account.get("Type") != _DEBTORS or line.get("Account") is None:
        return
    received = number(line, "AmountFC") * (1 if desk.switches.bank_sign == "received" else -1)
    item = _item(desk, line)
    if item is not None:
        left = number(item, "AmountFC") + received
        paid = left == 0
        desk.touch(
            RECEIVABLES, item, AmountFC=left, AmountDC=left, IsFullyPaid=paid, LastPaymentDate=line.get("Date"),
            Status=_MATCHED if paid else item.get("Status"),
        )  # fmt: skip
        return
    loose = {"Currency": entry.get("Currency"), "Description": line.get("Description"), "EntryDate": line.get("Date"),
             "EntryID": entry.get("EntryID"), "EntryNumber": entry.get("EntryNumber"), "Journal": entry.get("JournalCode"),
             "GLAccount": line.get("GLAccount")}  # fmt: skip
    open_receivable(desk, loose, line.get("Account"), -received)


def _item(desk: Desk, line: Row) -> Row | None:
    """What a line settles. Whether Exact Online matches by `OurRef` what comes in by its interface is not documented:
    see the switch."""
    if desk.switches.bank_matching != "our_ref" or line.get("OurRef") is None:
        return None
    rows = desk.table(RECEIVABLES).where("Account", line.get("Account"))
    mine = [row for row in rows if line.get("OurRef") in (row.get("InvoiceNumber"), row.get("EntryNumber")) and not row.get("IsFullyPaid")]
    return mine[0] if mine else None


def _removable(change: Change) -> None:
    """What settled something is not removed by the interface; how it would be undone is not documented."""
    change.complain("processed")


def _line_defaults(change: Change) -> None:
    desk, row = change.desk, change.row
    entry = change.parent or {}
    siblings = [one for path in _LINES.values() for one in desk.table(path).where("EntryID", row.get("EntryID"))]
    change.fill(Date=desk.today, LineNumber=highest(siblings, "LineNumber") + 1, EntryNumber=entry.get("EntryNumber"), ExchangeRate=Decimal(1))


def _line_check(change: Change) -> None:
    row = change.row
    row["AmountFC"] = cents(number(row, "AmountFC"))
    row["AmountDC"] = cents(number(row, "AmountFC") * number(row, "ExchangeRate"))
    check_period(change, row.get("Date"))
    account = change.desk.get("financial/GLAccounts", row.get("GLAccount")) or {}
    if account.get("IsBlocked"):
        change.complain("blocked", "GLAccount")
    if account.get("Type") == _DEBTORS and row.get("Account") is None:
        change.complain("mandatory", "Account")


def _entry(lines: str) -> Behaviour:
    return Behaviour(
        references=pairs(f"BankStatementDocument={ANYTHING}"),
        codes=pairs("JournalCode=financial/Journals Currency=general/Currencies"),
        defaults=_defaults, check=_check, stored=_stored, removable=_removable,
        derived={
            **follow("JournalDescription=JournalCode@financial/Journals.Description"),
            "StatusDescription": described("Status", _STATES),
        },
        below=places(f"{lines}.EntryID"),
    )  # fmt: skip


def _line(entries: str) -> Behaviour:
    return Behaviour(
        references=pairs(f"EntryID={entries} GLAccount=financial/GLAccounts Account=crm/Accounts Document={ANYTHING}"),
        codes=pairs("VATCode=vat/VATCodes CostCenter=hrm/Costcenters CostUnit=hrm/Costunits"),
        defaults=_line_defaults, check=_line_check,
        derived=follow(
            "GLAccountCode=GLAccount>financial/GLAccounts.Code GLAccountDescription=GLAccount>financial/GLAccounts.Description "
            "AccountCode=Account>crm/Accounts.Code AccountName=Account>crm/Accounts.Name EntryNumber=EntryID>"
            f"{entries}.EntryNumber VATCodeDescription=VATCode@vat/VATCodes.Description"
        ),
    )


BANK_ENTRIES, CASH_ENTRIES = _entry(BANK_LINES), _entry(CASH_LINES)
BANK_ENTRY_LINES, CASH_ENTRY_LINES = _line(BANK), _line(CASH)
