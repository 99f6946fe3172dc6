"""Every endpoint the simulator knows, found by its path."""

from __future__ import annotations

from koppel_exactonline.sandbox.schema import bulk, crm, finance, inventory, logistics, sales, sync, system
from koppel_exactonline.sandbox.schema.model import Entity

ENTITIES: dict[str, Entity] = {
    one.path: one
    for module in (system, crm, logistics, inventory, sales, finance, sync, bulk)
    for one in vars(module).values()
    if isinstance(one, Entity)
}

TABLES: dict[str, Entity] = {path: one for path, one in ENTITIES.items() if one.table == path}

DELETED_AS = {
    "crm/Accounts": 2, "crm/Addresses": 3, "crm/Contacts": 5, "financial/GLAccounts": 7, "logistics/SalesItemPrices": 8,
    "logistics/Items": 9, "inventory/ItemWarehouses": 19, "salesorder/SalesOrders": 32,
    "salesorder/SalesOrderLines": 33,
    "crm/BankAccounts": 48,
}
"""The EntityType under which sync/Deleted tells of a removed row (reference: Sync, Deleted, SyncTimestamp)."""

_BY_LOWER_SERVICE = {(path.rpartition("/")[0].lower(), one.name): one for path, one in ENTITIES.items()}


def find(service: str, name: str) -> Entity | None:
    """The entity at `service`/`name`; the service segment is not case-sensitive (reference: OData dialect)."""
    return _BY_LOWER_SERVICE.get((service.lower(), name))


def parent_key(path: str) -> str:
    """The property of a nested row that names the row it belongs to."""
    return {"crm/BankAccounts": "Account", "vat/VatPercentages": "VATCodeID"}.get(path, "OrderID")
