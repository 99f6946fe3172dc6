"""What was written last is not read again: Shopify compares, and only a wrong guess costs a reading."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from koppel import Draft, Write
from support.warehouse import Warehouse, item, upsert

Make = Callable[..., Any]


def last(quantity: int, serial: int = 2, number: int = 1, wanted: int = 8) -> Write:
    """A write of an article whose stock we set to `quantity` the last time."""
    fields = Draft("stock", {"sku": f"S{number}", "quantity": wanted})
    return Write(f"1:{number}", fields, item(number), last={"sku": f"S{number}", "quantity": quantity}, serial=serial)


def test_what_was_written_last_is_compared_by_shopify_and_not_read(shop: Make) -> None:
    house = Warehouse(s1=5, s2=5)
    made = shop(house)
    upsert(made, last(5), last(5, number=2))
    assert made.names() == ["ShopBasics", "SetStock"]
    assert [row["changeFromQuantity"] for row in made.asked[1][1]["input"]["quantities"]] == [5, 5]
    assert set(house.held.values()) == {8}


def test_a_sale_since_the_last_write_is_seen_read_and_set_once(shop: Make) -> None:
    house = Warehouse(s1=4, s2=5, s3=8)
    made = shop(house)
    receipts = upsert(made, last(5), last(5, number=2), last(5, number=3))
    assert [receipts[f"1:{number}"].action for number in (1, 2, 3)] == ["updated", "updated", "unchanged"]
    assert made.names() == ["ShopBasics", "SetStock", "StockLevels", "SetStock"]
    assert made.asked[2][1]["ids"] == [item(1), item(3)]
    assert set(house.held.values()) == {8}


def test_the_same_count_again_after_others_is_never_taken_for_a_repeat(shop: Make) -> None:
    house = Warehouse(s1=5)
    made = shop(house)
    for serial, (was, wanted) in enumerate([(5, 8), (8, 5), (5, 8)], 2):
        upsert(made, last(was, serial, wanted=wanted))
    assert (house.held[item(1)], house.executed) == (8, 3)


def test_a_guess_that_equals_what_is_wanted_is_read_first(shop: Make) -> None:
    house = Warehouse(s1=3)
    made = shop(house)
    upsert(made, last(8))
    assert made.names() == ["StockLevels", "SetStock"]
    assert house.held[item(1)] == 8
