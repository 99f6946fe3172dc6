"""salesorder/SalesOrders: who orders, where it goes, and totals that follow from the lines."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from koppel_exactonline.sandbox.resources.desk import Change, Derivation, Desk
from koppel_exactonline.sandbox.resources.rules import USERS, Behaviour, follow, pairs, places
from koppel_exactonline.sandbox.resources.stock import main_warehouse, number, total
from koppel_exactonline.sandbox.store.table import Row, highest
from koppel_exactonline.sandbox.wire.values import Value

PATH = "salesorder/SalesOrders"
LINES = "salesorder/SalesOrderLines"
CHARGES = "salesorder/SalesOrderOrderChargeLines"
OPEN, PARTIAL, COMPLETE, CANCELLED = 12, 20, 21, 45
_STATES = {
    OPEN: ("Open", "Open", "Ouvert"), PARTIAL: ("Gedeeltelijk", "Partial", "Partiel"),
    COMPLETE: ("Volledig", "Complete", "Complet"), CANCELLED: ("Geannuleerd", "Cancelled", "Annulé"),
}
_APPROVALS = {0: ("Wacht op goedkeuring", "Awaiting approval", "En attente"),
              1: ("Automatisch", "Automatic", "Automatique"), 2: ("Goedgekeurd", "Approved", "Approuvé")}


def rounded(amount: Decimal, step: str) -> Decimal:
    """Rounded to whole steps, halves away from zero; what is too long to be rounded stays as it is."""
    try:
        return amount.quantize(Decimal(step), ROUND_HALF_UP)
    except InvalidOperation:
        return amount


def cents(amount: Decimal) -> Decimal:
    """Rounded to the cent."""
    return rounded(amount, "0.01")


def fraction_of(amount: Decimal) -> Decimal:
    """A discount fraction as it is shown, with six decimals at most."""
    return rounded(amount, "0.000001").normalize()


def described(name: str, texts: dict[int, tuple[str, str, str]]) -> Derivation:
    """The description that belongs to a coded status."""

    def derive(desk: Desk, row: Row) -> Value:
        found = texts.get(int(str(row.get(name)))) if row.get(name) is not None else None
        return found[("NL", "EN", "FR").index(desk.language)] if found else None

    return derive


def state_text(name: str) -> Derivation:
    """The description of an order, delivery or invoice status."""
    return described(name, _STATES)


def _gross(desk: Desk, order: Row) -> tuple[Decimal, Decimal] | None:
    """Amounts excluding and including VAT before the order discount; None when the order has no lines here."""
    lines = desk.table(LINES).where("OrderID", order["OrderID"])
    charges = desk.table(CHARGES).where("OrderID", order["OrderID"])
    if not lines and not charges:
        return None
    excluding = sum((_excluding(desk, line) for line in lines), total(charges, "AmountFCExclVAT"))
    return excluding, excluding + total(lines, "VATAmount") + total(charges, "AmountVATFC")


def _excluding(desk: Desk, line: Row) -> Decimal:
    amount = number(line, "AmountFC")
    if desk.switches.order_line_amount == "as_priced" and desk.switches.vat_inclusive_prices:
        code = desk.by_code("vat/VATCodes", line.get("VATCode"))
        return amount - number(line, "VATAmount") if code and code.get("Type") == "I" else amount
    return amount


def _discounts(order: Row, gross: tuple[Decimal, Decimal]) -> tuple[Decimal, Decimal, Decimal]:
    """The order discount as fraction, amount excluding and amount including VAT; whichever was given leads."""
    excluding, including = gross
    if order.get("AmountDiscount") is not None and including:
        fraction = number(order, "AmountDiscount") / including
        return fraction, cents(excluding * fraction), number(order, "AmountDiscount")
    if order.get("AmountDiscountExclVat") is not None and excluding:
        fraction = number(order, "AmountDiscountExclVat") / excluding
        return fraction, number(order, "AmountDiscountExclVat"), cents(including * fraction)
    fraction = number(order, "Discount")
    return fraction, cents(excluding * fraction), cents(including * fraction)


def _total(name: str) -> Derivation:
    def derive(desk: Desk, order: Row) -> Value:
        gross = _gross(desk, order)
        if gross is None:
            return order.get(name)
        fraction, off_excluding, off_including = _discounts(order, gross)
        return {
            "AmountFCExclVat": gross[0] - off_excluding, "AmountFC": gross[1] - off_including,
            "AmountDC": gross[1] - off_including, "AmountDiscount": off_including,
            "AmountDiscountExclVat": off_excluding, "Discount": fraction_of(fraction),
            "VATAmount": gross[1] - off_including - gross[0] + off_excluding,
        }[name]

    return derive


def _defaults(change: Change) -> None:
    desk, row = change.desk, change.row
    buyer = desk.get("crm/Accounts", row.get("OrderedBy")) or {}
    change.fill(OrderDate=desk.today, DeliverTo=row.get("OrderedBy"), InvoiceTo=buyer.get("InvoiceAccount"))
    change.fill(InvoiceTo=row.get("OrderedBy"))
    payer = desk.get("crm/Accounts", row.get("InvoiceTo")) or {}
    receiver = desk.get("crm/Accounts", row.get("DeliverTo")) or {}
    warehouse = main_warehouse(desk)
    change.fill(
        OrderedByContactPerson=buyer.get("MainContact"), InvoiceToContactPerson=payer.get("MainContact"),
        DeliverToContactPerson=receiver.get("MainContact"), DeliveryDate=row["OrderDate"], Status=OPEN,
        DeliveryStatus=OPEN, InvoiceStatus=OPEN, ApprovalStatus=1, Currency=buyer.get("SalesCurrency") or "EUR",
        PaymentCondition=payer.get("PaymentConditionSales") or _usual_condition(desk),
        WarehouseID=warehouse["ID"] if warehouse else None, ShippingMethod=buyer.get("ShippingMethod"),
        OrderNumber=highest(desk.table(PATH), "OrderNumber") + 1, DeliveryAddress=_delivery_address(desk, row),
    )


def _usual_condition(desk: Desk) -> Value:
    """ "00" where the division has it (reference: SalesOrders, defaults seen)."""
    row = desk.by_code("cashflow/PaymentConditions", "00")
    return row.get("Code") if row else None


def _delivery_address(desk: Desk, order: Row) -> Value:
    rows = desk.table("crm/Addresses").where("Account", order.get("DeliverTo"))
    return next((row["ID"] for row in rows if row.get("Type") == 4 and row.get("Main")), None)


def _check(change: Change) -> None:
    row, old = change.row, change.old
    if old is not None and (old.get("Status") in (COMPLETE, CANCELLED)):
        change.complain("completed")
    for name in {"OrderedBy", "InvoiceTo", "DeliverTo"} & change.sent if old is None else ():
        _check_account(change, name)
    address = change.desk.get("crm/Addresses", row.get("DeliveryAddress"))
    if "DeliveryAddress" in change.sent and address and address.get("Account") not in (row.get("DeliverTo"), None):
        change.complain("reference", "DeliveryAddress")
    for name in ("OrderedByContactPerson", "InvoiceToContactPerson", "DeliverToContactPerson"):
        contact = change.desk.get("crm/Contacts", row.get(name))
        if name in change.sent and contact and contact.get("Account") != row.get(name.removesuffix("ContactPerson")):
            change.complain("reference", name)


def _check_account(change: Change, name: str) -> None:
    account = change.desk.get("crm/Accounts", change.row.get(name))
    if account is None:
        return
    end = account.get("EndDate")
    if account.get("Blocked") or (isinstance(end, datetime) and end < change.desk.today):
        change.complain("blocked", name)
    if change.desk.switches.customers_only and account.get("Status") != "C":
        change.complain("invalid", name)


_PEOPLE = ("OrderedBy", "InvoiceTo", "DeliverTo")

SALES_ORDERS = Behaviour(
    references=pairs(
        "OrderedBy=crm/Accounts DeliverTo=crm/Accounts InvoiceTo=crm/Accounts DeliveryAddress=crm/Addresses "
        "OrderedByContactPerson=crm/Contacts InvoiceToContactPerson=crm/Contacts DeliverToContactPerson=crm/Contacts "
        f"ShippingMethod=sales/ShippingMethods SalesChannel=sales/SalesChannels Salesperson={USERS} "
        "WarehouseID=inventory/Warehouses"
    ),
    codes=pairs("PaymentCondition=cashflow/PaymentConditions Currency=general/Currencies"),
    unique=("OrderNumber",), defaults=_defaults, check=_check,
    derived={
        **follow(" ".join(f"{name}Name={name}>crm/Accounts.Name" for name in _PEOPLE)),
        **follow(" ".join(
            f"{name}ContactPersonFullName={name}ContactPerson>crm/Contacts.FullName" for name in _PEOPLE
        )),
        **follow(
            "PaymentConditionDescription=PaymentCondition@cashflow/PaymentConditions.Description "
            "ShippingMethodDescription=ShippingMethod>sales/ShippingMethods.Description "
            "ShippingMethodCode=ShippingMethod>sales/ShippingMethods.Code "
            "SalesChannelCode=SalesChannel>sales/SalesChannels.Code "
            "SalesChannelDescription=SalesChannel>sales/SalesChannels.Description "
            "WarehouseCode=WarehouseID>inventory/Warehouses.Code "
            "WarehouseDescription=WarehouseID>inventory/Warehouses.Description"
        ),
        **{name: _total(name) for name in (
            "AmountFC", "AmountDC", "AmountFCExclVat", "AmountDiscount", "AmountDiscountExclVat", "Discount",
            "VATAmount",
        )},
        **{f"{name}Description": state_text(name) for name in ("Status", "DeliveryStatus", "InvoiceStatus")},
        "ApprovalStatusDescription": described("ApprovalStatus", _APPROVALS),
    },
    below=places(f"{LINES}.OrderID {CHARGES}.OrderID"),
)
