"""Ids as the service writes them: gid://shopify/Order/123 (reference: Ids, scalars, paging)."""

from __future__ import annotations

PREFIX = "gid://shopify/"


def gid(kind: str, value: str) -> str:
    """The whole id of a `kind`, from itself or from its number; anything else stays what it is."""
    text = value.strip()
    return f"{PREFIX}{kind}/{text}" if text.isascii() and text.isdigit() else text


def is_gid(value: str, kind: str = "") -> bool:
    """Whether this is an id, of that kind where one is named."""
    return value.startswith(f"{PREFIX}{kind}/" if kind else PREFIX)


def number(value: str) -> str:
    """The number in an id, as people see it in the address bar of the shop."""
    return value.rpartition("/")[2].partition("?")[0]
