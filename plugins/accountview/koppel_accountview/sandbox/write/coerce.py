"""One sent value made into the value its field keeps, or refused."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from koppel_accountview.sandbox.errors import AccountViewError
from koppel_accountview.sandbox.schema import Field
from koppel_accountview.sandbox.switches import Switches
from koppel_accountview.sandbox.values import Value, empty

_NUMBER = re.compile(r"-?\d{1,18}(?:\.\d{1,18})?")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(?:\.\d{1,7})?Z?)?")
_CURRENCY_LIMIT = Decimal("922337203685477")
_INTEGER_LIMIT = Decimal(2**31)


def coerce(field: Field, raw: Any, switches: Switches, price_decimals: int) -> Value:
    """`raw` as `field` keeps it; null empties a field. AccountViewError names the field."""
    if raw is None:
        return empty(field.kind)
    if field.kind in "CM":
        return _text(field, raw, switches)
    if field.kind == "L":
        if not isinstance(raw, bool):
            raise AccountViewError(f"Veld {field.name}: de waarde moet true of false zijn.")
        return raw
    if field.kind in "DT":
        return _moment(field, raw)
    return _number(field, raw, switches, price_decimals)


def _text(field: Field, raw: Any, switches: Switches) -> str:
    if not isinstance(raw, str):
        raise AccountViewError(f"Veld {field.name}: de waarde moet tekst zijn.")
    text = raw.replace("\r\n", "\n").upper() if field.capitals else raw.replace("\r\n", "\n")
    if any(sign < " " and not (field.kind == "M" and sign in "\n\t") for sign in text):
        raise AccountViewError(f"Veld {field.name}: de tekst bevat stuurtekens.")
    text = _in_code_page(field, text, switches.outside_code_page)
    if field.kind == "M":
        return text
    text = text.rstrip()
    if len(text) > field.length:
        if switches.long_text == "error":
            raise AccountViewError(f"Veld {field.name}: de tekst is langer dan {field.length} tekens.")
        text = text[: field.length].rstrip()
    return text


def _in_code_page(field: Field, text: str, rule: str) -> str:
    """Text as the one-byte storage keeps it (reference: 5. Quirks, encoding)."""
    if rule == "keep":
        return text.encode("utf-8", "replace").decode()
    kept = text.encode("cp1252", "replace").decode("cp1252")
    if kept != text and rule == "error":
        raise AccountViewError(f"Veld {field.name}: de tekst bevat tekens die niet kunnen worden opgeslagen.")
    return kept


def _moment(field: Field, raw: Any) -> str | None:
    if raw == "":
        return None
    found = _MOMENT.fullmatch(raw) if isinstance(raw, str) else None
    try:
        if found is None or found.group(1) < "1900":
            raise ValueError
        moment = datetime.fromisoformat(f"{found.group(1)}T{found.group(2) or '00:00:00'}")
    except ValueError:
        raise AccountViewError(f"Veld {field.name}: de waarde is geen geldige datum.") from None
    # the digits are kept as written: nothing is known of a conversion from the Z that clients send
    return (moment.replace(hour=0, minute=0, second=0) if field.kind == "D" else moment).isoformat()


def _number(field: Field, raw: Any, switches: Switches, price_decimals: int) -> Decimal:
    value = _as_decimal(field, raw)
    places = price_decimals if field.price else field.decimals
    step = Decimal(1).scaleb(-places)
    rounded = value.quantize(step, ROUND_HALF_UP)
    if rounded != value and switches.excess_decimals == "error":
        raise AccountViewError(f"Veld {field.name}: niet meer dan {places} decimalen toegestaan.")
    if abs(rounded) >= _limit(field):
        raise AccountViewError(f"Veld {field.name}: de waarde is te groot.")
    return rounded.normalize() + 0


def _as_decimal(field: Field, raw: Any) -> Decimal:
    if isinstance(raw, str) and _NUMBER.fullmatch(raw.strip()):
        raw = Decimal(raw.strip())
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        raise AccountViewError(f"Veld {field.name}: de waarde moet een getal zijn.")
    value = Decimal(raw)
    if value and not -12 <= value.adjusted() <= 18:
        raise AccountViewError(f"Veld {field.name}: de waarde is te groot of te klein.")
    return value


def _limit(field: Field) -> Decimal:
    if field.kind == "I":
        return _INTEGER_LIMIT
    if field.kind in "YB":
        return _CURRENCY_LIMIT
    return Decimal(10) ** (field.length - (field.decimals + 1 if field.decimals else 0))
