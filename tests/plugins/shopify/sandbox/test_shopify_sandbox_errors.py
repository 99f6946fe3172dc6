"""What a client gets for a wrong operation: the service's own texts, codes and places."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


def test_an_unknown_field_tells_type_name_and_path_and_brings_no_data(shop: Any) -> None:
    answer = shop.ask("query Look { orders(first: 1) {\n  nodes { nope } } }")
    assert answer == {"errors": [{
        "message": "Field 'nope' doesn't exist on type 'Order'", "locations": [{"line": 2, "column": 11}],
        "path": ["query Look", "orders", "nodes", "nope"],
        "extensions": {"code": "undefinedField", "typeName": "Order", "fieldName": "nope"},
    }]}


@pytest.mark.parametrize(("query", "code", "message"), [
    ("mutation M { orderUpdate { order { id } } }", "missingRequiredArguments", "Field 'orderUpdate' is missing required arguments: input"),
    ("{ orders(first: 1, nope: 2) { nodes { id } } }", "argumentNotAccepted", "Field 'orders' doesn't accept argument 'nope'"),
    ("{ orders(first: 1, sortKey: NOPE) { nodes { id } } }", "argumentLiteralsIncompatible",
     "Argument 'sortKey' on Field 'orders' has an invalid value (NOPE). Expected type 'OrderSortKeys'."),
    ("{ orders(first: 99999999999) { nodes { id } } }", "argumentLiteralsIncompatible",
     "Argument 'first' on Field 'orders' has an invalid value (99999999999). Expected type 'Int'."),
    ("{ shop }", "selectionMismatch",
     "Field must have selections (field 'shop' returns Shop but has no selections. Did you mean 'shop { ... }'?)"),
    ("{ shop { name { x } } }", "selectionMismatch",
     "Selections can't be made on scalars (field 'name' returns String but has selections [\"x\"])"),
    ("{ shop @nope { name } }", "undefinedDirective", "Directive @nope is not defined"),
    ("query Q($a: ID) { shop { name } }", "variableNotUsed", "Variable $a is declared by Q but not used"),
    ("query Q { order(id: $a) { id } }", "variableNotDefined", "Variable $a is used by Q but not declared"),
    ("query Q($a: Nope) { order(id: $a) { id } }", "undefinedType", "Nope isn't a defined input type (on $a)"),
    ('mutation { orderUpdate(input: {note: "x"}) { order { id } } }', "missingRequiredInputObjectAttribute",
     "Argument 'id' on InputObject 'OrderInput' is required. Expected type ID!"),
    ('mutation { orderUpdate(input: {id: "1", nope: 1}) { order { id } } }', "argumentNotAccepted",
     "InputObject 'OrderInput' doesn't accept argument 'nope'"),
    ("mutation { orderUpdate(input: null) { order { id } } }", "argumentLiteralsIncompatible",
     "Argument 'input' on Field 'orderUpdate' has an invalid value (null). Expected type 'OrderInput!'."),
    ("{ shop { ...Nope } }", "useAndDefineFragment", "Unknown fragment 'Nope'"),
    ('mutation { tagsAdd(id: "x", tags: []) { userErrors { code } } }', "undefinedField", "Field 'code' doesn't exist on type 'UserError'"),
])
def test_static_mistakes_have_the_ruby_names(shop: Any, query: str, code: str, message: str) -> None:
    answer = shop.ask(query)
    assert "data" not in answer
    assert "extensions" not in answer
    found = next(one for one in answer["errors"] if one["extensions"]["code"] == code)
    assert found["message"] == message
    assert found["locations"]


def test_a_syntax_error_tells_where_the_text_went_wrong(shop: Any) -> None:
    assert shop.error("{ shop {") == {
        "message": "syntax error, unexpected end of file at [1, 9]", "locations": [{"line": 1, "column": 9}],
        "extensions": {"code": "PARSE_ERROR"},
    }


@pytest.mark.parametrize("query", ["{" * 5000, "{ shop " * 3000 + "}" * 3000, "{ orders(query: " + "[" * 4000 + "]" * 4000 + ") { x } }"])
def test_a_bottomless_query_is_refused_not_crashed_on(shop: Any, query: str) -> None:
    assert shop.error(query)["extensions"]["code"] == "PARSE_ERROR"


@pytest.mark.parametrize(("kind", "value", "message", "explanation"), [
    ("ID!", None, "Variable $x of type ID! was provided invalid value", "Expected value to not be null"),
    ("OrderInput!", {"id": "a", "nope": 1}, "Variable $x of type OrderInput! was provided invalid value for nope "
     "(Field is not defined on OrderInput)", "Field is not defined on OrderInput"),
    ("OrderInput!", {"note": "a"}, "Variable $x of type OrderInput! was provided invalid value for id "
     "(Expected value to not be null)", "Expected value to not be null"),
    ("OrderInput!", {"id": "a", "tags": [1]}, "Variable $x of type OrderInput! was provided invalid value for tags.0 "
     "(Could not coerce value 1 to String)", "Could not coerce value 1 to String"),
])
def test_a_wrong_variable_lists_its_problems(shop: Any, kind: str, value: Any, message: str, explanation: str) -> None:
    field = "order(id: $x) { id }" if kind == "ID!" else "orderUpdate(input: $x) { order { id } }"
    query = f"{'query' if kind == 'ID!' else 'mutation'}($x: {kind}) {{ {field} }}"
    error = shop.error(query, {"x": value})
    assert error["message"] == message
    assert error["extensions"]["code"] == "INVALID_VARIABLE"
    assert error["extensions"]["value"] == value
    assert error["extensions"]["problems"][0]["explanation"] == explanation


def test_an_enum_variable_out_of_range_lists_the_values(shop: Any) -> None:
    error = shop.error("query($k: LocationSortKeys) { locations(first: 1, sortKey: $k) { nodes { id } } }", {"k": "NOPE"})
    assert error["extensions"]["problems"] == [{"path": [], "explanation": 'Expected "NOPE" to be one of: ID, NAME, RELEVANCE'}]


def test_a_list_of_more_than_250_is_refused_before_it_runs(shop: Any) -> None:
    query = "mutation M($i: OrderInput!) { orderUpdate(input: $i) { order { id } } }"
    answer = shop.ask(query, {"i": {"id": "gid://shopify/Order/1", "tags": ["x"] * 251}})
    assert "data" not in answer
    assert answer["errors"][0]["message"] == "The input array size of 251 is greater than the maximum allowed of 250."
    assert answer["errors"][0]["path"] == ["orderUpdate", "input", "tags"]
    assert answer["errors"][0]["extensions"] == {"code": "MAX_INPUT_SIZE_EXCEEDED"}


def test_an_id_of_another_type_is_not_found_and_the_field_is_null(shop: Any) -> None:
    answer = shop.ask('{ order(id: "gid://shopify/Product/1") { id } }')
    assert answer["data"] == {"order": None}
    assert answer["errors"][0]["extensions"]["code"] == "RESOURCE_NOT_FOUND"
    assert answer["errors"][0]["message"] == "Invalid id: gid://shopify/Product/1"


def test_an_id_that_names_nothing_is_plainly_null(shop: Any) -> None:
    assert shop.data('{ order(id: "gid://shopify/Order/1") { id } node(id: "gid://shopify/Order/1") { id } }') == {"order": None, "node": None}


@pytest.mark.parametrize(("arguments", "message"), [
    ("", "you must provide one of first or last"),
    ("(first: 1, last: 1)", "providing both first and last is not supported"),
    ("(first: 251)", "first cannot exceed 250. To query larger amounts of data with fewer limits, bulk operations should be used instead."),
    ("(last: 251)", "last cannot exceed 250. To query larger amounts of data with fewer limits, bulk operations should be used instead."),
    ('(first: 1, after: "rubbish")', "Malformed cursor"),
    ('(first: 1, after: "e30=")', "Malformed cursor"),
])
def test_wrong_paging_is_a_bad_request_with_cost(shop: Any, arguments: str, message: str) -> None:
    answer = shop.ask(f"{{ orders{arguments} {{ nodes {{ id }} }} }}")
    assert answer["data"] is None
    assert answer["errors"][0]["message"] == message
    assert answer["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert "cost" in answer["extensions"]


def test_the_operation_name_must_tell_which_one(shop: Any) -> None:
    two = "query A { shop { name } } query B { shop { id } }"
    assert shop.error(two) == {"message": "An operation name is required"}
    sent = {"query": two, "operationName": "B"}
    headers = {"X-Shopify-Access-Token": shop.token}
    assert shop.http.post("/admin/api/2026-10/graphql.json", json=sent, headers=headers).json["data"]["shop"].keys() == {"id"}
    sent["operationName"] = "Missing"
    assert shop.http.post("/admin/api/2026-10/graphql.json", json=sent, headers=headers).json["errors"] == [
        {"message": 'No operation named "Missing"'}
    ]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(query=st.text(max_size=60) | st.text(alphabet="{}()$:@!\"[]#, abcid1\n", max_size=80), variables=st.dictionaries(
    st.text(max_size=5), st.none() | st.integers() | st.text(max_size=5), max_size=3))
def test_whatever_is_sent_gets_a_json_answer_with_200(shop: Any, query: str, variables: dict[str, Any]) -> None:
    answer = shop.post(query, variables)
    assert answer.status_code == 200
    assert "errors" in answer.json or "data" in answer.json
