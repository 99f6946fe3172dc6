"""Fetches a picture that a document names by its address: without any login of ours, never from an internal address."""

from __future__ import annotations

import socket
from ipaddress import IPv6Address, ip_address
from urllib.request import getproxies, proxy_bypass

import httpx

from koppel.connections.address import origin
from koppel.connections.http import call, open_client

_OUTSIDE = "its address is not on the internet"


def picture_at(url: str, ours: str) -> bytes:
    """The bytes of the picture at this address. `ours` is the address of the connection it is for: one that is
    internal itself may have pictures from an internal address.

    ValueError with a sentence when it cannot be had; the errors of `call` when its server does not answer."""
    try:
        address, own = httpx.URL(url), httpx.URL(ours)
    except httpx.InvalidURL:
        raise ValueError("its address is none") from None
    if address.scheme not in ("http", "https") or not address.host:
        raise ValueError(_OUTSIDE)
    place = _place_of(address, own)
    more = {} if place == address else {"headers": {"Host": address.netloc.decode("ascii")}, "extensions": {"sni_hostname": address.host}}
    with open_client(origin(place), title="the picture's server") as client:
        answer = call(client, "GET", str(place), **more)
    if answer.status_code != 200 or not answer.headers.get("content-type", "").startswith("image/"):
        raise ValueError(f"its server answered {answer.status_code}")
    return answer.content


def _place_of(address: httpx.URL, own: httpx.URL) -> httpx.URL:
    """Where to call: the very address that the name was found to have, so that it cannot have another one a
    moment later. ValueError for an internal one. Behind a proxy the name stays: the proxy looks it up."""
    if address.userinfo:
        raise ValueError("its address holds a user name or password")
    if _by_proxy(address):
        if _is_internal(address.host):
            raise ValueError(_OUTSIDE)
        return address
    if not _leads_inside(address.host):
        found = _addresses_of(address.host)
        if not found or any(map(_is_internal, found)):
            raise ValueError("its server is not known" if not found else _OUTSIDE)
        return address.copy_with(host=found[0])
    if not _leads_inside(own.host):
        raise ValueError(_OUTSIDE)
    return address


def _leads_inside(host: str) -> bool:
    return _is_internal(host) or any(map(_is_internal, _addresses_of(host)))


def _by_proxy(address: httpx.URL) -> bool:
    return address.scheme in getproxies() and not proxy_bypass(address.host)


def _addresses_of(host: str) -> list[str]:
    """Every address that this name has now; none where it has none."""
    try:
        return list(dict.fromkeys(str(one[4][0]) for one in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)))
    except (OSError, UnicodeError):
        return []


def _is_internal(host: str) -> bool:
    """Whether an address is of no one on the internet; a bare name such as localhost is internal, too."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host == "localhost" or "." not in host
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return _is_internal(str(address.ipv4_mapped))
    return not address.is_global or address.is_multicast
