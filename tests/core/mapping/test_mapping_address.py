"""Address lines are split where that is certain, and nothing of them is ever lost."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from koppel.mapping.functions.address import split_address

LINES = [
    ("Keizersgracht 123", "NL", "Keizersgracht", "123", ""),
    ("Keizersgracht 123-A", "NL", "Keizersgracht", "123", "A"),
    ("Keizersgracht 123A", "NL", "Keizersgracht", "123", "A"),
    ("Keizersgracht 123 bis", "NL", "Keizersgracht", "123", "bis"),
    ("Kerkstraat 12 3", "NL", "Kerkstraat", "12", "3"),
    ("Kerkstraat 12 III", "NL", "Kerkstraat", "12", "III"),
    ("Laan van Meerdervoort 1000 hs", "NL", "Laan van Meerdervoort", "1000", "hs"),
    ("2e Kostverlorenkade 12-2", "NL", "2e Kostverlorenkade", "12", "2"),
    ("1e Helmersstraat 5", "", "1e Helmersstraat", "5", ""),
    ("18 Septemberplein 12", "NL", "18 Septemberplein", "12", ""),
    ("Plein 1944 12", "NL", "Plein 1944", "12", ""),
    ("'t Zand 5", "NL", "'t Zand", "5", ""),
    ("Rue de la Loi 16 bte 3", "BE", "Rue de la Loi", "16", "bte 3"),
    ("rue Neuve, 5", "BE", "rue Neuve", "5", ""),
    ("Kerkstraat 12 bus 4", "BE", "Kerkstraat", "12", "bus 4"),
    ("Hauptstr. 5a", "DE", "Hauptstr.", "5", "a"),
    ("Straße des 17. Juni 135", "DE", "Straße des 17. Juni", "135", ""),
    ("Am Markt 3, Hinterhaus links", "DE", "Am Markt", "3", "Hinterhaus links"),
    ("12 bis, rue de la Paix", "FR", "rue de la Paix", "12", "bis"),
    ("12 rue du 8 mai 1945", "FR", "rue du 8 mai 1945", "12", ""),
    ("12 rue du 8 mai 1945", "", "rue du 8 mai 1945", "12", ""),
    ("12-14 rue Neuve", "FR", "rue Neuve", "12", "14"),
    ("123B Main Street", "US", "Main Street", "123", "B"),
    ("10 Downing Street", "", "Downing Street", "10", ""),
]


@pytest.mark.parametrize(("line", "country", "street", "number", "addition"), LINES)
def test_a_line_is_split_as_its_country_writes_it(
    line: str, country: str, street: str, number: str, addition: str
) -> None:
    assert split_address(line, country) == (street, number, addition)


@pytest.mark.parametrize(
    "line", ["", "Markt", "De Hoeve", "12", "Gebouw Delta, ingang zuidzijde", "Zaal 5 achter het station"]
)
def test_a_line_that_cannot_be_split_stays_whole(line: str) -> None:
    assert split_address(line) == (line, "", "")


def signs(text: str) -> Counter[str]:
    """All letters and digits."""
    return Counter(one for one in text if one.isalnum())


PIECES = st.sampled_from(
    ["Kerkstraat", "12", "bis", "A", "1e", "de", "rue", "1944", "bus", "3", "-", ",", ".", "/", "III", "b2", "²", "é"]
)
COUNTRIES = st.sampled_from(["", "NL", "BE", "DE", "FR"])


@given(
    st.lists(PIECES, max_size=8).map(" ".join) | st.lists(PIECES, max_size=8).map("".join) | st.text(max_size=250),
    COUNTRIES,
)
def test_no_letter_or_digit_is_ever_lost(line: str, country: str) -> None:
    split = split_address(line, country)
    assert signs("".join(split)) == signs(line)
    assert not split.addition or split.number


@pytest.mark.parametrize(
    "line",
    [
        "ii " * 60 + "5 " + "ii " * 3 + "!",
        "1 " * 99 + "!",
        "a1" * 99 + " 5!",
        "Straat 5" + " a" * 60 + "!",
        "x" * 10**6,
    ],
)
def test_a_line_meant_to_be_slow_is_not(line: str) -> None:
    assert signs("".join(split_address(line))) == signs(line)
