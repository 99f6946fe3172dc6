"""How much two customers are alike, in points, with the reasons: is it the same one under another name?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from itertools import combinations

from koppel.parties.traits import Traits

STRONG, WEAK = 50, 30
"""Points from which two are taken for the same one, and from which they are worth a look."""
_NEARLY = 0.9
_SHORTEST = 6
_CROWD = 50
"""So many that share a trait share it by accident, such as the postcode of a business centre."""


class Sign(Enum):
    """What speaks for it, or against it: points and words. A number that the state gives out nearly proves it alone; a
    name, a house or a telephone needs another sign beside it, since families and offices share them."""

    VAT_NUMBER = (60, "the same VAT number")
    COC_NUMBER = (60, "the same chamber of commerce number")
    EMAIL = (50, "the same e-mail address")
    NAME = (30, "the same name")
    PHONE = (25, "the same telephone number")
    PLACE = (20, "the same postcode and house number")
    NEAR_NAME = (20, "nearly the same name")
    OTHER_VAT_NUMBER = (-40, "another VAT number")
    OTHER_COC_NUMBER = (-40, "another chamber of commerce number")

    @property
    def points(self) -> int:
        """How much it counts."""
        return self.value[0]

    @property
    def words(self) -> str:
        """What it is called."""
        return self.value[1]


@dataclass(frozen=True)
class Likeness:
    """The signs that two customers show together."""

    signs: tuple[Sign, ...] = ()

    @property
    def points(self) -> int:
        """Their sum."""
        return sum(sign.points for sign in self.signs)

    @property
    def strong(self) -> bool:
        """Whether it is very likely the same one."""
        return self.points >= STRONG

    @property
    def weak(self) -> bool:
        """Whether it may be the same one, and no more than that."""
        return WEAK <= self.points < STRONG

    @property
    def why(self) -> str:
        """The reasons as a part of a sentence: the same name and the same telephone number."""
        words = [sign.words for sign in self.signs if sign.points > 0]
        return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def likeness(one: Traits, other: Traits) -> Likeness:
    """Compare two customers; it is the same both ways round."""
    found = [
        _number(one.vat_number, other.vat_number, Sign.VAT_NUMBER, Sign.OTHER_VAT_NUMBER),
        _number(one.coc_number, other.coc_number, Sign.COC_NUMBER, Sign.OTHER_COC_NUMBER),
        Sign.EMAIL if one.emails & other.emails else None,
        _name(one.name, other.name),
        Sign.PHONE if one.phones & other.phones else None,
        Sign.PLACE if one.places & other.places else None,
    ]
    return Likeness(tuple(sign for sign in found if sign is not None))


def pairs(all_: Sequence[Traits]) -> Iterator[tuple[int, int, Likeness]]:
    """The places of all who are at least weakly alike, each pair once. Only those that share a trait are compared."""
    shared: defaultdict[object, list[int]] = defaultdict(list)
    for place, one in enumerate(all_):
        for trait in _traits_of(one):
            shared[trait].append(place)
    seen: set[tuple[int, int]] = set()
    for places in shared.values():
        for pair in combinations(places, 2) if len(places) <= _CROWD else ():
            if pair not in seen:
                seen.add(pair)
                found = likeness(all_[pair[0]], all_[pair[1]])
                if found.points >= WEAK:
                    yield (*pair, found)


def _traits_of(one: Traits) -> set[object]:
    numbers = {("vat", one.vat_number), ("coc", one.coc_number), ("name", one.name)}
    return {pair for pair in numbers if pair[1]} | set(one.emails) | set(one.phones) | set(one.places)


def _number(one: str, other: str, same: Sign, different: Sign) -> Sign | None:
    if not (one and other):
        return None
    return same if one == other else different


def _name(one: tuple[str, ...], other: tuple[str, ...]) -> Sign | None:
    if not (one and other):
        return None
    if one == other:
        return Sign.NAME
    first, second = sorted(("".join(one), "".join(other)))
    if min(len(first), len(second)) < _SHORTEST or _digits(first) != _digits(second):
        return None
    return Sign.NEAR_NAME if SequenceMatcher(None, first, second, autojunk=False).ratio() >= _NEARLY else None


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
