"""Orders as a shop really gives them, mapped with rows as a plugin writes them."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from koppel.mapping import TRANSFORMS, Tables, compile_mapping, parse_rule

FOLDER = Path(__file__).resolve().parents[4] / "shared/data/shopify/rest-fixtures"
ROWS = """
reference: {from: name, required: true}
ordered_at: {from: created_at, transform: datetime}
customer.email: {from: customer.email, transform: [strip, lower]}
customer.billing.street: {from: billing_address.address1, transform: street}
customer.billing.house_number: {from: billing_address.address1, transform: house_number}
customer.billing.country: {from: billing_address.country, transform: country}
total: {from: total_price, transform: decimal}
discounts: {expr: "sum(record.discount_codes, 'amount')"}
"lines[]": {from: line_items}
"lines[].sku": {from: sku, transform: strip}
"lines[].total": {expr: "item.price * item.quantity"}
"lines[].of": {from: $.name}
shipping: {expr: "sum(record.shipping_lines, 'price')"}
"""


def orders() -> list[dict[str, Any]]:
    """All orders of the folder."""
    found: list[dict[str, Any]] = []
    for file in sorted(FOLDER.rglob("order*.json")):
        content = json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
        if isinstance(content, dict):
            many = content.get("orders") or [content.get("order")]
            found += [one for one in many if isinstance(one, dict) and one.get("line_items") and one.get("name")]
    return found


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the recorded orders are not on this machine")
def test_recorded_orders_are_mapped_to_the_cent() -> None:
    rules = [parse_rule(target, spec) for target, spec in yaml.safe_load(ROWS).items()]
    mapping = compile_mapping(rules, transforms=TRANSFORMS, tables=Tables())
    recorded = orders()
    assert recorded
    for order in recorded:
        before = repr(order)
        fields, _ = mapping.run(order, "create")
        assert repr(order) == before
        assert fields["total"] == Decimal(order["total_price"])
        expected = [Decimal(line["price"]) * line["quantity"] for line in order["line_items"]]
        assert [line["total"] for line in fields["lines"]] == expected
        assert {line["of"] for line in fields["lines"]} == {order["name"]}
        assert not [one for one in mapping.explain(order, "create") if one.how == "error"]
