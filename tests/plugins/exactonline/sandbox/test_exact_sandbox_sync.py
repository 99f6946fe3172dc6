"""The sync and bulk endpoints, removed rows, and the way from a date to a row version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


def many(count: int) -> dict[str, Any]:
    return {"data": {"3012345": {"logistics/Items": [
        {"Code": f"A{n:05d}", "Description": f"Artikel {n}"} for n in range(count)
    ]}}}


def test_sync_gives_a_thousand_rows_a_page_by_rising_timestamp(start: Callable[..., Any]) -> None:
    client = start(many(1_203))
    inner = client.get("sync/Logistics/Items", filter="Timestamp gt 1L", select="ID,Code,Timestamp").json()["d"]
    assert len(inner["results"]) == 1_000
    assert f"$skiptoken={inner['results'][-1]['Timestamp']}L" in inner["__next"]
    rows = client.rows("sync/Logistics/Items", filter="Timestamp gt 1L", select="ID,Code,Timestamp")
    versions = [int(row["Timestamp"]) for row in rows]
    assert versions == sorted(set(versions))
    assert len(rows) == 1_203
    assert isinstance(rows[0]["Timestamp"], str)


def test_a_change_gives_a_new_timestamp_and_nothing_else_comes_along(exact: Any) -> None:
    keys = [exact.item(code) for code in "ABC"]
    high = max(int(row["Timestamp"]) for row in exact.rows("sync/Logistics/Items", filter="Timestamp gt 1L"))
    assert exact.rows("sync/Logistics/Items", filter=f"Timestamp gt {high}L") == []
    exact.put("logistics/Items", keys[1], Description="Nieuw")
    rows = exact.rows("sync/Logistics/Items", filter=f"Timestamp gt {high}L")
    assert [(row["Code"], row["Description"]) for row in rows] == [("B", "Nieuw")]


def test_a_sync_filter_takes_only_timestamp(exact: Any) -> None:
    said = exact.error(exact.get("sync/CRM/Accounts", filter="Name eq 'x' and Timestamp gt 1L"))
    assert said == (400, "Filtering on these fields is not supported: Name")
    assert exact.get("sync/CRM/Accounts", skip=1).status_code == 400


def test_a_star_is_refused_on_sync_items_only(exact: Any) -> None:
    assert exact.get("sync/Logistics/Items", select="*").status_code == 400
    assert exact.get("sync/CRM/Accounts", select="*").status_code == 200


@pytest.mark.parametrize("path", [
    "sync/CRM/Accounts", "sync/CRM/Contacts", "sync/CRM/Addresses", "sync/Logistics/SalesItemPrices",
    "sync/Inventory/ItemWarehouses", "sync/Inventory/StockPositions", "sync/SalesOrder/SalesOrderHeaders",
    "sync/SalesOrder/SalesOrderLines", "sync/Financial/GLAccounts", "sync/Deleted",
])
def test_every_sync_endpoint_answers_with_versions(demo: Any, path: str) -> None:
    demo.order({"Item": demo.item("A", price=5), "VATCode": "2"}, OrderedBy=demo.customer("Vos", City="Gouda"))
    price = demo.rows("logistics/SalesItemPrices", select="ID")[0]["ID"]
    assert demo.request("DELETE", f"logistics/SalesItemPrices(guid'{price}')").status_code == 204
    rows = demo.rows(path, filter="Timestamp gt 1L")
    assert rows
    assert all(int(row["Timestamp"]) > 1 for row in rows)


def test_order_headers_carry_id_and_vat(exact: Any) -> None:
    key = exact.order({"Item": exact.item(), "NetPrice": 100, "VATCode": "2"})["OrderID"]
    header = exact.rows("sync/SalesOrder/SalesOrderHeaders", filter="Timestamp gt 1L")[0]
    line = exact.rows("sync/SalesOrder/SalesOrderLines", filter="Timestamp gt 1L")[0]
    assert (header["ID"], header["OrderID"], header["VATAmount"], header["AmountFC"]) == (key, key, 21, 121)
    assert (line["OrderID"], line["Status"], line["StatusDescription"]) == (key, 12, "Open")
    assert line["Created"] == header["Created"]


def test_a_removed_row_is_told_of_for_two_months(exact: Any) -> None:
    keys = [exact.item(code) for code in "AB"]
    for at, key in enumerate(keys):
        exact.request("DELETE", f"logistics/Items(guid'{key}')")
        told = [row for row in exact.rows("sync/Deleted", filter="Timestamp gt 1L") if row["EntityType"] == 9]
        assert [row["EntityKey"] for row in told] == [key]
        assert told[0]["DeletedBy"]
        if not at:
            exact.sandbox.clock.advance(62 * 86_400)
            exact.tokens = exact.exchange(exact.consent()).json()


def test_a_date_leads_to_the_row_version_before_it(exact: Any) -> None:
    exact.item("A")
    exact.sandbox.clock.advance(86_400)
    exact.tokens = exact.refresh().json()
    exact.item("B")
    midnight = exact.sandbox.clock.now().date().isoformat()
    where = f"read/sync/Sync/SyncTimestamp?modified=datetime'{midnight}'&endPoint='Items'"
    row = exact.get(where).json()["d"]["results"][0]
    since = exact.rows("sync/Logistics/Items", filter=f"Timestamp gt {row['TimeStampAsBigInt']}L")
    assert row["API"] == "Items"
    assert "B" in {one["Code"] for one in since}
    assert exact.get(where.replace("'Items'", "'Nothing'")).status_code == 400
    assert exact.get("read/sync/Sync/SyncTimestamp").status_code == 400


def test_bulk_gives_a_thousand_rows_and_wants_filter_and_select(start: Callable[..., Any]) -> None:
    client = start(many(1_100))
    found = "startswith(Code,'A')"
    inner = client.get("bulk/Logistics/Items", filter=found, select="ID,Code").json()["d"]
    assert len(inner["results"]) == 1_000
    assert len(client.rows("bulk/Logistics/Items", filter=found, select="ID")) == 1_100
    assert client.error(client.get("bulk/Logistics/Items", filter=found, top=1))[0] == 400
    assert client.error(client.get("bulk/Logistics/Items", select="ID"))[0] == 400
    said = client.error(client.get("bulk/Logistics/Items", select="ID", filter="Notes eq 'x'"))
    assert said == (400, "Filtering on these fields is not supported: Notes")
