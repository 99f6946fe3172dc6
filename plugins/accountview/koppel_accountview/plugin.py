"""AccountView as a plugin of Koppel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from koppel import Manifest, hookimpl

from koppel_accountview.about import DOCS, OAUTH, RESOURCES
from koppel_accountview.connector import AccountViewConnector
from koppel_accountview.settings import SETTINGS
from koppel_accountview.transforms import TRANSFORMS


@hookimpl
def manifest() -> Manifest:
    """Who we are."""
    return Manifest(
        key="accountview",
        title="AccountView",
        connector=AccountViewConnector,
        version="0.1.0",
        resources=RESOURCES,
        settings=SETTINGS,
        oauth=OAUTH,
        docs=DOCS,
        sandbox="koppel_accountview.sandbox:create",
        badge="#b45309",
    )


@hookimpl
def transforms() -> Mapping[str, Callable[..., Any]]:
    """The functions that our mapping rows call."""
    return TRANSFORMS
