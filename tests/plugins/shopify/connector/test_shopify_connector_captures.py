"""Orders recorded from real shops, poured through the mapping: each fits, or says in a sentence why it does not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import simplejson
from koppel import MappingError

Read = Callable[[str, Any], Any]
MONEY = ("totalPriceSet", "currentTotalPriceSet")


def order_nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every order in a recorded answer that has lines."""
    if isinstance(value, dict):
        if str(value.get("id", "")).startswith("gid://shopify/Order/") and "lineItems" in value:
            yield value
        for one in value.values():
            yield from order_nodes(one)
    elif isinstance(value, list):
        for one in value:
            yield from order_nodes(one)


def lines_of(order: dict[str, Any]) -> list[dict[str, Any]]:
    """The recorded lines."""
    connection = order["lineItems"]
    return connection.get("nodes") or [edge["node"] for edge in connection.get("edges", [])]


def is_whole(order: dict[str, Any]) -> bool:
    """Whether enough was recorded to compute with: a total, and quantity and price of all lines."""
    lines = lines_of(order)
    asked = all("quantity" in line and "originalUnitPriceSet" in line for line in lines)
    more = (order["lineItems"].get("pageInfo") or {}).get("hasNextPage")
    return bool(lines) and asked and not more and any(order.get(name) for name in MONEY)


def recorded(folder: Path) -> list[dict[str, Any]]:
    """Every recorded order, each content once."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(folder.rglob("*.json")):
        for order in order_nodes(simplejson.loads(file.read_text(encoding="utf-8"), use_decimal=True)):
            found.setdefault(json.dumps(order, sort_keys=True, default=str), order)
    return list(found.values())


def test_recorded_orders_fit_to_the_cent_or_say_why_not(
    captures: Path, read_in: Read, record_property: Callable[[str, object], None]
) -> None:
    outcomes: Counter[str] = Counter()
    unfit = []
    for order in recorded(captures):
        if not is_whole(order):
            outcomes["recorded in part"] += 1
            continue
        try:
            paper = read_in("sales_order", {"taxesIncluded": False, **order, "name": order.get("name") or "#?"})
            assert paper.lines_total == paper.total
            outcomes["fit"] += 1
        except MappingError as error:
            outcomes["refused"] += 1
            unfit.append((order, error.message))
    for name, count in outcomes.items():
        record_property(name, count)
    print(dict(outcomes), *(message for _, message in unfit), sep="\n")
    assert outcomes["fit"] >= 7
    for order, message in unfit:
        assert "difference of" in message
        assert lacks_something(order), message


def lacks_something(order: dict[str, Any]) -> bool:
    """Whether the recording left out what the sum is made of: shipping, taxes or shared-out discounts."""
    parts = [order, *lines_of(order)]
    wanted = [("shippingLines",), *[("taxLines", "discountAllocations")] * (len(parts) - 1)]
    return any(name not in part for part, names in zip(parts, wanted, strict=True) for name in names)


def test_every_recorded_order_gives_a_document_or_a_sentence(captures: Path, read_in: Read) -> None:
    sentences = []
    for order in recorded(captures):
        try:
            read_in("sales_order", order)
        except MappingError as error:
            sentences.append(error.message)
    assert all(message.endswith(".") for message in sentences)


def test_a_recorded_refund_leaves_the_order_as_it_was_sold(captures: Path, read_in: Read) -> None:
    order = next(one for one in recorded(captures) if one.get("name") == "#1498" and one.get("refunds"))
    assert read_in("sales_order", order).total == 45


@pytest.mark.parametrize("kind", ["Customer", "Product"])
def test_recorded_customers_and_products_come_in(captures: Path, read_in: Read, kind: str) -> None:
    seen = 0
    for file in sorted(captures.rglob("*.json")):
        for node in nodes_of(simplejson.loads(file.read_text(encoding="utf-8"), use_decimal=True), kind):
            read_in(kind.lower(), node)
            seen += 1
    assert seen > 50


def nodes_of(value: Any, kind: str) -> Iterator[dict[str, Any]]:
    """Every recorded record of this kind that has more than an id."""
    if isinstance(value, dict):
        if str(value.get("id", "")).startswith(f"gid://shopify/{kind}/") and len(value) > 2:
            yield value
        for one in value.values():
            yield from nodes_of(one, kind)
    elif isinstance(value, list):
        for one in value:
            yield from nodes_of(one, kind)
