"""A simulator of one Shopify shop's Admin API, built from the wire alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from koppel.demo.webshop import Webshop
from koppel.testing.sandbox import Sandbox

from koppel_shopify.sandbox import demo
from koppel_shopify.sandbox.app import ShopifySandbox
from koppel_shopify.sandbox.switches import switches


def create(state: Mapping[str, Any] | None, options: Mapping[str, Any]) -> Sandbox:
    """A shop that holds `state` (None: an empty shop with one app) and behaves as `options` say.

    ValueError for an unknown option, or for a state that cannot be loaded, naming the place."""
    return ShopifySandbox(state, switches(options))


def demo_state(shop: Webshop) -> dict[str, Any]:
    """The demo webshop as Shopify holds it before Koppel runs."""
    return demo.state(shop)
