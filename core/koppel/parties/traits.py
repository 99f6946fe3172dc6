"""What a customer can be known by, written so that two spellings of the same are equal."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from koppel.documents import Party
from koppel.documents.party import Address
from koppel.mapping.functions.address import split_address

_LEGAL = frozenset(
    ["bv", "nv", "vof", "cv", "bvba", "cvba", "sprl", "srl", "sa", "sas", "sarl", "eurl", "sasu", "snc", "asbl", "vzw", "gmbh", "mbh", "ag", "kg", "ug", "ohg", "gbr", "ek", "cokg", "ltd", "limited", "llc", "inc", "plc", "eenmanszaak", "dhr", "hr", "mevr", "mw", "mr", "mrs", "ms", "herr", "frau", "mme", "m"]
)
"""Legal forms and forms of address, which one writes and the other leaves out."""
_PHONE_DIGITS = 9
"""The end of a telephone number that is the same with and without its country's code."""


@dataclass(frozen=True)
class Traits:
    """One customer's. Empty: it has none of that kind."""

    name: tuple[str, ...] = ()
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    vat_number: str = ""
    coc_number: str = ""
    places: frozenset[tuple[str, str, str]] = frozenset()


def traits(party: Party) -> Traits:
    """The traits of a customer; its own and its contacts' addresses and numbers count."""
    people = party.contacts
    phones = (party.phone, party.billing.phone, *(one.phone for one in people))
    return Traits(
        name_words(party.name or party.billing.company or party.billing.name or f"{party.first_name} {party.last_name}"),
        frozenset(filter(None, (one.strip().casefold() for one in (party.email, *(one.email for one in people))))),
        frozenset(filter(None, map(_phone, phones))),
        _vat(party.vat_number),
        re.sub(r"\W", "", party.coc_number),
        frozenset(filter(None, map(_place, (party.billing, party.shipping)))),
    )


def name_words(name: str) -> tuple[str, ...]:
    """The words of a name in order of the alphabet, without accents, signs and legal form.

    "Bloemist de Roos B.V." and "Bloemist De Roos" have the same, "Jansen, Zoë" and "Zoe Jansen" too."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(one for one in letters if not unicodedata.combining(one))
    words = re.findall(r"\w+", re.sub(r"\b(\w)\.\s?(?=\w\b)", r"\1", plain.replace("'", "")))
    kept = [word for word in words if word not in _LEGAL]
    return tuple(sorted(kept or words))


def stem(name: str) -> str:
    """A company's name as it is written, without the legal form behind it."""
    words = name.split()
    while len(words) > 1 and not set(name_words(words[-1])) - _LEGAL:
        words.pop()
    return " ".join(words).rstrip(",")


def _phone(number: str) -> str:
    digits = re.sub(r"\D", "", number.replace("(0)", ""))
    return digits[-_PHONE_DIGITS:] if len(digits) >= _PHONE_DIGITS else ""


def _vat(number: str) -> str:
    text = re.sub(r"[\W_]", "", number).upper()
    return text[2:] if re.match(r"[A-Z]{2}\w*\d", text) else text


def _place(address: Address | None) -> tuple[str, str, str] | None:
    """Postcode and house number, in their country; the whole line where it has no number."""
    postcode = re.sub(r"\W", "", address.postcode).upper() if address else ""
    if address is None or not postcode:
        return None
    line = address.line or f"{address.street} {address.house_number} {address.addition}".strip()
    split = split_address(line, address.country)
    number = address.house_number or split.number
    door = re.sub(r"\W", "", f"{number}{address.addition or split.addition}").upper() if number else " ".join(name_words(line))
    return (address.country, postcode, door) if door else None
