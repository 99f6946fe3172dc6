"""Many keys in few questions, compared as the shop compares, whatever characters are in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from koppel import ConfigurationError, Lookup
from koppel_shopify.gids import gid, is_gid, number
from koppel_shopify.search import any_of, quoted, since

Make = Callable[..., Any]


def variants(*skus: str) -> dict[str, Any]:
    """Variants with these SKUs."""
    rows = [{"id": f"gid://shopify/ProductVariant/{n}", "sku": sku, "barcode": f"87{n}"} for n, sku in enumerate(skus)]
    return {"productVariants": {"nodes": rows, "pageInfo": {"hasNextPage": False}}}


def test_two_hundred_skus_cost_four_questions(shop: Make) -> None:
    made = shop(lambda name, variables: variants("SKU-7"))
    found = made.connector.find(Lookup("product", "sku", tuple(f"SKU-{n}" for n in range(200))))
    assert len(made.asked) == 4
    assert list(found.matches) == ["SKU-7"]


def test_the_shops_coarse_search_is_compared_again_here(shop: Make) -> None:
    made = shop(lambda name, variables: variants("ABC-1-XL", "abc-1 ", "ABC"))
    found = made.connector.find(Lookup("product", "sku", ("ABC-1",)))
    assert [match.number for match in found.matches["ABC-1"]] == ["abc-1 "]


def test_an_exact_sku_hides_one_that_differs_in_capitals_but_a_true_double_is_shown(shop: Make) -> None:
    made = shop(lambda name, variables: variants("abc", "ABC", "Def", "Def"))
    found = made.connector.find(Lookup("product", "sku", ("ABC", "Def")))
    assert [match.number for match in found.matches["ABC"]] == ["ABC"]
    assert len(found.matches["Def"]) == 2


def test_two_spellings_of_one_sku_each_get_an_answer(shop: Make) -> None:
    made = shop(lambda name, variables: variants("abc"))
    assert set(made.connector.find(Lookup("product", "sku", ("abc", "ABC"))).matches) == {"abc", "ABC"}


def test_articles_are_found_by_barcode(shop: Make) -> None:
    made = shop(lambda name, variables: variants("A", "B"))
    found = made.connector.find(Lookup("product", "ean", ("871",)))
    assert made.asked[0][1]["query"] == "barcode:'871'"
    assert found.matches["871"][0].number == "B"


def test_a_key_the_shop_cannot_search_is_refused(shop: Make) -> None:
    with pytest.raises(ConfigurationError, match="vendor"):
        shop(lambda name, variables: variants()).connector.find(Lookup("product", "sku", ("A",), "vendor"))
    with pytest.raises(ConfigurationError):
        shop(lambda name, variables: variants()).connector.find(Lookup("invoice", "reference", ("A",)))


def test_customers_are_found_by_email_whatever_the_capitals(shop: Make) -> None:
    row = {
        "id": "gid://shopify/Customer/1",
        "displayName": "Emma",
        "defaultEmailAddress": {"emailAddress": "Emma@example.nl"},
    }
    made = shop(lambda name, variables: {"customers": {"nodes": [row, {"id": "2", "defaultEmailAddress": None}]}})
    found = made.connector.find(Lookup("customer", "email", ("emma@example.nl", "piet@example.nl")))
    assert {value: matches[0].number for value, matches in found.matches.items()} == {"emma@example.nl": "Emma"}


def test_orders_are_found_by_their_name(shop: Make) -> None:
    made = shop(
        lambda name, variables: {"orders": {"nodes": [{"id": "1", "name": "#1001"}, {"id": "2", "name": "#10010"}]}}
    )
    found = made.connector.find(Lookup("sales_order", "reference", ("#1001",)))
    assert [match.id for match in found.matches["#1001"]] == ["1"]


def test_a_moment_is_quoted_for_its_colons_would_break_the_question() -> None:
    assert since("2026-01-01T00:00:00Z") == "updated_at:>='2026-01-01T00:00:00Z'"


TERM = re.compile(r"""sku:(?:'([^']*)'|"((?:[^"\\]|\\.)*)")""", re.DOTALL)


@given(st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=8))
def test_no_value_can_break_out_of_its_quotes(values: list[str]) -> None:
    text = any_of("sku", values)
    inner = text if len(values) == 1 else text[1:-1]
    read = []
    while inner:
        found = TERM.match(inner)
        assert found is not None
        read.append(found[1] if found[1] is not None else re.sub(r"\\(.)", r"\1", found[2], flags=re.DOTALL))
        rest = inner[found.end() :]
        assert rest == "" or rest.startswith(" OR ")
        inner = rest.removeprefix(" OR ")
    assert read == values


@given(st.text(max_size=30))
def test_a_quoted_value_is_one_term(value: str) -> None:
    text = quoted(value)
    assert text[0] == text[-1]
    assert text[0] in "'\""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    st.lists(st.text(alphabet="abAB -'\"", min_size=1, max_size=4), max_size=20),
    st.sets(st.text("abAB", min_size=1, max_size=3)),
)
def test_found_is_what_is_there_and_nothing_else(shop: Make, there: list[str], asked: set[str]) -> None:
    made = shop(lambda name, variables: variants(*there))
    found = made.connector.find(Lookup("product", "sku", tuple(sorted(asked)))).matches
    for value in asked:
        same = [sku for sku in there if sku.strip().casefold() == value.casefold()]
        assert (value in found) == bool(same)
        assert {match.number.strip().casefold() for match in found.get(value, ())} <= {value.casefold()}


@given(st.integers(1, 10**15))
def test_ids_can_be_written_as_numbers(value: int) -> None:
    assert gid("Order", f" {value} ") == f"gid://shopify/Order/{value}"
    assert number(gid("Order", str(value))) == str(value)
    assert is_gid(gid("Order", str(value)), "Order")
    assert (
        gid("Order", "gid://shopify/InventoryLevel/1?inventory_item_id=2")
        == "gid://shopify/InventoryLevel/1?inventory_item_id=2"
    )
    assert number("gid://shopify/InventoryLevel/1?inventory_item_id=2") == "1"
