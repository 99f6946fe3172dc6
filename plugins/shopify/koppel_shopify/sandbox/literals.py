"""Whether a value written in a document, or sent as a variable, fits its type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLScalarType,
    Undefined,
    is_list_type,
    is_non_null_type,
)
from graphql.language import ast
from graphql.utilities import value_from_ast_untyped

MAX_INPUT = 250
_DEEP = 60


def fits(node: Any, kind: Any) -> bool:
    """True when the literal can be a `kind`; objects are judged field by field elsewhere."""
    if isinstance(node, ast.VariableNode):
        return True
    if isinstance(node, ast.NullValueNode):
        return not is_non_null_type(kind)
    if is_non_null_type(kind):
        return fits(node, kind.of_type)
    if is_list_type(kind):
        return all(fits(one, kind.of_type) for one in node.values) if isinstance(node, ast.ListValueNode) else fits(node, kind.of_type)
    if isinstance(kind, GraphQLInputObjectType):
        return isinstance(node, ast.ObjectValueNode)
    if isinstance(kind, GraphQLEnumType):
        return isinstance(node, ast.EnumValueNode) and node.value in kind.values
    return _scalar_fits(node, kind)


_LITERALS: dict[str, tuple[type, ...]] = {
    "Int": (ast.IntValueNode,), "Float": (ast.IntValueNode, ast.FloatValueNode), "Boolean": (ast.BooleanValueNode,),
    "String": (ast.StringValueNode,), "ID": (ast.StringValueNode, ast.IntValueNode),
}


def _scalar_fits(node: Any, kind: Any) -> bool:
    if kind.name in _LITERALS:
        within = kind.name != "Int" or not isinstance(node, ast.IntValueNode) or abs(int(node.value)) < 2**31
        return isinstance(node, _LITERALS[kind.name]) and within
    if isinstance(node, ast.EnumValueNode | ast.ObjectValueNode | ast.ListValueNode):
        return bool(kind.name == "JSON")
    return _reads(kind, value_from_ast_untyped(node)) is None


def _reads(kind: GraphQLScalarType, value: Any) -> str | None:
    try:
        return None if kind.parse_value(value) is not Undefined else f"Could not coerce value {_shown(value)} to {kind.name}"
    except (GraphQLError, TypeError, ValueError, OverflowError):
        return f"Could not coerce value {_shown(value)} to {kind.name}"


def _shown(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else "null" if value is None else str(value)


Problem = dict[str, Any]


def problems(value: Any, kind: Any, path: tuple[Any, ...] = ()) -> Iterator[Problem]:
    """What is wrong with a variable's value (reference: section 4, `INVALID_VARIABLE`)."""
    if len(path) > _DEEP:
        yield _problem(path, "Input is nested too deeply")
    elif value is None:
        if is_non_null_type(kind):
            yield _problem(path, "Expected value to not be null")
    elif is_non_null_type(kind):
        yield from problems(value, kind.of_type, path)
    elif is_list_type(kind):
        for index, one in enumerate(value if isinstance(value, list) else [value]):
            yield from problems(one, kind.of_type, (*path, index))
    elif isinstance(kind, GraphQLInputObjectType):
        yield from _object_problems(value, kind, path)
    elif isinstance(kind, GraphQLEnumType):
        if not isinstance(value, str) or value not in kind.values:
            yield _problem(path, f"Expected {_shown(value)} to be one of: {', '.join(kind.values)}")
    else:
        trouble = _reads(kind, value) if kind.name != "String" or isinstance(value, str) else f"Could not coerce value {_shown(value)} to String"
        if trouble:
            yield _problem(path, trouble)


def _object_problems(value: Any, kind: GraphQLInputObjectType, path: tuple[Any, ...]) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield _problem(path, f"Expected {_shown(value)} to be a key-value object responding to `to_h` or `to_unsafe_h`.")
        return
    for name in value:
        if name not in kind.fields:
            yield _problem((*path, name), f"Field is not defined on {kind.name}")
    for name, field in kind.fields.items():
        if name in value:
            yield from problems(value[name], field.type, (*path, name))
        elif is_non_null_type(field.type) and (field.ast_node is None or field.ast_node.default_value is None):
            yield _problem((*path, name), "Expected value to not be null")


def _problem(path: tuple[Any, ...], text: str) -> Problem:
    return {"path": list(path), "explanation": text}


def too_long(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], int]]:
    """The lists in `value` that hold more than the API takes, with their size (reference: section 3)."""
    if len(path) > _DEEP:
        return
    if isinstance(value, list):
        if len(value) > MAX_INPUT:
            yield path, len(value)
        for index, one in enumerate(value):
            yield from too_long(one, (*path, index))
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from too_long(one, (*path, name))
