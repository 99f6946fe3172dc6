"""The sync endpoints: the rows of a table in pages of 1000 (reference: Sync, Deleted, SyncTimestamp)."""

from dataclasses import replace

from koppel_exactonline.sandbox.schema import crm, deliveries, finance, inventory, invoices, logistics, sales
from koppel_exactonline.sandbox.schema.model import view

SYNC_ACCOUNTS = view(
    "sync/CRM/Accounts", crm.ACCOUNTS, "Account", key="Timestamp", scope="Crm accounts",
    minus="ClientGroup ClientGroupDescription",
    plus="Timestamp:I64",
)

SYNC_CONTACTS = view(
    "sync/CRM/Contacts", crm.CONTACTS, "Contact", key="Timestamp", scope="Crm accounts",
    plus="Timestamp:I64",
)

SYNC_ADDRESSES = view(
    "sync/CRM/Addresses", crm.ADDRESSES, "Address", key="Timestamp", scope="Crm accounts",
    plus="Timestamp:I64",
)

SYNC_ITEMS = view(
    "sync/Logistics/Items", logistics.ITEMS, "Item", key="Timestamp", scope="Logistics items",
    minus="IsBatchNumberItem IsSerialNumberItem StandardSalesPrice",
    plus="Timestamp:I64",
)

SYNC_PRICES = view(
    "sync/Logistics/SalesItemPrices", logistics.PRICES, "SalesItemPrice", key="Timestamp", scope="Sales prices",
    plus="Timestamp:I64",
)

SYNC_ITEM_WAREHOUSES = view(
    "sync/Inventory/ItemWarehouses", inventory.ITEM_WAREHOUSES, "ItemWarehouse", key="Timestamp",
    scope="Logistics inventory",
    minus="""
        CurrentStock ItemBarcode ItemEndDate ItemIsFractionAllowedItem ItemIsStockItem ItemStartDate ItemUnit
        ItemUnitDescription NextCountingCycle PlannedStockIn PlannedStockOut PlanningDetailsUrl ProjectedStock
        StorageLocationUrl
    """,
    plus="Timestamp:I64",
)

SYNC_STOCK = view(
    "sync/Inventory/StockPositions", inventory.ITEM_WAREHOUSES, "StockPosition", key="Timestamp",
    scope="Logistics inventory",
    minus="""
        CountingCycle Created Creator CreatorFullName DefaultStorageLocation DefaultStorageLocationCode
        DefaultStorageLocationDescription Item ItemBarcode ItemEndDate ItemIsFractionAllowedItem ItemIsStockItem
        ItemStartDate ItemUnit ItemUnitDescription MaximumStock Modified Modifier ModifierFullName NextCountingCycle
        OrderPolicy Period PlannedStockIn PlannedStockOut PlanningDetailsUrl ReorderQuantity ReplenishmentType
        SafetyStock StorageLocationSequenceNumber StorageLocationUrl
    """,
    plus="""
        FreeStock:D ItemId:G PlanningIn:D PlanningOut:D Timestamp:I64 UnitCode:S UnitDescription:S
    """,
    aliases="""
        ItemId=Item PlanningIn=PlannedStockIn PlanningOut=PlannedStockOut UnitCode=ItemUnit
        UnitDescription=ItemUnitDescription
    """,
)

SYNC_ORDERS = view(
    "sync/SalesOrder/SalesOrderHeaders", sales.ORDERS, "SalesOrderHeader", key="Timestamp", scope="",
    minus="""
        SalesOrderLines SalesOrderOrderChargeLines ServicePoint TaxSchedule TaxScheduleCode TaxScheduleDescription
    """,
    plus="""
        ID:G Notes:S Project:G ProjectCode:S ProjectDescription:S ShippingMethodCode:S Timestamp:I64 VATAmount:D
        VATCode:S VATCodeDescription:S
    """,
    aliases="ID=OrderID",
)

SYNC_ORDER_LINES = view(
    "sync/SalesOrder/SalesOrderLines", sales.ORDER_LINES, "SalesOrderLine", key="Timestamp", scope="",
    minus="OrderStatus TaxSchedule TaxScheduleCode TaxScheduleDescription",
    plus="""
        Created:T Creator:G CreatorFullName:S DeliveryStatusDescription:S InvoiceStatusDescription:S Modified:T
        Modifier:G ModifierFullName:S ProjectCode:S ShopOrderNumber:I32 Status:I16 StatusDescription:S Timestamp:I64
    """,
    aliases="Status=OrderStatus",
)

SYNC_LEDGER = view(
    "sync/Financial/GLAccounts", finance.LEDGER_ACCOUNTS, "GLAccount", key="Timestamp",
    scope="Financial generalledgers",
    minus="DeductibilityPercentages",
    plus="Timestamp:I64",
)

SYNC_DELIVERIES = view(
    "sync/SalesOrder/GoodsDeliveries", deliveries.DELIVERIES, "GoodsDelivery", key="Timestamp", scope="Logistics wms",
    minus="GoodsDeliveryLines",
    plus="Timestamp:I64",
)

SYNC_DELIVERY_LINES = view(
    "sync/SalesOrder/GoodsDeliveryLines", deliveries.DELIVERY_LINES, "GoodsDeliveryLine", key="Timestamp",
    scope="Logistics wms",
    plus="Timestamp:I64",
)

SYNC_PAYMENT_TERMS = view(
    "sync/Cashflow/PaymentTerms", deliveries.RECEIVABLES, "PaymentTerm", key="Timestamp", scope="Financial cashflow",
    plus="""
        ApprovalStatus:I16 LineType:I16 PaymentBatchNumber:I32 PaymentSelected:T PaymentSelector:G
        PaymentSelectorFullName:S Timestamp:I64
    """,
)

_OF_LINES = """
    CostCenter CostCenterDescription CostUnit CostUnitDescription CustomField CustomerItemCode DeliveryDate Employee
    EmployeeFullName EndTime ExtraDutyPercentage GLAccount GLAccountDescription ID Item ItemCode ItemDescription LineNumber
    NetPrice Notes Pricelist PricelistDescription Project ProjectDescription ProjectWBS ProjectWBSDescription Quantity
    SalesOrder SalesOrderLine SalesOrderLineNumber SalesOrderNumber StartTime Subscription SubscriptionDescription UnitCode
    UnitDescription UnitPrice VATCode VATCodeDescription VATPercentage
"""
_LINE_PROPERTIES = invoices.INVOICE_LINES.properties

SYNC_INVOICES = replace(
    view(
        "sync/SalesInvoice/SalesInvoices", invoices.INVOICES, "SalesInvoice", key="Timestamp", scope="Sales invoices",
        minus="""
            InvoiceStatusInformation SalesInvoiceLines SalesInvoiceOrderChargeLines SelectionCode SelectionCodeCode
            SelectionCodeDescription ShippingMethod ShippingMethodCode ShippingMethodDescription
        """,
        plus="Timestamp:I64 " + " ".join(f"{name}:{_LINE_PROPERTIES[name].kind}" for name in _OF_LINES.split()),
    ),
    table="",
)
"""Headers and lines mixed: the header's own row has line number 0 (reference: Sync)."""
