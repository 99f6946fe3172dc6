"""The resolver of every field: scope first, then its own function, then the node's key, then what a missing one means."""

from __future__ import annotations

from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_non_null_type,
)

from koppel_shopify.sandbox import access, gids, money
from koppel_shopify.sandbox.connections import connection
from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.registry import RESOLVERS
from koppel_shopify.sandbox.shapes import is_reference

_BACK = {
    ("ProductVariant", "product"), ("InventoryItem", "variant"), ("InventoryLevel", "item"), ("Refund", "order"),
    ("Fulfillment", "order"), ("FulfillmentOrder", "order"), ("OrderTransaction", "order"), ("PaymentTerms", "order"),
    ("PaymentSchedule", "paymentTerms"), ("Return", "order"), ("Metafield", "owner"),
    ("CompanyLocation", "company"), ("CompanyContact", "company"),
}
_EMPTY: dict[str, Any] = {
    "Int": 0, "Float": 0.0, "Boolean": False, "String": "", "UnsignedInt64": "0", "URL": "", "HTML": "",
    "Decimal": "0.0", "Money": "0.00", "JSON": None,
}


def resolve(source: Any, info: GraphQLResolveInfo[Any], **args: Any) -> Any:
    """Answer one field."""
    owner, name, context = info.parent_type.name, info.field_name, info.context
    access.check(owner, name, context)
    if access.hidden(owner, name, context):
        return access.masked(owner, name)
    own = RESOLVERS.get((owner, name))
    if own is not None:
        return own(source, context, args)
    value = _value(source or {}, owner, name, info.return_type, context)
    if get_named_type(info.return_type).name.endswith("Connection") and not isinstance(value, dict):
        return connection(value or [], args)
    if isinstance(value, list) and args.get("first") is not None:
        return value[: max(0, args["first"])]
    return value


def _value(source: dict[str, Any], owner: str, name: str, kind: Any, context: Context) -> Any:
    if (owner, name) in _BACK:
        back = context.store.parent(str(source.get("id") or ""))
        return back if back is not None else source.get(name)
    value = source.get(name)
    if name == "legacyResourceId":
        return gids.tail_of(source["id"])
    inner = get_named_type(kind)
    if isinstance(value, dict) and isinstance(inner, GraphQLObjectType) and is_reference(owner, name, inner.name):
        return _referred(value, inner.name, kind, context)
    if isinstance(value, list) and is_reference(owner, name, inner.name):
        return [context.store.node(str(one.get("id"))) or one for one in value]
    if value is None and is_non_null_type(kind):
        return missing(kind, context)
    return value


def _referred(value: dict[str, Any], kind: str, declared: Any, context: Context) -> Any:
    """The record itself; what came embedded if there is none; null when only the id of a deleted one is left."""
    found = context.store.node(str(value.get("id") or ""), kind)
    if found is not None:
        return found
    return value if value.keys() - {"id"} or is_non_null_type(declared) else None


def missing(kind: GraphQLNonNull[Any], context: Context) -> Any:
    """What a field that may not be null answers when the state says nothing of it."""
    inner: Any = get_nullable_type(kind)
    if is_list_type(inner):
        return []
    if isinstance(inner, GraphQLEnumType):
        return context.store.currency if inner.name == "CurrencyCode" else next(iter(inner.values))
    if isinstance(inner, GraphQLScalarType):
        return context.stamp if inner.name == "DateTime" else _EMPTY.get(inner.name, "")
    if inner.name == "MoneyBag":
        return money.bag(money.parse(0), context.store.currency)
    if inner.name == "MoneyV2":
        return money.money(money.parse(0), context.store.currency)
    return {}


_MEMBERS = {"MoneyV2": "amount", "PricingPercentageValue": "percentage", "PurchasingCompany": "company"}


def type_of(value: Any, info: GraphQLResolveInfo[Any], abstract: Any) -> str | None:
    """Which object type stands behind an interface or a union."""
    named = value.get("__typename") or gids.kind_of(str(value.get("id") or ""))
    possible = {kind.name for kind in info.schema.get_possible_types(abstract)}
    if named in possible:
        return str(named)
    for kind, mark in _MEMBERS.items():
        if kind in possible and mark in value:
            return kind
    if abstract.name == "DiscountApplication":
        return "DiscountCodeApplication" if value.get("code") else "ManualDiscountApplication"
    return next((kind for kind in ("Customer", "UserError") if kind in possible), None)
