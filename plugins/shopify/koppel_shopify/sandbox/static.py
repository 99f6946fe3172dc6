"""Everything that is judged before an operation runs: syntax, rules, the operation chosen, its variables."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
    print_ast,
    type_from_ast,
    validate,
)
from graphql.language import ast
from graphql.utilities import value_from_ast_untyped
from graphql.validation import specified_rules

from koppel_shopify.sandbox.errors import static_error
from koppel_shopify.sandbox.literals import problems, too_long
from koppel_shopify.sandbox.rubypath import operation_label
from koppel_shopify.sandbox.rubyrules import place, ruby_errors

MAX_TOKENS = 20_000
_OWN_RULES = {
    "FieldsOnCorrectTypeRule", "KnownArgumentNamesRule", "ProvidedRequiredArgumentsRule", "ScalarLeafsRule",
    "ValuesOfCorrectTypeRule", "KnownTypeNamesRule", "KnownDirectivesRule", "NoUnusedVariablesRule", "NoUndefinedVariablesRule",
    "UniqueOperationNamesRule",
}
_REST = [rule for rule in specified_rules if rule.__name__ not in _OWN_RULES]
_CODES = (
    ("is never used", "useAndDefineFragment"), ("Unknown fragment", "useAndDefineFragment"), ("conflict", "fieldConflict"),
    ("within itself", "infiniteLoop"), ("can never be of type", "cannotSpreadFragment"), ("used in position", "variableMismatch"),
    ("only one argument", "argumentNotUnique"), ("only one fragment", "fragmentNotUnique"),
)


class Refused(Exception):
    """The operation does not run; `errors` go to the wire without data and without cost."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors[0]["message"])
        self.errors = errors


@dataclass
class Documents:
    """Read and checked documents, kept because a connector sends the same few texts again and again."""

    size: int = 200
    known: OrderedDict[tuple[int, str], DocumentNode] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def read(self, schema: GraphQLSchema, text: str) -> DocumentNode:
        """The document in `text`, or Refused with its errors."""
        key = (id(schema), text)
        with self.lock:
            if key in self.known:
                self.known.move_to_end(key)
                return self.known[key]
        document = _parsed(text)
        errors = _errors(schema, document)
        if errors:
            raise Refused(errors)
        with self.lock:
            self.known[key] = document
            while len(self.known) > self.size:
                self.known.popitem(last=False)
        return document


def _parsed(text: str) -> DocumentNode:
    try:
        return parse(text, max_tokens=MAX_TOKENS)
    except GraphQLSyntaxError as wrong:
        spot = wrong.locations[0] if wrong.locations else None
        line, column = (spot.line, spot.column) if spot else (1, 1)
        found = wrong.message.split("Unexpected ")[-1].rstrip(".")
        found = "end of file" if "<EOF>" in wrong.message else found
        text = f"syntax error, unexpected {found} at [{line}, {column}]"
        raise Refused([static_error(text, [(line, column)], code="PARSE_ERROR")]) from None
    except RecursionError:
        raise Refused([static_error("syntax error, query is nested too deeply at [1, 1]", [(1, 1)], code="PARSE_ERROR")]) from None


def _errors(schema: GraphQLSchema, document: DocumentNode) -> list[dict[str, Any]]:
    try:
        found = ruby_errors(schema, document) + _variables(document)
        return found or [_rest(one) for one in validate(schema, document, _REST, max_errors=20)]
    except RecursionError:
        return [static_error("query is nested too deeply", [(1, 1)], code="PARSE_ERROR")]


def _rest(error: GraphQLError) -> dict[str, Any]:
    code = next((code for mark, code in _CODES if mark in error.message), "invalidDocument")
    return static_error(error.message.rstrip("."), [(one.line, one.column) for one in error.locations or ()], code=code)


def _variables(document: DocumentNode) -> list[dict[str, Any]]:
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, ast.FragmentDefinitionNode)}
    found = []
    for operation in (one for one in document.definitions if isinstance(one, OperationDefinitionNode)):
        label = operation_label(operation)
        called = operation.name.value if operation.name else f"anonymous {operation.operation.value}"
        declared = {one.variable.name.value: one for one in operation.variable_definitions or ()}
        used = _used(operation, fragments)
        for name in declared.keys() - used.keys():
            text = f"Variable ${name} is declared by {called} but not used"
            found.append(static_error(text, [place(operation)], [label], code="variableNotUsed", variableName=name))
        for name in used.keys() - declared.keys():
            text = f"Variable ${name} is used by {called} but not declared"
            found.append(static_error(text, [place(used[name])], [label], code="variableNotDefined", variableName=name))
    return found


def _used(operation: ast.Node, fragments: Mapping[str, ast.FragmentDefinitionNode]) -> dict[str, ast.Node]:
    found: dict[str, ast.Node] = {}
    seen: set[str] = set()
    stack: list[Any] = [operation]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.VariableNode):
            found.setdefault(node.name.value, node)
        elif isinstance(node, ast.FragmentSpreadNode) and node.name.value not in seen:
            seen.add(node.name.value)
            stack.append(fragments.get(node.name.value))
        if isinstance(node, ast.VariableDefinitionNode):
            continue
        if isinstance(node, ast.Node):
            stack.extend(getattr(node, key) for key in node.keys)
        elif isinstance(node, tuple | list):
            stack.extend(node)
    return found


def chosen(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """The operation to run; Refused when the name does not tell."""
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    if name:
        named = [one for one in operations if one.name and one.name.value == name]
        if not named:
            raise Refused([{"message": f'No operation named "{name}"'}])
        return named[0]
    if len(operations) != 1:
        raise Refused([{"message": "An operation name is required"}])
    return operations[0]


def checked(schema: GraphQLSchema, operation: OperationDefinitionNode, given: Mapping[str, Any]) -> dict[str, Any]:
    """The variables with their defaults; Refused for values that do not fit their type."""
    values: dict[str, Any] = {}
    for one in operation.variable_definitions or ():
        name, kind = one.variable.name.value, type_from_ast(schema, one.type)
        if name not in given and one.default_value is not None:
            values[name] = value_from_ast_untyped(one.default_value)
            continue
        if name in given:
            values[name] = given[name]
        found = list(problems(given.get(name), kind))
        if found:
            raise Refused([_invalid(one, given.get(name), found)])
    return values


def _invalid(one: ast.VariableDefinitionNode, value: Any, found: list[dict[str, Any]]) -> dict[str, Any]:
    text = f"Variable ${one.variable.name.value} of type {ast_text(one.type)} was provided invalid value"
    spots = [f"{'.'.join(map(str, p['path']))} ({p['explanation']})" for p in found if p["path"]]
    if spots:
        text += " for " + ", ".join(spots)
    return static_error(text, [place(one)], code="INVALID_VARIABLE", value=value, problems=found)


def ast_text(kind: ast.TypeNode) -> str:
    """A type as it is written."""
    return print_ast(kind)


def sized(operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> None:
    """Refuse lists that are longer than the API takes (reference: section 4, `MAX_INPUT_SIZE_EXCEEDED`)."""
    errors = []
    for root in operation.selection_set.selections:
        if not isinstance(root, ast.FieldNode):
            continue
        name = root.alias.value if root.alias else root.name.value
        for argument in root.arguments or ():
            value = value_from_ast_untyped(argument.value, dict(variables))
            for path, size in too_long(value):
                text = f"The input array size of {size} is greater than the maximum allowed of 250."
                at = [name, argument.name.value, *path]
                errors.append(static_error(text, [place(root)], at, code="MAX_INPUT_SIZE_EXCEEDED"))
    if errors:
        raise Refused(errors)
