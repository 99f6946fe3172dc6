"""Who is who: spellings, signs, points, and ranges of numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from koppel.documents import Contact, Party
from koppel.documents.party import Address
from koppel.parties.likeness import STRONG, WEAK, Sign, likeness, pairs
from koppel.parties.ranges import read_range
from koppel.parties.search import search_values
from koppel.parties.sides import beside, side_of
from koppel.parties.traits import name_words, stem, traits

HOME = Address(line="Zaanweg 4 a", postcode="1521aa", city="Wormerveer", country="NL")
ROSE = {
    "kind": "company",
    "name": "Bloemist De Roos B.V.",
    "vat_number": "NL 8000.00.005.B01",
    "email": "inkoop@roos.nl",
}


def alike(one, other):
    return likeness(traits(Party(**one)), traits(Party(**other)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bloemist De Roos B.V.", "bloemist de roos"),
        ("Bloemist De Roos BV", "De Roos, Bloemist"),
        ("Jansen, Zoë", "Zoe Jansen"),
        ("Dhr. J. de Boer", "J de Boer"),
        ("Garten GmbH & Co. KG", "Garten Co"),
        ("Brasserie L'Été SPRL", "Brasserie LEte"),
    ],
)
def test_spellings_of_one_name_are_equal(one, other):
    assert name_words(one) == name_words(other)


def test_the_stem_of_a_name_is_without_its_legal_form_and_never_empty():
    assert [stem(one) for one in ("De Roos B.V.", "De Roos", "BV", "Garten, GmbH")] == [
        "De Roos",
        "De Roos",
        "BV",
        "Garten",
    ]


@pytest.mark.parametrize(
    ("one", "other", "points", "signs"),
    [
        (ROSE, {"vat_number": "NL800000005B01", "name": "Iets anders"}, 60, [Sign.VAT_NUMBER]),
        (ROSE, {"vat_number": "800000005B01"}, 60, [Sign.VAT_NUMBER]),
        (ROSE, {**ROSE, "email": "", "vat_number": "NL004495445B01"}, -10, [Sign.OTHER_VAT_NUMBER, Sign.NAME]),
        ({"name": "Zoë Jansen", "billing": HOME}, {"name": "Jansen Zoe", "billing": {**HOME.model_dump(), "postcode": "1521 AA"}}, 50, [Sign.NAME, Sign.PLACE]),
        ({"billing": HOME}, {"billing": {"street": "Zaanweg", "house_number": "4", "addition": "A", "postcode": "1521 AA", "country": "NL"}}, 20, [Sign.PLACE]),
        ({"billing": HOME}, {"billing": {**HOME.model_dump(), "line": "Zaanweg 5"}}, 0, []),
        ({"name": "A B", "phone": "+31 (0)6 1234 5678"}, {"name": "C D", "phone": "06-12345678"}, 25, [Sign.PHONE]),
        ({"name": "Zoë Jansen", "phone": "06-12345678", "billing": HOME}, {"name": "Piet de Wit", "phone": "0612345678", "billing": HOME}, 45, [Sign.PHONE, Sign.PLACE]),
        ({"email": "A@x.nl"}, {"name": "Firma", "contacts": [Contact(last_name="B", email="a@X.nl")]}, 50, [Sign.EMAIL]),
        ({"name": "Tuincentrum Oost"}, {"name": "Tuincentrum Oosst"}, 20, [Sign.NEAR_NAME]),
        ({"name": "Zoë Jansen 4"}, {"name": "Zoë Jansen 5"}, 0, []),
        ({}, {}, 0, []),
    ],
)  # fmt: skip
def test_what_counts_and_how_much(one, other, points, signs):
    found = alike(one, other)
    assert (found.points, list(found.signs)) == (points, signs)
    assert found == alike(other, one)
    assert (found.strong, found.weak) == (points >= STRONG, WEAK <= points < STRONG)


TEXT = st.text(max_size=40)
PARTY = st.builds(
    Party, name=TEXT, email=TEXT, phone=TEXT, vat_number=TEXT, coc_number=TEXT, kind=st.sampled_from(["company", "person"]),
    billing=st.builds(Address, line=TEXT, street=TEXT, house_number=TEXT, postcode=TEXT, city=TEXT, country=st.sampled_from(["", "NL", "BE", "DE", "FR"])),
)  # fmt: skip


@given(PARTY, PARTY)
def test_any_two_are_compared_the_same_both_ways_and_one_is_like_itself(one, other):
    mine, theirs = traits(one), traits(other)
    assert likeness(mine, theirs) == likeness(theirs, mine)
    assert likeness(mine, mine).points >= 0
    assert all(
        isinstance(value, str) and value
        for values in search_values([(one, ""), (other, "")]).values()
        for value in values
    )


@given(st.lists(PARTY, max_size=6))
def test_the_pairs_are_those_that_comparing_everybody_finds_where_they_share_a_trait(parties):
    told = [traits(one) for one in parties]
    found = {(one, other): likeness_ for one, other, likeness_ in pairs(told)}
    for (one, other), likeness_ in found.items():
        assert one < other
        assert likeness_ == likeness(told[one], told[other])
    for one in range(len(told)):
        for other in range(one + 1, len(told)):
            assert ((one, other) in found) == (likeness(told[one], told[other]).points >= WEAK)


def test_what_was_asked_already_is_not_asked_again_and_a_dutch_postcode_is_asked_in_both_spellings():
    party = Party(**ROSE, billing=HOME)
    assert search_values([(party, "INKOOP@roos.nl")]) == {
        "name": ("Bloemist De Roos B.V.", "Bloemist De Roos", "Bloemist De Roos BV"),
        "vat_number": ("NL 8000.00.005.B01",), "postcode": ("1521 AA", "1521AA"),
    }  # fmt: skip
    assert search_values([(Party(name="x" * 40_000, email="a@x.nl"), "")]) == {"email": ("a@x.nl",)}
    abroad = Party(name="Jean", billing=Address(line="12 rue de la Paix", postcode="75002", country="FR"))
    assert search_values([(abroad, "")]) == {"name": ("Jean",), "line": ("12 rue de la Paix",)}
    called = Party(name="Jean", phone="06 12 34 56 78", billing=Address(country="FR"))
    assert search_values([(called, "")])["phone"] == ("+33612345678",)
    assert "phone" not in search_values([(Party(name="Jean", phone="1234"), "")]), "what is no number of any country is not asked for"


def test_a_range_is_written_as_its_first_and_last_number():
    assert list(read_range("w008 – W011").free({"W009"})) == ["W008", "W010", "W011"]
    assert list(read_range("98-101").free(())) == ["98", "99", "100", "101"]
    assert (str(read_range("10000..19999")), read_range("10000-19999").longest) == ("10000-19999", 5)


@pytest.mark.parametrize("text", ["", "10", "20-10", "A1-B9", "001-9999", "1-", "W1-W", "-5-9", "1.5-2"])
def test_what_is_no_range_is_refused(text):
    with pytest.raises(ValueError, match="no range of numbers"):
        read_range(text)


def test_side_by_side_only_what_both_say_otherwise_is_marked():
    one = side_of(Party(name="De Roos", email="a@x.nl", billing={**HOME.model_dump(), "postcode": "1521AA"}))
    other = side_of(
        Party(code="12", name="de roos", email="b@x.nl", billing={**HOME.model_dump(), "postcode": "1521 AA"})
    )
    rows = {name: differs for name, _, _, differs in beside(one, other)}
    assert rows == {
        "code": False,
        "name": False,
        "email": True,
        "street": False,
        "postcode": False,
        "city": False,
        "country": False,
    }
