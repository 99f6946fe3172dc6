"""Bringing JSON nodes into one shape by the schema: liberal in what comes in, the same shape in what goes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from koppel_shopify.sandbox import money, scalars

Node = dict[str, Any]
REFERRED = frozenset({
    "App", "Collection", "Company", "Customer", "Fulfillment", "FulfillmentOrder", "InventoryItem", "InventoryLevel", "LineItem", "Location", "Order",
    "OrderTransaction", "PaymentTerms", "Product", "ProductVariant", "Refund", "Return",
})
OWNED = frozenset({
    ("Product", "variants"), ("ProductVariant", "inventoryItem"), ("InventoryItem", "inventoryLevels"),
    ("Order", "lineItems"), ("Order", "refunds"), ("Order", "fulfillments"), ("Order", "fulfillmentOrders"),
    ("Order", "transactions"), ("Order", "paymentTerms"), ("Order", "returns"),
})


class BadState(ValueError):
    """A state that cannot be loaded; the text names the place."""


def is_reference(owner: str, field: str, kind: str) -> bool:
    """True where a node only points at an object that lives elsewhere."""
    return kind in REFERRED and (owner, field) not in OWNED


def listed(value: Any, where: str) -> list[Any]:
    """The nodes of a connection, whether it comes with nodes, with edges or as a plain list."""
    if isinstance(value, dict):
        if "nodes" in value:
            value = value["nodes"]
        elif "edges" in value:
            value = [edge.get("node") if isinstance(edge, dict) else edge for edge in value["edges"] or ()]
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadState(f"{where} must be a list of objects, not {value!r:.60}")
    return value


class Shaper:
    """Walks nodes along one schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self._plans: dict[str, tuple[tuple[str, str], ...]] = {}

    def shape(self, node: Any, kind: str, where: str) -> Node:
        """`node` as a `kind` with connections as plain lists; BadState for what cannot be one."""
        if isinstance(node, str):
            node = {"id": node}
        if not isinstance(node, dict):
            raise BadState(f"{where} must be an object, not {node!r:.60}")
        declared = self.schema.type_map.get(str(node.get("__typename") or kind), self.schema.type_map[kind])
        fields = getattr(declared, "fields", {})
        return {
            str(name): self._field(value, fields[name].type, declared.name, str(name), where) if name in fields else value
            for name, value in node.items()
        }

    def _field(self, value: Any, kind: Any, owner: str, name: str, where: str) -> Any:
        if value is None:
            return None
        inner, at = _named(kind), f"{where}.{name}"
        if inner.name.endswith("Connection"):
            node = get_named_type(inner.fields["nodes"].type).name
            return [self._object(one, node, owner, name, f"{at}[{i}]") for i, one in enumerate(listed(value, at))]
        if is_list_type(get_nullable_type(kind)):
            return [self._one(one, inner, owner, name, f"{at}[{i}]") for i, one in enumerate(listed(value, at))]
        return self._one(value, inner, owner, name, at)

    def _one(self, value: Any, inner: Any, owner: str, name: str, where: str) -> Any:
        if value is None:
            return None
        if isinstance(inner, GraphQLScalarType):
            return scalar(value, inner.name, where)
        if isinstance(inner, GraphQLEnumType):
            if value not in inner.values:
                raise BadState(f"{where} is {value!r}, which is no {inner.name}")
            return value
        return self._object(value, inner.name, owner, name, where)

    def _object(self, value: Any, kind: str, owner: str, name: str, where: str) -> Any:
        if kind == "MoneyBag":
            return _bag(value, where)
        if kind == "MoneyV2":
            return _money(value, where)
        return self.shape(value, kind, where)

    def dumped(self, node: Mapping[str, Any], kind: str) -> Node:
        """`node` with its connections as the API shows them."""
        declared = self.schema.type_map.get(str(node.get("__typename") or kind), self.schema.type_map[kind])
        fields = getattr(declared, "fields", {})
        return {
            name: self._out(value, fields[name].type, declared.name, name) if name in fields else value
            for name, value in node.items()
        }

    def _out(self, value: Any, kind: Any, owner: str, name: str) -> Any:
        if not isinstance(value, dict | list):
            return value
        inner = _named(kind)
        if inner.name.endswith("Connection") and isinstance(value, list):
            node = get_named_type(inner.fields["nodes"].type).name
            return {"nodes": [self._out_object(one, node, owner, name) for one in value]}
        if isinstance(value, list):
            return [self._out_object(one, inner.name, owner, name) for one in value]
        return self._out_object(value, inner.name, owner, name)

    def _out_object(self, value: Any, kind: str, owner: str, name: str) -> Any:
        return self.dumped(value, kind) if isinstance(value, dict) else value

    def owned(self, node: Node, kind: str) -> Iterator[tuple[Node, str]]:
        """The objects that live directly inside `node`, and their types; money and other bare values are left out."""
        for name, inner in self._plan(kind):
            value = node.get(name)
            for one in value if isinstance(value, list) else (value,):
                if isinstance(one, dict):
                    yield one, str(one.get("__typename") or inner)

    def _plan(self, kind: str) -> tuple[tuple[str, str], ...]:
        """The fields of `kind` that hold objects of their own; worked out once, for loading is mostly this."""
        known = self._plans.get(kind)
        if known is None:
            fields = getattr(self.schema.type_map[kind], "fields", {})
            found = ((name, _node_type(field.type)) for name, field in fields.items())
            known = tuple((name, inner.name) for name, inner in found if self._lives(kind, name, inner))
            self._plans[kind] = known
        return known

    def _lives(self, kind: str, name: str, inner: Any) -> bool:
        if not isinstance(inner, GraphQLObjectType) or inner.name in _BARE:
            return False
        return not is_reference(kind, name, inner.name)


