"""A page of unknown customers, articles or orders is looked up in a call or two, as Exact Online itself compares."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from koppel import ConfigurationError, Lookup, PluginError

Connect = Callable[..., Any]
_TERM = re.compile(r"(\w+) eq ('(?:[^']|'')*'|\d+|guid'[^']*')")


def table(rows: list[dict[str, Any]], kit: SimpleNamespace, most: int = 1000) -> Callable[[httpx.Request], httpx.Response]:
    """A service that compares as a database does: padded text exactly; refuses filters of more than `most` terms."""

    def reply(request: httpx.Request) -> httpx.Response:
        terms = _TERM.findall(kit.filter_of(request))
        if len(terms) > most:
            return kit.error(400, "Bad Request - Error in query syntax.")  # type: ignore[no-any-return]
        wanted = {(name, _read(literal)) for name, literal in terms}
        return kit.answer([row for row in rows if any(str(row.get(name)) == value for name, value in wanted)])  # type: ignore[no-any-return]

    return reply


def _read(literal: str) -> str:
    inside = literal.removeprefix("guid")
    return inside[1:-1].replace("''", "'") if inside.startswith("'") else inside


def guid(number: int) -> str:
    return str(UUID(int=number))


def test_a_hundred_addresses_cost_three_calls_when_nobody_is_known(service: Any, connect: Connect) -> None:
    found = connect(service).find(Lookup("customer", "email", tuple(f"klant{n}@x.nl" for n in range(100))))
    assert not found.matches
    assert len(service.calls) == 3


def test_a_customer_is_found_by_address_in_any_case(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    rows = [{"ID": guid(1), "Code": f"{'12':>18}", "Name": "Jan", "Email": "jan@x.nl", "Status": "C", "StartDate": "/Date(1782345600000)/"}]
    service.on("GET", "crm/Accounts", table(rows, kit))
    found = connect(service).find(Lookup("customer", "email", ("Jan@X.nl", "piet@x.nl", "")))
    (match,) = found.matches["Jan@X.nl"]
    assert (match.id, match.number) == (guid(1), "12")
    assert match.data["Email"] == "jan@x.nl"
    assert match.data["StartDate"] == "2026-06-25"
    assert match.data["Contacts"] == []
    assert list(found.matches) == ["Jan@X.nl"]


def test_a_number_is_asked_padded_and_answered_bare(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    rows: list[dict[str, Any]] = [{"ID": guid(1), "Code": f"{'0000011':>18}", "Name": "Jan"}, {"ID": guid(2), "Code": "0000011", "Name": "other"}]
    service.on("GET", "crm/Accounts", table(rows, kit))
    found = connect(service).find(Lookup("customer", "code", ("0000011",)))
    assert [match.id for match in found.matches["0000011"]] == [guid(1)]


def test_a_debtor_for_all_guests_is_found_without_its_thousands_of_addresses(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    row: dict[str, Any] = {"ID": guid(1), "Code": f"{'99':>18}", "Name": "Webwinkel"}
    service.on("GET", "crm/Accounts", table([row], kit))
    connect(service).find(Lookup("customer", "code", ("99",)))
    (asked,) = service.of("GET", "crm/Addresses")
    assert kit.filter_of(asked) == f"(Account eq guid'{guid(1)}') and Main eq true"


def test_of_several_the_customer_in_use_comes_first_and_all_are_told(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    rows: list[dict[str, Any]] = [
        {"ID": guid(1), "Code": "1", "Email": "a@x.nl", "Status": "A"},
        {"ID": guid(2), "Code": "2", "Email": "a@x.nl", "Status": "C", "Blocked": True},
        {"ID": guid(3), "Code": "3", "Email": "a@x.nl", "Status": "C", "Blocked": False},
    ]
    service.on("GET", "crm/Accounts", table(rows, kit))
    found = connect(service).find(Lookup("customer", "email", ("a@x.nl",)))
    assert [match.number for match in found.matches["a@x.nl"]] == ["3", "2", "1"]


def test_a_reference_is_compared_as_it_was_cut(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    long = "WEB-" + "1234567890" * 4
    row: dict[str, Any] = {"OrderID": guid(5), "OrderNumber": 71, "YourRef": long[:30]}
    service.on("GET", "salesorder/SalesOrders", table([row], kit))
    found = connect(service).find(Lookup("sales_order", "reference", (long, "#2")))
    (match,) = found.matches[long]
    assert (match.id, match.number) == (guid(5), "71")
    assert match.data["SalesOrderLines"] == []


def test_another_field_may_hold_the_reference(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    row: dict[str, Any] = {"OrderID": guid(5), "OrderNumber": 71, "PaymentReference": "tr_9"}
    service.on("GET", "salesorder/SalesOrders", table([row], kit))
    exact = connect(service)
    assert exact.find(Lookup("sales_order", "reference", ("tr_9",), "PaymentReference")).matches["tr_9"][0].id == guid(5)
    assert "PaymentReference" in service.calls[0].url.params["$select"]
    assert exact.find(Lookup("sales_order", "reference", ("71", "x"), "OrderNumber")).matches["71"][0].id == guid(5)


def test_equal_capitals_come_before_other_capitals(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    rows = [{"ID": guid(1), "Code": "abc", "IsSalesItem": True}, {"ID": guid(2), "Code": "ABC", "IsSalesItem": True}]
    service.on("GET", "logistics/Items", lambda request: kit.answer(rows))
    found = connect(service).find(Lookup("product", "sku", ("ABC",)))
    assert [match.id for match in found.matches["ABC"]] == [guid(2), guid(1)]


def test_a_service_that_refuses_long_questions_gets_shorter_ones(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    rows = [{"ID": guid(n + 1), "Code": f"SKU-{n}"} for n in range(100)]
    service.on("GET", "logistics/Items", table(rows, kit, most=12))
    found = connect(service).find(Lookup("product", "sku", tuple(f"SKU-{n}" for n in range(100))))
    assert len(found.matches) == 100
    assert sum(len(_TERM.findall(kit.filter_of(call))) > 12 for call in service.calls) == 2


def test_a_question_that_is_refused_for_another_reason_is_not_repeated(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", "logistics/Items", kit.error(400, "Could not find a property named 'Nope' on type 'Item'."))
    with pytest.raises(PluginError, match="Nope"):
        connect(service).find(Lookup("product", "sku", tuple("abcdefgh")))
    assert len(service.calls) == 1


@given(st.lists(st.text(min_size=1, max_size=29), min_size=1, max_size=60, unique=True))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_an_sku_looks_like_it_is_found_when_it_is_there(
    service: Any, connect: Connect, kit: SimpleNamespace, skus: list[str]
) -> None:
    clean = [sku for sku in skus if sku.isprintable() and sku.strip()]
    rows = [{"ID": guid(at + 1), "Code": sku.strip()} for at, sku in enumerate(clean)]
    service.on("GET", "logistics/Items", table(rows, kit))
    found = connect(service).find(Lookup("product", "sku", tuple(skus)))
    for at, sku in enumerate(clean):
        assert guid(at + 1) in [match.id for match in found.matches[sku]]


@pytest.mark.parametrize(("lookup", "field"), [
    (Lookup("customer", "shoe_size", ("43",)), "match_key"),
    (Lookup("customer", "email", ("a@b.c",), "Email eq 'x' or 1"), "match_field"),
])  # fmt: skip
def test_a_key_that_does_not_exist_names_its_setting(service: Any, connect: Connect, lookup: Lookup, field: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        connect(service).find(lookup)
    assert caught.value.field == field
    assert not service.calls


def test_what_can_be_read_but_not_matched_is_said(service: Any, connect: Connect) -> None:
    with pytest.raises(PluginError, match="shipment"):
        connect(service).find(Lookup("shipment", "number", ("a",)))
