"""What a client gets when it reads: shapes, pages, selections, expansions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


def accounts(count: int) -> dict[str, Any]:
    return {"data": {"3012345": {"crm/Accounts": [
        {"Name": f"Klant {n % 7}", "Code": str(n + 1), "City": None if n % 3 else f"Plaats {n}",
         "DiscountSales": n % 5 / 10, "Status": "C"} for n in range(count)
    ]}}}


@pytest.fixture(scope="module")
def many() -> dict[str, Any]:
    return accounts(150)


EVERYTHING = "Status eq 'C'"


def test_an_entity_by_key_is_bare_under_d(exact: Any) -> None:
    key = exact.customer()
    answer = exact.get(f"crm/Accounts(guid'{key}')")
    one = answer.json()["d"]
    uri = f"https://start.exactonline.test/api/v1/3012345/crm/Accounts(guid'{key}')"
    assert one["__metadata"] == {"uri": uri, "type": "Exact.Web.Api.Models.Account"}
    assert one["BankAccounts"] == {"__deferred": {"uri": f"{uri}/BankAccounts"}}
    assert len(one) == 166 + 1
    assert exact.get(uri).json() == answer.json()


def test_a_list_of_60_is_a_page_and_next_leads_through_all(start: Callable[..., Any], many: dict[str, Any]) -> None:
    client = start(many)
    answer = client.get("crm/Accounts", filter=EVERYTHING, select="ID,Name").json()["d"]
    assert len(answer["results"]) == 60
    query = parse_qs(urlsplit(answer["__next"]).query)
    assert query["$filter"] == [EVERYTHING]
    assert query["$select"] == ["ID,Name"]
    assert query["$skiptoken"] == [f"guid'{answer['results'][-1]['ID']}'"]
    rows = client.rows("crm/Accounts", filter=EVERYTHING, select="ID")
    assert len({row["ID"] for row in rows}) == len(rows) == 150


def test_a_small_list_has_results_and_no_next(exact: Any) -> None:
    assert set(exact.get("logistics/Units").json()["d"]) == {"results"}


def test_top_within_a_page_is_a_bare_array(start: Callable[..., Any], many: dict[str, Any]) -> None:
    inner = start(many).get("crm/Accounts", filter=EVERYTHING, top=60).json()["d"]
    assert isinstance(inner, list)
    assert len(inner) == 60


def test_top_can_be_made_to_give_results(start: Callable[..., Any], many: dict[str, Any]) -> None:
    inner = start(many, top_shape="results").get("crm/Accounts", filter=EVERYTHING, top=3).json()["d"]
    assert len(inner["results"]) == 3
    assert "__next" not in inner


def test_top_above_a_page_carries_on_with_what_remains(start: Callable[..., Any], many: dict[str, Any]) -> None:
    client = start(many)
    inner = client.get("crm/Accounts", filter=EVERYTHING, top=70).json()["d"]
    assert len(inner["results"]) == 60
    assert parse_qs(urlsplit(inner["__next"]).query)["$top"] == ["10"]
    assert len(client.rows("crm/Accounts", filter=EVERYTHING, top=70)) == 70


def test_inlinecount_counts_everything_as_text(start: Callable[..., Any], many: dict[str, Any]) -> None:
    client = start(many)
    inner = client.get("crm/Accounts", filter=EVERYTHING, top=1, inlinecount="allpages").json()["d"]
    assert inner["__count"] == "150"
    assert len(inner["results"]) == 1


def test_count_is_a_bare_number_and_refuses_a_json_only_client(start: Callable[..., Any], many: dict[str, Any]) -> None:
    client = start(many)
    path = f"crm/Accounts/$count?$filter={EVERYTHING}"
    answer = client.get(path, headers={"Accept": "*/*"})
    assert (answer.status_code, answer.text) == (200, "150")
    assert client.get(path).status_code == 415


def test_skip_leaves_rows_out(start: Callable[..., Any], many: dict[str, Any]) -> None:
    client = start(many)
    rows = client.rows("crm/Accounts", filter=EVERYTHING, select="Code", orderby="Code", skip=100)
    assert [int(row["Code"]) for row in rows] == list(range(101, 151))


def test_orderby_puts_nothing_first_and_desc_last(start: Callable[..., Any], many: dict[str, Any]) -> None:
    client = start(many)
    up = [row["City"] for row in client.rows("crm/Accounts", filter=EVERYTHING, select="City", orderby="City")]
    down = [row["City"] for row in client.rows("crm/Accounts", filter=EVERYTHING, select="City", orderby="City desc")]
    assert up == sorted(up, key=lambda city: city or "")
    assert down == sorted(down, key=lambda city: city or "", reverse=True)
    assert up[0] is None


def test_the_token_of_an_ordered_page_holds_value_and_key(exact: Any) -> None:
    state = accounts(61)
    client = type(exact)(state)
    inner = client.get("crm/Accounts", filter=EVERYTHING, orderby="Modified", select="ID").json()["d"]
    token = parse_qs(urlsplit(inner["__next"]).query)["$skiptoken"][0]
    assert token.startswith("datetime'20")
    assert f",guid'{inner['results'][-1]['ID']}'" in token


@pytest.fixture(scope="module")
def untouched(start: Callable[..., Any], many: dict[str, Any]) -> Any:
    """A client for tests that only read."""
    return start(many, minute_limit=10**6, day_limit=10**6)


@settings(max_examples=15, deadline=None)
@given(
    order=st.lists(st.sampled_from(["Name", "City", "DiscountSales", "Code"]), max_size=3, unique=True),
    down=st.lists(st.booleans(), min_size=3, max_size=3), top=st.one_of(st.none(), st.integers(0, 200)),
    skip=st.one_of(st.none(), st.integers(0, 160)),
)
def test_paging_gives_each_row_once_in_one_order(
    untouched: Any, order: list[str], down: list[bool], top: int | None, skip: int | None,
) -> None:
    client = untouched
    query: dict[str, Any] = {"filter": EVERYTHING, "select": "ID"}
    if order:
        query["orderby"] = ",".join(f"{name} desc" if way else name for name, way in zip(order, down, strict=False))
    whole = [row["ID"] for row in client.rows("crm/Accounts", **query)]
    assert len(set(whole)) == len(whole) == 150
    cut = {name: value for name, value in (("top", top), ("skip", skip)) if value is not None}
    part = [row["ID"] for row in client.rows("crm/Accounts", **query, **cut)]
    assert part == whole[skip or 0:][:top]


def test_a_row_removed_between_pages_does_not_shift_the_rest(start: Callable[..., Any], many: dict[str, Any]) -> None:
    client = start(many)
    inner = client.get("crm/Accounts", filter=EVERYTHING, select="ID").json()["d"]
    gone = inner["results"][0]["ID"]
    assert client.request("DELETE", f"crm/Accounts(guid'{gone}')").status_code == 204
    assert len(client.get(inner["__next"]).json()["d"]["results"]) == 60


def test_select_gives_only_those_properties(exact: Any) -> None:
    key = exact.customer("Vos")
    assert set(exact.one("crm/Accounts", key, select="Name,Code")) == {"__metadata", "Name", "Code"}


def test_expand_shows_own_collections_only(exact: Any) -> None:
    item = exact.item(price=5)
    key = exact.order({"Item": item, "Quantity": 2}, {"Item": item})["OrderID"]
    one = exact.one("salesorder/SalesOrders", key, expand="SalesOrderLines")
    assert [line["Quantity"] for line in one["SalesOrderLines"]["results"]] == [2, 1]
    chosen = exact.one("salesorder/SalesOrders", key, expand="SalesOrderLines", select="OrderNumber,SalesOrderLines/Item")
    assert set(chosen["SalesOrderLines"]["results"][0]) == {"__metadata", "Item"}
    below = exact.rows(f"salesorder/SalesOrders(guid'{key}')/SalesOrderLines")
    assert sorted(line["LineNumber"] for line in below) == [1, 2]


@pytest.mark.parametrize(("query", "said"), [
    ({"select": "Naam"}, "Could not find a property named 'Naam' on type 'Exact.Web.Api.Models.Account'."),
    ({"expand": "MainContact"}, "Could not find a property named 'MainContact' on type 'Exact.Web.Api.Models.Account'."),
    ({"select": "BankAccounts/IBAN"}, "Only properties specified in $expand can be traversed in $select query options."),
    ({"orderby": "Naam"}, "No property 'Naam' exists in type 'Exact.Web.Api.Models.Account' at position 0."),
    ({"orderby": "Name down"}, "Syntax error at position 5."),
    ({"top": "-1"}, "Incorrect format for $top argument '-1'."),
    ({"top": "x"}, "Incorrect format for $top argument 'x'."),
    ({"skip": "1.5"}, "Incorrect format for $skip argument '1.5'."),
    ({"skiptoken": "guid'1'"}, "Unrecognized 'guid'1'' literal at position '0'."),
    ({"skiptoken": "1,2"}, "Bad Request - Error in query syntax."),
    ({"skiptoken": "'a'"}, "Bad Request - Error in query syntax."),
    ({"inlinecount": "all"}, "Unknown $inlinecount option, only 'allpages' and 'none' are supported."),
    ({"format": "json"}, "The query parameter '$format' begins with a system-reserved '$' character but is not "
                         "recognized."),
])
def test_a_wrong_option_is_a_400_with_the_reason(exact: Any, query: dict[str, str], said: str) -> None:
    assert exact.error(exact.get("crm/Accounts", **{"filter": EVERYTHING, **query})) == (400, said)


def test_an_error_document_has_crlf_lines(exact: Any) -> None:
    answer = exact.get("crm/Accounts", filter="Name")
    assert "\r\n" in answer.text
    assert answer.json()["error"]["code"] == ""
    assert answer.json()["error"]["message"]["lang"] == ""


def test_lists_with_a_mandatory_filter_refuse_to_go_without(exact: Any) -> None:
    status, said = exact.error(exact.get("crm/Accounts", top=1))
    assert status == 400
    assert said.startswith("This endpoint has mandatory filtering applied. A GET request for this endpoint must have")
    assert "ID, " in said
    assert exact.get("crm/Accounts", filter="Remarks eq 'x'").status_code == 400
    assert exact.get("crm/Accounts", filter="trim(Code) eq '1' or Remarks eq 'x'").status_code == 200


def test_the_mandatory_filter_is_a_switch(start: Callable[..., Any]) -> None:
    assert start(mandatory_filter=False).get("logistics/Items", top=1).status_code == 200


def test_prices_demand_select_or_a_single_row(start: Callable[..., Any]) -> None:
    client = start()
    said = client.error(client.get("logistics/SalesItemPrices"))
    assert said == (400, "Please add a $select or a $top=1 statement to the query string.")
    assert client.get("logistics/SalesItemPrices", top=1).status_code == 200
    assert client.get("logistics/SalesItemPrices", select="ID").status_code == 200
    assert start(demand_select=False).get("logistics/SalesItemPrices").status_code == 200


def test_the_service_segment_ignores_case_and_the_entity_does_not(exact: Any) -> None:
    assert exact.get("LOGISTICS/Units").status_code == 200
    assert exact.get("logistics/units").status_code == 404


@pytest.mark.parametrize("path", [
    "crm", "crm/Nothing", "/api/v1/x/crm/Accounts", "/api/v2/3012345/crm/Accounts", "/", "$batch",
    "crm/Accounts(guid'00000000-0000-0000-0000-000000000000')", "/api/v1/current/crm/Accounts",
    "crm/Accounts(guid'00000000-0000-0000-0000-000000000000')/Nothing", "current/Me", "nothing/$metadata",
])
def test_what_is_not_there_is_an_empty_404(exact: Any, path: str) -> None:
    answer = exact.get(path)
    assert (answer.status_code, answer.content) == (404, b"")


def test_the_404_body_is_a_switch(start: Callable[..., Any]) -> None:
    client = start(not_found_body="json")
    assert client.error(client.get("crm/Nothing"))[0] == 404


@pytest.mark.parametrize("key", ["1", "'x'", "guid'1'", "ID=guid'1'", "1,2"])
def test_a_key_of_the_wrong_type_is_a_400(exact: Any, key: str) -> None:
    assert exact.get(f"logistics/Units({key})").status_code == 400


def test_divisions_and_currencies_are_found_by_number_and_text(exact: Any) -> None:
    assert exact.get("system/Divisions(3012345)").json()["d"]["Description"] == "Bloem & Blad BV"
    assert exact.get("general/Currencies('EUR')").json()["d"]["Description"] == "Euro"
    assert exact.get("system/Divisions(1)").status_code == 404


def test_without_json_the_answer_is_atom(start: Callable[..., Any]) -> None:
    client = start()
    answer = client.get("logistics/Units", headers={"Accept": "*/*"})
    assert "application/atom+xml" in answer.headers["content-type"]
    assert "<d:Code>stuk    </d:Code>" in answer.text
    wrong = client.get("logistics/Units", headers={"Accept": "*/*"}, filter="x")
    assert "<message" in wrong.text
    made = client.post("crm/Accounts", headers={"Accept": "*/*"}, Name="Vos & Zn")
    assert (made.status_code, made.text[:5]) == (201, "<?xml")
    assert client.get("read/logistics/StockPosition", headers={"Accept": "*/*"}).status_code == 415
    assert start(without_json="415").get("logistics/Units", headers={"Accept": "*/*"}).status_code == 415


def test_metadata_of_a_service_is_xml(exact: Any) -> None:
    answer = exact.get("crm/$metadata")
    assert "application/xml" in answer.headers["content-type"]
    assert '<Property Name="MainContact" Type="Edm.Guid"/>' in answer.text


def test_dates_are_the_local_wall_clock_counted_as_utc(start: Callable[..., Any]) -> None:
    client = start({"data": {"3012345": {"crm/Accounts": [{"Name": "x", "StartDate": "2026-06-25"}]}}})
    row = client.rows("crm/Accounts", filter="Name eq 'x'", select="StartDate,Created")[0]
    assert row["StartDate"] == "/Date(1782345600000)/"
    ahead = client.milliseconds(row["Created"]) / 1000 - client.sandbox.clock.now().timestamp()
    assert round(ahead / 60) in (60, 120)


def test_padded_codes_come_padded(demo: Any) -> None:
    account = demo.rows("crm/Accounts", filter="Status eq 'C'", select="Code,Country")[0]
    assert (len(account["Code"]), account["Code"][0], account["Country"]) == (18, " ", "NL ")
    assert demo.rows("vat/VATCodes", filter="Code eq '2  '", select="Code")[0]["Code"] == "2  "
    assert demo.rows("logistics/Items", filter="Code eq 'DIENST-01'", select="Unit")[0]["Unit"] == "stuk    "
