"""Reading the text of a filter value as the type the filter names (reference: 2.2 Filters)."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

from koppel_accountview.sandbox.errors import AccountViewError
from koppel_accountview.sandbox.values import Value

_FOXPRO = re.compile(r"\{\^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?))?\}")
_ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?)(?:\.\d{1,7})?Z?)?")
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?")
_LOGICALS = {".t.": True, ".f.": False, "true": True, "false": False}


def read_literal(kind: str, text: str, any_date: bool) -> Value:
    """`text` as a value of FilterValueType `kind`; AccountViewError when it is none."""
    value: Value = text.rstrip() if kind == "C" else None
    if kind == "N" and _NUMBER.fullmatch(text.strip()):
        value = Decimal(text.strip())
    elif kind == "L":
        value = _LOGICALS.get(text.strip().lower())
    elif kind in "DT":
        value = read_date(text.strip(), kind == "T", any_date)
    if value is None:
        raise AccountViewError(f"Filterwaarde '{text[:40]}' is geen geldige waarde van type {kind}.")
    return value


def read_date(text: str, with_time: bool, any_notation: bool) -> str | None:
    """A FoxPro strict date such as {^2024-01-31 13:45:00} as a date-time value; None when it is none."""
    found = _FOXPRO.fullmatch(text) or (_ISO.fullmatch(text) if any_notation else None)
    if found is None or (found.group(2) and not with_time):
        return None
    try:
        return datetime.fromisoformat(f"{found.group(1)}T{found.group(2) or '00:00:00'}").isoformat()
    except ValueError:
        return None
