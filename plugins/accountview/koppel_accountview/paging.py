"""How a long list is read: page after page by the last key, never for ever and never short of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from koppel import ConfigurationError

from koppel_accountview.answers import Row
from koppel_accountview.client import Ask, Client

MAX_PAGES = 20_000
_IN_ORDER = 0.8


@dataclass(frozen=True, slots=True)
class Place:
    """Where reading has come to: the field that orders the rows, its last value, and the page's number."""

    key: str = ""
    last: str = ""
    page: int = 0


def read_page(client: Client, ask: Ask, place: Place) -> tuple[list[Row], Place | None]:
    """One page and the place to go on from; None when this was the last.

    ConfigurationError when AccountView gives the same full page again."""
    numbered = client.settings.text("paging", "last_key") == "page_number"
    position: dict[str, Any] = {"page": place.page + 1} if numbered else {"last_key": place.last}
    rows = client.read(ask, **position)
    if not rows or not _may_go_on(len(rows), ask.size):
        return _fresh(rows, place), None
    full = len(rows) >= ask.size
    key = place.key or (ask.keys[0] if numbered else order_key(rows, ask.keys))
    last = str(rows[-1].get(key) or "")
    if not last or last == place.last:
        if full:
            raise _stuck(ask, numbered) if last else _no_order(ask)
        return _fresh(rows, place), None
    return _fresh(rows, place), Place(key, last, place.page + 1)


def _fresh(rows: list[Row], place: Place) -> list[Row]:
    """Without the row that the last page ended with, should the last key count as included."""
    return rows[1:] if place.last and rows and str(rows[0].get(place.key) or "") == place.last else rows


def read_all(client: Client, ask: Ask) -> list[Row]:
    """Every row of one question."""
    return [row for page in _pages(client, ask) for row in page]


def order_key(rows: Sequence[Row], candidates: Sequence[str]) -> str:
    """The first candidate that every row has and by which the rows really are in order, as text.

    The order is the table's key as text (reference: 2.3 Paging), and which field that is differs per table;
    a few rows out of order are no proof against it, for code pages sort signs differently."""
    for name in candidates:
        values = [row.get(name) for row in rows]
        if all(value not in (None, "") for value in values) and _ordered(values):
            return name
    return ""


def _pages(client: Client, ask: Ask) -> Iterator[list[Row]]:
    place: Place | None = Place()
    seen: set[str] = set()
    for _ in range(MAX_PAGES):
        assert place is not None
        rows, place = read_page(client, ask, place)
        yield rows
        if place is None:
            return
        if place.last in seen:
            raise _stuck(ask, False)
        seen.add(place.last)
    raise _stuck(ask, False)


def _ordered(values: Sequence[Any]) -> bool:
    if all(isinstance(value, int) for value in values):
        rising = [one <= two for one, two in pairwise(values)]
    else:
        texts = [str(value).rstrip().upper().encode("cp1252", "replace") for value in values]
        rising = [one <= two for one, two in pairwise(texts)]
    return bool(sum(rising) >= _IN_ORDER * len(rising))


def _may_go_on(count: int, size: int) -> bool:
    """A page that is not full is the last, unless its length is round: then the server may have a smaller
    page than was asked for, which it does not say."""
    return count >= size or count % 5 == 0 or count % 32 == 0


def _no_order(ask: Ask) -> ConfigurationError:
    return ConfigurationError(
        f"AccountView gives {ask.object} in an order that Koppel does not know, so a next page cannot be asked for.",
        field="paging",
        cause="accountview.paging",
        resolution="Set Paging on the connection to page_number; if it stays, tell your supplier.",
    )


def _stuck(ask: Ask, numbered: bool) -> ConfigurationError:
    return ConfigurationError(
        f"AccountView gave the same page of {ask.object} twice; reading stopped so that it does not go round for ever.",
        field="paging",
        cause="accountview.paging",
        resolution=f"Set Paging on the connection to {'last_key' if numbered else 'page_number'} and try again.",
    )
