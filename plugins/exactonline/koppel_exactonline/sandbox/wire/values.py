"""One value in and out: from JSON to what the simulator keeps, and back; text is padded on the way in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from koppel_exactonline.sandbox.schema.model import Property
from koppel_exactonline.sandbox.wire import dates

Value = str | int | bool | Decimal | datetime | None

_GUID = re.compile(r"\{?([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})\}?")
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]*={0,2}\s*")
_RANGE = {"Y": (0, 255), "I16": (-(2**15), 2**15 - 1), "I32": (-(2**31), 2**31 - 1), "I64": (-(2**63), 2**63 - 1)}
_DOUBLE = Decimal("1.7e308")

PADDING = {
    "crm/Accounts.Code": -18, "crm/Contacts.Code": -18, "crm/Accounts.Country": 3, "crm/Addresses.Country": 3,
    "crm/Contacts.Country": 3, "crm/Contacts.Nationality": 3, "crm/Contacts.Language": 10, "vat/VATCodes.Code": 3,
    "vat/VATCodes.Country": 3, "logistics/Items.Unit": 8, "logistics/Units.Code": 8,
    "logistics/SalesItemPrices.Unit": 8,
    "crm/Accounts.SalesVATCode": 3, "crm/Accounts.PurchaseVATCode": 3, "logistics/Items.SalesVatCode": 3,
    "system/Divisions.Country": 3, "salesorder/SalesOrderLines.VATCode": 3,
    "salesorder/SalesOrderOrderChargeLines.VATCode": 3, "sales/OrderCharges.VATCode": 3,
    "sales/ShippingMethods.VATCode": 3, "financial/GLAccounts.VATCode": 3,
    "salesinvoice/SalesInvoiceLines.VATCode": 3, "salesinvoice/SalesInvoiceOrderChargeLines.VATCode": 3,
    "salesentry/SalesEntryLines.VATCode": 3,
}
"""Width of codes padded with spaces, negative where the spaces come first (reference: OData dialect, padding)."""


class Misfit(ValueError):
    """The value does not fit the property's type."""


def padded(path: str, name: str, text: str) -> str:
    """`text` with the spaces this property of this table is kept with; an empty text stays empty."""
    width = PADDING.get(f"{path}.{name}", 0)
    if not width or not text.strip():
        return text
    return text.strip().rjust(-width) if width < 0 else text.strip().ljust(width)


def guid(raw: object) -> str:
    """A GUID in lower case without braces."""
    found = _GUID.fullmatch(raw) if isinstance(raw, str) else None
    if not found:
        raise Misfit(raw)
    return found[1].lower()


def _text(raw: object) -> str:
    if not isinstance(raw, str):
        raise Misfit(raw)
    return raw


def _flag(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise Misfit(raw)
    return raw


def _double(raw: object) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        raise Misfit(raw)
    number = Decimal(str(raw)) if isinstance(raw, float) else Decimal(raw)
    if not number.is_finite() or number.copy_abs() > _DOUBLE:
        raise Misfit(raw)
    return number


def _moment(raw: object) -> datetime:
    try:
        return dates.from_text(_text(raw))
    except ValueError as error:
        raise Misfit(raw) from error


def _base64(raw: object) -> str:
    if not _BASE64.fullmatch(_text(raw)):
        raise Misfit(raw)
    return _text(raw)


def _whole(kind: str) -> Callable[[object], int]:
    low, high = _RANGE[kind]

    def read(raw: object) -> int:
        if kind == "I64" and isinstance(raw, str) and re.fullmatch(r"-?[0-9]{1,19}", raw):
            raw = int(raw)
        if isinstance(raw, bool) or not isinstance(raw, int) or not low <= raw <= high:
            raise Misfit(raw)
        return raw

    return read


_READERS: dict[str, Callable[[object], Value]] = {
    "G": guid, "S": _text, "B": _flag, "D": _double, "T": _moment, "X": _base64,
    **{kind: _whole(kind) for kind in _RANGE},
}


def read(one: Property, raw: object) -> Value:
    """A JSON value as this property keeps it; Misfit when the type is wrong."""
    if raw is None or one.kind == "N":
        return None
    value = _READERS[one.kind](raw)
    if one.is_date and isinstance(value, datetime):
        return value.replace(hour=0, minute=0, second=0, microsecond=0)
    return value


def write(one: Property, value: Value) -> Any:
    """The kept value as JSON: Int64 as text, dates as ticks, decimals as plain numbers."""
    if isinstance(value, datetime):
        return dates.to_ticks(value)
    if isinstance(value, Decimal):
        if value.copy_abs() > _DOUBLE:
            return float(_DOUBLE.copy_sign(value))
        return int(value) if abs(value) < 10**15 and value == value.to_integral_value() else float(value)
    if one.kind == "I64" and isinstance(value, int):
        return str(value)
    return value
