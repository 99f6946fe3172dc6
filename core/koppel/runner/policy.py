"""What a flow's settings ask for, as one typed value."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from koppel.documents import PAPERS
from koppel.errors import ConfigurationError
from koppel.manifest import Resource

DOCUMENTS = ("sales_order", "sales_invoice", "direct_invoice", "sales_entry")
_NEVER_UPDATED = PAPERS.keys() | {"shipment", "payment"}
_NEVER_CREATED = ("stock",)


@dataclass(frozen=True)
class Policy:
    """The questions a flow answers. Empty means the sensible default for the resource.

    match_key: natural key that proves a record exists already; match_field: the target's own field for it.
    update: whether an existing record is changed; when_missing: create, skip or park what is not there.
    pass_on: whether a record that reached the source through Koppel goes on from there as a new one.
    document: what an order becomes over there: sales_order, sales_invoice, direct_invoice or sales_entry.
    release: source statuses that let an order through, empty for all; customer_update and
    customer_match_key: two of these questions for an order's customer. shipping_sku, fee_sku, tip_sku,
    gift_card_sku and fallback_sku: articles for lines that have none. since: first moment to read from.
    settle_seconds: how long a lost answer may still arrive before the record is sent again.
    """

    match_key: str = ""
    match_field: str = ""
    update: bool | None = None
    when_missing: str = ""
    pass_on: bool = False
    document: str = ""
    release: tuple[str, ...] = ()
    customer_update: bool = True
    customer_match_key: str = ""
    shipping_sku: str = ""
    fee_sku: str = ""
    tip_sku: str = ""
    gift_card_sku: str = ""
    fallback_sku: str = ""
    since: datetime | None = None
    settle_seconds: float = 60.0
    filters: Mapping[str, Any] | None = None

    def updates(self, resource: str) -> bool:
        """Whether an existing record of this resource may be changed."""
        return self.update if self.update is not None else resource not in _NEVER_UPDATED

    def missing(self, resource: str) -> str:
        """What happens with a record that is not in the target: create, skip or park."""
        return self.when_missing or ("skip" if resource in _NEVER_CREATED else "create")

    def key_for(self, resource: Resource) -> str:
        """The natural key that proves a record of this resource exists already."""
        return self.match_key or (resource.natural_keys[0] if resource.natural_keys else "")

    def line_sku(self, kind: str) -> str:
        """The article for a line of this kind that has no SKU of its own."""
        return str(getattr(self, f"{kind}_sku", "") or "") or self.fallback_sku


def read_policy(settings: Mapping[str, Any], flow: str) -> Policy:
    """The typed settings of a flow; ConfigurationError names an unknown one and the nearest known."""
    names = [one.name for one in fields(Policy)]
    for name in settings:
        if name not in names:
            near = difflib.get_close_matches(name, names, 1)
            raise ConfigurationError(
                f"The flow {flow} has a setting {name!r} that does not exist.",
                field=name,
                resolution=f"Did you mean {near[0]}?" if near else f"Known settings: {', '.join(names)}.",
            )
    values = dict(settings)
    if isinstance(values.get("release"), (list, str)):
        release = values["release"]
        values["release"] = tuple(release.replace(",", " ").split() if isinstance(release, str) else release)
    for name in ("update", "customer_update", "pass_on"):
        if isinstance(values.get(name), str):
            values[name] = _yes_or_no(values[name], name, flow)
    if isinstance(values.get("settle_seconds"), str):
        values["settle_seconds"] = _seconds(values["settle_seconds"], flow)
    if isinstance(values.get("since"), str):
        values["since"] = _moment(values["since"], flow)
    if values.get("when_missing") not in (None, "", "create", "skip", "park"):
        raise ConfigurationError(
            f"The flow {flow} has when_missing {values['when_missing']!r}.",
            field="when_missing",
            resolution="Choose create, skip or park.",
        )
    if values.get("document") not in (None, "", *DOCUMENTS):
        raise ConfigurationError(
            f"The flow {flow} has document {values['document']!r}.",
            field="document",
            resolution=f"Choose {', '.join(DOCUMENTS[:-1])} or {DOCUMENTS[-1]}.",
        )
    return Policy(**values)


def _yes_or_no(text: str, name: str, flow: str) -> bool | None:
    if text.strip().lower() in ("", "yes", "true", "1", "on", "ja", "no", "false", "0", "off", "nee"):
        return (
            None if not text.strip() and name == "update" else text.strip().lower() in ("yes", "true", "1", "on", "ja")
        )
    raise ConfigurationError(f"The flow {flow} has {name} {text!r}.", field=name, resolution="Write yes or no.")


def _seconds(text: str, flow: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ConfigurationError(
            f"The flow {flow} has settle_seconds {text!r}.",
            field="settle_seconds",
            resolution="Write a number of seconds.",
        ) from None


def _moment(text: str, flow: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(
            f"The start date {text!r} of flow {flow} cannot be read.",
            field="since",
            resolution="Write it as 2026-01-31 or 2026-01-31T12:00.",
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
