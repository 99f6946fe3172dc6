"""What people call the lists of Exact Online, for sentences: sales orders, never salesorder/SalesOrders."""

from __future__ import annotations

import re

_NAMES = {
    "Accounts": "customers", "Addresses": "addresses of customers", "Contacts": "contacts of customers", "Items": "articles",
    "ItemExtraField": "extra fields of articles", "SalesItemPrices": "sales prices", "ItemWarehouses": "stock per warehouse",
    "StockPositions": "stock", "StockCounts": "stock counts", "SalesOrderHeaders": "sales orders",
    "SalesOrderOrderChargeLines": "charges of sales orders", "SalesInvoiceOrderChargeLines": "charges of sales invoices",
    "SalesOrderLines": "lines of sales orders", "SalesInvoiceLines": "lines of sales invoices",
    "BankEntries": "bank entries", "BankEntryLines": "lines of bank entries", "CashEntryLines": "lines of cash entries",
    "SalesEntryLines": "lines of sales entries", "GoodsDeliveries": "goods deliveries",
    "GoodsDeliveryLines": "lines of goods deliveries", "VATCodes": "VAT codes", "GLAccounts": "ledger accounts",
    "PaymentTerms": "receivables", "JournalStatusByFinancialPeriod": "closed periods", "Costcenters": "cost centres",
    "Costunits": "cost units", "Divisions": "administrations", "Me": "the user who logged in", "Deleted": "removed records",
    "WebhookSubscriptions": "webhooks", "SyncTimestamp": "row versions",
}  # fmt: skip
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def named(entity: str) -> str:
    """The list in words: of what is not named here, the words that its name is made of."""
    last = entity.rpartition("/")[2]
    return _NAMES.get(last) or _HUMP.sub(" ", last).lower()
