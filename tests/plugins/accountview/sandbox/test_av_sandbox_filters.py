"""Filters of the AccountView simulator: operators, types, lists and what is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from koppel_accountview.sandbox.errors import AccountViewError
from koppel_accountview.sandbox.query.literals import read_literal


def where(*filters: tuple[str, str, str, str], **more: str) -> dict[str, str]:
    params = dict(more)
    for number, (field, operator, kind, value) in enumerate(filters, 1):
        params |= {
            f"FilterControlSource{number}": field, f"FilterOperator{number}": operator,
            f"FilterValueType{number}": kind, f"FilterValue{number}": value, f"FilterIsListOfValues{number}": "false",
        }
    return params


def numbers(api: Any, params: dict[str, str], business_object: str = "AR1") -> list[str]:
    key = {"AR1": "SUB_NR", "AK1": "ART_CODE"}[business_object]
    return [row[key] for row in api.rows(business_object, Fields=key, **params)]


@pytest.mark.parametrize(("operator", "found"), [
    ("Equal", ["10"]), ("equal", ["10"]), ("EQUAL", ["10"]), ("notequal", ["1", "100", "11", "2"]), ("Contains", ["10", "100"]),
])
def test_text_operators_work_in_any_case(api: Any, operator: str, found: list[str]) -> None:
    field = "SUB_NR" if operator != "Contains" else "contact.sub_nr"
    assert numbers(api, where((field, operator, "C", "10"))) == found


def test_equal_minds_capitals_unless_switched(api: Any, open_api: Any) -> None:
    mail = where(("MAIL_BUS", "Equal", "C", "R10@Example.nl"))
    assert numbers(api, mail) == []
    assert numbers(open_api(text_compare="any_case"), mail) == ["10"]


def test_trailing_spaces_do_not_matter_for_equal(api: Any) -> None:
    assert numbers(api, where(("SUB_NR", "Equal", "C", "10   "))) == ["10"]


def test_contains_searches_text_as_wide_as_its_field(api: Any) -> None:
    assert numbers(api, where(("SUB_NR", "Contains", "C", "10 "))) == ["10"]
    assert numbers(api, where(("SUB_NR", "Contains", "C", "10"))) == ["10", "100"]


def test_filters_are_joined_by_and_or_by_switch_in_the_call_by_or(api: Any) -> None:
    both = (("SUB_NR", "Contains", "C", "1"), ("ACCT_NAME", "Equal", "C", "Relatie 2"))
    assert numbers(api, where(*both)) == []
    assert numbers(api, where(*both, matchAnyFilter="true")) == ["1", "10", "100", "11", "2"]


def test_numbers_and_logicals_are_compared_as_such(api: Any) -> None:
    assert numbers(api, where(("PX_SELL", "Equal", "N", "24.950")), "AK1") == ["SPADE"]
    assert len(numbers(api, where(("BLK_SP", "Equal", "L", ".F.")))) == 5


@pytest.mark.parametrize(("operator", "moment", "found"), [
    ("DateOnOrAfterDate", "-01-12 12:00:00}", ["11", "100"]), ("42", "-01-12 12:00:00}", ["11", "100"]),
    ("DateOnOrAfterDate", "-01-12 12:00:01}", ["100"]), ("DateOnOrBeforeDate", "-01-03}", ["1"]),
    ("43", "-01-03 12:00}", ["1", "2"]),
])
def test_dates_are_given_in_foxpro_notation(api: Any, bodies: Any, operator: str, moment: str, found: list[str]) -> None:
    params = where(("CNG_DATE", operator, "T", "{^" + str(bodies.year) + moment))
    assert sorted(numbers(api, params)) == sorted(found)


def test_by_switch_dates_are_compared_by_day(open_api: Any, bodies: Any) -> None:
    params = where(("CNG_DATE", "DateOnOrAfterDate", "T", "{^" + f"{bodies.year}-01-12 23:00:00" + "}"))
    assert sorted(numbers(open_api(date_precision="day"), params)) == ["100", "11"]


def test_a_day_covers_its_whole_day(api: Any, bodies: Any) -> None:
    params = where(("CNG_DATE", "DateOnOrBeforeDate", "D", "{^" + f"{bodies.year}-01-03" + "}"))
    assert sorted(numbers(api, params)) == ["1", "2"]


def test_by_switch_iso_dates_are_read_as_well(api: Any, open_api: Any, bodies: Any) -> None:
    params = where(("CNG_DATE", "42", "T", f"{bodies.year}-01-13T00:00:00"))
    assert "geldige waarde" in api.message(api.read("AR1", **params))
    assert numbers(open_api(date_literals="any"), params) == ["100"]


@pytest.mark.parametrize(("broken", "word"), [
    (("ONBEKEND", "Equal", "C", "1"), "ONBEKEND"), (("SUB_NR", "Like", "C", "1"), "Like"), (("SUB_NR", "", "C", "1"), "operator"),
    (("SUB_NR", "Equal", "X", "1"), "FilterValueType"), (("SUB_NR", "Equal", "", "1"), "FilterValueType"),
    (("SUB_NR", "Equal", "N", "1"), "SUB_NR"), (("CRED_LIM", "Equal", "N", "1,5"), "1,5"), (("CRED_LIM", "Equal", "N", "9" * 900), "999"),
    (("SUB_NR", "42", "C", "1"), "operator"), (("CRED_LIM", "Contains", "N", "1"), "operator"),
    (("CNG_DATE", "42", "T", "{^2024-02-30}"), "2024-02-30"), (("CNG_DATE", "42", "D", "{^2024-02-01 10:00:00}"), "type D"),
    (("BLK_SP", "Equal", "L", "ja"), "ja"), (("SO_LINE.ART_CODE", "Equal", "C", "1"), "SO_LINE"), (("SUB_NR", "GreaterThan", "C", "1"), "GreaterThan"),
])
def test_a_filter_that_cannot_be_is_refused_by_name(api: Any, broken: tuple[str, str, str, str], word: str) -> None:
    assert word in api.message(api.read("AR1", **where(broken)))


def test_half_a_filter_is_refused(api: Any) -> None:
    whole = where(("SUB_NR", "Equal", "C", "1"))
    for name in ("FilterOperator1", "FilterValueType1", "FilterValue1"):
        assert api.read("AR1", **{key: value for key, value in whole.items() if key != name}).status_code == 400


def test_filters_are_numbered_without_a_gap(api: Any) -> None:
    third = {name.replace("1", "3"): value for name, value in where(("SUB_NR", "Equal", "C", "1")).items()}
    assert "Filter 1 ontbreekt" in api.message(api.read("AR1", **third))


def test_too_many_filters_are_refused(open_api: Any) -> None:
    api = open_api(max_filters=2)
    assert "2 filters" in api.message(api.read("AR1", **where(*[("SUB_NR", "Equal", "C", "1")] * 3)))


def test_a_raw_expression_and_odd_logicals_are_refused(api: Any) -> None:
    assert "Filter" in api.message(api.read("AR1", Filter="!EMPTY(SUB_NR)"))
    assert "matchAnyFilter" in api.message(api.read("AR1", matchAnyFilter="misschien"))


def test_a_list_of_values_is_refused_or_by_switch_parted(api: Any, open_api: Any) -> None:
    params = where(("SUB_NR", "Equal", "C", "1,100,zoek")) | {"FilterIsListOfValues1": "true"}
    assert "lijst" in api.message(api.read("AR1", **params))
    assert numbers(open_api(list_of_values="comma"), params) == ["1", "100"]
    none_of = params | {"FilterOperator1": "NotEqual", "FilterValue1": "1;100"}
    assert numbers(open_api(list_of_values="semicolon"), none_of) == ["10", "11", "2"]
    assert "true of false" in api.message(api.read("AR1", **(params | {"FilterIsListOfValues1": "ja"})))


def test_by_switch_more_operators_are_known(open_api: Any) -> None:
    api = open_api(more_operators=True)
    assert numbers(api, where(("SUB_NR", "BeginsWith", "C", "10"))) == ["10", "100"]
    assert numbers(api, where(("PX_SELL", "GreaterThan", "N", "10")), "AK1") == ["SPADE"]
    assert numbers(api, where(("PX_SELL", "LessThanOrEqual", "N", "10")), "AK1") == ["ROOS-1"]


@given(st.text(max_size=60), st.sampled_from("CNDTL"))
def test_any_text_is_a_value_of_its_type_or_refused(text: str, kind: str) -> None:
    try:
        value = read_literal(kind, text, any_date=True)
    except AccountViewError:
        return
    assert isinstance(value, {"C": str, "N": Decimal, "D": str, "T": str, "L": bool}[kind])


@given(st.datetimes())
def test_every_moment_in_foxpro_notation_is_read_to_the_second(moment: Any) -> None:
    whole = moment.replace(microsecond=0)
    assert read_literal("T", "{^" + whole.isoformat(" ") + "}", any_date=False) == whole.isoformat()
