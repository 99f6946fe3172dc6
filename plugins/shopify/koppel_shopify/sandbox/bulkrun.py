"""What a bulk operation does: one query over everything, or one mutation per line of a file."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from graphql import FieldNode, FragmentDefinitionNode, OperationDefinitionNode, execute, get_named_type
from graphql.execution import ExecutionResult

from koppel_shopify.sandbox.connections import UNBOUNDED
from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import executed
from koppel_shopify.sandbox.events import announcing
from koppel_shopify.sandbox.idempotency import wrapped
from koppel_shopify.sandbox.resolving import resolve, type_of
from koppel_shopify.sandbox.schema import schema_for
from koppel_shopify.sandbox.shapes import Node
from koppel_shopify.sandbox.static import Documents, Refused, checked

_DOCUMENTS = Documents(20)
_RUNNERS = ("bulkOperationRunQuery", "bulkOperationRunMutation")


@dataclass
class Result:
    """Lines of JSON, and how many of them are roots."""

    lines: list[str]
    roots: int


def carry_out(one: Node, context: Context) -> Result:
    """Do what the operation was started for, in the version it was started with."""
    then = replace(context, version=one["_version"], warnings=[])
    return _write(one, then) if one["type"] == "MUTATION" else _read(one, then)


def _run(document: Any, context: Context, values: dict[str, Any]) -> ExecutionResult:
    schema = schema_for(context.version)
    result = execute(schema, document, None, context, values, field_resolver=announcing(wrapped(resolve)), type_resolver=type_of)
    assert isinstance(result, ExecutionResult)
    return result


def _operation(text: str, context: Context) -> tuple[Any, OperationDefinitionNode]:
    document = _DOCUMENTS.read(schema_for(context.version), text)
    return document, next(one for one in document.definitions if isinstance(one, OperationDefinitionNode))


def mutation(text: str, context: Context) -> None:
    """Refused or ValueError for a mutation that cannot run in bulk."""
    _, operation = _operation(text, context)
    roots = [one.name.value for one in operation.selection_set.selections if isinstance(one, FieldNode)]
    if operation.operation.value != "mutation" or len(roots) != 1 or roots[0] in _RUNNERS:
        raise ValueError("You must use an allowed mutation name.")


def _write(one: Node, context: Context) -> Result:
    document, operation = _operation(one["query"], context)
    lines = []
    for number, line in enumerate(context.storage.files[one["_path"]].splitlines()):
        if line.strip():
            lines.append(json.dumps({**_answer(document, operation, line, context), "__lineNumber": number}, ensure_ascii=False))
    return Result(lines, len(lines))


def _answer(document: Any, operation: OperationDefinitionNode, line: str, context: Context) -> dict[str, Any]:
    try:
        values = checked(schema_for(context.version), operation, json.loads(line))
    except Refused as refused:
        return {"errors": refused.errors}
    except ValueError as wrong:
        return {"errors": [{"message": f"Invalid JSON: {wrong}"}]}
    result = _run(document, context, values)
    told: dict[str, Any] = {"data": result.data}
    if result.errors:
        told["errors"] = [executed(error, context.now) for error in result.errors]
    return told


def query_problem(text: str, context: Context) -> str:
    """Why a query cannot run in bulk; empty when it can. Refused for one that is no query at all."""
    document, operation = _operation(text, context)
    if operation.operation.value != "query":
        return "Invalid bulk query: only queries are supported."
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    found: list[int] = []
    root = schema_for(context.version).query_type
    problem = _walk(operation.selection_set, root, context, fragments, 0, found)
    if problem:
        return problem
    if not found:
        return "Bulk queries must contain at least one connection."
    if len(found) > 5:
        return "Bulk queries cannot contain more than 5 connections."
    return "Bulk queries cannot contain connections with a nesting depth greater than 2." if max(found) > 2 else ""


def _walk(selections: Any, kind: Any, context: Context, fragments: dict[str, Any], depth: int, found: list[int]) -> str:
    for node in selections.selections if selections else ():
        if not isinstance(node, FieldNode):
            inner = fragments[node.name.value] if hasattr(node, "name") else node
            problem = _walk(inner.selection_set, kind, context, fragments, depth, found)
        else:
            problem = _field(node, kind, context, fragments, depth, found)
        if problem:
            return problem
    return ""


def _field(node: FieldNode, kind: Any, context: Context, fragments: dict[str, Any], depth: int, found: list[int]) -> str:
    declared = getattr(kind, "fields", {}).get(node.name.value)
    if declared is None:
        return ""
    if depth == 0 and node.name.value in ("node", "nodes"):
        return "Bulk queries cannot contain the `node` and `nodes` fields at the root."
    inner = get_named_type(declared.type)
    if kind.name.endswith("Connection") and node.name.value == "nodes":
        return "Queries that contain the `nodes` field are not supported; use `edges { node }`."
    if inner.name.endswith("Connection"):
        found.append(depth + 1)
        depth += 1
    return _walk(node.selection_set, inner, context, fragments, depth, found)


def _read(one: Node, context: Context) -> Result:
    document, _ = _operation(one["query"], context)
    token = UNBOUNDED.set(True)
    try:
        data = _run(document, context, {}).data or {}
    finally:
        UNBOUNDED.reset(token)
    lines: list[str] = []
    roots = sum(_lines(value, "", lines) for value in data.values() if _is_connection(value))
    return Result(lines, roots)


def _is_connection(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("edges"), list)


def _lines(found: dict[str, Any], parent: str, lines: list[str]) -> int:
    """A line per node, those of its own lists right after it."""
    for edge in found["edges"]:
        node = edge["node"]
        plain = {name: value for name, value in node.items() if not _is_connection(value)}
        lines.append(json.dumps({**plain, **({"__parentId": parent} if parent else {})}, ensure_ascii=False))
        for value in node.values():
            if _is_connection(value):
                _lines(value, str(node.get("id") or ""), lines)
    return len(found["edges"])
