"""crm/Accounts and crm/BankAccounts: customers, their numbers, terms and visit address."""

from __future__ import annotations

import re

from koppel_exactonline.sandbox.resources.addresses import VISIT, main_address, new_address
from koppel_exactonline.sandbox.resources.desk import Change, Desk
from koppel_exactonline.sandbox.resources.fields import (
    ADDRESS,
    check_code,
    check_email,
    country_name,
    known_country,
    next_code,
)
from koppel_exactonline.sandbox.resources.rules import ANYTHING, USERS, Behaviour, follow, pairs, places
from koppel_exactonline.sandbox.store.table import Row
from koppel_exactonline.sandbox.wire.values import padded

PATH = "crm/Accounts"

def _defaults(change: Change) -> None:
    today = change.desk.today
    change.fill(
        Code=next_code(change), Status="A", Type="A", StartDate=today, StatusSince=today, IsSales=True, IsPurchase=True,
        ConsolidationScenario=6, InvoicingMethod=0, InvoiceAttachmentType=1, SalesCurrency="EUR",
        PurchaseCurrency="EUR",
        Country=padded(PATH, "Country", str(change.desk.division.info.get("Country") or "NL")), Blocked=False,
        IsSupplier=False, IsReseller=False, IsAccountant=0, IsAgency=0, IsBank=False, IsCompetitor=0, IsMailing=0,
        IsPilot=False, IsMember=False, IsAnonymised=0, AutomaticProcessProposedEntry=0, SeparateInvPerProject=0,
        SeparateInvPerSubscription=0, DeliveryAdvice=0, AddressSource=0, Source=0, CostPaid=0, SecurityLevel=10,
        CanDropShip=False,
    )


def _check(change: Change) -> None:
    row, old = change.row, change.old
    check_email(change, "Email")
    check_code(change)
    if "Country" in change.sent and row.get("Country") and not known_country(row["Country"]):
        change.complain("reference", "Country")
    if row.get("Status") not in ("A", "S", "P", "C"):
        change.complain("invalid", "Status")
    for name in ("SalesCurrency", "PurchaseCurrency"):
        if name in change.sent and change.desk.by_code("general/Currencies", row.get(name)) is None:
            row[name] = None
    if old is None or old.get("Status") != row.get("Status"):
        row["StatusSince"] = change.desk.today
        row["CustomerSince"] = change.desk.today if row.get("Status") == "C" else None


def _stored(change: Change) -> None:
    if change.desk.switches.account_address_rows and (change.old is None or change.sent & set(ADDRESS)):
        _keep_visit_address(change.desk, change.row)


def _keep_visit_address(desk: Desk, account: Row) -> None:
    """Whether an edit reaches crm/Addresses is likely but not tested (reference: Conflicts and gaps)."""
    lines = {name: account.get(name) for name in ADDRESS}
    if row := main_address(desk, account["ID"], VISIT):
        desk.touch("crm/Addresses", row, **lines)
    elif any(lines[name] for name in ADDRESS[:5]):
        new_address(desk, {"Account": account["ID"], "Type": VISIT, "Main": True, **lines})


ACCOUNTS = Behaviour(
    references=pairs(
        f"AccountManager={USERS} Accountant={PATH} Parent={PATH} Reseller={PATH} InvoiceAccount={PATH} "
        "MainContact=crm/Contacts GLAR=financial/GLAccounts GLAP=financial/GLAccounts "
        "ShippingMethod=sales/ShippingMethods "
        f"GLAccountSales=financial/GLAccounts GLAccountPurchase=financial/GLAccounts Document={ANYTHING}"
    ),
    codes=pairs(
        "SalesVATCode=vat/VATCodes PurchaseVATCode=vat/VATCodes PaymentConditionSales=cashflow/PaymentConditions "
        "PaymentConditionPurchase=cashflow/PaymentConditions"
    ),
    unique=("Code",),
    defaults=_defaults, check=_check, stored=_stored, bare_answer=True,
    derived={
        **follow(
            "SalesVATCodeDescription=SalesVATCode@vat/VATCodes.Description "
            "PurchaseVATCodeDescription=PurchaseVATCode@vat/VATCodes.Description "
            "PaymentConditionSalesDescription=PaymentConditionSales@cashflow/PaymentConditions.Description "
            "PaymentConditionPurchaseDescription=PaymentConditionPurchase@cashflow/PaymentConditions.Description "
            "SalesCurrencyDescription=SalesCurrency@general/Currencies.Description "
            "PurchaseCurrencyDescription=PurchaseCurrency@general/Currencies.Description "
            f"InvoiceAccountCode=InvoiceAccount>{PATH}.Code InvoiceAccountName=InvoiceAccount>{PATH}.Name "
            f"ResellerCode=Reseller>{PATH}.Code ResellerName=Reseller>{PATH}.Name"
        ),
        "CountryName": country_name(),
        "Logo": lambda _desk, _row: None,
    },
    used_by=places(
        " ".join(
            f"{path}.{name}" for path in ("salesorder/SalesOrders", "salesinvoice/SalesInvoices")
            for name in ("OrderedBy", "DeliverTo", "InvoiceTo")
        )
        + " salesentry/SalesEntries.Customer"
    ),
    below=places("crm/Contacts.Account crm/Addresses.Account crm/BankAccounts.Account"),
)


def _check_bank(change: Change) -> None:
    number = re.sub(r"\s", "", str(change.row.get("BankAccount") or ""))
    change.row["IBAN"] = number if number[:2].isalpha() else None
    change.fill(Type="A", Main=not change.desk.table("crm/BankAccounts").where("Account", change.row.get("Account")))


BANK_ACCOUNTS = Behaviour(
    references=pairs(f"Account={PATH}"), check=_check_bank,
    derived=follow(f"AccountName=Account>{PATH}.Name"),
)
