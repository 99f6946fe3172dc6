"""Global ids: how they look, which number is in them, and where a new one comes from."""

from __future__ import annotations

import re

_GID = re.compile(r"gid://shopify/([A-Za-z]+)/([^?/]+)(\?.*)?\Z")


def make(kind: str, number: int | str, extra: str = "") -> str:
    """`gid://shopify/<kind>/<number>`; some kinds carry a query string that is part of the id (reference: section 5)."""
    return f"gid://shopify/{kind}/{number}{extra}"


def kind_of(gid: str) -> str:
    """The type named in `gid`; empty when it is no global id."""
    found = _GID.match(gid)
    return found[1] if found else ""


def tail_of(gid: str) -> str:
    """The part that numbers the object."""
    found = _GID.match(gid)
    return found[2] if found else gid


def number_of(gid: str) -> int:
    """The number in `gid`, 0 when there is none."""
    tail = tail_of(gid)
    return int(tail) if tail.isascii() and tail.isdigit() else 0
