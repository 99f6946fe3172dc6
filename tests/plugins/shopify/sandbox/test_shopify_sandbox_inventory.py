"""What a client gets when it sets stock: what must be sent, what is refused, and what a repeated key does."""

from __future__ import annotations

from typing import Any

import pytest

SET = """mutation S($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { reason referenceDocumentUri changes { name delta quantityAfterChange item { id sku } location { id } } }
    userErrors { field message code } } }"""
LEVEL = """query($i: ID!, $l: ID!) { inventoryItem(id: $i) { inventoryLevel(locationId: $l) {
  id isActive quantities(names: ["available", "on_hand", "committed"]) { name quantity } } } }"""


@pytest.fixture
def place(shop: Any) -> dict[str, Any]:
    """One stocked item: ids and the quantity at hand."""
    item = shop.data("""{ inventoryItems(first: 1) { nodes { id tracked inventoryLevels(first: 1) {
      nodes { location { id name } quantities(names: ["available"]) { quantity } } } } } }""")["inventoryItems"]["nodes"][0]
    level = item["inventoryLevels"]["nodes"][0]
    return {"item": item["id"], "location": level["location"]["id"], "now": level["quantities"][0]["quantity"]}


def wish(place: dict[str, Any], wanted: int, **changes: Any) -> dict[str, Any]:
    one = {"inventoryItemId": place["item"], "locationId": place["location"], "quantity": wanted, "changeFromQuantity": None}
    return {"name": "available", "reason": "correction", "quantities": [{**one, **changes}]}


def send(shop: Any, wanted: dict[str, Any], key: str = "k-1", version: str = "2026-10") -> dict[str, Any]:
    return dict(shop.data(SET, {"input": wanted, "key": key}, version)["inventorySetQuantities"])


def stock(shop: Any, place: dict[str, Any]) -> dict[str, int]:
    level = shop.data(LEVEL, {"i": place["item"], "l": place["location"]})["inventoryItem"]["inventoryLevel"]
    return {one["name"]: one["quantity"] for one in level["quantities"]}


def test_a_quantity_is_set_and_both_deltas_are_told(shop: Any, place: dict[str, Any]) -> None:
    answer = send(shop, {**wish(place, place["now"] + 4, changeFromQuantity=place["now"]), "referenceDocumentUri": "koppel://run/1"})
    assert answer["userErrors"] == []
    group = answer["inventoryAdjustmentGroup"]
    assert (group["reason"], group["referenceDocumentUri"]) == ("correction", "koppel://run/1")
    assert [(one["name"], one["delta"], one["quantityAfterChange"]) for one in group["changes"]] == [("available", 4, None), ("on_hand", 4, None)]
    assert group["changes"][0]["item"]["id"] == place["item"]
    assert stock(shop, place) == {"available": place["now"] + 4, "on_hand": place["now"] + 4, "committed": 0}


def test_a_quantity_that_is_there_already_changes_nothing(shop: Any, place: dict[str, Any]) -> None:
    assert send(shop, wish(place, place["now"])) == {"inventoryAdjustmentGroup": None, "userErrors": []}


def test_what_was_set_moves_the_moment_of_change(shop: Any, place: dict[str, Any]) -> None:
    shop.sandbox.clock.advance(3600)
    send(shop, wish(place, 77))
    since = {"q": f"updated_at:>='{shop.sandbox.clock.now():%Y-%m-%dT%H:%M:00Z}'"}
    query = "query($q: String) { inventoryItems(first: 9, query: $q) { nodes { id } } }"
    assert shop.data(query, since)["inventoryItems"]["nodes"] == [{"id": place["item"]}]


