"""One customer as a person compares it with another: field by field, in plain values."""

from __future__ import annotations

from collections.abc import Mapping

from koppel.documents import Party

FIELDS = ("code", "name", "email", "phone", "vat_number", "coc_number", "street", "postcode", "city", "country", "contacts")


def side_of(party: Party) -> dict[str, str]:
    """The values of these fields; empty ones are empty texts."""
    place = party.billing
    line = place.line or " ".join(filter(None, (place.street, place.house_number, place.addition)))
    return {
        "code": party.code, "name": party.name or place.company or place.name, "email": party.email, "phone": party.phone or place.phone,
        "vat_number": party.vat_number, "coc_number": party.coc_number, "street": line, "postcode": place.postcode,
        "city": place.city, "country": place.country, "contacts": ", ".join(one.name for one in party.contacts if one.name),
    }  # fmt: skip


def beside(one: Mapping[str, str], other: Mapping[str, str]) -> list[tuple[str, str, str, bool]]:
    """Field, both values, and whether both say something else; fields that both leave empty are left out."""
    rows = ((name, str(one.get(name) or ""), str(other.get(name) or "")) for name in FIELDS)
    return [(name, mine, theirs, bool(mine and theirs) and _plain(mine) != _plain(theirs)) for name, mine, theirs in rows if mine or theirs]


def _plain(text: str) -> str:
    """The letters and figures of a value: spaces, points and capitals are no difference."""
    return "".join(filter(str.isalnum, text.casefold()))
