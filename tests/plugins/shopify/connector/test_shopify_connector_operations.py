"""Everything the connector can ask exists in the published schema, and is never too costly to ask."""

from __future__ import annotations

import math
from typing import Any

import pytest
from koppel_shopify.queries import VERSIONS, names, operation_name, text_of
from koppel_shopify.resources import customers, orders, products
from support.adminschemas import admin_schema as published

graphql = pytest.importorskip("graphql")
FREE = {"MoneyBag", "MoneyV2", "MailingAddress", "LocationAddress", "PageInfo"}
IN_BULK = {"bulk_products"}
"""What runs as a bulk operation costs ten points, whatever it reads."""
PAGES = {
    "orders": orders.READING.page_size,
    "products": products.READING.page_size,
    "customers": customers.READING.page_size,
    "order_lines": 100,
    "order_shipping": 100,
    "refund_lines": 100,
    "product_variants": 250,
    "recent_orders": 100,
    "locations": 250,
}


@pytest.mark.parametrize("name", names())
def test_every_operation_fits_the_published_schema(name: str, admin_schema: Any) -> None:
    assert graphql.validate(admin_schema, graphql.parse(text_of(name))) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_every_operation_fits_each_supported_version(version: str) -> None:
    schema = published(version)
    unfit = {name: graphql.validate(schema, graphql.parse(text_of(name, version))) for name in names()}
    assert {name: [one.message for one in errors] for name, errors in unfit.items() if errors} == {}


@pytest.mark.parametrize("name", names())
def test_no_operation_uses_a_field_that_is_going_away(name: str, admin_schema: Any) -> None:
    errors = graphql.validate(admin_schema, graphql.parse(text_of(name)), [graphql.NoDeprecatedCustomRule])
    assert [error.message for error in errors] == []


@pytest.mark.parametrize("name", [name for name in names() if name not in IN_BULK])
def test_every_operation_stays_far_below_a_thousand_points(name: str, admin_schema: Any) -> None:
    assert cost(admin_schema, name, PAGES.get(name, 100)) <= 900


def test_the_list_of_orders_costs_what_the_model_says_of_it(admin_schema: Any) -> None:
    flat = "query Flat($first: Int!) { orders(first: $first) { nodes { id name } } }"
    assert points(admin_schema, flat, 250) == 13


def test_operations_carry_each_fragment_once_and_a_name_of_their_own() -> None:
    assert len({operation_name(name) for name in names()}) == len(names())
    for name in names():
        definitions = [node.name.value for node in graphql.parse(text_of(name)).definitions]
        assert len(definitions) == len(set(definitions))


def test_a_line_goes_only_to_the_versions_that_know_it() -> None:
    assert "taxSettings { taxId }\n" in text_of("customers")
    assert "taxSettings" not in text_of("customers", "2026-04")


def cost(schema: Any, name: str, first: int) -> int:
    return points(schema, text_of(name), first)


def points(schema: Any, text: str, first: int) -> int:
    """The requested points of an operation, by the model measured in the reference (Cost and throttling)."""
    document = graphql.parse(text)
    fragments = {one.name.value: one for one in document.definitions if one.kind == "fragment_definition"}
    operation = next(one for one in document.definitions if one.kind == "operation_definition")
    if operation.operation.value == "mutation":
        return 10 + _inside(schema, schema.mutation_type, operation.selection_set, fragments, first)
    return _inside(schema, schema.query_type, operation.selection_set, fragments, first)


def _inside(schema: Any, kind: Any, selections: Any, fragments: dict[str, Any], first: int) -> int:
    total, branches = 0, [0]
    for node in selections.selections if selections else ():
        if node.kind == "fragment_spread":
            fragment = fragments[node.name.value]
            total += _inside(schema, kind, fragment.selection_set, fragments, first)
        elif node.kind == "inline_fragment":
            branches.append(
                _inside(schema, schema.type_map[node.type_condition.name.value], node.selection_set, fragments, first)
            )
        elif node.name.value != "__typename":
            total += _field(schema, kind, node, fragments, first)
    return total + max(branches)


def _field(schema: Any, kind: Any, node: Any, fragments: dict[str, Any], first: int) -> int:
    kind = graphql.get_named_type(kind.fields[node.name.value].type)
    if graphql.is_leaf_type(kind) or kind.name in FREE:
        return 0
    children = _inside(schema, kind, node.selection_set, fragments, first)
    if not kind.name.endswith("Connection"):
        return 1 + children
    given = next((one.value for one in node.arguments if one.name.value == "first"), None)
    size = first if given is None or given.kind == "variable" else int(given.value)
    rows = max(1, math.floor(2 * math.log(size))) if size > 0 else 1
    below = children - 1 if children else 0  # the list of nodes itself is the row that is counted
    return 2 + rows * (1 + below)
