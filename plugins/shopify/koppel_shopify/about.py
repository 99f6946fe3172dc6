"""Whose shop this is, and whether the app may do what Koppel needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from koppel import ConfigurationError, Health, RejectedError, Settings

from koppel_shopify.client import AdminApi, nodes
from koppel_shopify.gids import gid
from koppel_shopify.queries import NEWEST
from koppel_shopify.resources import channels
from koppel_shopify.resources.companies import kept, prove
from koppel_shopify.resources.customers import email_of
from koppel_shopify.scopes import lacking, uses_of
from koppel_shopify.subscriptions import subscribe

WARNING = timedelta(days=90)
"""How long before its end a version is warned of."""

PERSONAL = "protected customer data: orders come in without names and addresses until it is asked for at Shopify"


def check(api: AdminApi, settings: Settings, reads: Collection[str] = (), writes: Collection[str] = ()) -> Health:
    """Prove the keys, the shop, the location, and the scopes for what the flows read and write.

    Raises ConfigurationError naming the wrong setting."""
    data = api.ask("about")
    shop = data.get("shop") or {}
    if settings.text("location"):
        _prove_location(api, settings.text("location"))
    uses = uses_of(settings.text("uses"), reads, writes)
    if channels.chosen(settings):
        uses += ", channels"
    missing = [*_missing(uses, data), *_ending(api.version, data.get("publicApiVersions") or (), datetime.now(UTC).date())]
    if not any(one.startswith("read_customers") for one in missing) and not _sees_customers(api):
        missing.append(PERSONAL)
    if kept(settings):
        prove(api)
    missing += channels.prove(api)
    missing += subscribe(api, settings)
    name = f"{shop.get('name', '')} ({shop.get('myshopifyDomain', '')})"
    title = f"Shopify, interface {api.version} until {end_of(api.version):%d-%m-%Y}"
    return Health(True, title, name, tuple(missing))


def _missing(uses: str, data: Mapping[str, Any]) -> tuple[str, ...]:
    rows = (data.get("currentAppInstallation") or {}).get("accessScopes") or ()
    return lacking(uses, (str(row.get("handle") or "") for row in rows))


def _sees_customers(api: AdminApi) -> bool:
    """Whether names or e-mail addresses come through; a shop without customers gets the benefit of the doubt."""
    try:
        rows = nodes(api.ask("about_customers").get("customers"))
    except ConfigurationError:
        return False
    return not rows or any(row.get("firstName") or row.get("lastName") or email_of(row) for row in rows)


def end_of(version: str) -> date:
    """The day until which Shopify promises to answer in this version (reference: Endpoint, versions)."""
    year, month = version.split("-")
    return date(int(year) + 1, int(month), 1)


def _ending(version: str, versions: Iterable[Mapping[str, Any]], today: date) -> Iterable[str]:
    """A version that is over or soon will be; a newer one is chosen on the connection, or comes with the plugin."""
    supported = {str(row.get("handle") or "") for row in versions if row.get("supported")}
    cure = "choose a newer one on the connection" if version != NEWEST else "upgrade the plugin"
    if supported and version not in supported:
        yield f"interface {version}: Shopify no longer supports it, {cure}"
    elif end_of(version) - today <= WARNING:
        yield f"interface {version}: Shopify supports it until {end_of(version):%d-%m-%Y}, {cure}"


def _prove_location(api: AdminApi, location: str) -> None:
    try:
        found = api.ask("about_location", {"location": gid("Location", location)}).get("location")
    except RejectedError:
        found = None
    if not isinstance(found, Mapping) or found.get("isActive") is False:
        raise ConfigurationError(
            f"The location {location} is not in this shop, or it is closed.",
            field="location",
            cause="location",
            resolution="Choose a location from the list.",
        )
