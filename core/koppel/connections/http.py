"""The only place an HTTP client is made: limits, budget, size, redaction and errors are the same for all."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpx

from koppel.connections.address import checked_address
from koppel.connections.budget import CallBudget
from koppel.connections.meter import CallMeter
from koppel.connections.transport import GuardedTransport
from koppel.connections.trouble import check_status, explain, read_json

__all__ = ["ApiClient", "CallMeter", "call", "open_client", "open_post", "read_json"]

TIMEOUT = httpx.Timeout(60.0, connect=10.0)
LIMITS = httpx.Limits(max_connections=8, max_keepalive_connections=4, keepalive_expiry=30.0)


class ApiClient(httpx.Client):
    """The HTTP client of one connection. `title` is the system's name in sentences, `meter` counts its calls."""

    title: str
    meter: CallMeter

    def request(self, *args: Any, **more: Any) -> httpx.Response:
        """Make one request, with the errors of `call`; get, post and the like come through here as well."""
        try:
            response = super().request(*args, **more)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise explain(error, self.title, self.base_url) from error
        check_status(response, self.title)
        return response


def open_client(
    base_url: str,
    *,
    title: str,
    auth: httpx.Auth | None = None,
    budget: CallBudget | None = None,
    meter: CallMeter | None = None,
    secrets: Iterable[str] = (),
    headers: Mapping[str, str] | None = None,
    timeout: httpx.Timeout = TIMEOUT,
    transport: httpx.BaseTransport | None = None,
) -> ApiClient:
    """A client for this address. `secrets` never appear in what the meter keeps; `transport` is for tests.

    Every call, also one repeated by `auth`, is taken from `budget` and counted by `meter`. Redirects are not
    followed. ConfigurationError (field base_url) when the address cannot be used."""
    address = checked_address(base_url, title)
    meter = meter or CallMeter(secrets)
    guarded = GuardedTransport(transport or _transport(address), title, meter, budget)
    client = ApiClient(
        base_url=address,
        auth=auth,
        headers={"User-Agent": user_agent(), **(headers or {})},
        timeout=timeout,
        transport=guarded,
        follow_redirects=False,
    )
    client.title, client.meter = title, meter
    return client


def open_post(
    base_url: str, *, title: str, transport: httpx.BaseTransport | None = None
) -> Callable[[str, dict[str, str]], httpx.Response]:
    """The `post` of a TokenKeeper: sends a form outside the call budget and keeps nothing of it.

    One line per call: a login is renewed a few times an hour at most."""

    def post(url: str, form: dict[str, str]) -> httpx.Response:
        with open_client(base_url, title=title, meter=CallMeter(keep=0), transport=transport) as client:
            # Sent as it is: a 429 here may mean "too early", which the reader of the answer must see.
            return client.send(client.build_request("POST", url, data=form, headers={"Accept": "application/json"}))

    return post


def call(client: httpx.Client, method: str, url: str, **more: Any) -> httpx.Response:
    """Make one request; `more` as for httpx.Client.request. Gives any answer that is about the record.

    TransientError when nothing was reached, the answer got lost, on 429 (with `retry_after`) and on 502, 503
    and 504; ConfigurationError for a redirect or an address that cannot be called."""
    if isinstance(client, ApiClient):
        return client.request(method, url, **more)
    title = client.base_url.host or "The other system"
    try:
        response = client.request(method, url, **more)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise explain(error, title, client.base_url) from error
    check_status(response, title)
    return response


@cache
def user_agent() -> str:
    """The name Koppel gives itself."""
    try:
        return f"koppel/{version('koppel')}"
    except PackageNotFoundError:
        return "koppel"


def _transport(address: httpx.URL) -> httpx.BaseTransport:
    """The real line outside, through the proxy of the environment where there is one."""
    proxy = None if proxy_bypass(address.host) else getproxies().get(address.scheme)
    return httpx.HTTPTransport(limits=LIMITS, proxy=proxy, verify=_certificates())


@cache
def _certificates() -> ssl.SSLContext:
    """The authorities that are trusted: read once, since reading them takes longer than a call."""
    return httpx.create_ssl_context()
