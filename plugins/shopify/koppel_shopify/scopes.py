"""Which access scopes each use of the shop needs, and what to tick when one is not granted (reference: Scopes)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from koppel import ConfigurationError

_SHIPPING = ("read_orders", "write_merchant_managed_fulfillment_orders")
USES: dict[str, tuple[str, tuple[str, ...]]] = {
    "orders": ("read orders", ("read_orders",)),
    "products": ("read articles", ("read_products",)),
    "customers": ("read customers", ("read_customers",)),
    "stock": ("set stock", ("read_products", "read_inventory", "write_inventory", "read_locations")),
    "articles": ("write articles and categories", ("read_inventory", "write_products", "write_files")),
    "channels": ("publish articles", ("write_publications",)),
    "debtors": ("write customers", ("write_customers",)),
    "sales": ("make orders", ("write_orders", "read_products", "write_customers")),
    "shipments": ("tell of shipments", (*_SHIPPING, "write_orders")),
    "status": ("show the status in orders", ("write_orders",)),
    "payments": ("mark orders as paid", ("write_orders",)),
}
"""Per word of the setting `uses`: what it means, and the scopes it takes."""
USUAL = "orders, products, customers, stock"
_READING = {"sales_order": "orders", "credit_note": "orders", "payment": "orders", "product": "products", "category": "products", "customer": "customers"}
_WRITING = {
    "product": "articles", "category": "articles", "customer": "debtors", "stock": "stock", "sales_order": "sales",
    "shipment": "shipments", "order_status": "status", "payment": "payments",
}  # fmt: skip
OPTIONAL = ("read_all_orders", "read_payment_terms", "read_returns")
"""Without the first, orders older than 60 days do not exist; without the second they have no payment terms, without
the third they do not tell what came back."""


def uses_of(written: str, reads: Collection[str], writes: Collection[str]) -> str:
    """What Koppel does here: what the setting says, and what the flows do; the usual while neither is known."""
    flows = [_READING[one] for one in sorted(reads) if one in _READING] + [_WRITING[one] for one in sorted(writes) if one in _WRITING]
    return ", ".join(dict.fromkeys([*filter(None, [written]), *flows])) or USUAL


def wanted(uses: str) -> dict[str, list[str]]:
    """The scopes for these uses, each with what it is needed for. ConfigurationError for a use that does not exist."""
    scopes: dict[str, list[str]] = {}
    for use in (uses or USUAL).replace(",", " ").split():
        if use not in USES:
            near = get_close_matches(use, USES, 1)
            raise ConfigurationError(
                f"“{use}” is nothing that Koppel does in Shopify.",
                field="uses",
                resolution=f"Did you mean {near[0]}?" if near else f"Choose from {', '.join(USES)}.",
            )
        purpose, needed = USES[use]
        for scope in needed:
            scopes.setdefault(scope, []).append(purpose)
    return scopes


def lacking(uses: str, granted: Iterable[str]) -> tuple[str, ...]:
    """Per scope that is not granted a line that says what it is for; a write scope implies its read scope."""
    given = set(granted)
    given |= {scope.replace("write_", "read_", 1) for scope in given}
    return tuple(
        f"{scope}, to {' and '.join(dict.fromkeys(purposes))}"
        for scope, purposes in wanted(uses).items()
        if scope not in given
    )
