"""Bundles of an order: what its lines say of them, the parts that are sent, and a stock that is not ours to set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from koppel import LeftOut, Lookup, RejectedError
from koppel_shopify.lines import shopify_lines
from koppel_shopify.resources.shipment_plan import plan
from koppel_shopify.resources.shipment_state import OrderState
from support.warehouse import Warehouse, error, item, upsert, write

Make = Callable[..., Any]
BOX = {"id": "g1", "title": "Gift box", "quantity": 2, "variantSku": "BOX"}


def money(amount: str) -> dict[str, Any]:
    return {"shopMoney": {"amount": amount, "currencyCode": "EUR"}}


def line(number: int, sku: str, quantity: int, **more: Any) -> dict[str, Any]:
    return {"id": f"l{number}", "sku": sku, "quantity": quantity, "currentQuantity": quantity, "originalUnitPriceSet": money("5.00"), "taxLines": [], **more}


def order(*lines: dict[str, Any]) -> dict[str, Any]:
    return {"taxesIncluded": True, "lineItems": {"nodes": list(lines)}, "shippingLines": {"nodes": []}}


def test_a_part_tells_its_bundle_how_many_go_in_one_and_how_many_lines_a_whole_one_has() -> None:
    soap, oil, pot = shopify_lines(order(line(1, "SOAP", 4, lineItemGroup=BOX), line(2, "OIL", 2, lineItemGroup=BOX), line(3, "POT", 1)))
    assert soap["bundle"] == {"id": "g1", "sku": "BOX", "title": "Gift box", "pieces": 2, "parts": 2}
    assert (oil["bundle"]["pieces"], pot["bundle"], pot["components"]) == (1, None, [])


def test_a_bundle_that_lost_a_part_by_an_edit_still_tells_how_many_lines_it_had() -> None:
    raw = order(line(1, "SOAP", 4, lineItemGroup=BOX), line(2, "OIL", 2, lineItemGroup=BOX, currentQuantity=0))
    (soap,) = shopify_lines(raw)
    assert (soap["bundle"]["pieces"], soap["bundle"]["parts"]) == (2, 2)


def test_a_bundle_sold_as_one_line_tells_its_components_and_an_article_of_its_own_none() -> None:
    parts = [{"quantity": 2, "productVariant": {"sku": "SOAP", "title": "Default Title", "price": "3.00", "product": {"title": "Soap"}}}]
    whole = {"id": "v1", "requiresComponents": True, "productVariantComponents": {"nodes": parts}}
    box, loose = shopify_lines(order(line(1, "BOX", 1, variant=whole), line(2, "SOAP", 1, variant={"id": "v2", "requiresComponents": False})))
    assert box["components"] == [{"sku": "SOAP", "description": "Soap", "quantity": 2, "price": Decimal("3.00")}]
    assert loose["components"] == []


def shipped(*lines: dict[str, Any]) -> OrderState:
    rows = [{"id": f"f{one['id']}", "remainingQuantity": one["quantity"], "lineItem": one} for one in lines]
    waiting = {"id": "fo1", "status": "OPEN", "assignedLocation": {"location": {"id": "loc"}}, "lineItems": {"nodes": rows}}
    return OrderState({"id": "o1", "name": "#1", "fulfillmentOrders": {"nodes": [waiting]}})


def test_a_shipment_of_a_bundles_article_sends_its_parts() -> None:
    state = shipped(line(1, "SOAP", 4, lineItemGroup=BOX), line(2, "OIL", 2, lineItemGroup=BOX), line(3, "POT", 1))
    (part,) = plan(state, [{"sku": "box", "quantity": 1}, {"sku": "POT", "quantity": 1}], Counter())
    assert part.lines == {"fo1": {"fl1": 2, "fl2": 1, "fl3": 1}}


def test_a_bundles_article_is_sent_out_of_several_bundles_of_one_order() -> None:
    other = {**BOX, "id": "g2", "quantity": 1}
    state = shipped(line(1, "SOAP", 4, lineItemGroup=BOX), line(2, "OIL", 2, lineItemGroup=BOX), line(3, "SOAP", 3, lineItemGroup=other))
    (part,) = plan(state, [{"sku": "BOX", "quantity": 3}], Counter())
    assert part.lines == {"fo1": {"fl1": 4, "fl2": 2, "fl3": 3}}
    with pytest.raises(RejectedError, match="more of SOAP than can still be sent of the order #1"):
        plan(state, [{"sku": "BOX", "quantity": 4}], Counter())


def test_a_part_may_be_sent_by_its_own_article_as_well() -> None:
    (part,) = plan(shipped(line(1, "SOAP", 4, lineItemGroup=BOX)), [{"sku": "SOAP", "quantity": 3}], Counter())
    assert part.lines == {"fo1": {"fl1": 3}}


def test_the_stock_of_a_bundle_is_left_out_and_the_rest_is_set(shop: Make) -> None:
    house = Warehouse(s1=5, s2=7)
    house.errors = [[error("NON_MUTABLE_INVENTORY_ITEM", 0)]]
    receipts = upsert(shop(house), write(1, 6), write(2, 8))
    assert isinstance(receipts["1:1"].error, LeftOut)
    assert str(receipts["1:1"].error) == "S1 is a bundle; Shopify reckons its stock from its parts."
    assert (receipts["1:2"].action, house.held) == ("updated", {item(1): 5, item(2): 8})


def test_a_bundle_that_is_found_to_be_one_is_never_asked_to_change(shop: Make) -> None:
    house = Warehouse(s1=5)
    made = shop(lambda name, variables: _bundled(house(name, variables)))
    found = made.connector.find(Lookup("stock", "sku", ("S1",))).matches["S1"][0]
    assert isinstance(upsert(made, write(1, 6, found.data))["1:1"].error, LeftOut)
    assert "SetStock" not in made.names()


def _bundled(answer: Any) -> Any:
    for row in (answer.get("productVariants") or {}).get("nodes", ()):
        row["requiresComponents"] = True
    return answer
