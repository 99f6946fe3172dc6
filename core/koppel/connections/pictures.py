"""Fetches a picture that a document names by its address: without any login of ours, never from an internal address."""

from __future__ import annotations

from ipaddress import ip_address

import httpx

from koppel.connections.http import call, open_client


def picture_at(url: str, ours: str) -> bytes:
    """The bytes of the picture at this address. `ours` is the address of the connection it is for: one that is
    internal itself may have pictures from an internal address.

    ValueError with a sentence when it cannot be had; the errors of `call` when its server does not answer."""
    try:
        address, own = httpx.URL(url), httpx.URL(ours)
    except httpx.InvalidURL:
        raise ValueError("its address is none") from None
    if address.scheme not in ("http", "https") or (_internal(address.host) and not _internal(own.host)):
        raise ValueError("its address is not on the internet")
    with open_client(f"{address.scheme}://{address.netloc.decode('ascii')}", title="the picture's server") as client:
        answer = call(client, "GET", url)
    if answer.status_code != 200 or not answer.headers.get("content-type", "").startswith("image/"):
        raise ValueError(f"its server answered {answer.status_code}")
    return answer.content


def _internal(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or "." not in host
