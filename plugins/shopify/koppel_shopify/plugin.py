"""Shopify as a plugin of Koppel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from koppel import Manifest, hookimpl

from koppel_shopify.manifest import MANIFEST
from koppel_shopify.papers import TRANSFORMS


@hookimpl
def manifest() -> Manifest:
    """Shopify: orders, refunds, products and customers are read; articles, stock, customers and news of orders are written."""
    return MANIFEST


@hookimpl
def transforms() -> Mapping[str, Callable[..., Any]]:
    """The functions that the default mapping rows name."""
    return TRANSFORMS
