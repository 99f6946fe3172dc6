"""What states and kinds are called, and which colour and sign go with them."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

State = tuple[str, LazyString]

RECORD: Mapping[str, State] = {
    "new": ("busy", _("On its way")),
    "retry": ("busy", _("Tries again by itself")),
    "parked": ("warn", _("Waits for you")),
    "done": ("ok", _("Delivered")),
    "skipped": ("off", _("Skipped")),
}

RUN: Mapping[str, State] = {
    "running": ("busy", _("Running")),
    "done": ("ok", _("Done")),
    "resting": ("warn", _("Goes on by itself")),
    "stopped": ("bad", _("Stopped")),
    "broken off": ("warn", _("Broken off")),
}

CONNECTION: Mapping[str, State] = {
    "active": ("ok", _("Healthy")),
    "untested": ("info", _("Not tested yet")),
    "paused": ("off", _("Paused")),
    "stranger": ("warn", _("Log in first")),
    "login": ("bad", _("Log in again")),
}

FLOW: Mapping[str, State] = {
    "well": ("ok", _("Running well")),
    "running": ("busy", _("Running now")),
    "waiting": ("warn", _("Records wait")),
    "resting": ("warn", _("Goes on by itself")),
    "stopped": ("bad", _("Stopped")),
    "paused": ("off", _("Paused")),
    "login": ("bad", _("Login needed")),
    "hand": ("off", _("By hand only")),
    "fresh": ("info", _("Not run yet")),
}

KINDS: Mapping[str, str] = {
    "sales_order": "order", "sales_invoice": "invoice", "direct_invoice": "invoice", "sales_entry": "entry",
    "credit_note": "credit", "direct_credit": "credit", "credit_entry": "credit", "customer": "customer", "product": "product", "category": "category", "stock": "stock",
    "shipment": "shipment", "payment": "payment", "order_status": "status",
}  # fmt: skip
"""How a resource is called in an address."""

MANY: Mapping[str, LazyString] = {
    "sales_order": _("Orders"),
    "sales_invoice": _("Invoices"),
    "direct_invoice": _("Direct invoices"),
    "sales_entry": _("Sales entries"),
    "credit_note": _("Credit notes"),
    "direct_credit": _("Direct credit notes"),
    "credit_entry": _("Credit entries"),
    "customer": _("Customers"),
    "product": _("Products"),
    "category": _("Categories"),
    "stock": _("Stock"),
    "shipment": _("Shipments"),
    "payment": _("Payments"),
    "order_status": _("Order statuses"),
}

ONE: Mapping[str, LazyString] = {
    "sales_order": _("Order"),
    "sales_invoice": _("Invoice"),
    "direct_invoice": _("Direct invoice"),
    "sales_entry": _("Sales entry"),
    "credit_note": _("Credit note"),
    "direct_credit": _("Direct credit note"),
    "credit_entry": _("Credit entry"),
    "customer": _("Customer"),
    "product": _("Product"),
    "category": _("Category"),
    "stock": _("Stock of"),
    "shipment": _("Shipment"),
    "payment": _("Payment"),
    "order_status": _("Status of order"),
}

KEYS: Mapping[str, LazyString] = {
    "email": _("e-mail address"), "code": _("number"), "vat_number": _("VAT number"), "sku": _("SKU"), "ean": _("bar code"),
    "coc_number": _("chamber of commerce number"), "reference": _("order number"),
}  # fmt: skip
"""What a record is recognised by."""

CONDITIONS: Mapping[str, Mapping[str, LazyString]] = {
    "customer": {"person": _("Person"), "company": _("Company")},
    "goods": {"goods": _("Goods"), "services": _("Services"), "voucher": _("Gift card")},
    "treatment": {
        "eu_business": _("Company elsewhere in the EU"), "eu_consumer": _("Consumer elsewhere in the EU"),
        "oss": _("One-stop shop"), "export": _("Outside the EU"),
    },
    "kind": {
        "article": _("Article"), "shipping": _("Delivery costs"), "fee": _("Fee"), "tip": _("Tip"), "gift_card": _("Gift card"),
        "duty": _("Import duties"), "deposit": _("Deposit"),
        "discount": _("Discount"), "adjustment": _("Amount given back"), "correction": _("Rounding difference"),
    },
}  # fmt: skip
"""What the conditions of value tables can say, by column, where there are only so many."""

DECISIONS: Mapping[str, LazyString] = {
    "update": _("Change it there"), "rebook": _("Credit it and book it anew"), "keep": _("Leave it as it was booked"),
    "credit": _("Credit it"), "approve": _("Approve"), "cancel": _("Cancel it there as well"),
    "booked": _("It is this one"), "book": _("Book it all the same"),
}  # fmt: skip
"""What a person can decide about a record that waits."""

ROLES: Mapping[str, LazyString] = {
    "owner": _("Owner"),
    "admin": _("Administrator"),
    "bookkeeper": _("Bookkeeper"),
    "operator": _("Operator"),
    "viewer": _("May look"),
}

STEPS: Mapping[str, tuple[str, str]] = {
    "arrived": ("in", "info"),
    "found": ("search", "ok"),
    "linked": ("link", "ok"),
    "made": ("map", "ok"),
    "sent": ("out", "ok"),
    "created": ("out", "ok"),
    "updated": ("out", "ok"),
    "checked": ("check", "ok"),
    "unchanged": ("check", "off"),
    "skipped": ("skip", "off"),
    "warning": ("warn", "warn"),
    "retry": ("clock", "warn"),
    "lost": ("clock", "warn"),
    "parked": ("warn", "bad"),
    "refused": ("cross", "bad"),
    "person": ("person", "person"),
    "decided": ("person", "person"),
    "kept": ("check", "off"),
}
"""The sign and the colour of each step of a record."""


def many(resource: str) -> str:
    """Records of a resource: Orders."""
    return str(MANY.get(resource, resource.replace("_", " ").capitalize()))


def one(resource: str) -> str:
    """One record of a resource: Order."""
    return str(ONE.get(resource, resource.replace("_", " ").capitalize()))


def key(name: str) -> str:
    """What a record is recognised by: e-mail address."""
    return str(KEYS.get(name, name.replace("_", " ")))
