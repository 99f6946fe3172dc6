"""What $filter finds, and what the service says about one that does not parse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from koppel_exactonline.sandbox.errors import ApiError
from koppel_exactonline.sandbox.query.lexer import literal_text, tokens
from koppel_exactonline.sandbox.query.parser import parse
from koppel_exactonline.sandbox.schema import ENTITIES
from koppel_exactonline.sandbox.switches import Switches

KEY = "11111111-2222-3333-4444-555555555555"
STATE = {"data": {"3012345": {"crm/Accounts": [
    {"ID": KEY, "Code": "11", "Name": "D'Hondt & Zn", "Email": "info@dhondt.example", "Country": "BE", "Status": "C",
     "DiscountSales": 0.055, "InvoicingMethod": 2, "StartDate": "2026-06-25", "Blocked": False},
    {"Code": "12", "Name": "Jansen", "Email": None, "Country": "NL", "Status": "C", "DiscountSales": 0.1,
     "InvoicingMethod": 0, "StartDate": "2025-01-01", "Blocked": True},
    {"Code": "13", "Name": "jansen bv", "Email": "INFO@jansen.example", "Country": "NL", "Status": "P",
     "InvoicingMethod": 1, "StartDate": "2026-06-25T13:00:00"},
]}}}


@pytest.fixture
def company(start: Callable[..., Any]) -> Any:
    return start(STATE, mandatory_filter=False)


def names(client: Any, text: str) -> set[str]:
    return {row["Code"].strip() for row in client.rows("crm/Accounts", filter=text, select="Code")}


@pytest.mark.parametrize(("text", "found"), [
    ("Name eq 'Jansen'", {"12"}),
    ("Name eq 'D''Hondt & Zn'", {"11"}),
    ("Name ne 'Jansen'", {"11", "13"}),
    (f"ID eq guid'{KEY}'", {"11"}),
    (f"ID eq guid'{KEY.upper()}'", {"11"}),
    ("StartDate ge datetime'2026-06-25T00:00:00'", {"11", "13"}),
    ("StartDate lt datetime'2026-06-25'", {"12"}),
    ("InvoicingMethod gt 0 and InvoicingMethod lt 2", {"13"}),
    ("InvoicingMethod eq 2L", {"11"}),
    ("DiscountSales ge 0.055", {"11", "12"}),
    ("DiscountSales le 5.5e-2", {"11"}),
    ("Email eq null", {"12"}),
    ("Email ne null", {"11", "13"}),
    ("Blocked eq true", {"12"}),
    ("not Blocked", {"11", "13"}),
    ("not (Status eq 'C')", {"13"}),
    ("Status eq 'P' or Status eq 'C' and Name eq 'Jansen'", {"12", "13"}),
    ("(Status eq 'P' or Status eq 'C') and Name eq 'Jansen'", {"12"}),
    ("startswith(Name,'Jan')", {"12"}),
    ("startswith(tolower(Name), 'jan') eq true", {"12", "13"}),
    ("endswith(Email,'.example')", {"11", "13"}),
    ("substringof('ondt',Name)", {"11"}),
    ("indexof(Name,'ansen') eq 1", {"12", "13"}),
    ("trim(Code) eq '11'", {"11"}),
    ("Code eq '                11'", {"11"}),
    ("Code eq '11'", set()),
    ("toupper(Name) eq 'JANSEN'", {"12"}),
    ("length(Name) eq 6", {"12"}),
    ("year(StartDate) eq 2026 and month(StartDate) eq 6 and day(StartDate) eq 25", {"11", "13"}),
    ("Country eq 'NL '", {"12", "13"}),
    ("Country eq 'NL'", set()),
    (" or ".join(f"Name eq 'x{n}'" for n in range(150)) + " or Name eq 'Jansen'", {"12"}),
])
def test_a_filter_finds_what_it_says(company: Any, text: str, found: set[str]) -> None:
    assert names(company, text) == found


def test_text_comparison_can_be_made_lenient(start: Callable[..., Any]) -> None:
    lenient = start(STATE, ignore_case=True, ignore_trailing_spaces=True)
    assert names(lenient, "Name eq 'JANSEN'") == {"12"}
    assert names(lenient, "Country eq 'NL'") == {"12", "13"}


@pytest.mark.parametrize(("text", "said"), [
    ("ID eq 1", "Operator 'eq' incompatible with operand types 'System.Guid' and 'System.Int32' at position 3."),
    ("Name eq 5", "Operator 'eq' incompatible with operand types 'System.String' and 'System.Int32' at position 5."),
    (f"ID eq '{KEY}'", "Operator 'eq' incompatible with operand types 'System.Guid' and 'System.String' at position 3."),
    ("Blocked gt true", "Operator 'gt' incompatible with operand types 'System.Boolean' and 'System.Boolean' "
                        "at position 8."),
    ("Name", "Expression of type 'System.Boolean' expected at position 0."),
    ("Name and Blocked", "Expression of type 'System.Boolean' expected at position 0."),
    ("Naam eq 'x'", "No property 'Naam' exists in type 'Exact.Web.Api.Models.Account' at position 0."),
    ("Name eq 'x' and Foo/Bar eq 1", "No property 'Foo/Bar' exists in type 'Exact.Web.Api.Models.Account' "
                                     "at position 16."),
    ("BankAccounts eq 'x'", "No property 'BankAccounts' exists in type 'Exact.Web.Api.Models.Account' at position 0."),
    ("Name eq", "Bad Request - Error in query syntax."),
    ("Name eq 'x", "Syntax error at position 8."),
    ("(Name eq 'x'", "')' or operator expected at position 12."),
    ("Name eq 'x')", "Syntax error at position 11."),
    ("ID eq guid'123'", "Unrecognized 'guid'123'' literal at position '6'."),
    ("StartDate eq datetime'2026-13-01'", "Unrecognized 'datetime'2026-13-01'' literal at position '13'."),
    ("contains(Name,'x')", "Unknown function 'contains' at position 0."),
    ("startswith(Name)", "No applicable function found for 'startswith' at position 0."),
    ("startswith(ID,'x')", "No applicable function found for 'startswith' at position 0."),
    ("(" * 80 + "Name eq 'x'" + ")" * 80, "Recursion limit reached. The query is nested too deeply."),
])
def test_a_wrong_filter_is_a_400_with_the_reason(company: Any, text: str, said: str) -> None:
    assert company.error(company.get("crm/Accounts", filter=text)) == (400, said)


def test_a_refused_function_is_501(start: Callable[..., Any]) -> None:
    client = start(STATE, refused_functions=("substringof",))
    assert client.get("crm/Accounts", filter="substringof('x',Name)").status_code == 501


def test_a_filter_on_a_computed_property_works(exact: Any) -> None:
    account = exact.customer("Vos")
    exact.make("crm/Contacts", Account=account, FirstName="Ad", LastName="Vos")
    found = exact.rows("crm/Contacts", filter="AccountName eq 'Vos' and FullName eq 'Ad Vos'", select="Account")
    assert [row["Account"] for row in found] == [account]


VALUES = st.one_of(
    st.text().map(lambda value: (value, "S")), st.uuids().map(lambda value: (str(value), "G")),
    st.booleans().map(lambda value: (value, "B")), st.integers(-(2**31) + 1, 2**31 - 1).map(lambda value: (value, "I32")),
    st.integers(-(2**63), 2**63 - 1).map(lambda value: (value, "I64")),
    st.decimals(-(10**12), 10**12, places=4).map(lambda value: (value, "D")),
    st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(
        lambda value: (value.replace(microsecond=value.microsecond // 1000 * 1000), "T")
    ),
)


@given(VALUES)
def test_a_literal_reads_back_as_the_value_it_was_written_from(pair: tuple[Any, str]) -> None:
    value, kind = pair
    token, end = tokens(literal_text(value, kind))
    assert (token.value, token.type, end.kind) == (value, kind, "end")


def outcome(text: str) -> object:
    """The answer for an empty row, or the status of the refusal."""
    try:
        return parse(text, ENTITIES["crm/Accounts"], Switches()).run(lambda _: None)
    except ApiError as error:
        return error.status


@given(st.text(alphabet="Name eq'()andortrue1.5L,guid\"\\-é ", max_size=60))
def test_any_text_is_either_a_filter_or_a_400(text: str) -> None:
    assert outcome(text) in (True, False, None, 400)


LEAF = st.tuples(st.sampled_from(["InvoicingMethod", "DiscountSales"]), st.sampled_from(["eq", "ne", "gt", "le"]),
                 st.integers(0, 3)).map(lambda parts: f"{parts[0]} {parts[1]} {parts[2]}")
TREES = st.recursive(LEAF, lambda below: st.one_of(
    below.map(lambda text: f"not ({text})"), st.tuples(below, below).map(lambda two: f"({two[0]}) and ({two[1]})"),
    st.tuples(below, below).map(lambda two: f"({two[0]}) or ({two[1]})"),
), max_leaves=12)


@given(TREES, st.integers(0, 3), st.integers(0, 3))
def test_a_filter_agrees_with_the_same_words_in_python(text: str, method: int, discount: int) -> None:
    row: dict[str, Any] = {"InvoicingMethod": method, "DiscountSales": Decimal(discount)}
    python = text
    for word, sign in (("eq", "=="), ("ne", "!="), ("gt", ">"), ("le", "<=")):
        python = python.replace(f" {word} ", f" {sign} ")
    node = parse(text, ENTITIES["crm/Accounts"], Switches())
    assert node.run(row.__getitem__) == eval(python, {}, row)
