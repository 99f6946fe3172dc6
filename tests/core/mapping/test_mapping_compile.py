"""A compiled mapping builds the fields, leaves the record alone, and says which row failed and why."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from koppel.errors import MappingError
from koppel.mapping import TRANSFORMS, CompiledMapping, TableEntry, Tables, Warned, compile_mapping, parse_rule

TABLES = Tables(
    [
        TableEntry("vat_code", {"rate": "21"}, "2"),
        TableEntry("vat_code", {"rate": "21", "country": "BE"}, "BE21"),
        TableEntry("payment_term", {"method": "iDEAL"}, "00"),
        TableEntry("payment_term", {}, "30"),
    ]
)


def mapping(rows: dict[str, Any] | str, tables: Tables = TABLES, **more: Any) -> CompiledMapping:
    """Compile rows as a plugin writes them."""
    content = yaml.safe_load(rows) if isinstance(rows, str) else rows
    rules = [parse_rule(target, spec or {}) for target, spec in content.items()]
    return compile_mapping(rules, transforms={**TRANSFORMS, **more}, tables=tables)


def failure(rows: dict[str, Any] | str, record: dict[str, Any]) -> MappingError:
    """The error that this record meets."""
    compiled = mapping(rows)
    with pytest.raises(MappingError) as caught:
        compiled.run(record, "create")
    return caught.value


ORDER_ROWS = """
reference: {from: name}
customer.email: {from: email, transform: lower}
customer.billing.city: {from: billingAddress.city}
total: {from: totalPriceSet.shopMoney.amount, transform: decimal}
"lines[]": {from: lineItems.nodes}
"lines[].sku": {from: sku, transform: strip}
"lines[].total": {expr: "item.price * item.quantity"}
"lines[].currency": {from: $.currency}
"lines[].taxes[]": {from: taxLines}
"lines[].taxes[].rate": {expr: "item.rate * 100"}
"lines[].taxes[].of": {from: $.name}
"""
ORDER = {
    "name": "#1001",
    "email": "Jan@Example.COM",
    "billingAddress": None,
    "currency": "EUR",
    "totalPriceSet": {"shopMoney": {"amount": "31.50"}},
    "lineItems": {
        "nodes": [
            {
                "sku": " A ",
                "price": Decimal("10.50"),
                "quantity": 2,
                "taxLines": [{"rate": Decimal("0.21")}, {"rate": Decimal("0.06")}],
            },
            {"sku": "B", "price": "10.50", "quantity": 1, "taxLines": []},
        ]
    },
}


def test_an_order_is_mapped_with_its_lines_and_their_taxes() -> None:
    fields, warnings = mapping(ORDER_ROWS).run(ORDER, "create")
    assert fields == {
        "reference": "#1001",
        "customer": {"email": "jan@example.com"},
        "total": Decimal("31.50"),
        "lines": [
            {
                "sku": "A",
                "total": Decimal("21.00"),
                "currency": "EUR",
                "taxes": [{"rate": Decimal("21.00"), "of": "#1001"}, {"rate": Decimal("6.00"), "of": "#1001"}],
            },
            {"sku": "B", "total": Decimal("10.50"), "currency": "EUR", "taxes": []},
        ],
    }
    assert warnings == ()


def test_the_record_is_left_alone_and_the_result_is_its_own() -> None:
    record = {"a": {"b": [1, {"c": 2}]}, "l": [{"x": [1]}]}
    before = copy.deepcopy(record)
    compiled = mapping(
        {"out": {"from": "a"}, "e": {"expr": "record.a"}, "list[]": {"from": "l"}, "d": {"default": [[1]]}}
    )
    for _ in range(2):
        fields, _ = compiled.run(record, "create")
        assert fields == {"out": record["a"], "e": record["a"], "list": record["l"], "d": [[1]]}
        fields["out"]["b"][1]["c"] = fields["e"]["b"][0] = 9
        fields["list"][0]["x"].append(9)
        fields["d"][0].append(9)
    assert record == before


def test_when_chooses_the_rows_and_a_list_takes_its_fields_along() -> None:
    compiled = mapping(
        """
        Status: {default: C, when: create}
        Changed: {default: true, when: update}
        Name: {from: name}
        "Lines[]": {from: lines, when: create}
        "Lines[].SKU": {from: sku}
        """
    )
    record = {"name": "x", "lines": [{"sku": "A"}]}
    assert compiled.run(record, "create")[0] == {"Status": "C", "Name": "x", "Lines": [{"SKU": "A"}]}
    assert compiled.run(record, "update")[0] == {"Changed": True, "Name": "x"}


@pytest.mark.parametrize("empty", [None, ""])
def test_empty_takes_the_default_and_zero_is_not_empty(empty: Any) -> None:
    compiled = mapping({"a": {"from": "x", "default": "D"}, "b": {"from": "x"}, "c": {"from": "x", "default": ""}})
    assert compiled.run({"x": empty}, "create")[0] == {"a": "D", "c": ""}
    kept: list[Any] = [0, False, Decimal("0.00"), []]
    for value in kept:
        assert compiled.run({"x": value}, "create")[0] == {"a": value, "b": value, "c": value}


def test_an_object_without_fields_is_left_out_and_an_empty_list_is_not() -> None:
    rows = {
        "customer.name": {"from": "no"},
        "lines[]": {"from": "lines"},
        "lines[].a": {"from": "a"},
        "none[]": {"from": "no"},
    }
    assert mapping(rows).run({"lines": []}, "create")[0] == {"lines": []}
    assert mapping(rows).run({"lines": "no list"}, "create")[0] == {}


def test_a_mandatory_field_says_what_is_empty() -> None:
    error = failure("Description: {from: name, transform: [strip, {cut: 60}], required: true}", {"name": "  "})
    assert error.message == "The field Description is mandatory, and name is empty in this record."
    assert (error.field, error.rule, error.cause) == (
        "Description",
        "name | strip | cut(60)",
        "mapping.required:Description",
    )
    assert mapping("D: {from: name, default: x, required: true}").run({}, "create")[0] == {"D": "x"}
    assert "expression gives nothing" in failure("D: {expr: record.a, required: true}", {}).message


def test_a_mandatory_list_needs_an_item_and_an_item_is_counted() -> None:
    rows = {"lines[]": {"from": "l", "required": True}, "lines[].sku": {"from": "sku", "required": True}}
    without: list[dict[str, Any]] = [{}, {"l": []}, {"l": "text"}]
    for record in without:
        assert failure(rows, record).field == "lines[]"
    error = failure(rows, {"l": [{"sku": "A"}, {"sku": ""}]})
    assert error.message == "The field lines[].sku (item 2) is mandatory, and sku is empty in this record."
    assert error.field == "lines[].sku"


def test_a_failing_transform_is_named_with_its_own_reason() -> None:
    error = failure("Price: {from: price, transform: [strip, decimal]}", {"price": "twelve"})
    assert error.message == "The field Price cannot be made: 'twelve' is no number."
    assert (error.field, error.rule, error.cause) == ("Price", "price | strip | decimal", "mapping.value:Price")


def test_a_failing_expression_is_named_with_its_reason() -> None:
    error = failure("Price: {expr: 1 / record.quantity}", {"quantity": 0})
    assert error.message == "The field Price cannot be made: it divides by zero."
    assert "do not go together" in failure("P: {expr: record.a < record.b}", {"a": "x", "b": [1]}).message


def test_a_broken_transform_of_a_plugin_fails_the_record_only() -> None:
    def broken(value: Any) -> Any:
        raise KeyError("colour")

    compiled = mapping({"C": {"from": "c", "transform": "broken"}}, broken=broken)
    with pytest.raises(MappingError) as caught:
        compiled.run({"c": 1}, "create")
    assert caught.value.message == "The field C cannot be made: broken cannot handle this value (KeyError)."
    assert "colour" in caught.value.detail
    assert compiled.run({}, "create") == ({}, ())


def test_a_value_that_a_table_misses_names_row_and_table() -> None:
    error = failure(
        """
        "Lines[]": {from: lines}
        "Lines[].VATCode": {expr: "table('vat_code', rate=item.rate, country=record.country, customer='person')"}
        """,
        {"country": "BE", "lines": [{"rate": 21}, {"rate": Decimal(6)}]},
    )
    assert error.message == "There is no VAT code for BE, 6%, person."
    assert (error.field, error.cause) == ("Lines[].VATCode", "table.vat_code:BE, 6%, person")
    assert error.facts["item"] == "item 2"


def test_warnings_name_the_field_and_come_once() -> None:
    def twice(value: str) -> Warned:
        return Warned(value, "was doubled")

    rows = {
        "Description": {"from": "n", "transform": {"cut": 4}},
        "l[]": {"from": "l"},
        "l[].x": {"from": "x", "transform": "twice"},
    }
    fields, warnings = mapping(rows, twice=twice).run({"n": "Chair, red", "l": [{"x": "a"}]}, "create")
    assert fields == {"Description": "Chai", "l": [{"x": "a"}]}
    assert warnings == ("Description was shortened to 4 characters.", "l[].x (item 1): was doubled")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ({"a": {"from": "x", "transform": "strp"}}, 'no transform "strp". Did you mean "strip"?'),
        ({"a": {"from": "x", "transform": "cut"}}, "wrong arguments"),
        ({"a": {"from": "x", "transform": {"cut": [1, 2]}}}, "wrong arguments"),
        ({"a": {"from": "x", "transform": {"date": {"zon": "UTC"}}}}, "wrong arguments"),
        ({"a": {"from": "x", "transform": {"table": "payment_trem"}}}, 'Did you mean "payment_term"?'),
        ({"a": {"expr": "table('vat_cod', rate=1)"}}, 'Did you mean "vat_code"?'),
        ({"a": {"expr": "table('vat_code', rat=1)"}}, 'Did you mean "rate"?'),
        ({"a.b[].c": {"from": "x"}}, "no row a.b[] that says which list"),
        ({"a": {"from": "x"}, "a.b": {"from": "x"}}, 'another row makes "a"'),
        ({"a.b": {"from": "x"}, "a": {"from": "x"}}, 'another row makes "a"'),
        ({"a": {"from": "x"}, "a[]": {"from": "x"}}, 'another row makes "a"'),
        ({"a[]": {"from": "x"}, "a.b": {"from": "x"}}, 'another row makes "a"'),
    ],
)
def test_rows_that_cannot_work_are_refused_when_they_are_compiled(rows: dict[str, Any], words: str) -> None:
    with pytest.raises(MappingError) as caught:
        mapping(rows)
    assert words in caught.value.message
    assert caught.value.cause == "mapping.rule"
    assert caught.value.field in rows


def test_explain_tells_every_row_also_when_one_fails() -> None:
    told = mapping(
        """
        Name: {from: name, transform: upper}
        Status: {default: C}
        Term: {from: method, transform: {table: payment_term}}
        Empty: {from: nothing}
        Fallback: {from: nothing, default: F}
        "Lines[]": {from: lines}
        "Lines[].Total": {expr: "item.price * 2"}
        Bad: {from: name, transform: decimal}
        Later: {default: L, when: update}
        """
    ).explain({"name": "x", "method": "ideal", "lines": [{"price": 1}, {"price": 2}]}, "create")
    assert [(one.target, one.value, one.how) for one in told if one.how not in ("error",)] == [
        ("Name", "X", "from"),
        ("Status", "C", "default"),
        ("Term", "00", "table"),
        ("Empty", None, "empty"),
        ("Fallback", "F", "default"),
        ("Lines[]", [{"price": 1}, {"price": 2}], "from"),
        ("Lines[1].Total", 2, "expr"),
        ("Lines[2].Total", 4, "expr"),
    ]
    target, value, rule, _ = next(one for one in told if one.how == "error")
    assert (target, rule) == ("Bad", "name | decimal")
    assert "'x' is no number" in value


def test_the_fingerprint_follows_rules_and_tables_but_not_the_help() -> None:
    rows = {"a": {"from": "x"}, "b": {"default": "1"}}
    first = mapping(rows).fingerprint
    assert len(first) == 64
    assert mapping(rows).fingerprint == first
    assert mapping({**rows, "a": {"from": "x", "help": "A name."}}).fingerprint == first
    others = [
        mapping({**rows, "b": {"default": 1}}).fingerprint,
        mapping({**rows, "b": {"default": Decimal(1)}}).fingerprint,
        mapping({**rows, "a": {"from": "y"}}).fingerprint,
        mapping(rows, Tables()).fingerprint,
    ]
    assert len({first, *others}) == 5


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=5),
    lambda more: st.lists(more, max_size=4) | st.dictionaries(st.sampled_from("abl"), more, max_size=3),
    max_leaves=12,
)


@given(VALUES, st.sampled_from(["create", "update"]))
def test_any_record_is_mapped_or_refused_in_words(value: Any, action: Any) -> None:
    rows = {
        "a": {"from": "l.a", "transform": ["text", "strip"]},
        "l[]": {"from": "l"},
        "l[].b": {"from": "b", "required": True},
        "l[].m[]": {"from": "l", "when": "update"},
        "l[].m[].c": {"expr": "item.a ~ '-' ~ item.b"},
        "x.y.z": {"expr": "record.l.a * 2"},
    }
    record = {"l": value}
    before = repr(record)
    try:
        fields, _ = mapping(rows).run(record, action)
        refused = ""
    except MappingError as error:
        fields, refused = {}, error.field
    told = mapping(rows).explain(record, action)
    assert repr(record) == before
    assert bool(refused) == any(one.how == "error" for one in told)
    if not refused:
        assert len(fields.get("l", [])) == (len(value) if isinstance(value, list) else 0)


@given(st.lists(st.tuples(st.decimals(-(10**6), 10**6, places=2), st.integers(0, 99)), max_size=8))
def test_line_totals_are_exact_to_the_last_digit(lines: list[tuple[Decimal, int]]) -> None:
    compiled = mapping(
        {"l[]": {"from": "l"}, "l[].t": {"expr": "item.p * item.q"}, "t": {"expr": "sum(record.l, 'p')"}}
    )
    fields, _ = compiled.run({"l": [{"p": str(price), "q": quantity} for price, quantity in lines]}, "create")
    assert [line["t"] for line in fields["l"]] == [price * quantity for price, quantity in lines]
    assert fields["t"] == sum((price for price, _ in lines), Decimal(0))
