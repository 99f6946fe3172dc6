"""Where a node stands in a document, as the service's static errors name it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphql.language import ast


def operation_label(node: ast.OperationDefinitionNode) -> str:
    """`query Name`, or the kind alone without a name."""
    return f"{node.operation.value} {node.name.value}" if node.name else node.operation.value


def path_of(ancestors: Iterable[Any], node: Any) -> list[Any]:
    """The steps from the operation down to `node`: response names, arguments, list positions (reference: section 4)."""
    steps: list[Any] = []
    chain = [*_nodes(ancestors), node]
    for place, one in enumerate(chain):
        if isinstance(one, ast.OperationDefinitionNode):
            steps.append(operation_label(one))
        elif isinstance(one, ast.FragmentDefinitionNode):
            steps.append(f"fragment {one.name.value}")
        elif isinstance(one, ast.InlineFragmentNode):
            steps.append(f"... on {one.type_condition.name.value}" if one.type_condition else "...")
        elif isinstance(one, ast.FieldNode):
            steps.append(one.alias.value if one.alias else one.name.value)
        elif isinstance(one, ast.ArgumentNode | ast.ObjectFieldNode):
            steps.append(one.name.value)
        elif isinstance(one, ast.ListValueNode) and place + 1 < len(chain) and chain[place + 1] in one.values:
            steps.append(list(one.values).index(chain[place + 1]))
    return steps


def _nodes(ancestors: Iterable[Any]) -> Iterable[Any]:
    return (one for one in ancestors if isinstance(one, ast.Node))
