"""Transforms of countries, languages, postcodes, telephone numbers and address lines."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.core import get_global

from koppel.mapping.functions.address import split_address
from koppel.mapping.functions.base import transform
from koppel.mapping.functions.texts import text

_LANGUAGES = ("en", "nl", "de", "fr")
_CALLING = {"NL": "31", "BE": "32", "DE": "49", "FR": "33", "LU": "352", "GB": "44", "AT": "43", "CH": "41"}
_COMMON = {
    "uk": "GB",
    "holland": "NL",
    "the netherlands": "NL",
    "england": "GB",
    "usa": "US",
    "czech republic": "CZ",
    "el": "GR",
}
_NOWHERE = frozenset(
    {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
)  # regions and placeholders that stand between countries


@transform("country")
def country(value: Any, /) -> str:
    """Give the two-letter code of a country: NL for Nederland, NLD, Netherlands or Pays-Bas."""
    name = text(value).strip()
    known = _countries()
    code = name.upper() if name.upper() in known.values() else known.get(_plain(name)) or _three_letters(name)
    if not code or code in _NOWHERE:
        raise ValueError(f"{name[:40]!r} is no country.")
    return code


@transform("language")
def language(value: Any, /) -> str:
    """Give the two-letter code of a language: nl for nl-NL, Dutch or Nederlands."""
    name = text(value).strip()
    code = re.split(r"[-_]", name.lower(), maxsplit=1)[0]
    if len(code) in (2, 3) and code in Locale("en").languages:
        return code
    found = _language_names().get(_plain(name))
    if not found:
        raise ValueError(f"{name[:40]!r} is no language.")
    return found


@transform("postcode_nl")
def postcode_nl(value: Any, /) -> str:
    """Write a Dutch postcode as 1234 AB; any other postcode stays as it is."""
    given = text(value).strip()
    found = re.fullmatch(r"([1-9][0-9]{3})\s*([A-Za-z]{2})", given)
    return f"{found[1]} {found[2].upper()}" if found else given


@transform("phone")
def phone(value: Any, /, country: str = "") -> str:
    """Keep a leading + and the digits; with a country the number gets its calling code: 06 12… is +31612…."""
    given = text(value).replace("(0)", "").strip()
    numbers = "".join(character for character in given if character in "0123456789")
    if given.startswith("+"):
        return f"+{numbers}" if numbers else ""
    if numbers.startswith("00"):
        return f"+{numbers[2:]}"
    code = _CALLING.get(country.upper(), "")
    return f"+{code}{numbers[1:]}" if code and numbers.startswith("0") else numbers


@transform("street")
def street(value: Any, /, country: str = "") -> str:
    """Take the street out of an address line; the whole line when it cannot be split."""
    return split_address(text(value), country).street


@transform("house_number")
def house_number(value: Any, /, country: str = "") -> str:
    """Take the house number out of an address line."""
    return split_address(text(value), country).number


@transform("addition")
def addition(value: Any, /, country: str = "") -> str:
    """Take what follows the house number (A, bis, bus 3) out of an address line."""
    return split_address(text(value), country).addition


def _plain(name: str) -> str:
    """A name without case, accents and points."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(one for one in letters if not unicodedata.combining(one))
    return " ".join(kept.replace(".", "").replace("-", " ").split())


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    names: dict[str, str] = dict(_COMMON)
    for code in _LANGUAGES:
        territories = Locale(code).territories
        names.update({_plain(name): key for key, name in territories.items() if len(key) == 2 and key.isalpha()})
    return names


@lru_cache(maxsize=1)
def _language_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for code in _LANGUAGES:
        names.update({_plain(name): key for key, name in Locale(code).languages.items() if len(key) <= 3})
    return names


def _three_letters(name: str) -> str:
    if len(name) != 3:
        return ""
    found = get_global("territory_aliases").get(name.upper())
    return str(found[0]) if found and len(found) == 1 and len(found[0]) == 2 else ""
