"""salesinvoice/SalesInvoices: invoices and credit notes, in draft until they are printed, then final."""

from __future__ import annotations

from koppel_exactonline.sandbox.resources.buyers import check_account, described, usual_condition
from koppel_exactonline.sandbox.resources.desk import Change
from koppel_exactonline.sandbox.resources.journals import (
    OPEN,
    PROCESSED,
    check_journal,
    check_period,
    due_date,
    next_number,
    open_receivable,
)
from koppel_exactonline.sandbox.resources.rules import ANYTHING, USERS, Behaviour, follow, pairs, places
from koppel_exactonline.sandbox.resources.stock import main_warehouse, move_stock, number
from koppel_exactonline.sandbox.resources.totals import Below, totals
from koppel_exactonline.sandbox.store.table import highest

PATH = "salesinvoice/SalesInvoices"
LINES = "salesinvoice/SalesInvoiceLines"
CHARGES = "salesinvoice/SalesInvoiceOrderChargeLines"
BELOW = Below(LINES, CHARGES, "InvoiceID", "VATAmountFC")
INVOICE, CREDIT, DIRECT, DIRECT_CREDIT = 8020, 8021, 8023, 8024
CREDITS = (CREDIT, DIRECT_CREDIT)
_STATES = {10: ("Concept", "Draft", "Brouillon"), OPEN: ("Open", "Open", "Ouvert"),
           PROCESSED: ("Verwerkt", "Processed", "Traité")}  # fmt: skip
_TYPES = {
    INVOICE: ("Verkoopfactuur", "Sales invoice", "Facture de vente"),
    CREDIT: ("Verkoopcreditnota", "Sales credit note", "Note de crédit"),
    DIRECT: ("Directe verkoopfactuur", "Direct sales invoice", "Facture de vente directe"),
    DIRECT_CREDIT: ("Directe verkoopcreditnota", "Direct sales credit note", "Note de crédit directe"),
}


def _defaults(change: Change) -> None:
    desk, row = change.desk, change.row
    buyer = desk.get("crm/Accounts", row.get("OrderedBy")) or {}
    change.fill(Type=INVOICE, OrderDate=desk.today, DeliverTo=row.get("OrderedBy"), InvoiceTo=buyer.get("InvoiceAccount"))
    change.fill(InvoiceTo=row.get("OrderedBy"))
    payer = desk.get("crm/Accounts", row.get("InvoiceTo")) or {}
    warehouse = main_warehouse(desk)
    change.fill(
        OrderedByContactPerson=buyer.get("MainContact"), InvoiceToContactPerson=payer.get("MainContact"), Status=OPEN,
        Currency=buyer.get("SalesCurrency") or "EUR", StarterSalesInvoiceStatus=0, DiscountType=1,
        PaymentCondition=payer.get("PaymentConditionSales") or usual_condition(desk),
        Warehouse=warehouse["ID"] if warehouse and row["Type"] in (DIRECT, DIRECT_CREDIT) else None,
        OrderNumber=highest(desk.table(PATH), "OrderNumber") + 1,
    )
    change.fill(DueDate=due_date(desk, row.get("PaymentCondition"), row["OrderDate"]))


def _check(change: Change) -> None:
    row, old, switches = change.row, change.old, change.desk.switches
    if old is not None and old.get("Status") == PROCESSED:
        change.complain("processed")
    if row.get("Type") not in _TYPES:
        change.complain("invalid", "Type")
    elif row["Type"] in (DIRECT, DIRECT_CREDIT) and not switches.direct_invoices:
        change.complain("edition", "Type")
    check_journal(change)
    for name in {"OrderedBy", "InvoiceTo", "DeliverTo"} & change.sent if old is None else ():
        check_account(change, name)
    if old is None or "OrderDate" in change.sent:
        check_period(change, row.get("OrderDate"))


def _removable(change: Change) -> None:
    if change.row.get("Status") == PROCESSED:
        change.complain("processed")


_PEOPLE = ("OrderedBy", "InvoiceTo", "DeliverTo")

