"""What an operation costs, before it runs and after (reference: section 3)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
)
from graphql.language import ast

FREE = frozenset({"MoneyV2", "MoneyBag", "MailingAddress", "LocationAddress", "PageInfo", "Weight", "InventoryItemMeasurement"})
COUNT = MUTATION = 10
HIDDEN = {("Location", "hasUnfulfilledOrders"): 1, ("InventoryItem", "locationsCount"): 1}


def steps(size: int) -> int:
    """How much a page of `size` rows weighs."""
    return 0 if size <= 0 else max(1, math.floor(2 * math.log(size)))


@dataclass
class Cost:
    """One selected field: its way of costing, its page size, and what is selected in it per possible type."""

    name: str
    way: str
    size: int = 0
    own: int = 0
    branches: dict[str, list[Cost]] = field(default_factory=dict)

    def requested(self) -> int:
        """The cost before anything is known of the answer."""
        inside = self._inside()
        if self.way == "connection":
            return self.own + steps(self.size) * inside
        return self.own + inside

    def _inside(self) -> int:
        return max((sum(one.requested() for one in branch) for branch in self.branches.values()), default=0)

    def actual(self, value: Any) -> float:
        """The cost of what was really returned as `value`."""
        if self.way == "mutation":
            return MUTATION + (self._within(value) if isinstance(value, dict) else 0)
        if value is None:
            return 0
        if isinstance(value, list):
            return self.own + (sum(self._within(one) for one in value) / len(value) if value else 0)
        if self.way == "connection":
            return self._page(value)
        return self.own + self._within(value)

    def _within(self, value: Any) -> float:
        if not isinstance(value, dict):
            return 0
        return max((sum(one.actual(value.get(one.name)) for one in branch) for branch in self.branches.values()), default=0)

    def _page(self, value: dict[str, Any]) -> float:
        rows = max((len(inner) for inner in value.values() if isinstance(inner, list)), default=0)
        if not rows or not self.size:
            return self.own
        return self.own + math.ceil(steps(self.size) * rows / self.size) * self._within(value)


_OWN = {"leaf": 0, "free": 0, "object": 1, "count": COUNT, "mutation": MUTATION, "connection": 2}


class Estimate:
    """The costs of one operation."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode,
                 variables: Mapping[str, Any]) -> None:
        self.schema, self.variables = schema, variables
        self.fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
        root = schema.get_root_type(operation.operation)
        assert root is not None
        self.is_mutation = operation.operation.value == "mutation"
        self.roots = self._selected(operation.selection_set, root, "root")

    @property
    def requested(self) -> int:
        """The points that must be available."""
        return max(1, sum(one.requested() for one in self.roots)) if self.roots else 0

    def actual(self, data: Mapping[str, Any] | None) -> int:
        """The points that are kept for the answer `data`; never more than was requested."""
        spent = sum(one.actual((data or {}).get(one.name)) if data or self.is_mutation else 2 for one in self.roots)
        return min(self.requested, math.ceil(spent))

    def fields(self) -> list[dict[str, Any]]:
        """The list that `Shopify-GraphQL-Cost-Debug` adds."""
        found: list[dict[str, Any]] = []
        self._debug(self.roots, [], found)
        return found

    def _debug(self, costs: list[Cost], path: list[str], found: list[dict[str, Any]]) -> None:
        for one in costs:
            total, inside = one.requested(), one._inside()
            found.append({"path": [*path, one.name], "definedCost": one.own,
                          "requestedTotalCost": total, "requestedChildrenCost": inside or None})
            for branch in one.branches.values():
                self._debug(branch, [*path, one.name], found)

    def _selected(self, selection: SelectionSetNode, owner: Any, place: str) -> list[Cost]:
        costs: dict[str, Cost] = {}
        for node in self._collect(selection, owner):
            name = node.alias.value if node.alias else node.name.value
            cost = self._field(node, owner, place)
            if cost is None:
                continue
            if name in costs:
                _merge(costs[name], cost)
            else:
                costs[name] = cost
        return list(costs.values())

    def _collect(self, selection: SelectionSetNode, owner: Any) -> list[FieldNode]:
        found: list[FieldNode] = []
        for node in selection.selections:
            if self._skipped(node):
                continue
            if isinstance(node, FieldNode):
                found.append(node)
                continue
            inner = self.fragments.get(node.name.value) if isinstance(node, ast.FragmentSpreadNode) else node
            if isinstance(inner, FragmentDefinitionNode | ast.InlineFragmentNode) and self._applies(inner, owner):
                found.extend(self._collect(inner.selection_set, owner))
        return found

    def _skipped(self, node: Any) -> bool:
        for directive in node.directives or ():
            if directive.name.value in ("skip", "include") and directive.arguments:
                value = self._plain(directive.arguments[0].value)
                if bool(value) is (directive.name.value == "skip"):
                    return True
        return False

    def _applies(self, fragment: Any, owner: Any) -> bool:
        if fragment.type_condition is None or fragment.type_condition.name.value == owner.name:
            return True
        condition = self.schema.get_type(fragment.type_condition.name.value)
        return is_abstract_type(condition) and self.schema.is_sub_type(condition, owner)

    def _field(self, node: FieldNode, owner: Any, place: str) -> Cost | None:
        name = node.alias.value if node.alias else node.name.value
        declared = getattr(owner, "fields", {}).get(node.name.value)
        if declared is None:
            return None
        kind = get_named_type(declared.type)
        if owner.name.endswith("Connection") and node.name.value == "nodes":
            place = "row"
        way = self._way(kind, node, place)
        cost = Cost(name, way, self._size(node), HIDDEN.get((owner.name, node.name.value), _OWN[way]))
        if node.selection_set and is_composite_type(kind):
            inner = "payload" if cost.way == "mutation" else "deep"
            if kind.name.endswith("Edge"):
                inner = "row"
            for one in self._possible(kind):
                cost.branches[one.name] = self._selected(node.selection_set, one, inner)
        return cost

    def _possible(self, kind: Any) -> list[GraphQLObjectType]:
        return list(self.schema.get_possible_types(kind)) if is_abstract_type(kind) else [kind]

    def _way(self, kind: Any, node: FieldNode, place: str) -> str:
        if place == "root" and self.is_mutation:
            return "mutation"
        if not is_composite_type(kind):
            return "leaf"
        if kind.name == "Count":
            return "count"
        if kind.name.endswith("Connection"):
            return "connection"
        if place == "row":
            return "object"
        if kind.name in FREE or kind.name.endswith(("Edge", "UserError")) or place == "payload":
            return "free"
        return "object"

    def _size(self, node: FieldNode) -> int:
        for argument in node.arguments or ():
            if argument.name.value in ("first", "last"):
                value = self._plain(argument.value)
                if isinstance(value, int):
                    return value
        return 0

    def _plain(self, value: Any) -> Any:
        if isinstance(value, ast.VariableNode):
            return self.variables.get(value.name.value)
        if isinstance(value, ast.IntValueNode):
            return int(value.value)
        return getattr(value, "value", None)


def _merge(known: Cost, other: Cost) -> None:
    """The same field selected twice counts once, with both selections."""
    for kind, costs in other.branches.items():
        names = {one.name: one for one in known.branches.setdefault(kind, [])}
        for one in costs:
            if one.name in names:
                _merge(names[one.name], one)
            else:
                known.branches[kind].append(one)
