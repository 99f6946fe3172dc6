"""Everything that changed in Exact Online is read, once or twice but never not at all, and never for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from koppel import PluginError, Query
from koppel_exactonline.cursor import OVERLAP, Cursor
from koppel_exactonline.dates import wall_clock

Connect = Callable[..., Any]
BULK = "bulk/CRM/Accounts"
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def ticks(moment: datetime) -> str:
    return f"/Date({int((wall_clock(moment) - datetime(1970, 1, 1)).total_seconds() * 1000)})/"


def account(number: int, changed: datetime = START) -> dict[str, Any]:
    return {"ID": str(UUID(int=number)), "Code": f"{number:>18}", "Name": f"Klant {number}", "Modified": ticks(changed)}


def paged(pages: list[list[dict[str, Any]]], kit: SimpleNamespace, at: datetime = START) -> Callable[[httpx.Request], httpx.Response]:
    """A service with these pages; the clock in its headers says `at`."""

    def reply(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params.get("$skiptoken", "0"))
        more = {}
        if number + 1 < len(pages):
            path = request.url.path
            more = {"__next": f"https://start.exactonline.nl{path}?$skiptoken={number + 1}"}
        response: httpx.Response = kit.answer(pages[number] if pages else [], **more)
        response.headers["Date"] = at.strftime("%a, %d %b %Y %H:%M:%S GMT")
        return response

    return reply


def read_all(exact: Any, resource: str = "customer", cursor: str | None = None, limit: int | None = None) -> tuple[list[Any], str]:
    found, most = [], 500
    page = None
    while (page is None or page.more) and (most := most - 1):
        page = exact.fetch(Query(resource, page.cursor if page else cursor, limit=limit))
        found.extend(page.records)
    assert page is not None
    return found, str(page.cursor)


@given(
    st.lists(st.lists(st.integers(0, 400), max_size=70, unique=True), max_size=6), st.integers(1, 90),
)  # fmt: skip
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_all_rows_of_all_pages_arrive_also_doubled_ones(
    service: Any, connect: Connect, kit: SimpleNamespace, pages: list[list[int]], limit: int
) -> None:
    chain = [page for at, page in enumerate(pages) if page and (at == 0 or page != pages[at - 1])]
    chain = [page for at, page in enumerate(chain) if at == 0 or page != chain[at - 1]]
    service.on("GET", BULK, paged([[account(n) for n in page] for page in chain], kit))
    found, _ = read_all(connect(service), limit=limit)
    assert [record.id for record in found] == [account(n)["ID"] for page in chain for n in page]


def test_a_first_reading_asks_for_everything_with_the_mandatory_filter(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    connect(service).fetch(Query("customer"))
    (asked,) = service.of("GET", BULK)
    assert kit.filter_of(asked) == "Modified ge datetime'2000-01-01T01:00:00' and Status eq 'C'"
    assert "Modified" in asked.url.params["$select"].split(",")
    assert asked.headers["Accept"] == "application/json"


def test_a_later_run_begins_a_little_before_the_newest_change(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    newest = START - timedelta(hours=3)
    service.on("GET", BULK, paged([[account(1, newest), account(2, newest - timedelta(days=1))]], kit))
    exact = connect(service)
    _, cursor = read_all(exact)
    assert Cursor.read(cursor, kit.division).since == newest - OVERLAP
    exact.fetch(Query("customer", cursor))
    assert kit.filter_of(service.of("GET", BULK)[-1]).startswith(f"Modified ge datetime'{wall_clock(newest - OVERLAP):%Y-%m-%dT%H:%M:%S}'")


def test_a_row_changed_while_reading_is_read_again_next_time(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    """The second page holds a change of after the start; a change behind our back is not newer than that one."""
    later = START + timedelta(minutes=30)
    service.on("GET", BULK, paged([[account(1)], [account(2, later)]], kit, at=START))
    _, cursor = read_all(connect(service))
    since = Cursor.read(cursor, kit.division).since
    assert since is not None
    assert since <= START


def test_nothing_new_moves_nothing(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", BULK, paged([[account(1)]], kit))
    exact = connect(service)
    _, cursor = read_all(exact)
    _, again = read_all(exact, cursor=cursor)
    service.on("GET", BULK, paged([], kit))
    _, empty = read_all(exact, cursor=again)
    assert cursor == again == empty


def test_the_start_of_the_next_reading_never_drifts_back(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    since = START - timedelta(hours=1)
    service.on("GET", BULK, paged([[account(1, since + timedelta(minutes=1))]], kit))
    cursor = Cursor(since=since, division=kit.division).write()
    _, after = read_all(connect(service), cursor=cursor)
    assert Cursor.read(after, kit.division).since == since


def test_a_chosen_start_bounds_the_first_reading(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    connect(service).fetch(Query("customer", since=datetime(2026, 1, 31, tzinfo=UTC)))
    assert kit.filter_of(service.of("GET", "bulk")[0]).startswith("Modified ge datetime'2026-01-31T01:00:00'")


def test_another_administration_is_read_from_its_beginning(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", BULK, paged([[account(1)], [account(2)]], kit))
    cursor = connect(service).fetch(Query("customer")).cursor
    connect(service, division="77").fetch(Query("customer", cursor))
    assert service.of("GET", "bulk/CRM")[-1].url.path == "/api/v1/77/bulk/CRM/Accounts"
    assert kit.filter_of(service.of("GET", "bulk/CRM")[-1]).startswith("Modified ge datetime'2000-")


@pytest.mark.parametrize("cursor", ["", "null", "[]", "{", '{"skip": "x"}', '{"since": "x"}', '{"url": "https://evil.example/"}', "9" * 5000])
def test_a_damaged_cursor_starts_again_and_goes_nowhere_else(service: Any, connect: Connect, kit: SimpleNamespace, cursor: str) -> None:
    connect(service).fetch(Query("customer", cursor))
    assert {one.url.host for one in service.calls} == {"start.exactonline.nl"}
    assert [one.url.path for one in service.of("GET", "bulk")] == [f"/api/v1/{kit.division}/bulk/CRM/Accounts"]


def test_a_service_that_repeats_its_page_is_stopped(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    def again(request: httpx.Request) -> httpx.Response:
        response: httpx.Response = kit.answer([account(1)], __next=str(request.url))
        return response

    service.on("GET", BULK, again)
    with pytest.raises(PluginError, match="repeats a page"):
        read_all(connect(service))


def test_a_service_that_gives_new_addresses_for_ever_is_stopped(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    count = iter(range(10_000))
    service.on("GET", BULK, lambda request: kit.answer([], __next=f"{request.url.copy_with(query=None)}?$skiptoken={next(count)}"))
    with pytest.raises(PluginError, match="repeats a page"):
        read_all(connect(service))
    assert len(service.calls) < 20


def test_a_next_page_on_another_host_is_not_followed(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", BULK, kit.answer([account(1)], __next="https://evil.example/api/v1/1/bulk/CRM/Accounts?$skiptoken=1"))
    with pytest.raises(PluginError, match=r"evil\.example"):
        connect(service).fetch(Query("customer"))
    assert len(service.of("GET", "bulk")) == 1


def test_asked_ids_are_read_and_the_cursor_is_left_alone(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    service.on("GET", "crm/Accounts", lambda request: kit.answer([account(7)]))
    page = connect(service).fetch(Query("customer", "kept", ids=(str(UUID(int=7)), "no-id")))
    assert [record.id for record in page.records] == [str(UUID(int=7))]
    assert (page.cursor, page.more) == (None, False)
    assert kit.filter_of(service.calls[0]) == f"ID eq guid'{UUID(int=7)}'"


def test_a_customer_comes_with_contacts_and_addresses_all_pages_of_them(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    one = account(1)
    contacts = [{"ID": str(UUID(int=100 + n)), "Account": one["ID"], "LastName": str(n)} for n in range(130)]
    pages = [contacts[:60], contacts[60:120], contacts[120:]]
    service.on("GET", BULK, paged([[{**one, "MainContact": contacts[125]["ID"], "__metadata": {"uri": "x"}}]], kit))
    service.on("GET", "crm/Contacts", paged(pages, kit))
    delivery = {"ID": str(UUID(int=500)), "Account": one["ID"].upper(), "Type": 4, "Main": True, "AddressLine1": "Kade 1"}
    service.on("GET", "crm/Addresses", kit.answer([delivery]))
    (record,) = connect(service).fetch(Query("customer")).records
    assert len(record.data["Contacts"]) == 130
    assert record.data["MainContactRow"]["LastName"] == "125"
    assert record.data["DeliveryAddressRow"]["AddressLine1"] == "Kade 1"
    assert "__metadata" not in record.data
    assert record.label == "Klant 1"


def test_forty_orders_cost_a_handful_of_calls_and_lose_no_line(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    orders = [
        {"OrderID": str(UUID(int=n)), "OrderNumber": n, "YourRef": f"#{n}", "OrderedBy": str(UUID(int=900)), "AmountFC": 121 * 4,
         "Modified": ticks(START)} for n in range(1, 41)
    ]  # fmt: skip
    lines = [
        {"ID": str(UUID(int=n * 1000 + at)), "OrderID": str(UUID(int=n)), "LineNumber": at, "AmountFC": 100, "VATAmount": 21}
        for at in (4, 3, 2, 1) for n in range(1, 41)
    ]  # fmt: skip
    service.on("GET", "bulk/SalesOrder/SalesOrders", paged([orders], kit))
    service.on("GET", "bulk/SalesOrder/SalesOrderLines", paged([lines[:90], lines[90:]], kit))
    service.on("GET", "crm/Accounts", kit.answer([account(900)]))
    page = connect(service).fetch(Query("sales_order"))
    assert [len(record.data["SalesOrderLines"]) for record in page.records] == [4] * 40
    assert [line["LineNumber"] for line in page.records[0].data["SalesOrderLines"]] == [1, 2, 3, 4]
    assert page.records[0].data["Customer"]["Name"] == "Klant 900"
    assert len(service.calls) <= 5


def test_charges_are_read_for_orders_that_the_lines_do_not_explain(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    order: dict[str, Any] = {"OrderID": str(UUID(int=1)), "OrderNumber": 1, "AmountFC": 130, "Modified": ticks(START)}
    service.on("GET", "bulk/SalesOrder/SalesOrders", paged([[order]], kit))
    service.on("GET", "bulk/SalesOrder/SalesOrderLines", kit.answer([{"ID": "x", "OrderID": order["OrderID"], "AmountFC": 100, "VATAmount": 21}]))
    charge = {"ID": "c", "OrderID": order["OrderID"], "IsShippingCost": True, "AmountFCExclVAT": 9, "AmountVATFC": 0}
    service.on("GET", "salesorder/SalesOrderOrderChargeLines", kit.answer([charge]))
    (record,) = connect(service).fetch(Query("sales_order")).records
    assert record.data["SalesOrderOrderChargeLines"] == [charge]


def test_an_article_says_whether_it_is_on_sale_and_how_its_price_is_meant(service: Any, connect: Connect, kit: SimpleNamespace) -> None:
    soon, past = ticks(datetime.now(UTC) + timedelta(days=40)), ticks(START)
    rows: list[dict[str, Any]] = [
        {"ID": "1", "Code": "A", "SalesVatCode": "3  ", "StartDate": past, "EndDate": soon, "Modified": past},
        {"ID": "2", "Code": "B", "SalesVatCode": None, "StartDate": past, "EndDate": past, "Modified": past},
        {"ID": "3", "Code": "C", "SalesVatCode": "3  ", "StartDate": soon, "EndDate": None, "Modified": past},
    ]  # fmt: skip
    service.on("GET", "bulk/Logistics/Items", paged([rows], kit))
    service.on("GET", "vat/VATCodes", kit.answer([{"Code": "3  ", "Type": "I", "Percentage": 0.21}]))
    page = connect(service).fetch(Query("product"))
    assert [record.data["OnSale"] for record in page.records] == [True, False, False]
    assert page.records[0].data["SalesVAT"]["Type"] == "I"
    assert page.records[1].data["SalesVAT"] is None


def test_a_resource_nobody_knows_is_refused(service: Any, connect: Connect) -> None:
    with pytest.raises(PluginError, match="does not exchange quotation"):
        connect(service).fetch(Query("quotation"))
