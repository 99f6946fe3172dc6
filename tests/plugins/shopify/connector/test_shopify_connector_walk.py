"""The whole way with the simulator over real HTTP: log in, read everything, set stock, read it back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from koppel import AuthError, Batch, ConfigurationError, Draft, Lookup, Query, Record, TransientError, Write
from koppel_shopify.about import PERSONAL
from koppel_shopify.connector import ShopifyConnector
from koppel_shopify.queries import NEWEST, names, text_of

pytestmark = pytest.mark.walk


def everything(connector: ShopifyConnector, resource: str, **more: Any) -> Iterator[Record]:
    """All records of a resource, page after page."""
    query = Query(resource, **more)
    while True:
        page = connector.fetch(query)
        yield from page.records
        if not page.more:
            return
        query = replace(query, cursor=page.cursor)


def fault(served: SimpleNamespace, **what: Any) -> None:
    """Let the next call go wrong."""
    httpx.post(f"{served.url}/_sandbox/faults", timeout=60, json=[what] if what else []).raise_for_status()


def stock(connector: ShopifyConnector, skus: list[str]) -> dict[str, Any]:
    """What the shop holds, by SKU."""
    found = connector.find(Lookup("stock", "sku", tuple(skus)))
    return {sku: matches[0] for sku, matches in found.matches.items()}


def set_stock(
    connector: ShopifyConnector, known: dict[str, Any], quantities: dict[str, int], current: bool = True
) -> Any:
    """Write these quantities."""
    writes = tuple(
        Write(
            f"1:{sku}",
            Draft("stock", {"sku": sku, "quantity": quantity}),
            known[sku].id,
            1,
            known[sku].data if current else None,
        )
        for sku, quantity in quantities.items()
    )
    return {receipt.key.removeprefix("1:"): receipt for receipt in connector.upsert(Batch("stock", writes)).items}


ID = "gid://shopify/Order/1"
VARIABLES = {
    "first": 1,
    "query": "id:1",
    "id": ID,
    "ids": [ID],
    "item": "gid://shopify/InventoryItem/1",
    "location": "gid://shopify/Location/1",
    "names": ["available"],
    "key": "0b7a7a52-4fd0-4a2c-8f39-2f8a1f3f1f10",
    "input": {"name": "available", "reason": "correction", "quantities": []},
}


@pytest.mark.parametrize("name", [name for name in names() if name != "bulk_products"])
def test_the_simulator_understands_every_operation(served: SimpleNamespace, name: str) -> None:
    text = text_of(name)
    given = {key: value for key, value in VARIABLES.items() if f"${key}:" in text}
    body = {"query": text, "variables": given}
    errors = served.connect().http.post(f"/admin/api/{NEWEST}/graphql.json", json=body).json().get("errors", [])
    codes = {error.get("extensions", {}).get("code") for error in errors}
    # variables are looked at once the text is understood; those of each mutation are tested where it is used
    assert codes <= {"RESOURCE_NOT_FOUND", "INVALID_VARIABLE"}, errors


def test_the_connection_test_names_the_shop_and_lacks_nothing(served: SimpleNamespace) -> None:
    health = served.connect().check()
    assert served.state["shop"]["name"] in health.administration
    assert health.missing == ()


def test_every_order_of_the_shop_comes_in_to_the_cent(served: SimpleNamespace, read_in: Any) -> None:
    papers = {
        record.label: read_in("sales_order", record.data) for record in everything(served.connect(), "sales_order")
    }
    assert len(papers) == len(served.webshop.purchases)
    for purchase in served.webshop.purchases:
        paper = papers[f"#{purchase.number}"]
        assert paper.total == paper.lines_total == purchase.total
        assert paper.payment_method
        assert [line.sku for line in paper.lines if line.kind == "article"] == [
            sale.article.sku for sale in purchase.sales
        ]
        assert [line.quantity for line in paper.lines if line.kind == "article"] == [
            sale.quantity for sale in purchase.sales
        ]
        assert {line.vat_rate for line in paper.lines} <= {Decimal(9), Decimal(21)}
        buyer = paper.customer
        assert (buyer.email, buyer.name, buyer.guest) == (
            purchase.shopper.email,
            purchase.shopper.name,
            purchase.shopper.guest,
        )
        assert (buyer.kind == "company") == bool(purchase.shopper.company)


def test_a_first_read_begins_where_it_is_told_and_a_later_one_finds_little_new(served: SimpleNamespace) -> None:
    connector = served.connect()
    middle = sorted(purchase.placed_at for purchase in served.webshop.purchases)[-5]
    page = connector.fetch(Query("sales_order", since=middle))
    assert 0 < len(page.records) < len(served.webshop.purchases)
    again = connector.fetch(Query("sales_order", page.cursor))
    assert len(again.records) <= 2
    assert not again.more


def test_small_pages_give_the_same_orders(served: SimpleNamespace) -> None:
    connector = served.connect()
    few = [record.id for record in everything(connector, "sales_order", limit=3)]
    assert few == [record.id for record in everything(connector, "sales_order")]
    assert len(few) == len(set(few))


def test_some_orders_are_asked_for_by_name_or_id(served: SimpleNamespace) -> None:
    connector = served.connect()
    first = connector.fetch(Query("sales_order", limit=1)).records[0]
    found = connector.fetch(Query("sales_order", ids=(first.id, "#1005"))).records
    assert [record.label for record in found] == [first.label, "#1005"]
    matches = connector.find(Lookup("sales_order", "reference", ("#1005", "#999999"))).matches
    assert list(matches) == ["#1005"]


def test_a_filter_of_the_flow_is_obeyed(served: SimpleNamespace, read_in: Any) -> None:
    records = list(everything(served.connect(), "sales_order", filters={"financial_status": "pending"}))
    assert {read_in("sales_order", record.data).financial_status for record in records} == {"pending"}
    assert len(records) == sum(not purchase.paid for purchase in served.webshop.purchases)


def test_every_customer_comes_in(served: SimpleNamespace, read_in: Any) -> None:
    papers = {
        paper.email: paper
        for paper in (read_in("customer", one.data) for one in everything(served.connect(), "customer"))
    }
    for shopper in served.webshop.shoppers:
        if not shopper.guest:
            assert papers[shopper.email].name == shopper.name


def test_every_article_comes_in_with_its_price(served: SimpleNamespace, read_in: Any) -> None:
    prices: dict[str, Any] = {}
    for record in everything(served.connect(), "product"):
        paper = read_in("product", record.data)
        prices |= {one.sku: (one.price_incl, one.ean) for one in paper.variants} or {
            paper.sku: (paper.price_incl, paper.ean)
        }
    for article in served.webshop.articles:
        assert prices[article.sku] == (article.price, article.ean)


def test_stock_is_set_read_back_and_then_unchanged(served: SimpleNamespace) -> None:
    connector = served.connect()
    skus = [article.sku for article in served.webshop.articles][:120]
    known = stock(connector, [*skus, "BESTAAT-NIET"])
    assert set(known) == set(skus)
    wanted = {sku: 300 + number for number, sku in enumerate(skus)}
    assert {receipt.action for receipt in set_stock(connector, known, wanted).values()} == {"updated"}
    after = stock(connector, skus)
    assert {sku: after[sku].data["quantity"] for sku in skus} == wanted
    assert {receipt.action for receipt in set_stock(served.connect(), after, wanted, current=False).values()} == {
        "unchanged"
    }


def test_an_answer_lost_after_the_write_leaves_the_stock_set_once(served: SimpleNamespace) -> None:
    connector = served.connect()
    sku = served.webshop.articles[-1].sku
    known = stock(connector, [sku])
    fault(served, match="graphql.json", kind="drop_after")
    with pytest.raises(TransientError) as caught:
        set_stock(connector, known, {sku: 411})
    assert caught.value.cause == "answer.lost"
    fault(served)
    assert set_stock(connector, known, {sku: 411})[sku].error is None
    assert stock(connector, [sku])[sku].data["quantity"] == 411


def test_stock_that_moved_meanwhile_is_not_overwritten(served: SimpleNamespace) -> None:
    connector = served.connect()
    sku = served.webshop.articles[-2].sku
    before = stock(connector, [sku])
    held = before[sku].data["quantity"]
    set_stock(connector, before, {sku: held + 1})
    late = set_stock(served.connect(), before, {sku: held + 50})[sku]
    assert isinstance(late.error, TransientError)
    assert stock(connector, [sku])[sku].data["quantity"] == held + 1


def test_live_lists_hold_what_the_shop_uses(served: SimpleNamespace) -> None:
    connector = served.connect()
    lists = {
        name: [one.data["code"] for one in connector.fetch(Query(name)).records]
        for name in ("location", "payment_method", "channel")
    }
    assert lists["location"] == [row["id"] for row in served.state["locations"]]
    assert "iDEAL" in lists["payment_method"]
    assert lists["channel"]


@pytest.mark.parametrize("kind", ["html", "malformed", "drop"])
def test_a_bad_line_is_trouble_that_passes(served: SimpleNamespace, kind: str) -> None:
    connector = served.connect()
    fault(served, match="graphql.json", kind=kind)
    with pytest.raises(TransientError):
        connector.fetch(Query("location"))
    fault(served)
    assert connector.fetch(Query("location")).records


def test_a_wrong_token_asks_for_a_new_login(served: SimpleNamespace) -> None:
    with pytest.raises(AuthError):
        served.connect(access_token="shpat_wrong").check()


def test_a_wrong_location_is_named(served: SimpleNamespace) -> None:
    connector = served.connect(location="gid://shopify/Location/404")
    for ask in (connector.check, lambda: stock(connector, ["A"])):
        with pytest.raises(ConfigurationError) as caught:
            ask()
        assert caught.value.field == "location"


@pytest.mark.parametrize("level", ["level1", "none"])
def test_orders_come_in_without_the_buyer_where_the_app_may_not_see_who_it_is(
    served_with: Any, read_in: Any, level: str
) -> None:
    served = served_with(protected_data=level)
    connector = served.connect()
    assert connector.check().missing == (PERSONAL,)
    papers = [read_in("sales_order", record.data) for record in everything(connector, "sales_order")]
    assert len(papers) == len(served.webshop.purchases)
    assert {(paper.customer.name, paper.customer.email) for paper in papers} == {("", "")}
    assert sum(paper.total for paper in papers) == sum(purchase.total for purchase in served.webshop.purchases)


def test_without_payment_terms_scope_orders_still_come_in(served_with: Any) -> None:
    served = served_with(scopes="read_orders,read_all_orders,read_products,read_customers,read_locations")
    connector = served.connect()
    assert len(list(everything(connector, "sales_order"))) == len(served.webshop.purchases)
    assert connector.check().missing == ("read_inventory, to set stock", "write_inventory, to set stock")


def test_a_scope_that_cannot_be_missed_is_named(served_with: Any) -> None:
    served = served_with(scopes="read_products")
    with pytest.raises(ConfigurationError, match="read_orders"):
        served.connect().fetch(Query("sales_order"))


def test_a_small_bucket_slows_reading_down_but_loses_nothing(served_with: Any) -> None:
    served = served_with(bucket_size=300, restore_rate=50)
    connector = served.connect()
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        httpx.post(f"{served.url}/_sandbox/clock", timeout=60, json={"advance": seconds}).raise_for_status()

    connector.api._sleep = sleep
    read = [record.id for record in everything(connector, "sales_order", limit=10)]
    assert len(read) == len(set(read)) == len(served.webshop.purchases)
    assert slept


def test_a_lower_limit_on_cost_gives_smaller_pages(served_with: Any) -> None:
    served = served_with(max_query_cost=250)
    connector = served.connect()
    assert len(list(everything(connector, "sales_order"))) == len(served.webshop.purchases)
    assert connector.api.page_sizes["orders"] < 50
