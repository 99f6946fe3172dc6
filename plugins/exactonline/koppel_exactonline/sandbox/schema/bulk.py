"""The bulk endpoints: the rows of a table in pages of 1000 (reference: OData dialect)."""

from koppel_exactonline.sandbox.schema import crm, deliveries, finance, invoices, logistics, sales
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

BULK_INVOICES = view(
    "bulk/SalesInvoice/SalesInvoices", invoices.INVOICES, "SalesInvoice", key="InvoiceID", scope="",
    minus="InvoiceStatusInformation SalesInvoiceOrderChargeLines",
    filter_any_of=invoices.INVOICES.filter_any_of,
)

BULK_INVOICE_LINES = view(
    "bulk/SalesInvoice/SalesInvoiceLines", invoices.INVOICE_LINES, "SalesInvoiceLine", key="ID", scope="Sales invoices",
    filter_any_of=invoices.INVOICE_LINES.filter_any_of,
)

BULK_DELIVERIES = view(
    "bulk/SalesOrder/GoodsDeliveries", deliveries.DELIVERIES, "GoodsDelivery", key="EntryID", scope="",
)

BULK_DELIVERY_LINES = view(
    "bulk/SalesOrder/GoodsDeliveryLines", deliveries.DELIVERY_LINES, "GoodsDeliveryLine", key="ID", scope="",
)

BULK_RECEIVABLES = view(
    "bulk/Cashflow/Receivables", deliveries.RECEIVABLES, "Receivable", key="ID", scope="Financial receivables",
)
