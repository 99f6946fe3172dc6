"""A connection's address: checked once, and joined to paths in one way."""

from __future__ import annotations

import httpx

from koppel.errors import ConfigurationError


def checked_address(text: str, title: str = "") -> httpx.URL:
    """The base URL of a connection. ConfigurationError (field base_url) when it is none we can call."""
    try:
        url = httpx.URL(text.strip())
    except httpx.InvalidURL as error:
        raise _wrong(text, title, str(error).rstrip(".")) from None
    if url.scheme not in ("http", "https") or not url.host or " " in text.strip():
        raise _wrong(text, title, "it must begin with https:// and name a host")
    if url.port is not None and not 0 < url.port < 65536:
        raise _wrong(text, title, "its port must be from 1 to 65535")
    if url.userinfo:
        raise _wrong(f"{url.scheme}://{url.host}", title, "a user name or password does not belong in it")
    if url.query or url.fragment:
        raise _wrong(text, title, "it must not have a ? or # part")
    return url


def join(base: httpx.URL, path: str) -> str:
    """`path` under the base URL; a full web address stays what it is."""
    if path.startswith(("https://", "http://")):
        return path
    return f"{str(base).rstrip('/')}/{path.lstrip('/')}"


def origin(url: httpx.URL) -> str:
    """Scheme, host and port, as in an operator's sentence."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def _wrong(text: str, title: str, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"The address {text!r}{' of ' + title if title else ''} cannot be used: {why}.",
        field="base_url",
        cause="base_url",
        resolution="Open the connection and fill in the address as https://name.of.the.service.",
    )
