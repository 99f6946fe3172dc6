"""salesorder/SalesOrders: who orders, where it goes, and totals that follow from the lines."""

from __future__ import annotations

from koppel_exactonline.sandbox.resources.buyers import check_account, described, usual_condition
from koppel_exactonline.sandbox.resources.desk import Change, Derivation, Desk
from koppel_exactonline.sandbox.resources.rules import USERS, Behaviour, follow, pairs, places
from koppel_exactonline.sandbox.resources.stock import main_warehouse
from koppel_exactonline.sandbox.resources.totals import Below, totals
from koppel_exactonline.sandbox.store.table import Row, highest
from koppel_exactonline.sandbox.wire.values import Value

PATH = "salesorder/SalesOrders"
LINES = "salesorder/SalesOrderLines"
CHARGES = "salesorder/SalesOrderOrderChargeLines"
BELOW = Below(LINES, CHARGES, "OrderID", "VATAmount")
OPEN, PARTIAL, COMPLETE, CANCELLED = 12, 20, 21, 45
_STATES = {
    OPEN: ("Open", "Open", "Ouvert"), PARTIAL: ("Gedeeltelijk", "Partial", "Partiel"),
    COMPLETE: ("Volledig", "Complete", "Complet"), CANCELLED: ("Geannuleerd", "Cancelled", "Annulé"),
}
_APPROVALS = {0: ("Wacht op goedkeuring", "Awaiting approval", "En attente"),
              1: ("Automatisch", "Automatic", "Automatique"), 2: ("Goedgekeurd", "Approved", "Approuvé")}


def state_text(name: str) -> Derivation:
    """The description of an order, delivery or invoice status."""
    return described(name, _STATES)


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
        PaymentCondition=payer.get("PaymentConditionSales") or usual_condition(desk),
        WarehouseID=warehouse["ID"] if warehouse else None, ShippingMethod=buyer.get("ShippingMethod"),
        OrderNumber=highest(desk.table(PATH), "OrderNumber") + 1, DeliveryAddress=_delivery_address(desk, row),
    )


def _delivery_address(desk: Desk, order: Row) -> Value:
    rows = desk.table("crm/Addresses").where("Account", order.get("DeliverTo"))
    return next((row["ID"] for row in rows if row.get("Type") == 4 and row.get("Main")), None)


def _check(change: Change) -> None:
    row, old = change.row, change.old
    if old is not None and (old.get("Status") in (COMPLETE, CANCELLED)):
        change.complain("completed")
    for name in {"OrderedBy", "InvoiceTo", "DeliverTo"} & change.sent if old is None else ():
        check_account(change, name)
    address = change.desk.get("crm/Addresses", row.get("DeliveryAddress"))
    if "DeliveryAddress" in change.sent and address and address.get("Account") not in (row.get("DeliverTo"), None):
        change.complain("reference", "DeliveryAddress")
    for name in ("OrderedByContactPerson", "InvoiceToContactPerson", "DeliverToContactPerson"):
        contact = change.desk.get("crm/Contacts", row.get(name))
        if name in change.sent and contact and contact.get("Account") != row.get(name.removesuffix("ContactPerson")):
            change.complain("reference", name)


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
        **totals(BELOW, "VATAmount"),
        **{f"{name}Description": state_text(name) for name in ("Status", "DeliveryStatus", "InvoiceStatus")},
        "ApprovalStatusDescription": described("ApprovalStatus", _APPROVALS),
    },
    below=places(f"{LINES}.OrderID {CHARGES}.OrderID"),
)
