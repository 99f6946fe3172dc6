"""Goods that leave, stock that is counted, and what both do to orders and stock positions."""

from __future__ import annotations

from typing import Any

DELIVERIES, COUNTS = "salesorder/GoodsDeliveries", "inventory/StockCounts"


def stock(exact: Any, item: str) -> Any:
    return exact.rows("inventory/ItemWarehouses", filter=f"Item eq guid'{item}'", select="CurrentStock,Warehouse")[0]


def test_a_delivery_completes_the_order_takes_the_stock_and_carries_its_tracking(exact: Any) -> None:
    item = exact.item()
    order = exact.order({"Item": item, "Quantity": 3, "NetPrice": 1})
    line = exact.rows("salesorder/SalesOrderLines", filter=f"OrderID eq guid'{order['OrderID']}'", select="ID")[0]["ID"]
    high = max(int(row["Timestamp"]) for row in exact.rows("sync/Inventory/StockPositions", filter="Timestamp gt 1L"))
    part = exact.make(DELIVERIES, DeliveryDate="2026-03-02", TrackingNumber="3SABC1",
                      GoodsDeliveryLines=[{"SalesOrderLineID": line, "QuantityDelivered": 1}])  # fmt: skip
    assert (part["TrackingNumber"], part["DeliveryAccount"], part["DeliveryNumber"]) == ("3SABC1", order["DeliverTo"], 1)
    assert exact.one("salesorder/SalesOrders", order["OrderID"])["DeliveryStatus"] == 20
    exact.make(DELIVERIES, DeliveryDate="2026-03-03", GoodsDeliveryLines=[{"SalesOrderLineID": line, "QuantityDelivered": 2}])
    assert exact.one("salesorder/SalesOrders", order["OrderID"])["DeliveryStatus"] == 21
    assert stock(exact, item)["CurrentStock"] == -3
    assert exact.rows("sync/Inventory/StockPositions", filter=f"Timestamp gt {high}L")
    rows = exact.rows("sync/SalesOrder/GoodsDeliveryLines", filter="Timestamp gt 1L")
    assert [(row["SalesOrderNumber"], row["QuantityDelivered"]) for row in rows] == [(order["OrderNumber"], 1), (order["OrderNumber"], 2)]
    assert exact.put(DELIVERIES, part["EntryID"], TrackingNumber="3SABC2").status_code == 204
    assert exact.put(DELIVERIES, part["EntryID"], DeliveryDate="2026-03-09").status_code == 500
    assert exact.request("DELETE", f"{DELIVERIES}(guid'{part['EntryID']}')").status_code == 405


def test_a_delivery_never_goes_without_lines(exact: Any) -> None:
    assert exact.post(DELIVERIES, DeliveryDate="2026-03-02").status_code == 500


def test_a_processed_count_becomes_the_stock_and_a_draft_does_not(exact: Any) -> None:
    item = exact.item()
    house = stock(exact, item)["Warehouse"]
    draft = exact.make(COUNTS, StockCountDate="2026-03-01", Warehouse=house, StockCountLines=[{"Item": item, "QuantityNew": 7}])
    assert (draft["Status"], stock(exact, item)["CurrentStock"]) == (12, 0)
    assert exact.request("DELETE", f"{COUNTS}(guid'{draft['StockCountID']}')").status_code == 204
    lines = [{"Item": item, "QuantityNew": 7, "QuantityDifference": 5}]
    done = exact.make(COUNTS, StockCountDate="2026-03-01", Warehouse=house, Status=21, StockCountLines=lines)
    assert stock(exact, item)["CurrentStock"] == 5  # the difference leads
    assert exact.put(COUNTS, done["StockCountID"], Description="x").status_code == 500
    assert exact.request("DELETE", f"{COUNTS}(guid'{done['StockCountID']}')").status_code == 500


def test_what_is_not_kept_in_stock_cannot_be_counted(exact: Any) -> None:
    service, item = exact.item("UUR", IsStockItem=False), exact.item()
    house = stock(exact, item)["Warehouse"]
    answer = exact.post(COUNTS, StockCountDate="2026-03-01", Warehouse=house, StockCountLines=[{"Item": service, "QuantityNew": 1}])
    assert exact.error(answer) == (500, "Ongeldig: Artikel")