SALES_INVOICES = Behaviour(
    references=pairs(
        "OrderedBy=crm/Accounts DeliverTo=crm/Accounts InvoiceTo=crm/Accounts DeliverToAddress=crm/Addresses "
        "OrderedByContactPerson=crm/Contacts InvoiceToContactPerson=crm/Contacts DeliverToContactPerson=crm/Contacts "
        f"ShippingMethod=sales/ShippingMethods SalesChannel=sales/SalesChannels Salesperson={USERS} "
        f"Warehouse=inventory/Warehouses Document={ANYTHING}"
    ),
    codes=pairs(
        "Journal=financial/Journals PaymentCondition=cashflow/PaymentConditions Currency=general/Currencies"
    ),
    unique=("OrderNumber",), defaults=_defaults, check=_check, removable=_removable,
    not_yet=("VATAmountFC", "VATAmountDC"),
    derived={
        **follow(" ".join(f"{name}Name={name}>crm/Accounts.Name" for name in _PEOPLE)),
        **follow(" ".join(
            f"{name}ContactPersonFullName={name}ContactPerson>crm/Contacts.FullName" for name in _PEOPLE
        )),
        **follow(
            "JournalDescription=Journal@financial/Journals.Description "
            "PaymentConditionDescription=PaymentCondition@cashflow/PaymentConditions.Description "
            "ShippingMethodCode=ShippingMethod>sales/ShippingMethods.Code "
            "ShippingMethodDescription=ShippingMethod>sales/ShippingMethods.Description "
            "SalesChannelCode=SalesChannel>sales/SalesChannels.Code "
            "SalesChannelDescription=SalesChannel>sales/SalesChannels.Description"
        ),
        **totals(BELOW, "VATAmountFC"),
        "VATAmountDC": lambda desk, row: desk.value(PATH, row, "VATAmountFC"),
        "StatusDescription": described("Status", _STATES), "TypeDescription": described("Type", _TYPES),
    },
    below=places(f"{LINES}.InvoiceID {CHARGES}.InvoiceID"),
)  # fmt: skip


def _print_check(change: Change) -> None:
    desk, row = change.desk, change.row
    invoice = desk.get(PATH, row.get("InvoiceID"))
    change.fill(InvoiceDate=desk.today)
    if invoice is None:
        change.complain("reference", "InvoiceID")
    elif invoice.get("Status") == PROCESSED:
        change.complain("processed")
    else:
        check_period(change, row["InvoiceDate"])
    row["DocumentCreationSuccess"] = "Document is aangemaakt"


def _printed(change: Change) -> None:
    """Printing books the invoice: number, date and due date, the receivable, and for a direct one the goods."""
    desk = change.desk
    invoice = desk.get(PATH, change.row.get("InvoiceID")) or {}
    day = change.row.get("InvoiceDate")
    amount = number({"total": desk.value(PATH, invoice, "AmountFC")}, "total")
    booked = {
        "Status": PROCESSED, "InvoiceDate": day, "DueDate": due_date(desk, invoice.get("PaymentCondition"), day),
        "InvoiceNumber": next_number(desk, PATH, "InvoiceNumber", invoice.get("Journal")), "StarterSalesInvoiceStatus": 3,
    }
    desk.touch(PATH, invoice, **booked)
    entry = {**invoice, "EntryID": invoice["InvoiceID"], "EntryNumber": invoice["InvoiceNumber"], "EntryDate": day}
    open_receivable(desk, entry, invoice.get("InvoiceTo"), amount)
    if invoice.get("Type") in (DIRECT, DIRECT_CREDIT):
        for line in desk.table(LINES).where("InvoiceID", invoice["InvoiceID"]):
            move_stock(desk, line.get("Item"), invoice.get("Warehouse"), -number(line, "Quantity"))


PRINTED_INVOICES = Behaviour(acts_on=True, references=pairs(f"DocumentLayout={ANYTHING} EmailLayout={ANYTHING}"),
                             check=_print_check, stored=_printed)  # fmt: skip
