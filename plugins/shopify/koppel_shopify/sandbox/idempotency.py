"""The `@idempotent` directive: who must carry it, and what a known key answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import GraphQLResolveInfo
from graphql.language import ast

from koppel_shopify.sandbox.context import Context
from koppel_shopify.sandbox.errors import bad_request
from koppel_shopify.sandbox.versions import IDEMPOTENT_REQUIRED, behaves_as

REQUIRED = frozenset({"inventorySetQuantities", "inventoryActivate", "refundCreate"})
SHAPES: list[Callable[[str, dict[str, Any], Context], None]] = []


def wrapped(resolve: Callable[..., Any]) -> Callable[..., Any]:
    """`resolve`, with idempotency around the mutations that know it (reference: section 8)."""

    def resolver(source: Any, info: GraphQLResolveInfo[Any], **args: Any) -> Any:
        """Once per key."""
        if info.parent_type.name != "Mutation" or info.field_name not in REQUIRED:
            return resolve(source, info, **args)
        return _once(resolve, source, info, args)

    return resolver


def _once(resolve: Callable[..., Any], source: Any, info: GraphQLResolveInfo[Any], args: dict[str, Any]) -> Any:
    context: Context = info.context
    for shape in SHAPES:
        shape(info.field_name, args, context)
    key = _key(info)
    if key is None:
        if behaves_as(context.version) >= IDEMPOTENT_REQUIRED:
            raise bad_request("The @idempotent directive is required for this mutation but was not provided.")
        return resolve(source, info, **args)
    known = context.replay.earlier(context.app, key, info.field_name, args, context.now)
    if known is not None:
        return known
    payload = resolve(source, info, **args)
    context.replay.remember(context.app, key, info.field_name, args, payload, context.now)
    return payload


def _key(info: GraphQLResolveInfo[Any]) -> str | None:
    for directive in info.field_nodes[0].directives or ():
        if directive.name.value == "idempotent" and directive.arguments:
            key = _text(directive.arguments[0].value, info)
            if not key.strip():
                raise bad_request("The idempotency key can't be blank.")
            return key
    return None


def _text(value: ast.ValueNode, info: GraphQLResolveInfo[Any]) -> str:
    if isinstance(value, ast.VariableNode):
        return str(info.variable_values.coerced.get(value.name.value) or "")
    return str(getattr(value, "value", ""))
