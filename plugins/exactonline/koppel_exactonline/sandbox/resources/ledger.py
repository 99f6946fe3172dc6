"""VAT codes, payment conditions, G/L accounts, journals, shipping methods and other lists the bookkeeper keeps."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from koppel_exactonline.sandbox.resources.desk import Change, Desk
from koppel_exactonline.sandbox.resources.rules import Behaviour, follow, pairs, places
from koppel_exactonline.sandbox.store.table import Row
from koppel_exactonline.sandbox.wire.values import Value

_VAT_LEDGERS = ("GLToPay", "GLToClaim", "GLDiscountSales", "GLDiscountPurchase")
_GL_TYPES = (
    10, 12, 14, 16, 20, 21, 22, 24, 25, 26, 27, 29, 30, 32, 35, 40, 50, 52, 55, 60, 90, 100, 110, 111, 120, 121, 122,
    123,
    125, 126, 130, 140, 150, 160, 300, 301, 302,
)
_JOURNAL_TYPES = (10, 12, 16, 20, 21, 22, 23, 90)


def _percentage(desk: Desk, row: Row) -> Value:
    """The fraction that holds today, from vat/VatPercentages where there are any (reference: VAT)."""
    active: tuple[datetime, Value] | None = None
    for line in desk.table("vat/VatPercentages").where("VATCodeID", row["ID"]):
        start, end = line.get("StartDate"), line.get("EndDate")
        begin = start if isinstance(start, datetime) else datetime.min
        holds = begin <= desk.today and not (isinstance(end, datetime) and end < desk.today)
        if line.get("Type") in (0, None) and holds and (active is None or begin >= active[0]):
            active = begin, line.get("Percentage")
    return active[1] if active else row.get("Percentage")


def _one_of(change: Change, name: str, *allowed: object) -> None:
    if change.row.get(name) not in (None, *allowed):
        change.complain("invalid", name)


def _vat_check(change: Change) -> None:
    change.fill(Type="E", VATTransactionType="B", EUSalesListing="N", Charged=False, IsBlocked=False, VatDocType="P")
    change.fill(Percentage=Decimal(0), CalculationBasis=0, VatMargin=0, IntraStat=False)
    _one_of(change, "Type", "B", "E", "I", "N")
    _one_of(change, "VATTransactionType", "B", "P", "S")
    _one_of(change, "EUSalesListing", "L", "N", "S", "T")
    _one_of(change, "VatDocType", "P", "F", "E")
    if len(str(change.row.get("Code") or "").strip()) > 3:
        change.complain("too_long", "Code")


VAT_CODES = Behaviour(
    references=pairs("Account=crm/Accounts " + " ".join(f"{name}=financial/GLAccounts" for name in _VAT_LEDGERS)),
    unique=("Code",), check=_vat_check,
    derived={
        **follow("AccountCode=Account>crm/Accounts.Code AccountName=Account>crm/Accounts.Name"),
        **follow(" ".join(
            f"{name}{take}={name}>financial/GLAccounts.{take}"
            for name in _VAT_LEDGERS for take in ("Code", "Description")
        )),
        "Percentage": _percentage,
    },
    used_by=places(
        "salesorder/SalesOrderLines.VATCode@Code crm/Accounts.SalesVATCode@Code logistics/Items.SalesVatCode@Code"
    ),
    below=places("vat/VatPercentages.VATCodeID"),
)

VAT_PERCENTAGES = Behaviour(references=pairs("VATCodeID=vat/VATCodes"))


def _condition_check(change: Change) -> None:
    change.fill(PaymentMethod="B", PaymentDays=0, PaymentEndOfMonths=0)
    change.fill(Percentage=Decimal(1), DiscountPercentage=Decimal(0))
    _one_of(change, "PaymentMethod", "B", "I", "K", "Q")
    _one_of(change, "PaymentDiscountType", "B", "K", "")
    _one_of(change, "VATCalculation", "E", "I", "")
    _one_of(change, "DiscountCalculation", "E", "I", "")


PAYMENT_CONDITIONS = Behaviour(unique=("Code",), check=_condition_check)


def _ledger_check(change: Change) -> None:
    change.fill(Type=110, BalanceSide="C", BalanceType="W", IsBlocked=False, Compress=False, Matching=False)
    _one_of(change, "Type", *_GL_TYPES)
    _one_of(change, "BalanceSide", "D", "C")
    _one_of(change, "BalanceType", "B", "W")


LEDGER_ACCOUNTS = Behaviour(
    references=pairs(
        "PrivateGLAccount=financial/GLAccounts VATNonDeductibleGLAccount=financial/GLAccounts "
        "YearEndCostGLAccount=financial/GLAccounts YearEndReflectionGLAccount=financial/GLAccounts"
    ),
    codes=pairs("VATCode=vat/VATCodes"), unique=("Code",), check=_ledger_check,
    derived=follow("VATDescription=VATCode@vat/VATCodes.Description"),
    used_by=places(
        "logistics/Items.GLRevenue logistics/ItemGroups.GLRevenue financial/Journals.GLAccount crm/Accounts.GLAR"
    ),
)


def _journal_check(change: Change) -> None:
    for name in ("Code", "Description"):
        if not change.row.get(name):
            change.complain("mandatory", name)
    change.fill(Type=90, Currency="EUR", IsBlocked=False)
    _one_of(change, "Type", *_JOURNAL_TYPES)


JOURNALS = Behaviour(
    references=pairs("GLAccount=financial/GLAccounts PaymentInTransitAccount=financial/GLAccounts Bank=crm/Accounts"),
    codes=pairs("Currency=general/Currencies"), unique=("Code",), check=_journal_check,
    derived=follow(
        "GLAccountCode=GLAccount>financial/GLAccounts.Code GLAccountType=GLAccount>financial/GLAccounts.Type "
        "GLAccountDescription=GLAccount>financial/GLAccounts.Description "
        "CurrencyDescription=Currency@general/Currencies.Description "
        "BankName=Bank>crm/Accounts.Name"
    ),
)

_VAT_ON_LIST = "VATPercentage=VATCode@vat/VATCodes.Percentage"
ORDER_CHARGES = Behaviour(derived=follow(
    f"VATDescription=VATCode@vat/VATCodes.Description {_VAT_ON_LIST} GLAccountCode=GLAccount>financial/GLAccounts.Code "
    "GLAccountDescription=GLAccount>financial/GLAccounts.Description"
))
SHIPPING_METHODS = Behaviour(derived=follow(f"VATCodeDescription=VATCode@vat/VATCodes.Description {_VAT_ON_LIST}"))


def _channel_check(change: Change) -> None:
    change.fill(Active=True)
    for name in ("Code", "Description"):
        if not change.row.get(name):
            change.complain("mandatory", name)


SALES_CHANNELS = Behaviour(
    unique=("Code",), check=_channel_check, used_by=places("salesorder/SalesOrders.SalesChannel"),
)
