"""How the Admin API is spoken to: one address, one version, points instead of calls, pages by cursor."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import httpx
from koppel import ConfigurationError, Settings, TransientError
from koppel.connections.http import call, read_json

from koppel_shopify.errors import TITLE, UPGRADE, Throttled, TooCostly, check_errors, check_status, check_warnings
from koppel_shopify.points import Points
from koppel_shopify.proofs import PROOFS
from koppel_shopify.queries import NEWEST, VERSIONS, operation_name, text_of

LARGEST_PAGE = 250
PATIENCE = 10.0
"""Seconds that we wait here for points to come back; a longer wait is the core's."""
TRIES = 4
_SHOP = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
Look = Callable[[Mapping[str, Any]], None]


class AdminApi:
    """One conversation with one shop, in the version that the settings name. `sleep` waits for points."""

    def __init__(self, http: httpx.Client, settings: Settings, sleep: Callable[[float], None] = time.sleep) -> None:
        self.http, self.settings, self._sleep = http, settings, sleep
        self.version = version_of(settings)
        self.points = Points()
        self.page_sizes: dict[str, int] = {}
        self.shop_proven = False
        self.guessing = True
        self.shop: Any = None
        self.collections: dict[str, str] = {}
        self.groups: dict[str, str] = {}
        self.variants: dict[str, tuple[str, ...]] = {}

    def ask(self, name: str, variables: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """The data that the operation in `operations/<name>.graphql` gives. Waits a few seconds for points."""
        waited = self._wait(name, variables or {})
        for _ in range(TRIES - 1):
            try:
                return self._ask(name, variables or {})
            except Throttled as busy:
                self.points.throttled += 1
                wait = 1.0 if busy.retry_after is None else busy.retry_after
                if waited + wait > PATIENCE:
                    raise
                waited += wait
                self._sleep(wait)
        return self._ask(name, variables or {})

    def _wait(self, name: str, variables: Mapping[str, Any]) -> float:
        """Wait until the points that this question took last time are there; gives the seconds waited."""
        wait = min(PATIENCE, self.points.lacking(name, variables))
        if wait:
            self._sleep(wait)
        return wait

    def _ask(self, name: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        text = text_of(name, self.version)
        body = {"query": text, "variables": dict(variables), "operationName": operation_name(name)}
        response = call(self.http, "POST", f"/admin/api/{self.version}/graphql.json", json=body)
        check_status(response)
        self._check_version(response)
        payload = read_json(response, TITLE)
        if not isinstance(payload, Mapping):
            raise TransientError("Shopify answered with something that is not an answer.", cause="answer.damaged")
        self.points.learn(name, variables, payload)
        check_errors(payload)
        check_warnings(payload)
        data = payload.get("data")
        if not isinstance(data, Mapping):
            raise TransientError("Shopify answered without data.", cause="answer.damaged", detail=response.text[:300])
        self.prove_shop(data.get("shop"))
        return data

    def pause(self, seconds: float) -> None:
        """Wait, as `ask` does for points."""
        self._sleep(seconds)

    def sure_of_shop(self) -> None:
        """Before a write: the shop has named itself in this conversation, or did so lately with the same keys."""
        if not self.shop_proven and not PROOFS.holds(self.settings):
            self.ask("shop_basics")

    def prove_shop(self, shop: Any) -> None:
        """Refuse an answer of another shop than the one in the settings."""
        domain = str(shop.get("myshopifyDomain") or "") if isinstance(shop, Mapping) else ""
        wanted = shop_domain(self.settings)
        if not domain:
            return
        if wanted and domain.casefold() != wanted.casefold():
            PROOFS.drop(self.settings)
            raise ConfigurationError(
                f"These keys belong to {domain}, not to {wanted}.",
                field="shop",
                cause="shop.other",
                resolution="Correct the name of the shop, or fill in the keys of the app in that shop.",
            )
        self.shop_proven = True
        PROOFS.note(self.settings)

    def page(self, name: str, variables: Mapping[str, Any], size: int) -> Mapping[str, Any]:
        """Ask for one page of `size` rows; half of it, and so on, as long as Shopify finds it too costly."""
        first = max(1, min(size, LARGEST_PAGE, self.page_sizes.get(name, LARGEST_PAGE)))
        while True:
            try:
                return self.ask(name, {**variables, "first": first})
            except TooCostly:
                if first == 1:
                    raise
                first = max(1, first // 2)
                self.page_sizes[name] = first

    def by_ids(
        self, name: str, ids: Sequence[str], size: int, variables: Mapping[str, Any] | None = None
    ) -> Iterator[Mapping[str, Any]]:
        """The answers for these ids, `size` in one question, fewer as long as Shopify finds that too costly."""
        start = 0
        while start < len(ids):
            size = min(size, self.page_sizes.get(name, size))
            part = list(ids[start : start + size])
            try:
                answer = self.ask(name, {**(variables or {}), "ids": part})
            except TooCostly:
                if size == 1:
                    raise
                self.page_sizes[name] = size // 2
                continue
            start += size
            yield answer

    def rows(
        self,
        name: str,
        variables: Mapping[str, Any],
        path: tuple[str, ...],
        size: int,
        after: str | None = None,
        look: Look = lambda data: None,
    ) -> Iterator[Mapping[str, Any]]:
        """All rows of a connection, page after page; `look` sees each page first.

        TransientError when it goes round in a circle."""
        seen = {after}
        while True:
            data = self.page(name, {**variables, "after": after}, size)
            look(data)
            connection = dig(data, path)
            yield from nodes(connection)
            after = next_cursor(connection, seen)
            if after is None:
                return
            seen.add(after)


    def _check_version(self, response: httpx.Response) -> None:
        """A version that is too old is answered by a newer one in silence (reference: Endpoint, versions)."""
        served = response.headers.get("x-shopify-api-version", self.version)
        if served != self.version:
            raise ConfigurationError(
                f"Shopify answers with version {served} of its interface; this connection asks for {self.version}.",
                field="api_version",
                cause="api.version",
                resolution="Choose a newer version on the connection." if self.version != NEWEST else UPGRADE,
            )


def version_of(settings: Settings) -> str:
    """The version to speak. ConfigurationError for one that this plugin was not made for."""
    version = settings.text("api_version", NEWEST)
    if version not in VERSIONS:
        raise ConfigurationError(
            f"This plugin does not know version {version} of Shopify's interface.",
            field="api_version",
            cause="api.version",
            resolution=f"Choose one of {', '.join(VERSIONS)}.",
        )
    return version


def shop_domain(settings: Settings) -> str:
    """The shop's own address as Shopify calls it; empty when no shop is named.

    ConfigurationError for a name that no shop can have: it would send the keys to somebody else."""
    written = settings.text("shop").strip().lower()
    name = written.removeprefix("https://").removeprefix("http://").partition("/")[0].removesuffix(".myshopify.com")
    if written and not _SHOP.fullmatch(name):
        raise ConfigurationError(
            f"“{written[:80]}” is no name of a shop.",
            field="shop",
            cause="shop.name",
            resolution="Fill in the part before .myshopify.com; Shopify shows it under Settings, Domains.",
        )
    return f"{name}.myshopify.com" if name else ""


def dig(data: Any, path: tuple[str, ...]) -> Mapping[str, Any]:
    """The connection at this path; an empty one where something on the way is null."""
    for part in path:
        data = data.get(part) if isinstance(data, Mapping) else None
    return data if isinstance(data, Mapping) else {}


def nodes(connection: Any) -> list[Mapping[str, Any]]:
    """The rows of a connection, of a plain list too; nulls are left out."""
    rows = connection
    if isinstance(connection, Mapping):
        edges = connection.get("edges") or ()
        rows = connection.get("nodes") or [edge.get("node") for edge in edges if isinstance(edge, Mapping)]
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list | tuple) else []


def next_cursor(connection: Mapping[str, Any], seen: set[str | None]) -> str | None:
    """Where to read on, None at the end. TransientError when Shopify names a place we have been before."""
    info = connection.get("pageInfo") or {}
    if not info.get("hasNextPage"):
        return None
    cursor = info.get("endCursor")
    if not cursor or cursor in seen:
        raise TransientError(
            "Shopify says there is more to read, but not where to go on; reading stopped so that it does not go round.",
            cause="paging",
        )
    return str(cursor)

