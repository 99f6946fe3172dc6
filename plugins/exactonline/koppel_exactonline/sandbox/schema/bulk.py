"""The bulk endpoints: the rows of a table in pages of 1000 (reference: OData dialect)."""

from koppel_exactonline.sandbox.schema import crm, finance, logistics, sales
from koppel_exactonline.sandbox.schema.model import view

BULK_ACCOUNTS = view(
    "bulk/CRM/Accounts", crm.ACCOUNTS, "Account", key="ID", scope="",
    minus="ClientGroup ClientGroupDescription",
    filter_any_of=crm.ACCOUNTS.filter_any_of,
)

BULK_CONTACTS = view(
    "bulk/CRM/Contacts", crm.CONTACTS, "Contact", key="ID", scope="",
)

BULK_ADDRESSES = view(
    "bulk/CRM/Addresses", crm.ADDRESSES, "Address", key="ID", scope="",
)

BULK_ITEMS = view(
    "bulk/Logistics/Items", logistics.ITEMS, "Item", key="ID", scope="",
    filter_any_of=logistics.ITEMS.filter_any_of,
)

BULK_PRICES = view(
    "bulk/Logistics/SalesItemPrices", logistics.PRICES, "SalesItemPrice", key="ID", scope="",
)

BULK_ORDERS = view(
    "bulk/SalesOrder/SalesOrders", sales.ORDERS, "SalesOrder", key="OrderID", scope="",
    minus="SalesOrderOrderChargeLines ServicePoint",
    filter_any_of=sales.ORDERS.filter_any_of,
)

BULK_ORDER_LINES = view(
    "bulk/SalesOrder/SalesOrderLines", sales.ORDER_LINES, "SalesOrderLine", key="ID", scope="Sales orders",
    minus="""
        DeliveryStatus InvoiceStatus Margin OrderStatus QuantityDelivered QuantityInvoiced TaxSchedule
        TaxScheduleCode TaxScheduleDescription
    """,
    filter_any_of="""
        ID CostCenter CostUnit DeliveryDate Description Item ItemVersion LineNumber OrderID OrderNumber Pricelist
        Project ShopOrder UseDropShipment VATCode
    """,
)

BULK_LEDGER = view(
    "bulk/Financial/GLAccounts", finance.LEDGER_ACCOUNTS, "GLAccount", key="ID", scope="",
)
