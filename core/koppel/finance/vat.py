"""How VAT treats an order: at home, inside the European Union, under the one-stop shop, or as export."""

from __future__ import annotations

from datetime import date
from typing import Literal

from stdnum.eu import vat as eu_vat

Treatment = Literal["", "eu_business", "eu_consumer", "oss", "export"]

# Monaco is French territory for VAT; Greece writes its numbers with EL
_MEMBERS = {code.upper() for code in eu_vat.MEMBER_STATES} | {"MC"}
_PREFIXES = {"GR": "EL", "MC": "FR"}


def in_union(country: str) -> bool:
    """Whether this country (ISO code) belongs to the VAT area of the European Union."""
    return country.upper() in _MEMBERS


def foreign_number(number: str, home: str) -> bool:
    """Whether this is a VAT number of another member state: its prefix, its length and its check digits.

    It may still not be registered; only VIES knows that."""
    compact = "".join(sign for sign in number.upper() if sign.isalnum())
    own = _PREFIXES.get(home.upper(), home.upper())
    return bool(eu_vat.is_valid(compact)) and not compact.startswith(own)


def treatment(
    home: str, destination: str, *, company: bool, vat_number: str, day: date | None = None, oss_since: date | None = None
) -> Treatment:
    """Which rules apply to goods that go from `home` to `destination` (ISO codes).

    Empty is a sale at home. A business counts as one only with a well-formed VAT number of another member state;
    consumers abroad fall under the one-stop shop from the day that it is used."""
    if not destination or destination.upper() == home.upper():
        return ""
    if not in_union(destination):
        return "export"
    if company and foreign_number(vat_number, home):
        return "eu_business"
    return "oss" if oss_since is not None and (day is None or day >= oss_since) else "eu_consumer"
