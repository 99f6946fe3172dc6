"""The rows of one table of one division, with small indexes on the properties that are looked up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from koppel_exactonline.sandbox.schema.model import Entity
from koppel_exactonline.sandbox.wire.values import Value

Row = dict[str, Value]
TIMESTAMP = "Timestamp"

INDEXED = {
    "crm/Contacts": ("Account",),
    "crm/Addresses": ("Account",),
    "crm/BankAccounts": ("Account",),
    "crm/Accounts": ("Code",),
    "logistics/Items": ("Code", "ItemGroup"),
    "logistics/Units": ("Code",),
    "logistics/SalesItemPrices": ("Item",),
    "inventory/ItemWarehouses": ("Item", "Warehouse"),
    "salesorder/SalesOrders": ("OrderedBy", "DeliverTo", "InvoiceTo", "OrderNumber"),
    "salesorder/SalesOrderLines": ("OrderID", "Item"),
    "salesorder/SalesOrderOrderChargeLines": ("OrderID",),
    "salesinvoice/SalesInvoices": ("OrderedBy", "OrderNumber"),
    "salesinvoice/SalesInvoiceLines": ("InvoiceID", "Item"),
    "salesinvoice/SalesInvoiceOrderChargeLines": ("InvoiceID",),
    "salesentry/SalesEntries": ("Customer",),
    "salesentry/SalesEntryLines": ("EntryID",),
    "salesorder/GoodsDeliveryLines": ("EntryID", "SalesOrderLineID"),
    "cashflow/Receivables": ("Account", "EntryID"),
    "inventory/StockCountLines": ("StockCountID",),
    "vat/VATCodes": ("Code",),
    "vat/VatPercentages": ("VATCodeID",),
    "cashflow/PaymentConditions": ("Code",),
    "financial/GLAccounts": ("Code",),
}


class Table:
    """Rows by key. Change a row through `put` only, so that the indexes stay right."""

    def __init__(self, entity: Entity) -> None:
        self.entity = entity
        self._rows: dict[Value, Row] = {}
        self._indexes: dict[str, dict[Value, dict[Value, None]]] = {n: {} for n in INDEXED.get(entity.path, ())}

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def get(self, key: Value) -> Row | None:
        """The row with this key, None when there is none."""
        return self._rows.get(key)

    def where(self, name: str, value: Value) -> list[Row]:
        """All rows whose property `name` equals `value`, in the order they came."""
        if name in self._indexes:
            return [self._rows[key] for key in self._indexes[name].get(value, ())]
        return [row for row in self if row.get(name) == value]

    def put(self, row: Row, changes: Row | None = None) -> Row:
        """Store `row`, after applying `changes` to it."""
        key = row[self.entity.key]
        self._forget(key)
        row.update(changes or {})
        self._rows[key] = row
        for name, index in self._indexes.items():
            index.setdefault(row.get(name), {})[key] = None
        return row

    def drop(self, key: Value) -> None:
        """Remove the row with this key."""
        self._forget(key)
        del self._rows[key]

    def _forget(self, key: Value) -> None:
        if old := self._rows.get(key):
            for name, index in self._indexes.items():
                index.get(old.get(name), {}).pop(key, None)


def highest(rows: Iterable[Row], name: str) -> int:
    """The highest whole number found in a property, also as padded text; 0 when there is none."""
    found = 0
    for row in rows:
        value = row.get(name)
        text = str(value or "").strip()
        if text.isascii() and text.isdigit():
            found = max(found, int(text))
    return found
