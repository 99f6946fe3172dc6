"""What was written last is not read again: Shopify compares, and only a wrong guess costs a reading."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from koppel import ConfigurationError, Draft, Write
from koppel_shopify.proofs import LIFETIME, Proofs
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


def test_batches_after_a_wrong_guess_are_read_first_until_what_we_wrote_still_stands(shop: Make) -> None:
    house = Warehouse(s1=4, s2=4, s3=5, s4=5)
    made = shop(house)
    for number in (1, 2, 3, 4):
        upsert(made, last(5, number=number))
    told = ["ShopBasics", "SetStock", "StockLevels", "SetStock", *["StockLevels", "SetStock"] * 2, "SetStock"]
    assert made.names() == told
    assert set(house.held.values()) == {8}


def test_a_shop_that_named_itself_today_is_not_asked_again_before_a_write(shop: Make) -> None:
    house = Warehouse(s1=5)
    upsert(shop(house), last(5))
    later = shop(house)
    upsert(later, last(8, wanted=9))
    assert later.names() == ["SetStock"]
    other_keys = shop(house, access_token="another")
    upsert(other_keys, last(9, wanted=8))
    assert other_keys.names() == ["ShopBasics", "SetStock"]


def test_stock_is_never_set_in_another_shop_and_its_word_is_not_kept(shop: Make) -> None:
    house = Warehouse(s1=5)
    house.domain = "roos.myshopify.com"
    for _ in range(2):
        made = shop(house)
        with pytest.raises(ConfigurationError, match="belong to roos"):
            upsert(made, last(5))
        assert made.names() == ["ShopBasics"]
    assert house.held[item(1)] == 5


def test_an_answer_of_another_shop_ends_what_was_known_of_this_one(shop: Make) -> None:
    house = Warehouse(s1=5)
    made = shop(house)
    upsert(made, last(5))
    house.domain = "roos.myshopify.com"
    with pytest.raises(ConfigurationError, match="belong to roos"):
        upsert(shop(house), last(8))  # the guess says nothing, so the level is read
    with pytest.raises(ConfigurationError, match="belong to roos"):
        upsert(shop(house), last(8, wanted=9))
    assert house.held[item(1)] == 8


def test_the_word_of_a_shop_holds_a_day(settings: Make) -> None:
    now = [0.0]
    proofs = Proofs(lambda: now[0])
    assert not proofs.holds(settings())
    proofs.note(settings())
    now[0] = LIFETIME - 1
    assert proofs.holds(settings())
    for other in ({"shop": "roos"}, {"base_url": "https://elsewhere.example"}, {"client_secret": "new"}):
        assert not proofs.holds(settings(**other))
    now[0] = LIFETIME
    assert not proofs.holds(settings())
