"""Every change is read, none is lost between pages or runs, and reading always ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from koppel import ConfigurationError, Query, TransientError
from koppel_shopify.marks import Mark, later
from koppel_shopify.resources import reading

Make = Callable[..., Any]
HALF = {"hasNextPage": True, "endCursor": "half"}
END = {"hasNextPage": False, "endCursor": None}


def order(number: int, when: str = "2026-11-01T10:00:00Z", **more: Any) -> dict[str, Any]:
    """The little of an order that reading needs."""
    money = {"shopMoney": {"amount": "0.0", "currencyCode": "EUR"}}
    amounts = {"totalPriceSet": money, "currentTotalPriceSet": money, "totalRefundedSet": money}
    return {
        "id": f"gid://shopify/Order/{number}",
        "name": f"#{number}",
        "updatedAt": when,
        "lineItems": {"nodes": [], "pageInfo": END},
        **amounts,
        **more,
    }


def page(nodes: list[Any], info: dict[str, Any] | None = None) -> dict[str, Any]:
    """One page of orders."""
    return {"orders": {"nodes": nodes, "pageInfo": info or END}}


def test_pages_follow_each_other_with_the_same_search(shop: Make) -> None:
    pages = {None: page([order(1)], HALF), "half": page([order(2, "2026-11-01T11:00:00Z")])}
    made = shop(lambda name, variables: pages[variables["after"]])
    first = made.connector.fetch(Query("sales_order", since=datetime(2026, 10, 1, tzinfo=UTC)))
    second = made.connector.fetch(Query("sales_order", first.cursor))
    assert [first.more, second.more] == [True, False]
    searches = [variables["query"] for _, variables in made.asked]
    assert searches == ["updated_at:>='2026-10-01T00:00:00Z' test:false"] * 2
    assert [record.label for record in (*first.records, *second.records)] == ["#1", "#2"]


def test_the_next_run_begins_a_little_before_the_latest_change(shop: Make) -> None:
    made = shop(lambda name, variables: page([order(1, "2026-11-01T10:00:00Z")]))
    cursor = made.connector.fetch(Query("sales_order")).cursor
    made.connector.fetch(Query("sales_order", cursor))
    assert made.asked[1][1]["query"].startswith("updated_at:>='2026-11-01T09:58:00Z'")
    assert made.asked[1][1]["after"] is None


def test_nothing_new_keeps_the_place(shop: Make) -> None:
    made = shop(lambda name, variables: page([]))
    first = made.connector.fetch(Query("sales_order", '{"high":"2026-11-01T10:00:00Z","moved":"2026-11-01T10:00:01Z"}'))
    assert Mark.of(first.cursor).high == "2026-11-01T10:00:00Z"
    assert not first.more


def test_a_first_read_of_an_empty_shop_gives_a_cursor_too(shop: Make) -> None:
    found = shop(lambda name, variables: page([])).connector.fetch(Query("sales_order"))
    assert found.cursor == "{}"
    assert not found.more
    assert Mark.of(found.cursor).start(None) == ""


def test_once_all_is_quiet_the_last_minutes_are_not_read_again() -> None:
    start = datetime(2026, 11, 1, 10, tzinfo=UTC)
    mark = Mark().seen("2026-11-01T10:00:00Z", start)
    assert mark.start(None) == "2026-11-01T09:58:00Z"
    soon = mark.seen("2026-11-01T10:00:00Z", start + timedelta(minutes=1))
    assert soon.start(None) == "2026-11-01T09:58:00Z"
    quiet = soon.seen("2026-11-01T10:00:00Z", start + timedelta(minutes=6))
    assert quiet.start(None) == "2026-11-01T10:00:00Z"
    assert quiet.seen("2026-11-01T12:00:00Z", start + timedelta(hours=2)).start(None) == "2026-11-01T11:58:00Z"


@given(st.text(max_size=60))
def test_a_damaged_cursor_is_an_error_never_a_silent_new_start(text: str) -> None:
    try:
        mark = Mark.of(text)
    except TransientError:
        return
    assert Mark.of(mark.text()) == mark


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_the_later_of_two_changes_is_kept(one: datetime, other: datetime) -> None:
    assert later(one.isoformat(), other.isoformat()) == max(one, other).isoformat()
    assert later("", one.isoformat()) == later(one.isoformat(), "") == one.isoformat()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 30), max_size=40), st.integers(1, 7))
def test_every_order_is_read_in_however_many_pages(shop: Make, seconds: list[int], size: int) -> None:
    base = datetime(2026, 11, 1, tzinfo=UTC)
    rows = [order(number, (base + timedelta(seconds=s)).isoformat()) for number, s in enumerate(sorted(seconds))]

    def answer(name: str, variables: dict[str, Any]) -> Any:
        start = int(variables["after"] or 0)
        more = start + size < len(rows)
        return page(rows[start : start + size], {"hasNextPage": more, "endCursor": str(start + size) if more else None})

    connector, query, read = shop(answer).connector, Query("sales_order", limit=size), []
    while True:
        found = connector.fetch(query)
        read += [record.id for record in found.records]
        if not found.more:
            break
        query = Query("sales_order", found.cursor, limit=size)
    assert read == [row["id"] for row in rows]
    assert Mark.of(found.cursor).high == (rows[-1]["updatedAt"] if rows else "")


@pytest.mark.parametrize("info", [{"hasNextPage": True}, {"hasNextPage": True, "endCursor": "half"}])
def test_a_page_marker_that_does_not_move_ends_in_an_error(shop: Make, info: dict[str, Any]) -> None:
    made = shop(lambda name, variables: page([order(1)], info))
    with pytest.raises(TransientError, match="does not go round"):
        made.connector.fetch(Query("sales_order", '{"after":"half","search":"x"}'))


def test_a_marker_the_shop_forgot_starts_again_at_the_latest_change(shop: Make) -> None:
    def answer(name: str, variables: dict[str, Any]) -> Any:
        if variables["after"]:
            return {"errors": [{"message": "Malformed cursor", "extensions": {"code": "BAD_REQUEST"}}]}
        return page([order(2)])

    made = shop(answer)
    found = made.connector.fetch(Query("sales_order", '{"high":"2026-11-01T10:00:00Z","after":"old","search":"x"}'))
    assert [record.label for record in found.records] == ["#2"]
    assert "09:58:00Z" in made.asked[1][1]["query"]


def test_a_list_that_gets_too_long_is_begun_anew(shop: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LONGEST_LIST", 2)
    rows = [order(n, f"2026-11-01T10:{n:02d}:00Z") for n in range(0, 50, 10)]
    made = shop(
        lambda name, variables: page(rows[int(variables["after"] or 0) :][:2], {"hasNextPage": True, "endCursor": "2"})
    )
    first = made.connector.fetch(Query("sales_order"))
    assert first.more
    assert Mark.of(first.cursor).after == ""
    made.connector.fetch(Query("sales_order", first.cursor))
    assert "10:08:00Z" in made.asked[1][1]["query"]
    assert made.asked[1][1]["after"] is None


def test_too_costly_a_page_is_asked_again_in_halves(shop: Make) -> None:
    def answer(name: str, variables: dict[str, Any]) -> Any:
        if variables["first"] > 10:
            text = "Query cost is 1293, which exceeds the single query max cost limit (1000)."
            return {
                "errors": [
                    {"message": text, "extensions": {"code": "MAX_COST_EXCEEDED", "cost": 1293, "maxCost": 1000}}
                ]
            }
        return page([])

    made = shop(answer)
    made.connector.fetch(Query("sales_order"))
    made.connector.fetch(Query("sales_order"))
    assert [variables["first"] for _, variables in made.asked] == [50, 25, 12, 6, 6]


def test_one_record_too_costly_is_an_error_with_a_remedy(shop: Make) -> None:
    answer = {"errors": [{"message": "Query cost is 1293", "extensions": {"code": "MAX_COST_EXCEEDED"}}]}
    made = shop(lambda name, variables: answer)
    with pytest.raises(ConfigurationError, match="too large"):
        made.connector.fetch(Query("sales_order"))
    assert made.asked[-1][1]["first"] == 1


def line(number: int) -> dict[str, Any]:
    """One order line."""
    money = {"shopMoney": {"amount": "1.0", "currencyCode": "EUR"}}
    return {
        "id": f"gid://shopify/LineItem/{number}",
        "quantity": 1,
        "currentQuantity": 1,
        "originalUnitPriceSet": money,
    }


def test_lines_beyond_the_first_page_are_read_too(shop: Make) -> None:
    rows = [line(number) for number in range(230)]
    total = {"shopMoney": {"amount": "230.0", "currencyCode": "EUR"}}
    info = {"hasNextPage": True, "endCursor": "50"}
    head = order(1, lineItems={"nodes": rows[:50], "pageInfo": info}, totalPriceSet=total, currentTotalPriceSet=total)

    def answer(name: str, variables: dict[str, Any]) -> Any:
        if name == "Orders":
            return page([head])
        start = int(variables["after"])
        end = start + variables["first"]
        more = {"hasNextPage": end < len(rows), "endCursor": str(end)}
        return {"order": {"lineItems": {"nodes": rows[start:end], "pageInfo": more}}}

    made = shop(answer)
    record = made.connector.fetch(Query("sales_order")).records[0]
    assert record.data["lineItems"]["nodes"] == rows
    assert made.names() == ["Orders", "OrderLines", "OrderLines"]


def test_a_circle_among_the_lines_ends_in_an_error(shop: Make) -> None:
    info = {"hasNextPage": True, "endCursor": "a"}
    head = order(1, lineItems={"nodes": [line(1)], "pageInfo": info})

    def answer(name: str, variables: dict[str, Any]) -> Any:
        if name == "Orders":
            return page([head])
        after = {"a": "b", "b": "a"}[variables["after"]]
        return {"order": {"lineItems": {"nodes": [line(2)], "pageInfo": {"hasNextPage": True, "endCursor": after}}}}

    with pytest.raises(TransientError, match="does not go round"):
        shop(answer).connector.fetch(Query("sales_order"))


def test_details_are_read_together_and_only_where_needed(shop: Make) -> None:
    paid_back = {"shopMoney": {"amount": "5.0", "currencyCode": "EUR"}}
    rows = [order(n, totalRefundedSet=paid_back if n % 2 else order(n)["totalRefundedSet"]) for n in range(24)]

    def answer(name: str, variables: dict[str, Any]) -> Any:
        if name == "Orders":
            return page(rows)
        return {"nodes": [{"id": one, "refunds": [{"id": "r"}], "additionalFees": []} for one in variables["ids"]]}

    made = shop(answer)
    records = made.connector.fetch(Query("sales_order")).records
    assert made.names() == ["Orders", "OrderDetails", "OrderDetails"]
    assert [("refunds" in record.data) for record in records] == [bool(n % 2) for n in range(24)]


def test_ids_are_asked_for_directly_and_leave_the_cursor_alone(shop: Make) -> None:
    def answer(name: str, variables: dict[str, Any]) -> Any:
        if name == "Orders":
            assert variables["query"] == "name:'#1003'"
            return page([order(1003)])
        return {
            "nodes": [
                order(int(one.rpartition("/")[2])) if not one.endswith("/2") else None for one in variables["ids"]
            ]
        }

    made = shop(answer)
    found = made.connector.fetch(Query("sales_order", "old", ids=("1", "gid://shopify/Order/2", "#1003")))
    assert [record.label for record in found.records] == ["#1", "#1003"]
    assert found.cursor is None
    assert not found.more


def test_many_ids_go_in_parts_that_shopify_will_take(shop: Make) -> None:
    def answer(name: str, variables: dict[str, Any]) -> Any:
        if len(variables["ids"]) > 4:
            return {"errors": [{"message": "Query cost is 2000", "extensions": {"code": "MAX_COST_EXCEEDED"}}]}
        return {"nodes": [order(int(one.rpartition("/")[2])) for one in variables["ids"]]}

    found = shop(answer).connector.fetch(Query("sales_order", ids=tuple(map(str, range(1, 24)))))
    assert [record.label for record in found.records] == [f"#{n}" for n in range(1, 24)]


def test_a_flow_can_filter_and_a_typo_is_seen(shop: Make) -> None:
    made = shop(lambda name, variables: page([]))
    made.connector.fetch(
        Query("sales_order", filters={"financial_status": ["paid", "authorized"], "tag_not": "no koppel"})
    )
    assert (
        made.asked[0][1]["query"]
        == "(financial_status:paid OR financial_status:authorized) tag_not:'no koppel' test:false"
    )
    with pytest.raises(ConfigurationError, match="financial_status"):
        made.connector.fetch(Query("sales_order", filters={"finacial_status": "paid"}))


def test_test_orders_come_in_only_when_asked_for(shop: Make) -> None:
    made = shop(lambda name, variables: page([]), test_orders="yes")
    made.connector.fetch(Query("sales_order"))
    assert made.asked[0][1]["query"] is None


def test_products_get_all_their_variants_and_the_shops_price_basis(shop: Make) -> None:
    product: dict[str, Any] = {
        "id": "gid://shopify/Product/1",
        "title": "Lavendel",
        "updatedAt": "2026-11-01T10:00:00Z",
    }
    product["variants"] = {"nodes": [{"id": "1"}], "pageInfo": {"hasNextPage": True, "endCursor": "1"}}
    rest = {"product": {"variants": {"nodes": [{"id": "2"}], "pageInfo": END}}}
    first = {"shop": {"taxesIncluded": True}, "products": {"nodes": [product], "pageInfo": END}}
    made = shop(lambda name, variables: first if name == "Products" else rest)
    record = made.connector.fetch(Query("product")).records[0]
    assert [row["id"] for row in record.data["variants"]["nodes"]] == ["1", "2"]
    assert record.data["shop"] == {"taxesIncluded": True}
    assert record.label == "Lavendel"


def test_live_lists_name_what_can_be_chosen(shop: Make) -> None:
    recent = [
        {"sourceName": "web", "paymentGatewayNames": ["iDEAL"], "transactions": [{"gateway": "iDEAL", "formattedGateway": "iDEAL (Mollie)"}],
         "shippingLines": {"nodes": [{"title": "PostNL"}]}},
        {"sourceName": "pos", "paymentGatewayNames": ["cash"], "transactions": [], "shippingLines": {"nodes": []}},
    ]  # fmt: skip
    made = shop(lambda name, variables: {"orders": {"nodes": recent}})
    lists = {name: made.connector.fetch(Query(name)) for name in ("payment_method", "shipping_method", "channel")}
    codes = {name: [(row.data["code"], row.data["title"]) for row in found.records] for name, found in lists.items()}
    assert codes == {
        "payment_method": [("cash", "cash"), ("iDEAL", "iDEAL (Mollie)")],
        "shipping_method": [("PostNL", "PostNL")],
        "channel": [("pos", "pos"), ("web", "web")],
    }


def test_a_resource_that_is_not_there_is_named(shop: Make) -> None:
    with pytest.raises(ConfigurationError, match="invoice"):
        shop(lambda name, variables: {}).connector.fetch(Query("invoice"))


def test_cursors_of_one_reading_never_repeat(shop: Make) -> None:
    ends = iter(range(99))
    made = shop(lambda name, variables: page([order(1)], {"hasNextPage": True, "endCursor": str(next(ends))}))
    query, cursors = Query("sales_order"), []
    for _ in range(5):
        found = made.connector.fetch(query)
        cursors.append(found.cursor)
        query = Query("sales_order", found.cursor)
    assert all(one != other for one, other in pairwise(cursors))
