"""The state that is loaded and dumped, the options, and the demo company."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from koppel.demo.webshop import build
from koppel_exactonline.sandbox import create, demo_state


def used(client: Any) -> dict[str, Any]:
    """The dump of a simulator in which something of everything has happened."""
    account = client.customer("Vos", City="Gouda", DiscountSales=0.055)
    client.make("crm/Contacts", Account=account, FirstName="Ad", LastName="Vos", BirthDate="1980-02-29")
    item = client.item("A", price=12.345, SalesVatCode="2")
    client.order({"Item": item, "Quantity": 3, "VATCode": "3"}, OrderedBy=account, Discount=0.05)
    gone = client.item("B")
    client.request("DELETE", f"logistics/Items(guid'{gone}')")
    client.get("crm/Accounts")
    found: dict[str, Any] = client.sandbox.dump()
    return found


def test_a_dump_loads_and_dumps_the_same_again(exact: Any) -> None:
    exact.sandbox.clock.advance(7_200)
    exact.tokens = exact.refresh().json()
    first = json.loads(json.dumps(used(exact)))
    second = create(first, {}).dump()
    assert second == first
    assert create(second, {}).dump() == first
    assert first["clock"] == {"ahead": 7_200}


def test_a_restart_goes_on_counting_where_it_was(exact: Any, start: Callable[..., Any]) -> None:
    dump = used(exact)
    later = start(dump, login=False)
    later.tokens = exact.tokens
    versions = [int(row["Timestamp"]) for row in exact.rows("sync/CRM/Accounts", filter="Timestamp gt 1L")]
    key = later.customer("Nieuw")
    row = later.rows("sync/CRM/Accounts", filter=f"Timestamp gt {max(versions)}L")[0]
    assert (row["ID"], row["Code"].strip()) == (key, "0000002")
    assert later.order({"Item": later.item("C")})["OrderNumber"] == 2


def test_captured_rows_pour_in_as_they_came_over_the_wire(exact: Any, start: Callable[..., Any]) -> None:
    key = exact.order({"Item": exact.item("A"), "NetPrice": 10, "VATCode": "2"})["OrderID"]
    captured = exact.one("salesorder/SalesOrders", key, expand="SalesOrderLines")
    account = exact.one("crm/Accounts", captured["OrderedBy"])
    client = start({"data": {"3012345": {"salesorder/SalesOrders": [captured], "crm/Accounts": [account]}}})
    again = client.one("salesorder/SalesOrders", key, expand="SalesOrderLines")
    moved = {"Timestamp", "__metadata", "SalesOrderOrderChargeLines", "WarehouseID"}
    assert {n: v for n, v in again.items() if n not in moved} == {n: v for n, v in captured.items() if n not in moved}
    assert client.one("crm/Accounts", account["ID"])["Name"] == account["Name"]


def test_a_partial_state_is_filled_in(start: Callable[..., Any]) -> None:
    client = start({"data": {"777": {"crm/Accounts": [{"Name": "Vos"}, {"Name": "Bos", "Code": "9"}],
                                     "logistics/Items": [{"Code": "A", "Description": "Pot"}]}}})
    client.division = client.get("/api/v1/current/Me").json()["d"]["results"][0]["CurrentDivision"]
    assert client.division == 777
    rows = client.rows("crm/Accounts", filter="Name ne ''", select="Name,Code,Status,Created,ID", orderby="Code")
    assert [(row["Name"], row["Code"].strip()) for row in rows] == [("Bos", "9"), ("Vos", "0000010")]
    assert all(row["ID"] and row["Created"] for row in rows)
    item = client.rows("logistics/Items", filter="Code eq 'A'")[0]
    assert (item["Unit"], item["IsStockItem"]) == ("stuk    ", True)
    assert client.rows("vat/VATCodes", filter="Code eq '2  '", select="Code")


def test_given_values_are_never_filled_over(start: Callable[..., Any]) -> None:
    client = start({"data": {"3012345": {"crm/Accounts": [{"Name": "Vos", "Country": None, "SalesCurrency": "USD"}]}}})
    row = client.rows("crm/Accounts", filter="Name eq 'Vos'")[0]
    assert (row["Country"], row["SalesCurrency"]) == (None, "USD")


@pytest.mark.parametrize(("state", "said"), [
    ({"records": {}}, "no section called 'records'"),
    ({"data": []}, "data: wants an object"),
    ({"data": {"x": {}}}, "'x' is not a division number"),
    ({"data": {"1": []}}, "'1' is not a division number"),
    ({"data": {"1": {"crm/Klanten": []}}}, "data 1: no collection called 'crm/Klanten'"),
    ({"data": {"1": {"crm/Accounts": {}}}}, "data 1 crm/Accounts: wants a list"),
    ({"data": {"1": {"crm/Accounts": [{"Name": "x"}, 5]}}}, "crm/Accounts record 1: wants an object"),
    ({"data": {"1": {"crm/Accounts": [{"Naam": "x"}]}}}, "crm/Accounts record 0: no property called 'Naam'"),
    ({"data": {"1": {"crm/Accounts": [{"Name": 5}]}}}, "crm/Accounts record 0: Name is Edm.String, not 5"),
    ({"data": {"1": {"crm/Accounts": [{"ID": "1"}]}}}, "crm/Accounts record 0: ID is Edm.Guid, not '1'"),
    ({"data": {"1": {"sync/Deleted": [{"EntityType": 2}]}}}, "sync/Deleted record 0: Timestamp is missing"),
    ({"data": {"1": {"salesorder/SalesOrders": [{"SalesOrderLines": {"results": [{"Aantal": 1}]}}]}}},
     "salesorder/SalesOrderLines nested record 0: no property called 'Aantal'"),
    ({"data": {"1": {"general/Currencies": [{"Code": "EUR"}, {"Code": "EUR"}]}}},
     "general/Currencies record 1: Code EUR is there twice"),
    ({"divisions": [{"Description": "x"}]}, "divisions record 0: Code is missing"),
    ({"divisions": 5}, "divisions: wants a list"),
    ({"users": [{"Naam": "x"}]}, "users record 0: no property called 'Naam'"),
    ({"oauth": []}, "oauth: wants an object"),
    ({"oauth": {"apps": []}}, "oauth: no collection called 'apps'"),
    ({"oauth": {"clients": [{"client_id": "x"}]}}, "oauth clients record 0: "),
    ({"oauth": {"clients": [{"client_id": 5, "client_secret": "x"}]}}, "oauth clients record 0: client_id wants text"),
    ({"oauth": {"grants": [5]}}, "oauth grants record 0: wants an object"),
    ({"clock": 5}, "clock: wants"),
])
def test_a_bad_state_is_refused_with_collection_and_index(state: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match="^") as caught:
        create(state, {})
    assert said in str(caught.value)


@pytest.mark.parametrize(("options", "said"), [
    ({"minute_limits": 5}, "no option called 'minute_limits'; the nearest is 'minute_limit'"),
    ({"": 1}, "no option called ''"),
    ({"minute_limit": "many"}, "option 'minute_limit' wants int, not 'many'"),
    ({"minute_limit": -1}, "option 'minute_limit' wants int, not -1"),
    ({"mandatory_filter": "maybe"}, "option 'mandatory_filter' wants bool"),
    ({"language": "DE"}, "option 'language' wants one of '', 'NL', 'EN', 'FR'"),
])
def test_a_bad_option_is_refused_with_the_nearest_name(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match="option") as caught:
        create(None, options)
    assert said in str(caught.value)


def test_options_may_come_as_text(start: Callable[..., Any]) -> None:
    client = start(minute_limit="2", mandatory_filter="false", refused_functions="substringof,endswith")
    assert client.get("crm/Accounts").status_code == 200
    assert client.get("crm/Accounts", filter="endswith(Name,'x')").status_code == 501


def test_the_demo_company_has_the_lists_a_mapping_needs(demo: Any) -> None:
    codes = {row["Code"].strip(): row for row in demo.rows("vat/VATCodes", select="Code,Percentage,Type,OssCountry")}
    assert (codes["2"]["Percentage"], codes["2"]["Type"]) == (0.21, "E")
    assert (codes["5"]["Percentage"], codes["5"]["Type"]) == (0.09, "I")
    assert {code for code, row in codes.items() if row["OssCountry"]} == {"BEX", "BEI", "DEX", "DEI"}
    assert {"00", "14", "30", "ID"} <= {row["Code"] for row in demo.rows("cashflow/PaymentConditions")}
    journals = demo.rows("financial/Journals", select="Code,Type,GLAccountCode")
    assert ("70", 20, "1300") in {(row["Code"], row["Type"], row["GLAccountCode"]) for row in journals}
    assert [row["Code"] for row in demo.rows("inventory/Warehouses")] == ["1"]
    assert {row["Code"] for row in demo.rows("sales/ShippingMethods")} == {"POSTNL", "DHL", "AFH"}


def test_the_demo_company_sells_only_its_own_articles_and_knows_some_customers(demo: Any) -> None:
    shop = build()
    items = demo.rows("logistics/Items", filter="Code ne ''", select="Code,StandardSalesPrice,Stock")
    assert {row["Code"] for row in items} == {article.sku for article in shop.exact_only}
    assert all(row["StandardSalesPrice"] > 0 for row in items)
    accounts = demo.rows("crm/Accounts", filter="Status eq 'C'", select="Email,MainContact,City")
    buyers = Counter(purchase.shopper.email for purchase in shop.purchases)
    assert 0 < len(accounts) < len(buyers)
    assert all(buyers[row["Email"]] and row["MainContact"] and row["City"] for row in accounts)


def test_the_demo_state_is_json_and_the_same_for_the_same_shop() -> None:
    shop = build()
    assert json.loads(json.dumps(demo_state(shop))) == demo_state(shop)
    assert create(demo_state(shop), {}).dump()["data"].keys() == {"3012345", "3012346"}
