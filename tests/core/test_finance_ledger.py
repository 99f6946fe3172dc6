"""Papers as debit and credit: both sides equal, the debtor owes what the lines come to."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from koppel.finance.ledger import Booking, Sold, entries_of, sums

CENTS = st.decimals("-9999.99", "9999.99", places=2)
LINES = st.lists(
    st.builds(Sold, st.sampled_from(["", "8000", "8100"]), st.sampled_from(["pot", "roos"]), CENTS, CENTS,
              st.sampled_from([Decimal(0), Decimal(9), Decimal("21.0")]), st.sampled_from(["1", "2"])),
    max_size=8,
)  # fmt: skip


def amounts(entries):
    return [(one.kind, one.account, one.debit, one.credit, one.vat_code) for one in entries]


def test_an_order_is_the_debtor_against_revenue_per_account_and_vat_per_code():
    sold = [
        Sold("8000", "Pot", Decimal("10.00"), Decimal("2.10"), Decimal(21), "2"),
        Sold("8000", "Vaas", Decimal("20.00"), Decimal("4.20"), Decimal("21.0"), "2"),
        Sold("", "Roos", Decimal("10.00"), Decimal("0.90"), Decimal(9), "4"),
    ]
    assert amounts(entries_of("12 Jansen", sold)) == [
        ("debtor", "12 Jansen", Decimal("47.20"), 0, ""),
        ("revenue", "8000", 0, Decimal("30.00"), "2"),
        ("revenue", "", 0, Decimal("10.00"), "4"),
        ("vat", "", 0, Decimal("6.30"), "2"),
        ("vat", "", 0, Decimal("0.90"), "4"),
    ]


def test_a_credit_note_has_its_sides_turned_and_a_discount_stands_on_the_other_side():
    sold = [Sold("8000", "Pot", Decimal("10.00")), Sold("8900", "Korting", Decimal("-2.00"))]
    assert [(one.account, one.debit, one.credit) for one in entries_of("12", sold)] == [("12", 8, 0), ("8000", 0, 10), ("8900", 2, 0)]
    assert [(one.account, one.debit, one.credit) for one in entries_of("12", sold, credit_note=True)] == [
        ("12", 0, 8), ("8000", 10, 0), ("8900", 0, 2),
    ]  # fmt: skip


def test_where_the_books_add_vat_themselves_theirs_counts():
    sold = [Sold("", "Kruk", Decimal("10.74"), Decimal("2.25"), Decimal(21), "2"), Sold("", "Afronding", Decimal("-0.01"), vat_code="1")]
    entries = entries_of("12", sold, {Decimal(21): Decimal("2.26")})
    assert entries[0].debit == Decimal("12.99")
    assert [(one.vat_code, one.credit) for one in entries if one.kind == "vat"] == [("2", Decimal("2.26"))]


@given(LINES, st.booleans())
def test_debit_always_equals_credit_also_of_all_together(sold, credit_note):
    bookings = [Booking("#1", "12", "EUR", None, entries_of("12", part, credit_note=credit_note)) for part in (sold, sold[1:])]
    assert all(one.debit == one.credit for one in bookings)
    owed = sum((one.net + one.vat for one in sold), Decimal(0)) * (-1 if credit_note else 1)
    assert bookings[0].entries[0].debit - bookings[0].entries[0].credit == owed
    together = sums(bookings)
    assert sum(one.debit for one in together) == sum(one.credit for one in together) == sum(one.debit for one in bookings)
