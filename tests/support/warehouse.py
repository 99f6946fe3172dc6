"""A small shop's stock behind a fake line, for the tests that write it."""

from __future__ import annotations

from typing import Any

from koppel import Batch, Draft, KoppelError, Receipt, Write

HERE = "gid://shopify/Location/1"
MOVED = "2026-11-01T10:00:00Z"


def item(number: int) -> str:
    """The id of an inventory item."""
    return f"gid://shopify/InventoryItem/{number}"


class Warehouse:
    """The stock of a small shop: quantities by item; it compares, refuses and remembers keys as Shopify does."""

    def __init__(self, **held: int | None) -> None:
        self.held: dict[str, int | None] = {item(int(name[1:])): quantity for name, quantity in held.items()}
        self.changed = dict.fromkeys(self.held, MOVED)
        self.untracked: set[str] = set()
        self.keys: dict[str, Any] = {}
        self.errors: list[list[dict[str, Any]]] = []
        self.location: dict[str, Any] | None = {"id": HERE, "name": "Magazijn", "isActive": True}
        self.executed = 0
        self.domain = "bloem.myshopify.com"

    def __call__(self, name: str, variables: dict[str, Any]) -> Any:
        return getattr(self, f"_{name}")(variables)

    def _row(self, one: str) -> dict[str, Any]:
        quantity, level = self.held[one], None
        if quantity is not None:
            count = {"name": "available", "quantity": quantity, "updatedAt": self.changed[one]}
            level = {"id": one, "isActive": True, "updatedAt": self.changed[one], "quantities": [count]}
        return {
            "id": one,
            "sku": "S" + one.rpartition("/")[2],
            "tracked": one not in self.untracked,
            "inventoryLevel": level,
        }

    def _ShopBasics(self, variables: dict[str, Any]) -> Any:
        return {"shop": {"myshopifyDomain": self.domain}}

    def _StockLevels(self, variables: dict[str, Any]) -> Any:
        nodes = [self._row(one) if one in self.held else None for one in variables["ids"]]
        return {"shop": {"myshopifyDomain": self.domain}, "location": self.location, "nodes": nodes}

    def _FindStock(self, variables: dict[str, Any]) -> Any:
        rows = [{"id": f"v{one}", "sku": self._row(one)["sku"], "inventoryItem": self._row(one)} for one in self.held]
        shop = {"myshopifyDomain": self.domain}
        return {"shop": shop, "location": self.location, "productVariants": {"nodes": rows, "pageInfo": {}}}

    def _SetStock(self, variables: dict[str, Any]) -> Any:
        key, rows = variables["key"], variables["input"]["quantities"]
        if self.errors:
            return self._failed(self.errors.pop(0))
        if key in self.keys:
            return {"inventorySetQuantities": {"inventoryAdjustmentGroup": {"id": "g"}, "userErrors": []}}
        stale = [
            n
            for n, row in enumerate(rows)
            if row["changeFromQuantity"] is not None and row["changeFromQuantity"] != self.held[row["inventoryItemId"]]
        ]
        if stale:
            return self._failed([error("CHANGE_FROM_QUANTITY_STALE", n) for n in stale])
        self.keys[key] = rows
        self.executed += 1
        for row in rows:
            self.held[row["inventoryItemId"]] = row["quantity"]
            self.changed[row["inventoryItemId"]] = f"2026-11-02T10:00:{self.executed:02d}Z"
        return {"inventorySetQuantities": {"inventoryAdjustmentGroup": {"id": "g"}, "userErrors": []}}

    def _ActivateStock(self, variables: dict[str, Any]) -> Any:
        self.held[variables["item"]] = 0
        return {"inventoryActivate": {"inventoryLevel": {"id": "l"}, "userErrors": []}}

    def _TrackStock(self, variables: dict[str, Any]) -> Any:
        self.untracked.discard(variables["item"])
        return {"inventoryItemUpdate": {"inventoryItem": {"tracked": True}, "userErrors": []}}

    @staticmethod
    def _failed(errors: list[dict[str, Any]]) -> Any:
        return {"inventorySetQuantities": {"inventoryAdjustmentGroup": None, "userErrors": errors}}


def error(code: str, index: int | None = None, message: str = "No.") -> dict[str, Any]:
    """A user error about one quantity, or about all."""
    field = ["input", "quantities", str(index), "quantity"] if index is not None else None
    return {"field": field, "message": message, "code": code}


def write(number: int, quantity: Any, current: Any = None, key: str = "") -> Write:
    """A write of one article's stock."""
    return Write(
        key or f"1:{number}", Draft("stock", {"sku": f"S{number}", "quantity": quantity}), item(number), 1, current
    )


def upsert(made: Any, *writes: Write) -> dict[str, Receipt]:
    """The receipts by key."""
    return {receipt.key: receipt for receipt in made.connector.upsert(Batch("stock", writes)).items}


def failure(made: Any, *writes: Write) -> KoppelError:
    """The error of the only write."""
    (receipt,) = upsert(made, *writes).values()
    assert receipt.error is not None
    return receipt.error
