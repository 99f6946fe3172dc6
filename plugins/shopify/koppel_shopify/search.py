"""The language of the `query` argument: terms that a shop's own search understands (reference: Search syntax)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

from koppel import ConfigurationError

_SIGN = re.compile(r"(<=|>=|<|>)\s*")
_WORD = re.compile(r"[a-z0-9_]+")
# fmt: off
ORDER_FILTERS = (
    "cart_token", "channel", "channel_id", "chargeback_status", "checkout_token", "confirmation_number",
    "created_at", "credit_card_last4", "current_total_price", "customer_id", "delivery_method", "discount_code",
    "email", "financial_status", "fraud_protection_level", "fulfillment_location_id", "fulfillment_status",
    "gateway", "id", "location_id", "name", "payment_id", "payment_provider_id", "po_number", "processed_at",
    "reference_location_id", "return_status", "risk_level", "sales_channel", "sku", "source_identifier",
    "source_name", "status", "subtotal_line_items_quantity", "tag", "tag_not", "test", "total_weight",
    "updated_at",
)
PRODUCT_FILTERS = (
    "barcode", "collection_id", "created_at", "gift_card", "handle", "id", "inventory_total", "price",
    "product_type", "published_status", "publication_ids", "sku", "status", "tag", "tag_not", "title",
    "updated_at", "variant_id", "vendor",
)
CUSTOMER_FILTERS = (
    "country", "customer_date", "email", "first_name", "id", "last_name", "order_date", "orders_count", "phone",
    "state", "tag", "tag_not", "total_spent", "updated_at",
)
COMPANY_FILTERS = ("active_customers_count", "created_at", "external_id", "id", "name", "ordering_status", "since_date", "updated_at")
COLLECTION_FILTERS = ("collection_type", "handle", "id", "product_id", "published_status", "title", "updated_at")
# fmt: on


def quoted(value: str) -> str:
    """The value as one term, whatever blanks, colons and brackets it has."""
    if "'" not in value and "\\" not in value:
        return f"'{value}'"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def moment(value: datetime) -> str:
    """A moment in UTC, to the second, as the service writes it."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def since(when: str) -> str:
    """Everything changed at `when` or later; unquoted, the colons would silently break it in two."""
    return f"updated_at:>={quoted(when)}" if when else ""


def any_of(field: str, values: Iterable[str]) -> str:
    """Records whose `field` has one of these values."""
    terms = [f"{field}:{quoted(value)}" for value in values]
    return terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})" if terms else ""


def all_of(terms: Iterable[str]) -> str:
    """Records to which all these terms apply."""
    return " ".join(term for term in terms if term)


def filters(chosen: Mapping[str, Any], known: Iterable[str]) -> str:
    """A flow's own filters: name and value (also a comparison such as ">=100"), or a list of values. ConfigurationError for an unknown name.

    The service itself passes over unknown names in silence, and would then give every record."""
    names = list(known)
    terms = []
    for name, value in sorted(chosen.items()):
        if name not in names and not name.startswith("metafields."):
            raise _unknown(name, names)
        values = value if isinstance(value, (list, tuple)) else [value]
        terms.append(_either(name, [_text(one) for one in values if one not in (None, "")]))
    return all_of(terms)


def _either(field: str, values: list[str]) -> str:
    """As `any_of`, but a plain word goes without quotes: that is how flags and statuses are written. A value may
    begin with a comparison: ">=2026-11-01"."""
    terms = [f"{field}:{_compared(value)}" for value in values]
    return terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})" if terms else ""


def _compared(value: str) -> str:
    sign, rest = "", value
    found = _SIGN.match(value)
    if found:
        sign, rest = found[0].strip(), value[found.end() :]
    return sign + (rest if _WORD.fullmatch(rest) else quoted(rest))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return moment(value) if isinstance(value, datetime) else str(value).strip()


def _unknown(name: str, known: list[str]) -> ConfigurationError:
    near = get_close_matches(name, known, 1)
    hint = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known)}."
    return ConfigurationError(
        f"Shopify cannot filter on {name!r}. {hint}",
        field="filters",
        cause="filter",
        resolution="Open the flow and correct the filter.",
    )
