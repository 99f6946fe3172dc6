"""salesentry/SalesEntries: bookings in the sales journal by ledger account, without any article."""

from __future__ import annotations

from decimal import Decimal

from koppel_exactonline.sandbox.resources.buyers import check_account, described, usual_condition
from koppel_exactonline.sandbox.resources.desk import Change, Desk
from koppel_exactonline.sandbox.resources.journals import (
    OPEN,
    PROCESSED,
    check_journal,
    check_period,
    due_date,
    next_number,
    open_receivable,
    period_of,
)
from koppel_exactonline.sandbox.resources.pricing import ONE, vat_rate
from koppel_exactonline.sandbox.resources.rules import ANYTHING, Behaviour, follow, pairs, places
from koppel_exactonline.sandbox.resources.stock import number, total
from koppel_exactonline.sandbox.resources.totals import cents
from koppel_exactonline.sandbox.store.table import Row, highest
from koppel_exactonline.sandbox.wire.values import Value

PATH = "salesentry/SalesEntries"
LINES = "salesentry/SalesEntryLines"
ENTRY, CREDIT = 20, 21
_STATES = {5: ("Afgekeurd", "Rejected", "Rejeté"), OPEN: ("Open", "Open", "Ouvert"), PROCESSED: ("Verwerkt", "Processed", "Traité")}
_TYPES = {ENTRY: ("Verkoopboeking", "Sales entry", "Écriture de vente"), CREDIT: ("Creditnota", "Sales credit note", "Note de crédit")}


def _amounts(desk: Desk, entry: Row) -> tuple[Decimal, Decimal]:
    """Without VAT, and the VAT."""
    lines = desk.table(LINES).where("EntryID", entry["EntryID"])
    return total(lines, "AmountDC"), total(lines, "VATAmountFC")


def _total(desk: Desk, entry: Row) -> Decimal:
    excluding, vat = _amounts(desk, entry)
    return excluding + vat


def _vat(desk: Desk, entry: Row) -> Decimal:
    return _amounts(desk, entry)[1]


def _kind(desk: Desk, entry: Row) -> Value:
    """The sign of the amounts decides it (reference: SalesEntries, an inference)."""
    return CREDIT if _total(desk, entry) < 0 else ENTRY


def _defaults(change: Change) -> None:
    desk, row = change.desk, change.row
    buyer = desk.get("crm/Accounts", row.get("Customer")) or {}
    number_ = next_number(desk, PATH, "EntryNumber", row.get("Journal"))
    change.fill(
        EntryDate=desk.today, Currency=buyer.get("SalesCurrency") or "EUR", Rate=ONE, Status=OPEN, EntryNumber=number_,
        PaymentCondition=buyer.get("PaymentConditionSales") or usual_condition(desk), InvoiceNumber=number_, Reversal=False,
    )
    change.fill(DueDate=due_date(desk, row.get("PaymentCondition"), row["EntryDate"]))
    period = period_of(desk, row["EntryDate"]) or {}  # type: ignore[arg-type]
    change.fill(ReportingYear=period.get("FinYear"), ReportingPeriod=period.get("FinPeriod"))


def _check(change: Change) -> None:
    row, old = change.row, change.old
    if old is not None and old.get("Status") == PROCESSED:
        change.complain("processed")
    check_journal(change)
    if old is None:
        check_account(change, "Customer")
    if old is None or "EntryDate" in change.sent:
        check_period(change, row.get("EntryDate"))
    same = [one for one in change.desk.table(PATH).where("Journal", row.get("Journal")) if one["EntryID"] != row["EntryID"]]
    for name in ("EntryNumber", "InvoiceNumber"):
        if name in change.sent and any(one.get(name) == row.get(name) for one in same):
            change.complain("in_use", name)


def _stored(change: Change) -> None:
    """An entry is in the books at once, and so is what there is to receive."""
    if change.old is None:
        desk, row = change.desk, change.row
        open_receivable(desk, {**row, "InvoiceDate": row.get("EntryDate")}, row.get("Customer"), _total(desk, row))


def _removable(change: Change) -> None:
    if change.row.get("Status") == PROCESSED:
        change.complain("processed")


SALES_ENTRIES = Behaviour(
    references=pairs(f"Customer=crm/Accounts Document={ANYTHING}"),
    codes=pairs("Journal=financial/Journals PaymentCondition=cashflow/PaymentConditions Currency=general/Currencies"),
    defaults=_defaults, check=_check, stored=_stored, removable=_removable,
    derived={
        **follow(
            "CustomerName=Customer>crm/Accounts.Name JournalDescription=Journal@financial/Journals.Description "
            "PaymentConditionDescription=PaymentCondition@cashflow/PaymentConditions.Description "
            "PaymentConditionPaymentMethod=PaymentCondition@cashflow/PaymentConditions.PaymentMethod"
        ),
        "AmountFC": _total, "AmountDC": _total, "VATAmountFC": _vat, "VATAmountDC": _vat, "Type": _kind, "StatusDescription": described("Status", _STATES),
        "TypeDescription": lambda desk, row: described("Type", _TYPES)(desk, {"Type": _kind(desk, row)}),
    },
    below=places(f"{LINES}.EntryID cashflow/Receivables.EntryID"),
)  # fmt: skip


def _line_defaults(change: Change) -> None:
    desk, row = change.desk, change.row
    ledger = desk.get("financial/GLAccounts", row.get("GLAccount")) or {}
    siblings = desk.table(LINES).where("EntryID", row.get("EntryID"))
    change.fill(VATCode=ledger.get("VATCode"), Quantity=ONE, LineNumber=highest(siblings, "LineNumber") + 1)


def _line_check(change: Change) -> None:
    """A code of type I takes the VAT out of the amount, one of type E adds it. Whether a VAT amount that is sent
    counts is not documented: see the switch."""
    desk, row, entry = change.desk, change.row, change.parent or {}
    if entry.get("Status") == PROCESSED:
        change.complain("processed")
    code, rate = vat_rate(desk, row)
    amount = cents(number(row, "AmountFC"))
    inclusive = bool(code and code.get("Type") == "I" and desk.switches.vat_inclusive_prices)
    vat = amount - cents(amount / (ONE + rate)) if inclusive else cents(amount * rate)
    if "VATAmountFC" in change.sent and desk.switches.entry_vat_amount == "sent":
        vat = cents(number(row, "VATAmountFC"))
    row["AmountFC"], row["AmountDC"] = amount, amount - vat if inclusive else amount
    row["VATAmountFC"] = row["VATAmountDC"] = vat
    row["VATPercentage"] = rate if code else None


def _touched(change: Change) -> None:
    change.desk.touch(PATH, change.desk.get(PATH, change.row.get("EntryID")))


SALES_ENTRY_LINES = Behaviour(
    references=pairs("EntryID=salesentry/SalesEntries GLAccount=financial/GLAccounts"),
    codes=pairs("VATCode=vat/VATCodes CostCenter=hrm/Costcenters CostUnit=hrm/Costunits"),
    defaults=_line_defaults, check=_line_check, stored=_touched,
    removed=lambda desk, row: desk.touch(PATH, desk.get(PATH, row.get("EntryID"))),
    derived=follow(
        "GLAccountCode=GLAccount>financial/GLAccounts.Code GLAccountDescription=GLAccount>financial/GLAccounts.Description "
        "VATCodeDescription=VATCode@vat/VATCodes.Description"
    ),
)  # fmt: skip
