"""Where resolvers enlist, by owner type and field name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from koppel_shopify.sandbox.context import Context

Resolver = Callable[[Any, Context, dict[str, Any]], Any]
RESOLVERS: dict[tuple[str, str], Resolver] = {}


def resolves(owner: str, *names: str) -> Callable[[Resolver], Resolver]:
    """Enlist a function `(node, context, arguments)` for fields of `owner`."""

    def enlist(function: Resolver) -> Resolver:
        """Note the function and leave it as it is."""
        for name in names:
            RESOLVERS[(owner, name)] = function
        return function

    return enlist


def alias(owner: str, name: str, other: str) -> None:
    """Let a field read another key of its node."""
    RESOLVERS[(owner, name)] = lambda node, context, args: node.get(other)
