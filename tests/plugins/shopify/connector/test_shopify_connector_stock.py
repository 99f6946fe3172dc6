"""Stock goes in once, in as few calls as possible, and each article gets its own answer."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from koppel import (
    Batch,
    ConfigurationError,
    ConflictError,
    Draft,
    Lookup,
    RejectedError,
    TransientError,
    Write,
)
from koppel.documents import StockLevel
from support.warehouse import HERE, Warehouse, error, failure, item, upsert, write

Make = Callable[..., Any]


def test_stock_is_compared_with_what_was_there_and_set_in_one_call(shop: Make) -> None:
    house = Warehouse(s1=5, s2=7, s3=9)
    made = shop(house)
    receipts = upsert(made, write(1, 6), write(2, Decimal("7.000")), write(3, 0))
    assert [receipts[f"1:{n}"].action for n in (1, 2, 3)] == ["updated", "unchanged", "updated"]
    assert (receipts["1:1"].id, receipts["1:1"].number, receipts["1:1"].data["before"]) == (item(1), "S1", 5)
    assert made.names() == ["StockLevels", "SetStock"]
    rows = made.asked[1][1]["input"]["quantities"]
    assert [(row["quantity"], row["changeFromQuantity"]) for row in rows] == [(6, 5), (0, 9)]
    assert made.asked[1][1]["input"]["reason"] == "correction"
    assert house.held == {item(1): 6, item(2): 7, item(3): 0}


def test_what_find_has_just_read_is_not_read_again(shop: Make) -> None:
    house = Warehouse(s1=5, s2=7)
    made = shop(house)
    found = made.connector.find(Lookup("stock", "sku", ("S1", "S2", "S9")))
    assert {value: matches[0].data["quantity"] for value, matches in found.matches.items()} == {"S1": 5, "S2": 7}
    upsert(made, write(1, 8, found.matches["S1"][0].data))
    assert made.names() == ["FindStock", "SetStock"]
    assert house.held[item(1)] == 8


def test_nothing_is_sent_when_nothing_would_change(shop: Make) -> None:
    made = shop(Warehouse(s1=5))
    assert upsert(made, write(1, 5))["1:1"].action == "unchanged"
    assert "SetStock" not in made.names()


def test_a_repeat_of_the_same_write_is_carried_out_once(shop: Make) -> None:
    house = Warehouse(s1=5)
    made = shop(house)
    current = made.connector.find(Lookup("stock", "sku", ("S1",))).matches["S1"][0].data
    for _ in range(3):
        assert upsert(made, write(1, 8, current))["1:1"].error is None
    assert house.executed == 1


def test_the_same_quantity_can_be_set_again_after_a_sale(shop: Make) -> None:
    house = Warehouse(s1=4)
    made = shop(house)
    upsert(made, write(1, 5))
    house.held[item(1)], house.changed[item(1)] = 4, "2026-11-02T11:00:00Z"
    upsert(made, write(1, 5))
    assert (house.held[item(1)], house.executed) == (5, 2)


def test_an_article_sold_at_the_same_moment_is_tried_again_and_its_neighbour_goes_through(shop: Make) -> None:
    house = Warehouse(s1=5, s2=7)
    made = shop(house)
    known = made.connector.find(Lookup("stock", "sku", ("S1", "S2"))).matches
    house.held[item(1)] = 4
    receipts = upsert(made, write(1, 8, known["S1"][0].data), write(2, 8, known["S2"][0].data))
    assert isinstance(receipts["1:1"].error, TransientError)
    assert receipts["1:2"].action == "updated"
    assert house.held == {item(1): 4, item(2): 8}


@pytest.mark.parametrize(
    ("code", "kind", "cause"),
    [
        ("INVALID_INVENTORY_ITEM", RejectedError, "article.gone"),
        ("INVALID_QUANTITY_NEGATIVE", RejectedError, "rejected"),
        ("INVALID_QUANTITY_TOO_HIGH", RejectedError, "rejected"),
        ("CHANGE_FROM_QUANTITY_STALE", TransientError, "stock.moved"),
        ("SOMETHING_NEW", RejectedError, "stock.something_new"),
    ],
)
def test_one_refused_article_never_fails_its_neighbours(shop: Make, code: str, kind: type, cause: str) -> None:
    house = Warehouse(s1=5, s2=7, s3=9)
    house.errors = [[error(code, 1, "That will not do.")]]
    refused = upsert(shop(house), write(1, 6), write(2, 8), write(3, 10))["1:2"].error
    assert refused is not None
    assert (type(refused), refused.cause) == (kind, cause)
    assert "That will not do." in refused.message + refused.detail
    assert "S2" in refused.message
    assert house.held == {item(1): 6, item(2): 7, item(3): 10}


@pytest.mark.parametrize(
    ("code", "field"),
    [("INVALID_LOCATION", "location"), ("INVALID_NAME", "quantity_name"), ("INVALID_REASON", "stock_reason")],
)
def test_a_wrong_setting_stops_and_is_named(shop: Make, code: str, field: str) -> None:
    house = Warehouse(s1=5)
    house.errors = [[error(code, 0, "The specified location could not be found.")]]
    with pytest.raises(ConfigurationError) as caught:
        upsert(shop(house), write(1, 6))
    assert caught.value.field == field
    assert "could not be found" in caught.value.message


def test_an_error_about_no_article_in_particular_is_given_to_each(shop: Make) -> None:
    house = Warehouse(s1=5, s2=7)
    house.errors = [[error("OTHER", None, "All wrong.")]]
    receipts = upsert(shop(house), write(1, 6), write(2, 8))
    assert all("All wrong." in str(receipt.error) for receipt in receipts.values())


@pytest.mark.parametrize("code", ["IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"])
def test_a_key_that_is_used_up_is_replaced_and_not_for_ever(shop: Make, code: str) -> None:
    house = Warehouse(s1=5)
    house.errors = [[error(code)]]
    made = shop(house)
    assert upsert(made, write(1, 6))["1:1"].action == "updated"
    keys = [variables["key"] for name, variables in made.asked if name == "SetStock"]
    assert len(set(keys)) == 2
    house.errors = [[error(code)]] * 9
    with pytest.raises(TransientError):
        upsert(made, write(1, 7))


def test_a_request_still_in_progress_is_waited_for(shop: Make) -> None:
    house = Warehouse(s1=5)
    house.errors = [
        [error("IDEMPOTENCY_CONCURRENT_REQUEST", None, "This request is currently in progress, please try again.")]
    ]
    with pytest.raises(TransientError) as caught:
        upsert(shop(house), write(1, 6))
    assert caught.value.retry_after == 10


def test_an_article_not_kept_at_the_location_is_set_there(shop: Make) -> None:
    house = Warehouse(s1=None)
    made = shop(house)
    assert upsert(made, write(1, 6))["1:1"].action == "updated"
    assert made.asked[-1][1]["input"]["quantities"][0]["changeFromQuantity"] is None


def test_where_the_location_must_be_activated_first_that_is_done_once(shop: Make) -> None:
    house = Warehouse(s1=None, s2=3)
    house.errors = [[error("ITEM_NOT_STOCKED_AT_LOCATION", 0)]]
    made = shop(house)
    receipts = upsert(made, write(1, 6), write(2, 4))
    assert [receipt.action for receipt in receipts.values()] == ["updated", "updated"]
    assert made.names() == ["StockLevels", "SetStock", "ActivateStock", "SetStock"]
    house.errors = [[error("ITEM_NOT_STOCKED_AT_LOCATION", 0)]] * 5
    assert isinstance(failure(made, write(1, 9)), RejectedError)


def test_an_untracked_article_is_refused_or_tracked_as_the_settings_say(shop: Make) -> None:
    house = Warehouse(s1=5)
    house.untracked = {item(1)}
    refused = failure(shop(house), write(1, 6))
    assert refused.cause == "stock.untracked"
    assert house.held[item(1)] == 5
    assert upsert(shop(house, track_stock="yes"), write(1, 6))["1:1"].action == "updated"
    assert house.untracked == set()


def test_an_article_that_is_gone_says_so(shop: Make) -> None:
    error = failure(shop(Warehouse()), write(1, 6))
    assert isinstance(error, RejectedError)
    assert error.cause == "article.gone"


def test_an_article_that_never_was_in_the_shop_is_not_made(shop: Make) -> None:
    nameless = Write("1:1", Draft("stock", {"sku": "S1", "quantity": 4}))
    error = failure(shop(Warehouse()), nameless)
    assert (error.cause, "S1" in error.message) == ("article.missing", True)


@pytest.mark.parametrize("quantity", ["2.5", "veel", None, "NaN", 10**10, ""])
def test_only_whole_pieces_are_sent(shop: Make, quantity: Any) -> None:
    house = Warehouse(s1=5)
    error = failure(shop(house), write(1, quantity))
    assert isinstance(error, RejectedError)
    assert error.field == "quantity"
    assert house.executed == 0


def test_two_records_for_one_article_are_a_conflict(shop: Make) -> None:
    house = Warehouse(s1=5)
    receipts = upsert(shop(house), write(1, 6, key="a"), write(1, 7, key="b"))
    assert receipts["a"].action == "updated"
    assert isinstance(receipts["b"].error, ConflictError)
    assert house.held[item(1)] == 6


@pytest.mark.parametrize("location", [None, {"id": HERE, "name": "Oud", "isActive": False}])
def test_a_closed_or_unknown_location_stops_before_anything_is_written(shop: Make, location: Any) -> None:
    house = Warehouse(s1=5)
    house.location = location
    made = shop(house)
    with pytest.raises(ConfigurationError) as caught:
        upsert(made, write(1, 6))
    assert caught.value.field == "location"
    assert made.names() == ["StockLevels"]


def test_a_location_shopify_finds_no_id_is_a_wrong_setting(shop: Make) -> None:
    broken = {
        "errors": [{"message": "Invalid id: x", "path": ["location"], "extensions": {"code": "RESOURCE_NOT_FOUND"}}]
    }
    made = shop(lambda name, variables: broken)
    for ask in (lambda: upsert(made, write(1, 6)), lambda: made.connector.find(Lookup("stock", "sku", ("S1",)))):
        with pytest.raises(ConfigurationError) as caught:
            ask()
        assert caught.value.field == "location"


@pytest.mark.parametrize("location", ["", "Magazijn"])
def test_no_location_is_a_setting_to_fill_in(shop: Make, location: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        upsert(shop(Warehouse(s1=5), location=location), write(1, 6))
    assert caught.value.field == "location"


def test_a_mapping_row_may_choose_another_location(shop: Make) -> None:
    house = Warehouse(s1=5)
    made = shop(house)
    draft = Draft("stock", {"sku": "S1", "quantity": 6, "locationId": "22"})
    upsert(made, Write("1:1", draft, item(1)))
    assert made.asked[0][1]["location"] == "gid://shopify/Location/22"
    assert made.asked[1][1]["input"]["quantities"][0]["locationId"] == "gid://shopify/Location/22"


def test_the_wrong_shop_is_never_written_to(shop: Make) -> None:
    house = Warehouse(s1=5)
    made = shop(house, shop="elders")
    with pytest.raises(ConfigurationError, match=r"bloem\.myshopify\.com"):
        upsert(made, write(1, 6))
    assert house.executed == 0


def test_a_lost_answer_is_told_as_such(shop: Make) -> None:
    house = Warehouse(s1=5)

    def answer(name: str, variables: Any) -> Any:
        return {"data": {"inventorySetQuantities": None}} if name == "SetStock" else house(name, variables)

    with pytest.raises(TransientError):
        upsert(shop(answer), write(1, 6))


def test_another_resource_cannot_be_written(shop: Make) -> None:
    with pytest.raises(ConfigurationError, match="credit note"):
        shop(Warehouse()).connector.upsert(Batch("credit_note", ()))


def test_a_ledgers_stock_below_zero_is_sent_as_zero(write_out: Callable[..., Any]) -> None:
    assert write_out("stock", StockLevel(sku="S1", quantity=Decimal("-3"))) == {"sku": "S1", "quantity": 0}
    assert write_out("stock", StockLevel(sku="S1", quantity=Decimal("12.000"))) == {"sku": "S1", "quantity": 12}
    assert write_out("stock", StockLevel(sku="S1", quantity=Decimal("2.9"))) == {"sku": "S1", "quantity": 2}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12),
    st.lists(st.integers(0, 11), max_size=6, unique=True),
)
def test_whatever_is_refused_the_rest_is_set_and_each_is_answered(
    shop: Make, stock: list[tuple[int, int]], refused: list[int]
) -> None:
    house = Warehouse(**{f"s{n}": held for n, (held, _) in enumerate(stock)})
    made = shop(house)
    changing = [n for n, (held, wanted) in enumerate(stock) if held != wanted]
    bad = [n for n in refused if n < len(changing)]
    house.errors = [[error("INVALID_QUANTITY_TOO_HIGH", n) for n in bad]] if bad else []
    receipts = upsert(made, *(write(n, wanted) for n, (_, wanted) in enumerate(stock)))
    assert len(receipts) == len(stock)
    losers = {changing[n] for n in bad}
    for n, (held, wanted) in enumerate(stock):
        assert (receipts[f"1:{n}"].error is not None) == (n in losers)
        assert house.held[item(n)] == (held if n in losers else wanted)
