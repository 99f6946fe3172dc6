"""The system plugin for Exact Online: who it is, and the functions its mapping rows may use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from koppel import Manifest, hookimpl

from koppel_exactonline import about
from koppel_exactonline.connector import ExactOnlineConnector
from koppel_exactonline.transforms import TRANSFORMS


@hookimpl
def manifest() -> Manifest:
    """Exact Online as the forms, the catalogue and the documentation show it."""
    return Manifest(
        key="exactonline",
        title="Exact Online",
        connector=ExactOnlineConnector,
        version="0.1.0",
        resources=about.RESOURCES,
        settings=about.SETTINGS,
        oauth=about.OAUTH,
        windows=about.WINDOWS,
        webhook_topics=about.TOPICS,
        docs=about.DOCS,
        sandbox="koppel_exactonline.sandbox:create",
        badge="#a5231f",
    )


@hookimpl
def transforms() -> Mapping[str, Callable[..., Any]]:
    """The functions for dates, VAT, names and lines in Exact Online's shapes."""
    return TRANSFORMS
