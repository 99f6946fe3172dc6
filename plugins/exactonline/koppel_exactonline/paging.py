"""Keeps a walk over pages from going round for ever."""

from __future__ import annotations

from typing import Any

from koppel import PluginError

from koppel_exactonline.names import named

MOST_PAGES = 20_000
"""More pages than any list has."""

_MOST_EMPTY = 5


class Chain:
    """One walk: the pages seen, and whether the service still gives anything new."""

    def __init__(self, entity: str) -> None:
        self.entity = entity
        self._seen: set[str] = set()
        self._last: list[dict[str, Any]] = []
        self._empty = 0

    def take(self, url: str, rows: list[dict[str, Any]], next_url: str) -> None:
        """Note a page. PluginError when the next was there before, the rows repeat, or pages stay empty."""
        self._seen.add(url)
        if not next_url:
            return
        self._empty = 0 if rows else self._empty + 1
        again = bool(rows) and rows == self._last
        self._last = rows
        if next_url in self._seen or again or self._empty > _MOST_EMPTY or len(self._seen) > MOST_PAGES:
            raise PluginError(
                f"Exact Online repeats a page of {named(self.entity)}; reading stopped so that it does not go round for ever.",
                resolution="Everything read so far is kept. Tell the supplier of the plugin.",
                cause="paging.circle",
            )
