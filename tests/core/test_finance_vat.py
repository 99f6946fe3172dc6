"""Which VAT rules apply, and to what a ledger that adds VAT itself will come."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from koppel.finance.balance import Amount, computed
from koppel.finance.vat import foreign_number, treatment

BE, DE, NL = "BE0403019261", "DE136695976", "NL004495445B01"


@pytest.mark.parametrize(
    ("there", "company", "number", "expected"),
    [
        ("NL", True, BE, ""),
        ("", False, "", ""),
        ("nl", False, "", ""),
        ("BE", True, BE, "eu_business"),
        ("BE", True, "BE 0403.019.261", "eu_business"),
        ("DE", True, BE, "eu_business"),
        ("BE", True, NL, "eu_consumer"),
        ("BE", True, "BE0403019262", "eu_consumer"),
        ("BE", True, "", "eu_consumer"),
        ("BE", False, BE, "eu_consumer"),
        ("GR", True, "EL094259216", "eu_business"),
        ("GB", True, "GB980780684", "export"),
        ("US", False, "", "export"),
        ("CH", False, "", "export"),
    ],
)
def test_the_destination_the_customer_and_a_number_that_can_be_one_decide(there, company, number, expected):
    assert treatment("NL", there, company=company, vat_number=number) == expected


def test_consumers_abroad_are_under_the_one_stop_shop_from_its_first_day():
    def of(day):
        return treatment("NL", "DE", company=False, vat_number="", day=day, oss_since=date(2026, 7, 1))

    assert [of(date(2026, 6, 30)), of(date(2026, 7, 1)), of(None)] == ["eu_consumer", "oss", "oss"]
    assert treatment("NL", "DE", company=True, vat_number=DE, oss_since=date(2026, 7, 1)) == "eu_business"
    assert treatment("NL", "NL", company=False, vat_number="", oss_since=date(2026, 7, 1)) == ""


@given(st.text(max_size=40), st.sampled_from(["NL", "BE", "DE", "XX", ""]))
def test_any_text_is_a_number_or_is_not(number, home):
    assert foreign_number(number, home) in (True, False)


def amounts(*pairs):
    return [Amount(Decimal(excl), Decimal(rate)) for excl, rate in pairs]


def test_a_ledger_rounds_per_line_or_once_per_rate():
    three = amounts(("0.02", "21"), ("0.02", "21"), ("0.02", "21"))  # 0.0042 each, 0.0126 together
    assert computed(three, "line").total == Decimal("0.06")
    assert computed(three, "document").total == Decimal("0.07")
    mixed = computed(amounts(("10.00", "21"), ("10.00", "9.0"), ("5.00", "0"), ("1.00", "9")), "line")
    assert str(mixed) == "29.09 (26.00 without VAT + 0.99 VAT at 9 % + 2.10 VAT at 21 %)"


@given(st.lists(st.tuples(st.decimals(-1000, 1000, places=2), st.sampled_from(["0", "6", "9", "21"])), max_size=30))
def test_both_ways_of_rounding_differ_by_less_than_half_a_cent_a_line(pairs):
    parts = amounts(*pairs)
    difference = computed(parts, "line").total - computed(parts, "document").total
    assert abs(difference) <= Decimal("0.005") * (len(parts) + 4)
