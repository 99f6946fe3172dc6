"""Transforms of official codes: VAT numbers and article bar codes."""

from __future__ import annotations

from typing import Any

from stdnum import ean as stdnum_ean
from stdnum.eu import vat as stdnum_vat
from stdnum.exceptions import ValidationError

from koppel.mapping.functions.base import Warned, transform
from koppel.mapping.functions.texts import text


@transform("vat_number")
def vat_number(value: Any, /, country: str = "") -> str:
    """Write a VAT number without points and spaces, with its country in front when that is given."""
    compact = "".join(one for one in text(value).upper() if one.isascii() and one.isalnum())
    if country and compact[:1].isdigit():
        compact = country.upper() + compact
    try:
        return str(stdnum_vat.compact(compact))
    except ValidationError:  # no European number; it stays as it was written, without signs
        return compact


@transform("ean")
def ean(value: Any, /) -> str | Warned:
    """Keep a valid EAN or GTIN; anything else is left out with a warning."""
    given = text(value).strip()
    code = given.replace(" ", "").replace("-", "")
    if stdnum_ean.is_valid(code):
        return code
    return Warned(None, f"{{field}}: {given[:40]} is no valid EAN and was left out.")
