"""salesinvoice/SalesInvoiceLines and charges: an article or a ledger account, its price, VAT and amounts."""

from __future__ import annotations

from decimal import Decimal

from koppel_exactonline.sandbox.resources.desk import Change, Desk
from koppel_exactonline.sandbox.resources.invoices import CHARGES, CREDITS, LINES, PATH
from koppel_exactonline.sandbox.resources.journals import PROCESSED
from koppel_exactonline.sandbox.resources.pricing import (
    charge_check,
    charge_defaults,
    set_amounts,
    set_price,
    usual_vat,
)
from koppel_exactonline.sandbox.resources.rules import Behaviour, follow, pairs
from koppel_exactonline.sandbox.resources.stock import number
from koppel_exactonline.sandbox.store.table import Row, highest


def _defaults(change: Change) -> None:
    desk, row, invoice = change.desk, change.row, change.parent or {}
    item = desk.get("logistics/Items", row.get("Item")) or {}
    group = desk.get("logistics/ItemGroups", item.get("ItemGroup")) or {}
    siblings = desk.table(LINES).where("InvoiceID", row.get("InvoiceID"))
    change.fill(
        GLAccount=item.get("GLRevenue") or group.get("GLRevenue"), Description=item.get("Description"),
        UnitCode=str(item.get("Unit") or "").strip() or None, VATCode=usual_vat(desk, item, invoice),
        Quantity=Decimal(1), LineNumber=highest(siblings, "LineNumber") + 1,
    )


def _check(change: Change) -> None:
    """A line has an article or a ledger account; the account follows from the article (reference: SalesInvoices)."""
    desk, row, invoice = change.desk, change.row, change.parent or {}
    item = desk.get("logistics/Items", row.get("Item"))
    if row.get("Item") is None and row.get("GLAccount") is None:
        change.complain("mandatory", "Item")
    if item is not None and "Item" in change.sent and not item.get("IsSalesItem"):
        change.complain("invalid", "Item")
    if invoice.get("Status") == PROCESSED:
        change.complain("processed")
    _check_sign(change, invoice)
    set_price(change, invoice)
    set_amounts(desk, row, "VATAmountFC")
    row["VATAmountDC"] = row["VATAmountFC"]


def _check_sign(change: Change, invoice: Row) -> None:
    """How quantities of a credit note are to be given is not documented: see the switch."""
    sign, quantity = change.desk.switches.credit_quantities, number(change.row, "Quantity")
    if invoice.get("Type") in CREDITS and sign != "any" and quantity and (quantity < 0) != (sign == "negative"):
        change.complain("invalid", "Quantity")


def _touched(change: Change) -> None:
    change.desk.touch(PATH, change.desk.get(PATH, change.row.get("InvoiceID")))


def _removed(desk: Desk, row: Row) -> None:
    desk.touch(PATH, desk.get(PATH, row.get("InvoiceID")))


SALES_INVOICE_LINES = Behaviour(
    references=pairs(
        "Item=logistics/Items InvoiceID=salesinvoice/SalesInvoices GLAccount=financial/GLAccounts"
    ),
    codes=pairs(
        "VATCode=vat/VATCodes UnitCode=logistics/Units CostCenter=hrm/Costcenters CostUnit=hrm/Costunits"
    ),
    derivable=("Item", "GLAccount"), defaults=_defaults, check=_check, stored=_touched, removed=_removed,
    derived=follow(
        "ItemCode=Item>logistics/Items.Code ItemDescription=Item>logistics/Items.Description "
        "GLAccountDescription=GLAccount>financial/GLAccounts.Description "
        "UnitDescription=UnitCode@logistics/Units.Description VATCodeDescription=VATCode@vat/VATCodes.Description "
        "CostCenterDescription=CostCenter@hrm/Costcenters.Description CostUnitDescription=CostUnit@hrm/Costunits.Description"
    ),
)  # fmt: skip

INVOICE_CHARGE_LINES = Behaviour(
    references=pairs("OrderCharge=sales/OrderCharges InvoiceID=salesinvoice/SalesInvoices"),
    codes=pairs("VATCode=vat/VATCodes"), defaults=charge_defaults(CHARGES, "InvoiceID"), check=charge_check,
    stored=_touched, removed=_removed,
    derived=follow(
        "OrderChargeCode=OrderCharge>sales/OrderCharges.Code GLAccount=OrderCharge>sales/OrderCharges.GLAccount "
        "OrderChargeDescription=OrderCharge>sales/OrderCharges.Description "
        "GLAccountCode=OrderCharge>sales/OrderCharges.GLAccountCode "
        "GLAccountDescription=OrderCharge>sales/OrderCharges.GLAccountDescription "
        "VATDescription=VATCode@vat/VATCodes.Description"
    ),
)  # fmt: skip
