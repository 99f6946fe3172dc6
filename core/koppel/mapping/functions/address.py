"""One address line into street, house number and addition, as it is written in NL, BE, DE and FR."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

MAX_LINE = 200
_FIRST = frozenset({"FR", "LU", "GB", "IE", "US", "CA", "AU", "NZ"})
_LAST = frozenset({"NL", "BE", "DE", "AT", "CH", "DK", "SE", "NO", "FI", "IT", "ES", "PL", "CZ"})
_WORDS = (
    "bis|ter|quater|hs|huis|huisnr|bus|bte|boite|boîte|box|unit|app|apt|appt|appartement|apartment|kamer|kmr|flat|"
    "et|etage|étage|stock|links|rechts|hinterhaus|haus|achter|boven|beneden|rood|zwart|toren|verdieping|og|eg|"
    "i{1,3}|iv|vi{0,3}"
)
# possessive throughout: a long line that does not fit is refused in one pass
_ADDITION = re.compile(
    rf"(?>[\s,./\-–]*+(?>(?:{_WORDS})\b\.?|[a-z]{{1,2}}(?![^\W\d_])|\d{{1,4}}(?!\d)))*+[\s,./\-–]*+", re.I
)
_NUMBER = re.compile(r"(?<=[\s,.])\d{1,5}(?!\d)")
_ORDINAL = re.compile(r"\d+(?:e|er|ère|ste|de|st|nd|rd|th)\b", re.I)
_LEADING = re.compile(r"(\d{1,5})(?:\s?-\s?(\d{1,5}))?(?:\s?((?:bis|ter|quater|[a-z])\b))?[\s,]+(?=\S)", re.I)
_YEAR = re.compile(r"1[89]\d\d|20\d\d")
_EDGE = " \t\n\r\f\v,./-–"
_STREET_EDGE = _EDGE.replace(".", "")  # "Hauptstr." keeps its point


class SplitAddress(NamedTuple):
    """The parts of an address line. Without a number that is certain the street is the whole line."""

    street: str
    number: str = ""
    addition: str = ""


@lru_cache(maxsize=4096)
def _split(line: str, country: str) -> SplitAddress:
    front, back = _number_first(line), _number_last(line)
    if country in _LAST:
        return back or front or SplitAddress(line)
    if country in _FIRST:
        return front or back or SplitAddress(line)
    if front and back and not _YEAR.fullmatch(back.number):
        return back
    return front or back or SplitAddress(line)


def split_address(line: str, country: str = "") -> SplitAddress:
    """Split a line; `country` (ISO) says which order is usual. No letter or digit is ever lost."""
    line = line.strip()
    return _split(line, country.strip().upper()[:2]) if len(line) <= MAX_LINE else SplitAddress(line)


def _number_first(line: str) -> SplitAddress | None:
    """ "12 bis, rue de la Paix"; an ordinal ("2e Kade") is part of the name."""
    found = _LEADING.match(line)
    if not found or _ORDINAL.match(line):
        return None
    street = line[found.end() :].strip(_EDGE)
    if not re.search(r"[^\W\d_]{2}", street):
        return None
    addition = " ".join(filter(None, (found[2], found[3])))
    return SplitAddress(street, found[1], addition)


def _number_last(line: str) -> SplitAddress | None:
    """ "Keizersgracht 12-A": the first number that is followed by nothing but an addition."""
    for found in _NUMBER.finditer(line):
        street, rest = line[: found.start()].rstrip(_STREET_EDGE), line[found.end() :]
        if not re.search(r"[^\W\d_]", street) or not _ADDITION.fullmatch(rest):
            continue
        if _YEAR.fullmatch(found[0]) and re.match(r"\s+\d", rest):  # "Plein 1944 12"
            continue
        return SplitAddress(street, found[0], rest.strip(_EDGE))
    return None
