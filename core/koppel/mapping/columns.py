"""The value tables that every installation has, with their condition columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class TableKind:
    """What a value table is called and what its rows may depend on.

    `title` names the table, `one` a single value in it; `columns` gives each condition its title. A lookup of
    one bare value uses the first column. `every`: all rows that fit count, not only the most specific one."""

    name: str
    title: str
    one: str
    columns: Mapping[str, str]
    every: bool = False


_COUNTRY, _CHANNEL, _GROUP = "Country", "Sales channel", "Article group"
_LINE = "Kind of line"
_CUSTOMER, _TREATMENT = "Kind of customer", "VAT treatment"


def _kind(name: str, title: str, one: str, **columns: str) -> TableKind:
    return TableKind(name, title, one, MappingProxyType(columns))


_KINDS = (
    _kind(
        "vat_code",
        "VAT codes",
        "VAT code",
        rate="VAT rate (%)",
        country=_COUNTRY,
        customer=_CUSTOMER,
        goods="Goods or services",
        treatment=_TREATMENT,
    ),
    _kind(
        "revenue_account",
        "Revenue accounts",
        "revenue account",
        country=_COUNTRY,
        group=_GROUP,
        channel=_CHANNEL,
        kind=_LINE,
        rate="VAT rate (%)",
        treatment=_TREATMENT,
    ),
    _kind("payment_term", "Payment terms", "payment term", method="Payment method"),
    _kind("payment_method", "Payment methods", "payment method", method="Payment method"),
    _kind("shipping_method", "Shipping methods", "shipping method", method="Shipping method"),
    _kind("order_status", "Order statuses", "order status", status="Status"),
    _kind("unit", "Units", "unit", unit="Unit"),
    TableKind("location", "Stock locations", "stock location", MappingProxyType({"location": "Location in the source"}), every=True),
    _kind("journal", "Journals", "journal", channel=_CHANNEL, country=_COUNTRY),
    _kind("payment_journal", "Journals for payments", "journal for payments", method="Payment method", currency="Currency"),
    _kind("warehouse", "Warehouses", "warehouse", country=_COUNTRY, location="Location", channel=_CHANNEL),
    _kind("customer_group", "Customer groups", "customer group", group="Customer group"),
    _kind("price_list", "Price lists", "price list", group="Customer group", currency="Currency"),
    _kind("cost_center", "Cost centres", "cost centre", channel=_CHANNEL, country=_COUNTRY, group=_GROUP, kind=_LINE),
    _kind("cost_unit", "Cost units", "cost unit", channel=_CHANNEL, country=_COUNTRY, group=_GROUP, kind=_LINE),
    _kind("order_charge", "Order charges", "order charge", kind=_LINE, country=_COUNTRY, rate="VAT rate (%)"),
    _kind("category", "Categories", "category", category="Category"),
    _kind("country", "Country codes", "country code", country=_COUNTRY),
    _kind("language", "Language codes", "language code", language="Language"),
    _kind("currency", "Currency codes", "currency code", currency="Currency"),
)

KNOWN_TABLES: Mapping[str, TableKind] = MappingProxyType({kind.name: kind for kind in _KINDS})
