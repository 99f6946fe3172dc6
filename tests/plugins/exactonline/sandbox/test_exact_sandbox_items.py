"""Items, their prices, pictures and stock."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any


def test_a_new_item_gets_the_services_defaults(exact: Any) -> None:
    row = exact.one("logistics/Items", exact.make("logistics/Items", Code="A", Description="Pot")["ID"])
    assert (row["Unit"], row["UnitDescription"], row["UnitType"]) == ("stuk    ", "Stuk", "O")
    assert (row["IsStockItem"], row["IsPurchaseItem"], row["IsSalesItem"]) == (True, False, False)
    assert (row["ItemGroupCode"], row["StandardSalesPrice"], row["Stock"], row["IsBatchItem"]) == ("STD", 0, 0, 0)
    assert (row["CostPriceCurrency"], row["SecurityLevel"], row["StatisticalUnits"]) == ("EUR", 10, 1)
    assert row["SalesVatCode"] is None


def test_a_price_without_account_is_the_standard_price(exact: Any) -> None:
    key, account = exact.item("A"), exact.customer()
    exact.make("logistics/SalesItemPrices", Item=key, Price=12.5)
    exact.make("logistics/SalesItemPrices", Item=key, Price=9, Account=account)
    exact.make("logistics/SalesItemPrices", Item=key, Price=8, Quantity=10)
    exact.make("logistics/SalesItemPrices", Item=key, Price=7, StartDate="2020-01-01", EndDate="2020-12-31")
    assert exact.one("logistics/Items", key)["StandardSalesPrice"] == 12.5
    shown = exact.rows("logistics/SalesItemPrices", select="Price,ItemCode,AccountName,Unit,Currency,Quantity")
    assert {(row["ItemCode"], row["Unit"], row["Currency"]) for row in shown} == {("A", "stuk    ", "EUR")}
    assert {row["AccountName"] for row in shown} == {None, "Jansen"}


def test_a_price_wants_an_item_and_a_sound_period(exact: Any) -> None:
    assert exact.error(exact.post("logistics/SalesItemPrices", Price=1)) == (500, "Verplicht: Artikel")
    answer = exact.post(
        "logistics/SalesItemPrices", Item=exact.item(), Price=1, StartDate="2026-02-01", EndDate="2026-01-01"
    )
    assert exact.error(answer) == (500, "Ongeldig: EndDate")


def test_a_new_price_takes_over_on_its_day(exact: Any) -> None:
    key = exact.item("A", price=10)
    tomorrow = (exact.sandbox.clock.now() + timedelta(days=2)).date().isoformat()
    exact.make("logistics/SalesItemPrices", Item=key, Price=11, StartDate=tomorrow)
    assert exact.one("logistics/Items", key)["StandardSalesPrice"] == 10
    exact.sandbox.clock.advance(3 * 86_400)
    exact.tokens = exact.refresh().json()
    assert exact.one("logistics/Items", key)["StandardSalesPrice"] == 11


def test_standard_price_and_stock_cannot_be_written(exact: Any) -> None:
    row = exact.one("logistics/Items", exact.item("A", StandardSalesPrice=5, Stock=7))
    assert (row["StandardSalesPrice"], row["Stock"]) == (0, 0)


def test_a_picture_is_written_and_read_by_url(exact: Any) -> None:
    image = b"\x89PNG\r\n\x1a\nbytes"
    key = exact.item("A", Picture=base64.b64encode(image).decode(), PictureName="a.png")
    row = exact.one("logistics/Items", key)
    answer = exact.get(row["PictureUrl"])
    assert (row["Picture"], row["PictureName"]) == (None, "a.png")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, image, "image/png")
    exact.tokens = {}
    assert exact.get(row["PictureUrl"]).status_code == 401


def test_an_item_without_picture_shows_a_placeholder(exact: Any) -> None:
    row = exact.one("logistics/Items", exact.item("A"))
    assert row["PictureUrl"] == "https://start.exactonline.test//docs/images/placeholder_item.png"
    wrong = f"https://start.exactonline.test/docs/SysImage.aspx?_Division_=3012345&ID={row['ID']}"
    assert exact.get(wrong).status_code == 404


def test_a_stock_item_lies_in_the_main_warehouse(exact: Any) -> None:
    key = exact.item("A")
    rows = exact.rows("inventory/ItemWarehouses", filter=f"Item eq guid'{key}'")
    assert [(row["WarehouseCode"], row["CurrentStock"], row["ItemCode"]) for row in rows] == [("1", 0, "A")]
    service = exact.item("B", IsStockItem=False)
    assert exact.rows("inventory/ItemWarehouses", filter=f"Item eq guid'{service}'") == []
    answer = exact.post("inventory/ItemWarehouses", Item=key, Warehouse=rows[0]["Warehouse"])
    assert exact.error(answer) == (500, "Gegeven bestaat reeds.")


def test_open_orders_are_planned_out(start: Callable[..., Any]) -> None:
    state = {"data": {"3012345": {
        "logistics/Items": [{"ID": "aaaaaaaa-0000-0000-0000-000000000001", "Code": "A", "Description": "A",
                             "IsSalesItem": True}],
        "inventory/Warehouses": [{"ID": "bbbbbbbb-0000-0000-0000-000000000001", "Code": "1", "Description": "M", "Main": 1}],
        "inventory/ItemWarehouses": [{"Item": "aaaaaaaa-0000-0000-0000-000000000001",
                                      "Warehouse": "bbbbbbbb-0000-0000-0000-000000000001", "CurrentStock": 40}],
    }}}
    client = start(state)
    item = client.rows("logistics/Items", filter="Code eq 'A'", select="ID,Stock")[0]
    before = client.rows("sync/Inventory/StockPositions", filter="Timestamp gt 1L", select="Timestamp")[0]["Timestamp"]
    client.order({"Item": item["ID"], "Quantity": 3}, {"Item": item["ID"], "Quantity": 2})
    where = f"read/logistics/StockPosition?itemId=guid'{item['ID']}'"
    position = client.get(where).json()["d"]["results"][0]
    assert item["Stock"] == 40
    assert {name: position[name] for name in ("InStock", "PlanningOut", "ProjectedStock", "FreeStock")} == {
        "InStock": 40, "PlanningOut": 5, "ProjectedStock": 35, "FreeStock": 40,
    }
    moved = client.rows("sync/Inventory/StockPositions", filter=f"Timestamp gt {before}L")
    assert [(row["ItemId"], row["PlanningOut"], row["ItemCode"]) for row in moved] == [(item["ID"], 5, "A")]


def test_the_stock_function_wants_a_guid(exact: Any) -> None:
    assert exact.get("read/logistics/StockPosition").status_code == 400
    assert exact.get("read/logistics/StockPosition?itemId='x'").status_code == 400
    nothing = exact.get("read/logistics/StockPosition?itemId=guid'00000000-0000-0000-0000-000000000001'")
    assert nothing.json() == {"d": {"results": []}}


def test_new_items_can_be_sales_items_by_switch(start: Callable[..., Any]) -> None:
    client = start(new_item_is_sales=True)
    key = client.make("logistics/Items", Code="A", Description="A")["ID"]
    assert client.one("logistics/Items", key)["IsSalesItem"] is True
