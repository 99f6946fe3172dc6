"""Value tables: forced, most specific, default; in any case of letters and any way of writing a rate."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from koppel.errors import MappingError
from koppel.mapping import KNOWN_TABLES, TableEntry, Tables
from koppel.mapping.tables import normal

VAT = [
    TableEntry("vat_code", {}, "default"),
    TableEntry("vat_code", {"rate": "21"}, "high"),
    TableEntry("vat_code", {"rate": "21", "country": "BE"}, "be-high"),
    TableEntry("vat_code", {"rate": "21", "country": "BE", "customer": "company"}, "be-company"),
]


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        ({"rate": 21}, "high"),
        ({"rate": Decimal("21.00"), "country": "NL"}, "high"),
        ({"rate": "21.0", "country": " be "}, "be-high"),
        ({"rate": "21%", "country": "BE", "customer": "Company"}, "be-company"),
        ({"rate": "21,0", "country": "BE", "customer": "person"}, "be-high"),
        ({"rate": 9}, "default"),
        ({"rate": None, "country": "BE"}, "default"),
        ({}, "default"),
    ],
)
def test_the_most_specific_row_wins_whatever_the_order(keys: dict[str, Any], value: str) -> None:
    for rows in permutations(VAT):
        assert Tables(rows).lookup("vat_code", **keys) == value


def test_a_forced_row_wins_over_every_other() -> None:
    assert (
        Tables([*VAT, TableEntry("vat_code", {}, "all", force=True)]).lookup("vat_code", rate=21, country="BE") == "all"
    )
    some = Tables([*VAT, TableEntry("vat_code", {"country": "DE"}, "oss", force=True)])
    assert some.lookup("vat_code", rate=21, country="DE") == "oss"
    assert some.lookup("vat_code", rate=21, country="BE") == "be-high"


def test_a_bare_value_is_compared_with_the_first_column() -> None:
    tables = Tables(
        [TableEntry("payment_term", {"method": "Pay Pal"}, "08"), TableEntry("own", {"colour": "red"}, "R")]
    )
    assert tables.lookup("payment_term", "paypal") == "08"
    assert tables.lookup("own", "RED") == "R"


def test_nothing_found_says_so_in_words_and_groups_the_records() -> None:
    with pytest.raises(MappingError) as caught:
        Tables(VAT[1:]).lookup("vat_code", rate=Decimal("6.0"), country="BE", customer="person", goods=None)
    error = caught.value
    assert error.message == "There is no VAT code for BE, 6%, person."
    assert error.cause == "table.vat_code:BE, 6%, person"
    assert error.resolution == "Open the table VAT codes and add this value; the records that wait are sent at once."
    assert error.facts["table"] == "vat_code"
    assert error.facts["keys"] == {"rate": "6.0", "country": "BE", "customer": "person", "goods": ""}
    with pytest.raises(MappingError, match="no payment term for an empty value"):
        Tables().lookup("payment_term", "")


def test_unknown_tables_and_columns_are_named_with_the_nearest() -> None:
    with pytest.raises(MappingError, match='no table "vat_cod".* Did you mean "vat_code"'):
        Tables().lookup("vat_cod", rate=1)
    with pytest.raises(MappingError, match='no column "contry".* Did you mean "country"'):
        Tables().lookup("vat_code", contry="NL")


def test_equal_rows_that_disagree_are_listed_and_the_first_one_wins() -> None:
    rows = [
        TableEntry("vat_code", {"rate": "21", "country": "BE"}, "a"),
        TableEntry("vat_code", {"rate": "21", "customer": "company"}, "b"),
        TableEntry("vat_code", {"rate": "9", "country": "NL"}, "c"),
        TableEntry("vat_code", {"rate": "9.0", "country": "nl"}, "c"),
    ]
    assert Tables(rows).overlaps() == [(rows[0], rows[1])]
    keys = {"rate": 21, "country": "BE", "customer": "company"}
    assert Tables(rows).lookup("vat_code", **keys) == "a"
    assert Tables([rows[1], rows[0]]).lookup("vat_code", **keys) == "b"


def test_a_condition_on_a_column_that_is_not_there_is_found() -> None:
    stray = TableEntry("vat_code", {"contry": "BE"}, "x")
    assert Tables([*VAT, stray]).strays() == [(stray, "contry")]


def test_codes_with_zeros_in_front_stay_apart() -> None:
    tables = Tables([TableEntry("unit", {"unit": "1"}, "one"), TableEntry("unit", {"unit": "01"}, "zero-one")])
    assert tables.lookup("unit", "01") == "zero-one"
    assert tables.lookup("unit", "1") == "one"


def test_known_tables_have_titles_and_columns() -> None:
    assert {
        "vat_code",
        "revenue_account",
        "payment_term",
        "order_status",
        "journal",
        "warehouse",
    } <= KNOWN_TABLES.keys()
    for kind in KNOWN_TABLES.values():
        assert kind.title
        assert kind.one
        assert kind.columns
        assert all(kind.columns.values())


def test_tables_are_values() -> None:
    assert Tables(VAT) == Tables(list(VAT))
    assert Tables(VAT) != Tables(VAT[1:])
    assert len({Tables(VAT), Tables(VAT), Tables()}) == 2


@given(st.decimals(0, 100, places=3))
def test_a_rate_is_the_same_however_it_is_written(rate: Decimal) -> None:
    forms = {
        normal(rate),
        normal(str(rate)),
        normal(f"{rate}0"),
        normal(f" {rate} % "),
        normal(str(rate).replace(".", ",")),
    }
    assert len(forms) == 1


COLUMNS = st.sampled_from(["rate", "country", "goods"])
ENTRIES = st.builds(
    TableEntry,
    table=st.just("vat_code"),
    conditions=st.dictionaries(COLUMNS, st.sampled_from("ab")),
    value=st.text("xyz", min_size=1, max_size=2),
    force=st.booleans(),
)


@given(st.lists(ENTRIES, max_size=8), st.dictionaries(COLUMNS, st.sampled_from("abc")))
def test_lookup_agrees_with_the_plain_reading_of_the_rows(entries: list[TableEntry], keys: dict[str, str]) -> None:
    fits = [one for one in entries if all(keys.get(column) == value for column, value in one.conditions.items())]
    best = max(fits, key=lambda one: (one.force, len(one.conditions)), default=None)
    try:
        found: str | None = Tables(entries).lookup("vat_code", **keys)
    except MappingError:
        found = None
    assert found == (best.value if best else None)
