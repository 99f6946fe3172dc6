"""Every endpoint the simulator knows, found by its path."""

from __future__ import annotations

from koppel_exactonline.sandbox.schema import (
    bulk,
    crm,
    deliveries,
    finance,
    inventory,
    invoices,
    logistics,
    money,
    sales,
    sync,
    system,
)
from koppel_exactonline.sandbox.schema.model import Entity

ENTITIES: dict[str, Entity] = {
    one.path: one
    for module in (system, crm, logistics, inventory, sales, invoices, deliveries, finance, money, sync, bulk)
    for one in vars(module).values()
    if isinstance(one, Entity)
}

TABLES: dict[str, Entity] = {path: one for path, one in ENTITIES.items() if one.table == path}

DELETED_AS = {
    "crm/Accounts": 2, "crm/Addresses": 3, "crm/Contacts": 5, "financial/GLAccounts": 7, "logistics/SalesItemPrices": 8,
    "logistics/Items": 9, "salesinvoice/SalesInvoices": 13, "inventory/ItemWarehouses": 19, "salesorder/SalesOrders": 32,
    "salesorder/SalesOrderLines": 33,
    "crm/BankAccounts": 48,
}
"""The EntityType under which sync/Deleted tells of a removed row (reference: Sync, Deleted, SyncTimestamp)."""

_BY_LOWER_SERVICE = {(path.rpartition("/")[0].lower(), one.name): one for path, one in ENTITIES.items()}


def find(service: str, name: str) -> Entity | None:
    """The entity at `service`/`name`; the service segment is not case-sensitive (reference: OData dialect)."""
    return _BY_LOWER_SERVICE.get((service.lower(), name))


PARENTS = {
    "financialtransaction/BankEntryLines": ("EntryID", "financialtransaction/BankEntries"),
    "financialtransaction/CashEntryLines": ("EntryID", "financialtransaction/CashEntries"),
    "crm/BankAccounts": ("Account", "crm/Accounts"),
    "inventory/StockCountLines": ("StockCountID", "inventory/StockCounts"),
    "salesentry/SalesEntryLines": ("EntryID", "salesentry/SalesEntries"),
    "salesinvoice/SalesInvoiceLines": ("InvoiceID", "salesinvoice/SalesInvoices"),
    "salesinvoice/SalesInvoiceOrderChargeLines": ("InvoiceID", "salesinvoice/SalesInvoices"),
    "salesorder/GoodsDeliveryLines": ("EntryID", "salesorder/GoodsDeliveries"),
    "salesorder/SalesOrderLines": ("OrderID", "salesorder/SalesOrders"),
    "salesorder/SalesOrderOrderChargeLines": ("OrderID", "salesorder/SalesOrders"),
    "vat/VatPercentages": ("VATCodeID", "vat/VATCodes"),
}
"""Nested rows: the property that names the row they belong to, and that row's table."""


def parent_of(path: str) -> tuple[str, str]:
    """The property of a nested row that names the row it belongs to, and its table; empty where rows stand alone."""
    return PARENTS.get(path, ("", ""))
