"""Address lines of a paper are split by its country; what was mapped otherwise stays."""

from hypothesis import given
from hypothesis import strategies as st
from koppel.documents import Party, SalesOrder
from koppel.documents.party import Address
from koppel.mapping.functions.address import split_address
from koppel.parties.places import split_by_country

LINE = st.text(max_size=60) | st.lists(
    st.sampled_from(["12", "bis", "rue", "Charles", "5", "Kerkstraat", "A", "bus", ","]), max_size=7
).map(" ".join)


def place_of(line, country):
    street, number, addition = split_address(line)
    return Address(line=line, street=street, house_number=number, addition=addition, country=country)


def test_a_french_line_begins_with_its_number_and_a_dutch_one_ends_with_it():
    party = Party(billing=place_of("12 avenue Charles 5", "FR"), shipping=place_of("12 avenue Charles 5", "NL"))
    split_by_country(party)
    assert (party.billing.street, party.billing.house_number) == ("avenue Charles 5", "12")
    assert (party.shipping.street, party.shipping.house_number) == ("12 avenue Charles", "5")


def test_what_was_mapped_in_another_way_stays():
    order = SalesOrder(
        reference="1",
        total=0,
        delivery=Address(line="12 avenue Charles 5", street="avenue Charles", house_number="5", country="FR"),
    )
    split_by_country(order)
    assert (order.delivery.street, order.delivery.house_number) == ("avenue Charles", "5")


@given(LINE, st.sampled_from(["", "NL", "BE", "DE", "FR", "JP"]))
def test_nothing_of_a_line_is_lost_in_any_country(line, country):
    party = Party(billing=place_of(line, country))
    split_by_country(party)
    parts = f"{party.billing.street}{party.billing.house_number}{party.billing.addition}"
    assert sorted(filter(str.isalnum, parts)) == sorted(filter(str.isalnum, party.billing.line))
