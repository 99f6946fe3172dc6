"""What the `query:` argument finds, what it silently misreads, and what it warns of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from koppel_shopify.sandbox import searchtext
from koppel_shopify.sandbox.searching import Field, Search, Setting, find

ORDERS = "query($q: String) { orders(first: 250, query: $q, sortKey: ID) { nodes { name } } }"


def order(number: int, **fields: Any) -> dict[str, Any]:
    return {"id": f"gid://shopify/Order/{number}", "name": f"#{number}", "createdAt": "2026-11-01T10:00:00Z", **fields}


@pytest.fixture
def few_orders(open_shop: Any) -> Any:
    """Five orders that differ where searches look; the clock stays near them."""
    now = datetime.now(UTC).replace(microsecond=0)
    moments = [(now - timedelta(days=day)).strftime("%Y-%m-%dT%H:%M:%SZ") for day in (5, 4, 3, 2, 1)]
    return open_shop({"orders": [
        order(1, updatedAt=moments[0], tags=["wholesale"], displayFinancialStatus="PAID", email="a@x.nl", poNumber="PO-1"),
        order(2, updatedAt=moments[1], tags=["Big Deal", "x"], displayFinancialStatus="PENDING", sourceName="pos"),
        order(3, updatedAt=moments[2], displayFinancialStatus="REFUNDED", lineItems=[{"sku": "ROOS-12", "title": "Rode roos"}]),
        order(4, updatedAt=moments[3], cancelledAt=moments[3], closedAt=moments[3], displayFulfillmentStatus="FULFILLED"),
        order(5, updatedAt=moments[4], closedAt=moments[4], customer={"firstName": "Noor", "email": "noor@x.nl"}, paymentGatewayNames=["ideal"]),
    ]})


def found(shop: Any, text: str) -> str:
    return "".join(one["name"][1:] for one in shop.data(ORDERS, {"q": text})["orders"]["nodes"])


@pytest.mark.parametrize(("text", "names"), [
    ("", "12345"), ("tag:wholesale", "1"), ("tag:'big deal'", "2"), ("tag_not:wholesale", "2345"), ("-tag:wholesale", "2345"),
    ("NOT tag:wholesale", "2345"), ("tag:wholesale OR tag:x", "12"), ("(tag:wholesale OR tag:x) -tag:x", "1"),
    ("financial_status:paid", "1"), ("financial_status:PAID", "1"), ("financial_status:unpaid", "2"), ("financial_status:any", "12345"),
    ("fulfillment_status:shipped", "4"), ("fulfillment_status:unfulfilled", "1235"),
    ("status:open", "123"), ("status:closed", "45"), ("status:cancelled", "4"), ("status:any", "12345"), ("-status:cancelled", "1235"),
    ("name:#3", "3"), ("name:3", "3"), ('name:"#3"', "3"), ("id:3", "3"), ("id:>3", "45"), ("id:>=3", "345"), ("id:<=2", "12"),
    ("id:>1 id:<4", "23"), ("id:1 OR id:5", "15"), ("id:>1 AND id:<3", "2"), ("email:a@x.nl", "1"), ("email:A@X.NL", "1"), ("email:*", "1"),
    ("sku:ROOS-12", "3"), ("sku:roos*", "3"), ("po_number:PO-1", "1"), ("source_name:pos", "2"), ("gateway:ideal", "5"),
    ("roos", "3"), ("'rode roos'", "3"), ("ro*", "3"), ("#2", "2"), ("OR", "12345"), ("(((", "12345"), (") tag:x", "2"), ("tag:x OR", "2"),
    ("customer_id:*", "5"), ("NOT NOT tag:x", "2"), ("discount_code:none", ""), ("confirmation_number:x", ""), ("test:false", "12345"),
])
def test_a_search_finds(few_orders: Any, text: str, names: str) -> None:
    assert found(few_orders, text) == names


def test_a_quoted_timestamp_bounds_to_the_second_and_includes_it(few_orders: Any) -> None:
    moments = [one["updatedAt"] for one in few_orders.data("{ orders(first: 5, sortKey: ID) { nodes { updatedAt } } }")["orders"]["nodes"]]
    third = moments[2]
    assert found(few_orders, f"updated_at:>='{third}'") == "345"
    assert found(few_orders, f'updated_at:>"{third}"') == "45"
    assert found(few_orders, f"updated_at:<='{third}'") == "123"
    assert found(few_orders, f"updated_at:<'{third}'") == "12"
    assert found(few_orders, f"updated_at:'{third}'") == "3"
    assert found(few_orders, f"updated_at:>='{moments[1]}' updated_at:<'{moments[3]}'") == "23"
    assert "search" not in few_orders.ask(ORDERS, {"q": f"updated_at:>='{third}'"})["extensions"]


def test_a_time_without_a_zone_is_the_shops(open_shop: Any) -> None:
    caller = open_shop({"orders": [order(1, createdAt="2026-11-20T23:30:00Z")]})
    assert found(caller, "created_at:'2026-11-21'") == "1"
    assert found(caller, "created_at:2026-11-20") == ""
    assert found(caller, "created_at:>='2026-11-21T00:30:00'") == "1"
    assert found(caller, "created_at:>'2026-11-21T00:30:00'") == ""


def test_an_unquoted_timestamp_is_misread_and_only_a_warning_tells(few_orders: Any) -> None:
    answer = few_orders.ask(ORDERS, {"q": "updated_at:>=2026-01-01T00:00:00Z"})
    assert "errors" not in answer
    assert answer["extensions"]["search"] == [{
        "path": ["orders"], "query": "updated_at:>=2026-01-01T00:00:00Z",
        "parsed": {"and": [{"field": "updated_at", "range_gte": "2026-01-01T00"}, {"field": "00", "match_all": "00Z"}]},
        "warnings": [{"field": "00", "message": "Invalid search field for this query.", "code": "invalid_field"}],
    }]


def test_an_unreadable_time_is_a_bad_request(few_orders: Any) -> None:
    error = few_orders.error(ORDERS, {"q": "updated_at:>=yesterday"})
    assert error["message"] == "Invalid timestamp for query filter `updated_at`."
    assert error["extensions"]["code"] == "BAD_REQUEST"


def test_an_unknown_field_restricts_nothing_and_warns(few_orders: Any) -> None:
    answer = few_orders.ask(ORDERS, {"q": "phone:0612 tag:x"})
    assert [one["name"] for one in answer["data"]["orders"]["nodes"]] == ["#2"]
    assert answer["extensions"]["search"][0]["warnings"] == [
        {"field": "phone", "message": "Invalid search field for this query.", "code": "invalid_field"}]


def test_a_value_outside_its_list_warns_and_is_ignored_or_finds_nothing(few_orders: Any, open_shop: Any) -> None:
    answer = few_orders.ask(ORDERS, {"q": "financial_status:payed"})
    assert len(answer["data"]["orders"]["nodes"]) == 5
    assert answer["extensions"]["search"][0]["warnings"] == [
        {"field": "financial_status", "message": "Input `payed` is not an accepted value.", "code": "invalid_value"}]
    strict = open_shop(few_orders.sandbox.dump(), wrong_enum="nothing")
    assert found(strict, "financial_status:payed") == ""


def test_counts_are_exact_up_to_their_limit(shop: Any) -> None:
    query = "query($l: Int) { ordersCount(limit: $l) { count precision } }"
    assert shop.data(query, {"l": 20})["ordersCount"] == {"count": 12, "precision": "EXACT"}
    assert shop.data(query, {"l": 5})["ordersCount"] == {"count": 5, "precision": "AT_LEAST"}
    assert shop.data(query, {"l": None})["ordersCount"] == {"count": 12, "precision": "EXACT"}
    assert shop.data('{ productsCount(query: "status:draft") { count } }')["productsCount"] == {"count": 0}


def test_a_count_of_variants_ignores_its_query_and_of_customers_knows_few_fields(shop: Any) -> None:
    all_of_them = shop.data("{ productVariantsCount { count } customersCount { count } }")
    assert shop.data('{ productVariantsCount(query: "sku:none") { count } }')["productVariantsCount"] == all_of_them["productVariantsCount"]
    answer = shop.ask('{ customersCount(query: "email:none@x.nl") { count } }')
    assert answer["data"]["customersCount"] == all_of_them["customersCount"]
    assert answer["extensions"]["search"][0]["path"] == ["customersCount"]


@pytest.mark.parametrize(("root", "text"), [
    ("productVariants", "sku:{sku}"), ("inventoryItems", "sku:{sku}"), ("products", "sku:'{sku}'"), ("productVariants", "barcode:{ean}"),
    ("products", "barcode:{ean}"), ("inventoryItems", "sku:nothing OR sku:\"{sku}\""),
])
def test_articles_are_found_by_sku_and_barcode(shop: Any, few: dict[str, Any], root: str, text: str) -> None:
    variant = few["products"][3]["variants"]["nodes"][1]
    text = text.format(sku=variant["sku"], ean=variant["barcode"])
    nodes = shop.data(f"query($q: String) {{ {root}(first: 9, query: $q) {{ nodes {{ id }} }} }}", {"q": text})[root]["nodes"]
    wanted = {"productVariants": variant["id"], "inventoryItems": variant["inventoryItem"]["id"], "products": few["products"][3]["id"]}
    assert nodes == [{"id": wanted[root]}]


def test_customers_are_found_by_mail_name_and_tag(shop: Any, few: dict[str, Any]) -> None:
    one = few["customers"][0]
    query = "query($q: String) { customers(first: 50, query: $q) { nodes { id } } }"
    for text in (f"email:{one['email']}", f"'{one['displayName']}'", f"first_name:'{one['firstName']}' last_name:\"{one['lastName']}\""):
        assert {"id": one["id"]} in shop.data(query, {"q": text})["customers"]["nodes"]
    assert shop.data(query, {"q": "email:nobody@example.nl"})["customers"]["nodes"] == []
    assert shop.data(query, {"q": "orders_count:>999"})["customers"]["nodes"] == []


@given(st.text(max_size=60) | st.text(alphabet="()'\" :<>=-*ANDORNTtag_x1:\\", max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_and_applied_without_a_crash(text: str) -> None:
    search = Search({"tag": Field("list", lambda row: row["tags"]), "a": Field("number", lambda row: 1)}, lambda row: row["tags"])
    rows: list[dict[str, Any]] = [{"tags": ["x"]}, {"tags": []}]
    kept, warning = find(rows, text, search, Setting(ZoneInfo("Europe/Amsterdam")))
    assert all(row in rows for row in kept)
    assert bool(warning) is any(one.field and one.field.lower() not in search.fields for one in searchtext.terms(searchtext.read(text)))


@given(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=6))
@settings(deadline=None)
def test_a_chain_of_or_finds_exactly_the_named_rows(letters: list[str]) -> None:
    search = Search({"tag": Field("list", lambda row: [row["tag"]])})
    rows = [{"tag": letter} for letter in "abcdef"]
    kept, _ = find(rows, " OR ".join(f"tag:'{letter}'" for letter in letters), search, Setting(ZoneInfo("UTC")))
    assert [row["tag"] for row in kept] == sorted(set(letters))