_BARE = frozenset({"MoneyBag", "MoneyV2", "TaxLine", "DiscountAllocation", "Attribute", "SelectedOption", "InventoryQuantity", "Weight"})


@cache
def _named(kind: Any) -> Any:
    return get_named_type(kind)


def _node_type(kind: Any) -> Any:
    inner = get_named_type(kind)
    return get_named_type(inner.fields["nodes"].type) if inner.name.endswith("Connection") else inner


def scalar(value: Any, kind: str, where: str) -> Any:
    """A leaf as it is kept; BadState when it does not fit its type."""
    try:
        return _SCALARS.get(kind, _any)(value)
    except (TypeError, ValueError):
        raise BadState(f"{where} is {value!r:.60}, which is no {kind}") from None


def _any(value: Any) -> Any:
    return value


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeError
    return str(value)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or int(value) != float(value):
        raise TypeError
    return int(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _float(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError
    return float(value)


def _moment(value: Any) -> str:
    return scalars.instant(scalars.moment(value))


_SCALARS: dict[str, Callable[[Any], Any]] = {
    "String": _text, "ID": _text, "URL": _text, "HTML": _text, "FormattedString": _text, "UnsignedInt64": _text,
    "Int": _whole, "Float": _float, "Boolean": _flag, "DateTime": _moment,
    "Decimal": lambda value: money.decimal_text(money.parse(value)),
    "Money": lambda value: money.money_text(money.parse(value)),
}


def _money(value: Any, where: str) -> Any:
    if not isinstance(value, dict) or "amount" not in value:
        raise BadState(f"{where} must be an object with amount and currencyCode, not {value!r:.60}")
    amount = scalar(value["amount"], "Decimal", f"{where}.amount")
    return {"amount": amount, "currencyCode": value.get("currencyCode") or "EUR"}


def _bag(value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise BadState(f"{where} must be a MoneyBag, not {value!r:.60}")
    ours = value if "amount" in value else value.get("shopMoney") or value.get("presentmentMoney")
    theirs = value.get("presentmentMoney") or ours
    return {"shopMoney": _money(ours, where), "presentmentMoney": _money(theirs, where)}
