"""By which values a ledger is asked who may be there already: few, and such that few strangers have them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from koppel.documents import Party
from koppel.mapping.functions.places import phone
from koppel.parties.traits import stem

_OF_A_STREET = re.compile(r"([1-9][0-9]{3})\s?([A-Z]{2})", re.I)
"""A Dutch postcode, which only a part of one street has; elsewhere a whole town shares it."""
_FORMS = ("", " BV", " B.V.")
_LONGEST = 100
"""Characters of a value that a ledger keeps whole; nobody there has a longer one, and a question of it is refused."""


def search_values(wanted: Iterable[tuple[Party, str]]) -> dict[str, tuple[str, ...]]:
    """The values by field of koppel.records.Search. With each customer comes what it was looked for by: that was asked."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for party, asked in wanted:
        for name, value in _values(party):
            if 0 < len(value) <= _LONGEST and value.casefold() != asked.casefold():
                found[name][value] = None
    return {name: tuple(values) for name, values in found.items()}


def _values(party: Party) -> Iterator[tuple[str, str]]:
    name = party.name or party.billing.company or party.billing.name
    yield "name", name
    if party.is_company and stem(name):
        yield from (("name", stem(name) + form) for form in _FORMS)
    yield "phone", _international(party)
    for key in ("email", "vat_number", "coc_number"):
        yield key, getattr(party, key).strip()
    dutch = _OF_A_STREET.fullmatch(party.billing.postcode.strip())
    if dutch:
        yield "postcode", f"{dutch[1]} {dutch[2].upper()}"
        yield "postcode", f"{dutch[1]}{dutch[2].upper()}"
    else:
        yield "line", party.billing.line or f"{party.billing.street} {party.billing.house_number}".strip()


def _international(party: Party) -> str:
    """The telephone number with its country's code, as +31612345678; "" where it cannot be made so."""
    made = str(phone(party.phone or party.billing.phone, country=party.billing.country or "NL"))
    return made if re.fullmatch(r"\+\d{8,15}", made) else ""