def test_without_the_directive_it_is_refused_from_2026_04_on(shop: Any, place: dict[str, Any]) -> None:
    bare = SET.replace(" @idempotent(key: $key)", "").replace(", $key: String!", "")
    for version in ("2026-04", "2026-07", "2026-10"):
        answer = shop.ask(bare, {"input": wish(place, 5)}, version)
        assert answer["data"] == {"inventorySetQuantities": None}
        assert answer["errors"][0]["message"] == "The @idempotent directive is required for this mutation but was not provided."
        assert answer["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}
        assert answer["extensions"]["cost"]["actualQueryCost"] == 10
    assert shop.data(bare, {"input": wish(place, 5)}, "2026-01")["inventorySetQuantities"]["userErrors"] == []


def test_the_directive_is_unknown_before_2026_01(open_shop: Any, few: dict[str, Any]) -> None:
    caller = open_shop(few, oldest_version="2025-10")
    errors = caller.ask(SET, {"input": {"name": "available", "reason": "other", "quantities": []}, "key": "k"}, "2025-10")["errors"]
    assert errors[0]["message"] == "Directive @idempotent is not defined"
    assert errors[0]["extensions"]["directiveName"] == "idempotent"


def test_the_directive_on_the_operation_is_refused(shop: Any) -> None:
    error = shop.error('mutation @idempotent(key: "k") { tagsAdd(id: "gid://shopify/Order/1", tags: []) { userErrors { message } } }')
    assert error["extensions"]["code"] == "directiveCannotBeApplied"


def test_an_absent_change_from_quantity_is_refused_before_anything_else(shop: Any, place: dict[str, Any]) -> None:
    wanted = wish(place, 5)
    del wanted["quantities"][0]["changeFromQuantity"]
    bare = SET.replace(" @idempotent(key: $key)", "").replace(", $key: String!", "")
    for query in (SET, bare):
        answer = shop.ask(query, {"input": wanted, **({"key": "k"} if query is SET else {})})
        assert answer["data"] == {"inventorySetQuantities": None}
        assert answer["errors"][0]["message"] == "InventoryQuantityInput must include the following argument: changeFromQuantity."
        assert answer["errors"][0]["extensions"] == {"code": "INVALID_FIELD_ARGUMENTS"}


def test_a_stale_expectation_is_refused_and_nothing_is_written(shop: Any, place: dict[str, Any]) -> None:
    answer = send(shop, wish(place, 5, changeFromQuantity=place["now"] + 1))
    assert answer["inventoryAdjustmentGroup"] is None
    assert [one["code"] for one in answer["userErrors"]] == ["CHANGE_FROM_QUANTITY_STALE"]
    assert answer["userErrors"][0]["field"] == ["input", "quantities", "0", "changeFromQuantity"]
    assert stock(shop, place)["available"] == place["now"]


def test_one_wrong_line_keeps_the_whole_call_from_being_written(shop: Any, place: dict[str, Any]) -> None:
    wanted = wish(place, 5)
    wanted["quantities"].append({**wanted["quantities"][0], "inventoryItemId": "gid://shopify/InventoryItem/1"})
    assert [one["code"] for one in send(shop, wanted)["userErrors"]] == ["INVALID_INVENTORY_ITEM"]
    assert stock(shop, place)["available"] == place["now"]


@pytest.mark.parametrize(("top", "line", "code", "field"), [
    ({"name": "incoming"}, {}, "INVALID_NAME", ["input", "name"]),
    ({"reason": "because"}, {}, "INVALID_REASON", ["input", "reason"]),
    ({"referenceDocumentUri": "no uri"}, {}, "INVALID_REFERENCE_DOCUMENT", ["input", "referenceDocumentUri"]),
    ({}, {"inventoryItemId": "gid://shopify/InventoryItem/9"}, "INVALID_INVENTORY_ITEM", ["input", "quantities", "0", "inventoryItemId"]),
    ({}, {"locationId": "gid://shopify/Location/9"}, "INVALID_LOCATION", ["input", "quantities", "0", "locationId"]),
    ({}, {"quantity": -1}, "INVALID_QUANTITY_NEGATIVE", ["input", "quantities", "0", "quantity"]),
    ({}, {"quantity": 1_000_000_001}, "INVALID_QUANTITY_TOO_HIGH", ["input", "quantities", "0", "quantity"]),
])
def test_a_wrong_input_has_its_code_and_place(shop: Any, place: dict[str, Any], top: Any, line: Any, code: str, field: list[str]) -> None:
    errors = send(shop, {**wish(place, 5, **line), **top})["userErrors"]
    assert [(one["code"], one["field"]) for one in errors] == [(code, field)]


def test_the_same_item_twice_is_refused_on_both_lines(shop: Any, place: dict[str, Any]) -> None:
    wanted = wish(place, 5)
    wanted["quantities"] *= 2
    errors = send(shop, wanted)["userErrors"]
    assert [one["field"][2] for one in errors] == ["0", "1"]
    assert {one["code"] for one in errors} == {"NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"}


def test_251_quantities_are_too_many(shop: Any, place: dict[str, Any]) -> None:
    wanted = wish(place, 5)
    wanted["quantities"] *= 251
    assert shop.error(SET, {"input": wanted, "key": "k"})["extensions"]["code"] == "MAX_INPUT_SIZE_EXCEEDED"


def test_a_repeated_key_answers_again_without_writing_again(shop: Any, place: dict[str, Any]) -> None:
    first = send(shop, wish(place, 50))
    send(shop, wish(place, 60), key="k-2")
    assert send(shop, wish(place, 50)) == first
    assert stock(shop, place)["available"] == 60


def test_a_key_with_other_parameters_is_a_mismatch(shop: Any, place: dict[str, Any]) -> None:
    send(shop, wish(place, 50))
    errors = send(shop, wish(place, 51))["userErrors"]
    assert [(one["code"], one["message"]) for one in errors] == [
        ("IDEMPOTENCY_KEY_PARAMETER_MISMATCH", "The same idempotency key cannot be used with different operation parameters.")]


def test_a_key_is_forgotten_after_a_day(shop: Any, place: dict[str, Any]) -> None:
    send(shop, wish(place, 50))
    send(shop, wish(place, 60), key="k-2")
    shop.sandbox.clock.advance(86_400)
    assert send(shop, wish(place, 50))["inventoryAdjustmentGroup"]["changes"][0]["delta"] == -10


def test_a_key_whose_try_failed_asks_for_a_new_one_or_replays(shop: Any, place: dict[str, Any], open_shop: Any, few: dict[str, Any]) -> None:
    send(shop, wish(place, -1))
    assert [one["code"] for one in send(shop, wish(place, -1))["userErrors"]] == ["IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"]
    caller = open_shop(few, failed_key="replay")
    assert send(caller, wish(place, -1)) == send(caller, wish(place, -1))


def test_a_blank_key_is_refused(shop: Any, place: dict[str, Any]) -> None:
    assert shop.error(SET, {"input": wish(place, 5), "key": " "})["extensions"]["code"] == "BAD_REQUEST"


def test_2026_01_takes_the_old_comparison_and_later_versions_do_not_know_it(shop: Any, place: dict[str, Any]) -> None:
    old = wish(place, 5, compareQuantity=place["now"] + 1)
    del old["quantities"][0]["changeFromQuantity"]
    assert [one["code"] for one in send(shop, old, version="2026-01")["userErrors"]] == ["COMPARE_QUANTITY_STALE"]
    assert send(shop, {**old, "ignoreCompareQuantity": True}, "k-2", "2026-01")["userErrors"] == []
    assert shop.error(SET, {"input": old, "key": "k-3"})["extensions"]["code"] == "INVALID_VARIABLE"


@pytest.fixture
def annex(few: dict[str, Any], open_shop: Any) -> Any:
    """The shop with a second location that stocks nothing."""
    second = {"id": "gid://shopify/Location/5", "name": "Annex"}
    return open_shop({**few, "locations": [*few["locations"], second]})


def test_stock_may_be_set_anywhere_from_2026_10_on(annex: Any, place: dict[str, Any]) -> None:
    there = {**place, "location": "gid://shopify/Location/5"}
    assert [one["code"] for one in send(annex, wish(there, 5), version="2026-07")["userErrors"]] == ["ITEM_NOT_STOCKED_AT_LOCATION"]
    assert send(annex, wish(there, 5), key="k-2")["userErrors"] == []
    assert stock(annex, there)["available"] == 5


ACTIVATE = """mutation A($i: ID!, $l: ID!, $a: Int, $o: Int, $key: String!) {
  inventoryActivate(inventoryItemId: $i, locationId: $l, available: $a, onHand: $o) @idempotent(key: $key) {
    inventoryLevel { id location { name } quantities(names: ["available"]) { quantity } } userErrors { field message } } }"""


def test_an_item_is_stocked_once_and_then_its_quantity_is_not_settable_here(annex: Any, place: dict[str, Any]) -> None:
    given = {"i": place["item"], "l": "gid://shopify/Location/5", "a": 3}
    first = annex.data(ACTIVATE, {**given, "key": "1"})["inventoryActivate"]
    assert first["userErrors"] == []
    assert first["inventoryLevel"]["quantities"] == [{"quantity": 3}]
    assert first["inventoryLevel"]["id"].endswith("?inventory_item_id=" + place["item"].rsplit("/", 1)[1])
    again = annex.data(ACTIVATE, {**given, "key": "2"})["inventoryActivate"]
    assert again["userErrors"] == [{"field": ["available"], "message":
                                    "Not allowed to set available quantity when the item is already active at the location."}]
    assert annex.data(ACTIVATE, {**given, "key": "1"})["inventoryActivate"] == first


@pytest.mark.parametrize(("changes", "field"), [
    ({"l": "gid://shopify/Location/9"}, ["locationId"]), ({"i": "gid://shopify/InventoryItem/9"}, ["inventoryItemId"]),
    ({"a": 1, "o": 1}, ["available"]), ({"a": 1_000_000_001}, ["available"]),
])
def test_what_cannot_be_stocked_says_why(annex: Any, place: dict[str, Any], changes: dict[str, Any], field: list[str]) -> None:
    given = {"i": place["item"], "l": "gid://shopify/Location/5", "key": "1", **changes}
    answer = annex.data(ACTIVATE, given)["inventoryActivate"]
    assert answer["inventoryLevel"] is None
    assert answer["userErrors"][0]["field"] == field
    assert answer["userErrors"][0]["message"].startswith("The product couldn't be stocked")


UPDATE = """mutation($i: ID!, $in: InventoryItemInput!) { inventoryItemUpdate(id: $i, input: $in) {
  inventoryItem { sku tracked unitCost { amount } variant { sku } } userErrors { field message } } }"""


def test_an_item_and_its_variant_share_the_sku(shop: Any, place: dict[str, Any]) -> None:
    answer = shop.data(UPDATE, {"i": place["item"], "in": {"sku": "NEW-1", "tracked": False, "cost": "3.50"}})["inventoryItemUpdate"]
    assert answer == {"inventoryItem": {"sku": "NEW-1", "tracked": False, "unitCost": {"amount": "3.5"}, "variant": {"sku": "NEW-1"}}, "userErrors": []}


@pytest.mark.parametrize(("changes", "field"), [({"cost": "-1"}, ["input", "cost"]), ({"harmonizedSystemCode": "12"}, ["input", "harmonizedSystemCode"])])
def test_a_wrong_item_is_not_changed(shop: Any, place: dict[str, Any], changes: dict[str, Any], field: list[str]) -> None:
    answer = shop.data(UPDATE, {"i": place["item"], "in": changes})["inventoryItemUpdate"]
    assert (answer["inventoryItem"], answer["userErrors"][0]["field"]) == (None, field)
    missing = shop.data(UPDATE, {"i": "gid://shopify/InventoryItem/9", "in": {}})["inventoryItemUpdate"]
    assert missing["userErrors"][0]["message"] == "The product couldn't be updated because it does not exist."


def test_an_unknown_quantity_name_is_an_error(shop: Any, place: dict[str, Any]) -> None:
    error = shop.error('query($i: ID!) { inventoryItem(id: $i) { inventoryLevels(first: 1) { nodes { quantities(names: ["all"]) { quantity } } } } }', {"i": place["item"]})
    assert error["extensions"]["code"] == "INVALID_FIELD_ARGUMENTS"
