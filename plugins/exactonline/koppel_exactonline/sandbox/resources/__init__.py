"""How each business object behaves; the general reading and writing is in `service`."""

from __future__ import annotations

from dataclasses import replace

from koppel_exactonline.sandbox.resources import (
    accounts,
    addresses,
    contacts,
    counts,
    deliveries,
    entries,
    invoice_lines,
    invoices,
    items,
    journals,
    ledger,
    money,
    order_lines,
    orders,
    stock,
    subscriptions,
)
from koppel_exactonline.sandbox.resources.desk import Derivation
from koppel_exactonline.sandbox.resources.rules import Behaviour, division_code, full_name
from koppel_exactonline.sandbox.schema import TABLES

_OWN: dict[str, Behaviour] = {
    "crm/Accounts": accounts.ACCOUNTS,
    "crm/BankAccounts": accounts.BANK_ACCOUNTS,
    "crm/Contacts": contacts.CONTACTS,
    "crm/Addresses": addresses.ADDRESSES,
    "logistics/Items": items.ITEMS,
    "logistics/ItemGroups": items.ITEM_GROUPS,
    "logistics/SalesItemPrices": items.SALES_PRICES,
    "inventory/ItemWarehouses": stock.ITEM_WAREHOUSES,
    "inventory/Warehouses": stock.WAREHOUSE,
    "salesorder/SalesOrders": orders.SALES_ORDERS,
    "salesorder/SalesOrderLines": order_lines.SALES_ORDER_LINES,
    "salesorder/SalesOrderOrderChargeLines": order_lines.ORDER_CHARGE_LINES,
    "salesorder/GoodsDeliveries": deliveries.GOODS_DELIVERIES,
    "salesorder/GoodsDeliveryLines": deliveries.GOODS_DELIVERY_LINES,
    "salesinvoice/SalesInvoices": invoices.SALES_INVOICES,
    "salesinvoice/SalesInvoiceLines": invoice_lines.SALES_INVOICE_LINES,
    "salesinvoice/SalesInvoiceOrderChargeLines": invoice_lines.INVOICE_CHARGE_LINES,
    "salesinvoice/PrintedSalesInvoices": invoices.PRINTED_INVOICES,
    "salesentry/SalesEntries": entries.SALES_ENTRIES,
    "salesentry/SalesEntryLines": entries.SALES_ENTRY_LINES,
    "financialtransaction/BankEntries": money.BANK_ENTRIES,
    "financialtransaction/BankEntryLines": money.BANK_ENTRY_LINES,
    "financialtransaction/CashEntries": money.CASH_ENTRIES,
    "financialtransaction/CashEntryLines": money.CASH_ENTRY_LINES,
    "cashflow/Receivables": journals.SALES_RECEIVABLES,
    "inventory/StockCounts": counts.STOCK_COUNTS,
    "inventory/StockCountLines": counts.STOCK_COUNT_LINES,
    "webhooks/WebhookSubscriptions": subscriptions.SUBSCRIPTIONS,
    "vat/VATCodes": ledger.VAT_CODES,
    "vat/VatPercentages": ledger.VAT_PERCENTAGES,
    "cashflow/PaymentConditions": ledger.PAYMENT_CONDITIONS,
    "financial/GLAccounts": ledger.LEDGER_ACCOUNTS,
    "financial/Journals": ledger.JOURNALS,
    "sales/OrderCharges": ledger.ORDER_CHARGES,
    "sales/ShippingMethods": ledger.SHIPPING_METHODS,
    "sales/SalesChannels": ledger.SALES_CHANNELS,
}


def _with_common(path: str, own: Behaviour) -> Behaviour:
    """Add what every row computes: the names of its creator and modifier, its division."""
    common: dict[str, Derivation] = {
        name: full_name(name) for name in ("CreatorFullName", "ModifierFullName") if name in TABLES[path].properties
    }
    if "Division" in TABLES[path].properties:
        common["Division"] = division_code
    return replace(own, derived={**common, **own.derived})


BEHAVIOURS: dict[str, Behaviour] = {path: _with_common(path, _OWN.get(path, Behaviour())) for path in TABLES}

DERIVATIONS: dict[str, dict[str, Derivation]] = {path: dict(one.derived) for path, one in BEHAVIOURS.items()}
